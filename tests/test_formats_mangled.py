"""Mangled files of every kind end in records with faults or in a clear error, and never in anything else.

`python -m tests.test_formats_mangled` reads a thousand of each kind, and bombs with a cell of 500 MiB, and prints what
came of them.
"""

from __future__ import annotations

import gzip
import json
import lzma
import random
import subprocess
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from rag.ingest.read import read
from tests.pages import HARBOUR, numbered
from tests.test_formats_delimited import ROWS as TABLE
from tests.test_formats_delimited import database, text
from tests.test_formats_json import OLD_API, ROWS, SCRAPED, lines
from tests.test_formats_listing_pages import mangled
from tests.test_formats_xml import AIDS, ANSWER, LETTER, VOLUME

if TYPE_CHECKING:
    from collections.abc import Callable

CASES = Path(__file__).with_name("import_cases")
FILES = (
    "03-cmif.xml", "07-nara.json", "08-atom-isad.csv", "16-qualified-dc.xml", "17-mods.xml", "23-listing.html",
    "more/calm.xml", "more/keyed.json", "more/split.json", "more/omeka-classic.json", "more/schema-graph.json",
    "more/correspondence.html", "more/merged.xlsx", "more/box-list.ods", "more/old-excel.xls", "more/marc.mrc",
    "more/toml-front.md", "more/zotero.rdf", "24-notes/letter.md", "24-notes/1962-10-27-telegram.txt",
    "25-inventory.xlsx", "27-zotero.ris", "28-zotero.bib", "more/trove.json", "more/nara-opa.json",
    "more/europeana-proxies.json", "more/aspace-resolved.json", "more/page-fields.html", "more/mail.txt",
    "more/cards.txt", "more/filemaker.xml", "more/saved.mhtml", "more/mail.eml", "more/lido.xml",
    "more/headed-series.csv",
)  # fmt: skip
WHOLE: dict[str, Callable[[Path], bytes]] = {
    "pages": lambda _: numbered(HARBOUR).encode(),
    "JSON Lines": lambda _: lines(*ROWS, SCRAPED).encode(),
    "JSON list": lambda _: json.dumps([*ROWS, OLD_API], indent=1).encode(),
    "JSON answer": lambda _: json.dumps({"list": [OLD_API, *ROWS]}).encode(),
    "CSV": lambda _: text(TABLE),
    "TSV": lambda _: text(TABLE, "\t"),
    "SQLite": lambda folder: database(TABLE, folder / "whole"),
    "TEI volume": lambda _: VOLUME.encode(),
    "TEI letter": lambda _: LETTER.encode(),
    **{f"EAD {name}": lambda _, aid=aid: aid.encode() for name, aid in AIDS.items()},  # type: ignore[misc]  # a default
    "OAI-PMH": lambda _: ANSWER.encode(),
    **{file: lambda _, file=file: (CASES / file).read_bytes() for file in FILES},  # type: ignore[misc]  # as above
    "gzip": lambda _: gzip.compress(lines(*ROWS).encode(), mtime=0),
    "xz": lambda _: lzma.compress(lines(*ROWS).encode()),
}


CELLS: dict[str, tuple[str, str]] = {
    "cell.csv": ('title,date,summary\nPier,1959,"', '"\nQuay,1960,b\n'),
    "cell.json": ('[{"title": "Pier", "summary": "', '"}]'),
    "cell.jsonl": ('{"title": "Pier", "summary": "', '"}\n{"title": "Quay"}\n'),
    "cell.xml": ("<rows><row><title>Pier</title><date>1959</date><summary>", "</summary></row></rows>"),
    "cell.html": ("<html><table><tr><th>Title<th>Date<tr><td>Pier<td>", "</table></html>"),
    "cell.txt": ("November 2, 1962\n", "\n"),
    "cell.md": ("---\ntitle: Pier\n---\n", "\n"),
    "cell.ris": ("TY  - LETT\nTI  - Pier\nAB  - ", "\nER  - \n"),
    "cell.bib": ("@misc{a, title={Pier}, abstract={", "}}\n"),
}
"""Files with one huge cell: what stands before it and after it."""

DEEP = {
    "deep.json": '{"title": ' + "[" * 10**6,
    "list.json": "[" * 10**6,
    "deep.xml": "<rows>" + "<row>" * 10**6,
    "deep.html": "<html><table><tr><td>" + "<div>" * 10**5,
    "wide.html": "<html><table><tr><th>Title<th>Date<tr>"
    + '<td rowspan="65000" colspan="1000">x' * 50
    + "<tr><td>a" * 999,
    "deep.md": f"+++\na = {'[' * 10**5}\n+++\n",
    "laughs.xml": "<!DOCTYPE l [<!ENTITY a0 'ha'>"
    + "".join(f"<!ENTITY a{each + 1} '{f'&a{each};' * 10}'>" for each in range(10))
    + "]><rows><row><title>&a10;</title><date>1959</date></row></rows>",
}
"""Files that are nested, spanned or resolved without end."""

MEMORY = 2**30  # bytes of addresses in which bombs must be refused


def survive(kind: str, count: int) -> tuple[int, int, int]:
    """Read so many accidents of this kind; records, faults, and files of which nothing was left."""
    chance = random.Random(f"1962 {kind}")  # noqa: S311 - the accidents must be the same in every run
    records = faults = lost = 0
    with tempfile.TemporaryDirectory() as folder:
        whole, file = WHOLE[kind](Path(folder)), Path(folder) / "mangled"
        for _ in range(count):
            content = mangled(whole, chance)
            file.write_bytes(content)
            collected = read([file])
            assert collected.records or collected.faults
            assert all(record.id.isascii() and record.title for record in collected.records)
            assert json.dumps(
                [asdict(record) for record in collected.records], ensure_ascii=False, default=str
            ).encode()
            assert all("\n" not in str(fault) and fault.line >= 0 and str(fault).encode() for fault in collected.faults)
            assert all(line.encode() and "\n" not in line for each in collected.mappings for line in each.lines())
            records += len(collected.records)
            faults += len(collected.faults)
            lost += not collected.records
    return records, faults, lost


def survive_all(count: int) -> None:
    """Print what is left of so many of each kind."""
    for kind in WHOLE:
        print(f"{kind}: %d records, %d faults, %d files lost of {count}" % survive(kind, count), flush=True)  # noqa: T201


def burst(folder: Path, size: int) -> None:
    """Print what comes of each bomb; a cell has so many MiB."""
    for name in (*CELLS, *DEEP):
        file = folder / name
        with file.open("w", encoding="utf-8") as opened:
            before, after = CELLS.get(name, ("", ""))
            opened.write(before or DEEP[name])
            for _ in range(size if before else 0):
                opened.write("word " * (2**20 // 5))
            opened.write(after)
        collected = read([file])
        file.unlink()
        print(name, len(collected.records), *map(str, collected.faults[:2]), sep="; ", flush=True)  # noqa: T201


@pytest.mark.parametrize("kind", WHOLE)
def test_mangled_files_end_in_records_or_a_clear_error(kind: str) -> None:
    records, faults, lost = survive(kind, 24)

    assert records + faults >= 24
    assert lost <= faults


def test_bombs_are_refused_within_bounds(tmp_path: Path) -> None:
    code = f"""
import pathlib, resource, sys
resource.setrlimit(resource.RLIMIT_AS, ({MEMORY}, {MEMORY}))
from tests.test_formats_mangled import burst
burst(pathlib.Path(sys.argv[1]), 66)
"""
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", code, tmp_path],
        capture_output=True,
        text=True,
        check=True,
    )
    lines = dict(line.split("; ", 1) for line in done.stdout.splitlines())

    assert lines.keys() == {*CELLS, *DEEP}
    assert [name for name, line in lines.items() if name != "wide.html" and ": " not in line] == []


if __name__ == "__main__":
    survive_all(1000)
    with tempfile.TemporaryDirectory() as scratch:
        burst(Path(scratch), 500)
