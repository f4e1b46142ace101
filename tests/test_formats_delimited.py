"""Tables of text and of databases give the same records as JSON; a faulty row costs nothing but itself."""

from __future__ import annotations

import csv
import io
import lzma
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from rag.ingest.formats.files import ColumnChoice
from rag.ingest.read import read

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

HEAD = ("Record ID", "Title", "Date", "Description", "Subjects", "Language", "Shelf")
PIER = (
    "h/1",
    "Resolution on a Pier",
    "Sept. 1959",
    'The council, "as one",\nwants a pier.',
    "Piers; Quays",
    "ru, es",
    "A 1",
)
GRAIN = ("h/2", "Note on Grain", "19600105", "Sugar for grain.", "", "", "")
ROWS = (HEAD, PIER, GRAIN)
EXPECTED = [
    (
        "h~1",
        "Resolution on a Pier",
        "1959-09",
        'The council, "as one", wants a pier.',
        ("Piers", "Quays"),
        ("ru", "es"),
    ),
    ("h~2", "Note on Grain", "1960-01-05", "Sugar for grain.", (), ()),
]


def text(rows: Sequence[Sequence[str]], delimiter: str = ",", end: str = "\r\n") -> bytes:
    written = io.StringIO(newline="")
    csv.writer(written, delimiter=delimiter, lineterminator=end).writerows(rows)
    return written.getvalue().encode()


def database(rows: Sequence[Sequence[object]], file: Path) -> bytes:
    """A table of records beside a larger one that is none."""
    columns = ", ".join(f'"{name}"' for name in rows[0])
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute(f"CREATE TABLE records ({columns})")
        connection.execute("CREATE TABLE completed (page, at)")
        connection.execute("CREATE VIEW titles AS SELECT * FROM records")
        connection.executemany("INSERT INTO completed VALUES (?, ?)", [(number, "now") for number in range(50)])
        marks = ", ".join("?" for _ in rows[0])
        connection.executemany(f"INSERT INTO records VALUES ({marks})", rows[1:])  # noqa: S608 - a count of marks
    return file.read_bytes()


KINDS: dict[str, Callable[[Path], bytes]] = {
    "CSV": lambda _: text(ROWS),
    "CSV with a mark and a blank line first": lambda _: b"\xef\xbb\xbf\r\n" + text(ROWS),
    "CSV with semicolons": lambda _: text(ROWS, ";", "\n"),
    "CSV that says its separator": lambda _: b"sep=;\r\n" + text(ROWS, ";"),
    "CSV in UTF-16": lambda _: text(ROWS).decode().encode("utf-16"),
    "CSV with bars": lambda _: text(ROWS, "|", "\n"),
    "TSV": lambda _: text(ROWS, "\t", "\n"),
    "a database": lambda folder: database(ROWS, folder / "made"),
    "a packed database": lambda folder: lzma.compress(database(ROWS, folder / "made")),
}


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_every_kind_of_table_is_recognized_by_its_content(tmp_path: Path, kind: Callable[[Path], bytes]) -> None:
    (tmp_path / "table").write_bytes(kind(tmp_path))
    collected = read([tmp_path / "table"])

    assert not collected.faults
    assert [
        (each.id, each.title, each.date and each.date.edtf, each.summary, each.subjects, each.languages)
        for each in collected.records
    ] == EXPECTED
    (mapped,) = collected.mappings
    assert (mapped.rows, mapped.unused) == (2, ("Shelf",))


def test_columns_that_no_one_would_guess_are_chosen(tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    table.write_bytes(text([("Betreff", "Tag", "Ort"), ("Kaimauer", "1959-09-03", "Havanna")]))
    choice = ColumnChoice({"title": ("Betreff",), "date": ("Tag",), "places": ("Ort",)})

    (record,) = read([table], {table: choice}).records

    assert (record.title, record.date and record.date.edtf, record.places) == ("Kaimauer", "1959-09-03", ("Havanna",))
    (fault,) = read([table]).faults
    assert fault.reason.startswith(
        "it is a table, but too few columns of it are known (Ort); it has Betreff, Tag, Ort: choose by --map"
    )


def test_a_line_of_a_table_counts_from_where_its_row_begins(tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    table.write_bytes(text([HEAD, PIER, ("", "", "1959", "", "", "", ""), GRAIN]))

    (fault,) = read([table]).faults

    assert fault.line == 4  # the row before has a line break in it


FAULTY = {
    "too many values": (b'h/9,"Pier, old",1959,,,,,more\r\n', "the row has 8 values for 7 columns"),
    "a broken quotation": (b'h/9,"Pier" old,1959,,,,\r\n', "the row is not CSV (',' expected after '\"')"),
}


@pytest.mark.parametrize(("row", "reason"), FAULTY.values(), ids=FAULTY)
def test_a_faulty_row_costs_nothing_but_itself(tmp_path: Path, row: bytes, reason: str) -> None:
    (tmp_path / "table.csv").write_bytes(text([HEAD, PIER]) + row + text([GRAIN]))
    collected = read([tmp_path / "table.csv"])

    assert [record.title for record in collected.records] == [PIER[1], GRAIN[1]]
    (fault,) = collected.faults
    assert fault.line == 4
    assert fault.reason.startswith(reason)


def test_a_broken_line_of_names_costs_its_file_and_not_the_others(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b'"title"x,summary,date\nPier,A pier.,1959\n')
    (tmp_path / "b.csv").write_bytes(text(ROWS))
    collected = read([tmp_path])

    assert [str(fault) for fault in collected.faults] == [
        "a.csv:1: the row is not CSV (',' expected after '\"'); correct its quotation marks, and no column has a name"
    ]
    assert len(collected.records) == 2


def test_a_quotation_that_is_never_closed_costs_only_its_own_row(tmp_path: Path) -> None:
    (tmp_path / "table.csv").write_bytes(text([HEAD, PIER]) + b'h/9,"Pier,1959,,,,\r\n' + text([GRAIN] * 9))
    collected = read([tmp_path / "table.csv"])

    assert [record.title for record in collected.records] == [PIER[1], GRAIN[1]]
    assert [fault.line for fault in collected.faults] == [4]


def test_a_quotation_that_is_never_closed_is_reported_with_all_that_is_lost(tmp_path: Path) -> None:
    lost = [("h/3", "x" * 9_000, *GRAIN[2:])] * 600
    (tmp_path / "table.csv").write_bytes(text([HEAD, PIER]) + b'h/9,"Pier,1959,,,,\r\n' + text(lost))
    collected = read([tmp_path / "table.csv"])

    assert [record.title for record in collected.records] == [PIER[1]]
    (fault,) = collected.faults
    assert fault.line == 4
    assert f"), what follows to line {4 + len(lost)} is lost with it; " in fault.reason


FOLLOWED = {
    "a stray mark": (b'h/9,"a 5" pier",,,,,\r\n', 4),
    "broken in many lines": (b'h/9,"The "old" pier,\r\nand, a crane\r\nand more",1959,,,,\r\n', 6),
    "far too long in one line": (b"h/9,Pier,," + b"x" * 5 * 2**20 + b",,,\r\n", 4),
    "far too long in many lines": (
        b'h/9,Pier,,"' + b'a ""b"", of, many, and, so, on\r\n' * 2**18 + b'c",,,\r\n',
        4 + 2**18,
    ),
}


@pytest.mark.parametrize(("row", "last"), FOLLOWED.values(), ids=FOLLOWED)
def test_nothing_is_made_of_the_lines_in_a_faulty_value(tmp_path: Path, row: bytes, last: int) -> None:
    (tmp_path / "table.csv").write_bytes(text([HEAD, PIER]) + row + text([GRAIN]))
    collected = read([tmp_path / "table.csv"])

    assert [record.title for record in collected.records] == [PIER[1], GRAIN[1]]
    (fault,) = collected.faults
    assert fault.line == 4
    assert (f"to line {last} is lost" in fault.reason) == (last > 4)


UNEVEN = {
    "a comma at the end": (b"Pier,1959,A pier.,\n", b'"The "old pier",1959,z,\n', b"Grain,1960,Sugar.,\n"),
    "an empty last value left out": (b"Pier,1959,A pier.\n", b'"The "old pier",1959,z\n', b"Grain,1960,Sugar.\n"),
    "left out after the fault alone": (b"Pier,1959,A.,x\n", b'"The "old pier",1959,z,x\n', b"Grain,1960,Sugar.\n"),
    "too many values before the fault": (
        b"Pier,1959,A.,\nQuay,1959,A.,\n" + b"Ship,1959,a,b,c,d\n",
        b'"The "old, pier",1959,z,\n',
        b"Grain,1960,Sugar.,\n",
    ),
}


@pytest.mark.parametrize(("before", "row", "after"), UNEVEN.values(), ids=UNEVEN)
@pytest.mark.parametrize("head", [b"title,date,description\n", b"title,date,description,subject\n"])
def test_a_misquoted_row_costs_nothing_but_itself_where_rows_are_not_as_wide_as_the_names(
    tmp_path: Path, head: bytes, before: bytes, row: bytes, after: bytes
) -> None:
    (tmp_path / "table.csv").write_bytes(head + before + row + after + after.replace(b"Grain", b"Sugar"))
    collected = read([tmp_path / "table.csv"])

    assert [record.title for record in collected.records][-2:] == ["Grain", "Sugar"]
    assert [fault.reason for fault in collected.faults if "is lost" in fault.reason] == []


def test_a_text_in_many_lines_that_is_open_after_a_misquoted_value_makes_no_records(tmp_path: Path) -> None:
    row = b'"The "old" pier",1959,"A pier,\nand a crane\nand more"\n'
    (tmp_path / "table.csv").write_bytes(b"title,date,description\nPier,1959,A pier.\n" + row + b"Grain,1960,Sugar.\n")
    collected = read([tmp_path / "table.csv"])

    assert [record.title for record in collected.records] == ["Pier", "Grain"]
    (fault,) = collected.faults
    assert "to line 5 is lost" in fault.reason


def test_a_table_of_a_database_can_be_chosen(tmp_path: Path) -> None:
    file = tmp_path / "archive.db"
    database(ROWS, file)
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("CREATE TABLE drafts (title, note)")
        connection.execute("INSERT INTO drafts VALUES ('Draft of a Pier', 'x')")

    assert [each.title for each in read([file], {file: ColumnChoice(table="drafts")}).records] == ["Draft of a Pier"]
    assert [fault.reason for fault in read([file], {file: ColumnChoice(table="no")}).faults] == [
        "it has no table 'no'; choose one of: records, completed, drafts"
    ]


def test_a_value_of_a_database_that_cannot_be_kept_whole_costs_no_record(tmp_path: Path) -> None:
    file = tmp_path / "archive.db"
    database([HEAD, PIER, ("h/9", "x" * 2_000_000, *GRAIN[2:]), GRAIN], file)
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("""UPDATE records SET Title = CAST(x'c328' AS TEXT) WHERE "Record ID" = 'h/2'""")
    collected = read([file])

    assert [record.title for record in collected.records] == [PIER[1], "x" * 4000, "Ã("]
    assert not collected.faults
    assert [note.text.split(", in")[0] for note in collected.notes] == [
        "title of more than 4,000 characters cut",
        "title with bytes that are not UTF-8, which were read as Windows-1252 or left out",
    ]


def test_text_stored_as_bytes_is_read_and_pictures_are_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "archive.db"
    database([("title", "summary", "scan"), (b"Pier", "Górög wants a pier.".encode(), b"\x89PNG\xff\0")], file)
    collected = read([file])

    assert not collected.faults
    assert [(record.title, record.summary) for record in collected.records] == [("Pier", "Górög wants a pier.")]


FILES = {
    "a picture": b"\x89PNG\xff\xfe",
    "a file that happens to be letters and a null": b"PK\0",
    "a picture longer than is read": b"\x89PNG" + b"\xff" * 2**20,
}


@pytest.mark.parametrize("content", FILES.values(), ids=FILES)
def test_a_file_in_a_column_named_like_a_text_costs_no_record(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "archive.db"
    database([("title", "date", "content"), ("Pier", "1959", content), ("Grain", "1960", "Sugar.")], file)
    collected = read([file])

    assert not collected.faults
    assert [(record.title, record.summary) for record in collected.records] == [("Pier", ""), ("Grain", "Sugar.")]


def test_text_stored_as_bytes_that_is_too_long_is_cut_and_not_left_out(tmp_path: Path) -> None:
    file = tmp_path / "archive.db"
    database([("title", "date", "content"), ("Pier", "1959", ("x" + "é" * 2**20).encode())], file)
    collected = read([file])

    assert [len(record.summary) for record in collected.records] == [200_000]
    assert str(collected.notes[0]).startswith("archive.db: summary of more than 200,000 characters cut, in 1 row")


def test_a_table_that_cannot_be_opened_and_one_like_that_which_is_read_are_named(tmp_path: Path) -> None:
    file = tmp_path / "archive.db"
    database(ROWS, file)
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("CREATE TABLE drafts (title, note)")
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute(
            "INSERT INTO sqlite_schema VALUES ('table', 'map', 'map', 0, 'CREATE VIRTUAL TABLE map USING atlas()')"
        )
    collected, chosen = read([file]), read([file], {file: ColumnChoice(table="records")})

    assert not collected.faults
    assert len(collected.records) == len(chosen.records) == 2
    assert [mapped.format_name for mapped in (*collected.mappings, *chosen.mappings)] == [
        "SQLite, table records (not read: drafts, map)",
        "SQLite, table records",
    ]
    assert [fault.reason for fault in read([file], {file: ColumnChoice(table="map")}).faults] == [
        "it has no table 'map' that can be read; choose one of: records, completed, drafts"
    ]


def test_a_column_that_a_database_computes_is_read(tmp_path: Path) -> None:
    file = tmp_path / "archive.db"
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("CREATE TABLE records (name, number, title GENERATED ALWAYS AS (name || ' ' || number))")
        connection.execute("INSERT INTO records VALUES ('Pier', 3)")

    assert [record.title for record in read([file]).records] == ["Pier 3"]


def test_a_database_that_is_being_written_or_is_damaged_is_reported(tmp_path: Path) -> None:
    content = database(ROWS, tmp_path / "archive.db")
    (tmp_path / "archive.db-wal").write_bytes(b"changes")
    (tmp_path / "damaged.db").write_bytes(content[:4096] + b"\xff" * (len(content) - 4096))

    assert [str(fault) for fault in read([tmp_path / "archive.db"]).faults] == [
        "archive.db: archive.db-wal has changes that are not in it yet; close the program that writes it first"
    ]
    assert "the database cannot be read (" in str(read([tmp_path / "damaged.db"]).faults[-1])


def test_the_order_of_day_and_month_is_that_which_each_column_proves(tmp_path: Path) -> None:
    source = tmp_path / "letters.csv"
    rows = ["a,One,26/5/1993,", "b,Two,4/5/1993,", "c,Three,,5/26/1993", "d,Four,,4/5/1993"]
    source.write_text("\n".join(["id,title,date,date of letter", *rows]), encoding="utf-8")

    dates = {record.id: record.date.edtf for record in read([source]).records if record.date}

    assert dates == {"a": "1993-05-26", "b": "1993-05-04", "c": "1993-05-26", "d": "1993-04-05"}
