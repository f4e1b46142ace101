"""Spreadsheets are read as they show themselves; what is huge, hidden or no table is refused or left alone."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING

import openpyxl  # type: ignore[import-untyped]  # it comes without types
import pytest

from rag.ingest.formats.files import ColumnChoice
from rag.ingest.read import read

if TYPE_CHECKING:
    from pathlib import Path

LIMIT = 3 * 2**30  # bytes of memory in which a bomb must be refused
SHEET = (
    '<document xmlns:table="t" xmlns:text="x"><table:table table:name="One"><table:table-row>'
    "<table:table-cell><text:p>Title</text:p></table:table-cell><table:table-cell><text:p>Date</text:p>"
    '</table:table-cell></table:table-row><table:table-row table:number-rows-repeated="9999999"><table:table-cell '
    'table:number-columns-repeated="9999999"><text:p>x</text:p></table:table-cell></table:table-row></table:table>'
    "</document>"
)


def workbook(file: Path) -> Path:
    """A box list below a title, beside a sheet of lists that is hidden and one that is no table."""
    book = openpyxl.Workbook()
    book.active.title = "About"
    book.active.append(["This is a list of boxes."])
    boxes, lists = book.create_sheet("Boxes"), book.create_sheet("Lists")
    lists.sheet_state = "hidden"
    lists.append(["Title", "Date"])
    lists.append(["Hidden", 1950])
    boxes.append(["Inventory of the Harbour papers"])
    boxes.append(["Title", "Date", "Box"])
    for title, date, shape in (
        ("Pier", dt.date(1959, 9, 3), "dd.mm.yyyy"),
        ("Quay", dt.date(1960, 3, 1), "mmm-yy"),
        ("Crane", dt.date(1961, 1, 1), "yyyy"),
        ("Ship", "=1/0", "General"),
    ):
        boxes.append([title, date, 4])
        boxes.cell(boxes.max_row, 2).number_format = shape
    book.save(file)
    return file


def test_dates_are_as_exact_as_the_sheet_shows_them_and_hidden_sheets_stay_hidden(tmp_path: Path) -> None:
    collected = read([workbook(tmp_path / "boxes.xlsx")])

    assert not collected.faults
    assert [(record.title, record.date and record.date.edtf, record.source) for record in collected.records] == [
        ("Pier", "1959-09-03", "Box 4"),
        ("Quay", "1960-03", "Box 4"),
        ("Crane", "1961", "Box 4"),
        ("Ship", None, "Box 4"),
    ]


def test_a_sheet_can_be_chosen_and_one_that_is_not_there_is_named_with_the_others(tmp_path: Path) -> None:
    file = workbook(tmp_path / "boxes.xlsx")

    assert len(read([file], {file: ColumnChoice(table="Boxes")}).records) == 4
    assert [fault.reason for fault in read([file], {file: ColumnChoice(table="Ships")}).faults] == [
        "it has no sheet 'Ships'; choose one of: About, Boxes"
    ]


def bomb(file: Path) -> Path:
    """A file of this name that unpacks to far more than it is."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        if file.suffix == ".ods":
            packed.writestr("content.xml", SHEET)
        else:
            packed.writestr("xl/workbook.xml", "<x/>")
            with packed.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
                for _ in range(600):
                    part.write(b"0" * 2**20)
    return file


BOMBS = {"bomb.ods": "it has more cells than are read", "bomb.xlsx": "it unpacks to more than 256 MiB"}


@pytest.mark.parametrize(("name", "reason"), BOMBS.items(), ids=BOMBS)
def test_a_bomb_is_refused_within_bounds(tmp_path: Path, name: str, reason: str) -> None:
    code = f"""
import pathlib, resource, sys
resource.setrlimit(resource.RLIMIT_AS, ({LIMIT}, {LIMIT}))
from rag.ingest.read import read
print(*read([pathlib.Path(sys.argv[1])]).faults)
"""
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", code, bomb(tmp_path / name)],
        capture_output=True,
        text=True,
        check=True,
    )

    assert reason in done.stdout


def test_formulas_links_and_macros_do_nothing(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Title", "Date", "Link", "Description"])
    book.active.append(["Pier", 1959, '=HYPERLINK("https://x.example/", "see")', '=WEBSERVICE("https://x.example/")'])
    book.active.append(["=cmd|' /C calc'!A0", 1960, "https://x.example/2", "Quay"])
    book.save(tmp_path / "plain.xlsx")
    with zipfile.ZipFile(tmp_path / "plain.xlsx") as plain, zipfile.ZipFile(tmp_path / "macro.xlsm", "w") as macro:
        for name in plain.namelist():
            macro.writestr(name, plain.read(name))
        macro.writestr("xl/vbaProject.bin", b"Sub Auto_Open()")
        macro.writestr("xl/externalLinks/externalLink1.xml", "<externalLink><oleLink/></externalLink>")

    first, second = read([tmp_path / "macro.xlsm"]).records

    assert (first.title, first.summary, first.source_url) == ("Pier", "", None)
    assert (second.title, second.source_url) == ("Quay", "https://x.example/2")


def test_a_cell_at_the_far_edge_costs_nothing(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["Title", "Date"], ["Pier", 1959]):
        book.active.append(row)
    book.active.cell(1_048_576, 16_384, "x")
    book.save(tmp_path / "far.xlsx")

    assert [record.title for record in read([tmp_path / "far.xlsx"]).records] == ["Pier"]
