"""Sources are files and folders; whatever cannot be read is named with its cure, and the rest is read."""

from __future__ import annotations

import os
import tarfile
from typing import TYPE_CHECKING, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.ingest.read import FORMATS, LARGEST, read
from tests.pages import GRAIN, HARBOUR, PIER, bulleted, footed, numbered

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def good(tmp_path: Path) -> Path:
    """A folder with one good page in it."""
    folder = tmp_path / "harbour"
    folder.mkdir()
    (folder / "good.txt").write_text(numbered(HARBOUR), encoding="utf-8")
    return folder


def test_a_folder_is_read_whole_in_the_order_of_its_names(good: Path) -> None:
    (good / "b").mkdir()
    (good / "b" / "page.TXT").write_text(bulleted(HARBOUR), encoding="utf-8")
    (good / "a.txt").write_text(footed(HARBOUR), encoding="utf-8")
    (good / "notes.md").write_text("no page", encoding="utf-8")
    (good / ".good.txt").write_text("an editor's own", encoding="utf-8")

    collected = read([good])

    assert not collected.faults
    assert [listing.file for listing in collected.records[0].listings] == ["a.txt", "b/page.TXT", "good.txt"]
    assert [(page.file, page.page, page.listings) for page in collected.pages] == [
        ("a.txt", "1 - 3 of 12", 3),
        ("b/page.TXT", None, 3),
        ("good.txt", "1 - 3 of 12", 3),
    ]
    assert (collected.files, collected.listings, len(collected.records)) == (4, 9, 3)
    assert collected.skipped == ("notes.md",)


def test_a_file_is_known_by_its_content_and_not_by_its_name(tmp_path: Path) -> None:
    page = tmp_path / "page.html.bak"
    page.write_text(numbered(HARBOUR), encoding="utf-8")

    collected = read([page])

    assert [record.listings[0].file for record in collected.records] == ["page.html.bak"] * 3


def test_a_file_reached_twice_is_read_once(good: Path) -> None:
    (good / "same.txt").symlink_to(good / "good.txt")

    collected = read([good / "good.txt", good, good])

    assert (collected.files, collected.listings) == (1, 3)


def test_files_of_one_name_differ_by_their_folders(tmp_path: Path) -> None:
    for folder, rows in [("a", "1,Letter\n2,Memo"), ("b", "1,Cable\n2,Note\n1,Draft")]:
        (tmp_path / folder / "deep").mkdir(parents=True)
        for below in ("records.csv", "deep/records.csv"):
            (tmp_path / folder / below).write_text(f"id,title\n{rows}\n", encoding="utf-8")

    files = read([tmp_path / "a" / "records.csv", tmp_path / "b" / "records.csv"])
    folders = read([tmp_path / "a", tmp_path / "b"])

    assert [(record.title, record.listings[0].file) for record in files.records] == [
        ("Letter", "a/records.csv"),
        ("Memo", "a/records.csv"),
        ("Cable", "b/records.csv"),
        ("Note", "b/records.csv"),
        ("Draft", "b/records.csv"),
    ]
    assert not files.faults
    assert [str(note) for note in files.notes] == [
        "b/records.csv: id repeats in 1 of 3 rows, so what differs was added to it"
    ]
    assert {listing.file for record in folders.records for listing in record.listings} == {
        *("a/deep/records.csv", "a/records.csv", "b/deep/records.csv", "b/records.csv"),
    }
    assert {record.title for record in folders.records} == {"Letter", "Memo", "Cable", "Note", "Draft"}


def test_links_to_folders_are_followed_and_each_folder_is_read_once(good: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    (outside / "deep").mkdir(parents=True)
    (outside / "deep" / "table.csv").write_text("title,date\nLetter,1962\n", encoding="utf-8")
    (outside / "back").symlink_to(good)
    (good / "z").mkdir()
    (good / "z" / "page.txt").write_text(bulleted(HARBOUR), encoding="utf-8")
    for name, to in [("a", good / "z"), ("linked", outside), ("twice", outside), ("self", good), (".hid", outside)]:
        (good / name).symlink_to(to)
    (tmp_path / "only").mkdir()
    (tmp_path / "only" / "link").symlink_to(outside / "deep")

    collected = read([good])
    only = read([tmp_path / "only"])

    assert not (*collected.faults, *only.faults)
    assert [page.file for page in collected.pages] == ["good.txt", "z/page.txt"]
    assert [table.file for table in collected.mappings] == ["linked/deep/table.csv"]
    assert [table.file for table in only.mappings] == ["link/table.csv"]


NOTHING = (
    "it has no listing (a date alone on its line, then a title), no table and no list of records; "
    "give a note a line such as 'Date: 27 October 1962', or take it out of the source"
)
FAULTY = {
    "empty": (b"", 0, "it is empty; save it again or take it out of the source"),
    "blank": (b"\xef\xbb\xbf \r\n\r\n", 0, "it is empty; save it again or take it out of the source"),
    "prose": (
        b"Dear reader,\n\nno listing here.",
        0,
        NOTHING,
    ),
    "binary": (
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
        1,
        "it is not UTF-8 text; save it as UTF-8 or take it out of the source",
    ),
    "latin-1": ("no listing\n\nin Górög".encode("latin-1"), 0, NOTHING),
}


@pytest.mark.parametrize(("content", "line", "reason"), FAULTY.values(), ids=FAULTY)
def test_a_faulty_file_is_named_and_the_rest_is_read(good: Path, content: bytes, line: int, reason: str) -> None:
    (good / "bad.txt").write_bytes(content)

    collected = read([good])

    assert [(fault.file, fault.line, fault.reason) for fault in collected.faults] == [("bad.txt", line, reason)]
    assert len(collected.records) == 3
    assert collected.files == 2


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:xz", "w:bz2"])
def test_a_tar_archive_is_refused_by_name(good: Path, mode: Literal["w", "w:gz", "w:xz", "w:bz2"]) -> None:
    table = good.parent / "table.csv"
    table.write_text("title,summary,date\nPier,A pier.,1959\n", encoding="utf-8")
    with tarfile.open(good / "packed.csv", mode) as archive:
        archive.add(table, "table.csv")

    collected = read([good])

    assert [str(fault) for fault in collected.faults] == [
        "packed.csv: it is a tar archive; unpack it and give its files or folder"
    ]
    assert len(collected.records) == 3


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_text_in_an_old_encoding_is_read_and_the_encoding_is_said(tmp_path: Path, encoding: str) -> None:
    page = tmp_path / "page.txt"
    page.write_bytes(numbered(HARBOUR).encode(encoding))

    collected = read([page])

    assert not collected.faults
    assert [(record.title, record.summary) for record in collected.records] == [
        (entry.title, entry.summary) for entry in HARBOUR
    ]
    assert len(collected.notes) == (encoding != "utf-16")


@pytest.mark.parametrize(
    ("encoding", "rows"),
    [
        ("mac-roman", "Lettre à la société d'économie\nDécret relatif à la forêt\nÉtat général"),
        ("cp1250", "List do księcia o łące i źródle\nŻądanie chłopów"),
        ("iso8859-2", "Dopis starostovi o mlýně a řece\nŽádost o příspěvek"),
        ("cp1251", "Письмо министру о хлебе\nДоклад о положении в деревне"),  # noqa: RUF001
        ("koi8-r", "Письмо министру о хлебе\nДоклад о положении в деревне"),  # noqa: RUF001
        ("utf-16-le", "Письмо министру о хлебе\nДоклад о положении в деревне"),  # noqa: RUF001
    ],
)
def test_tables_of_old_programs_keep_their_letters(tmp_path: Path, encoding: str, rows: str) -> None:
    table = tmp_path / "table.csv"
    table.write_bytes(
        "".join(f"{row}\n" for row in ("title;date", *(f"{row};1903" for row in rows.split("\n")))).encode(encoding)
    )

    assert [record.title for record in read([table]).records] == rows.split("\n")


def test_a_few_bytes_that_are_no_utf8_cost_no_listing_and_are_said(tmp_path: Path) -> None:
    page = tmp_path / "page.txt"
    page.write_bytes(numbered(HARBOUR).encode().replace("“cheaper".encode(), "Škoda – ".encode() + b"\x93cheaper"))

    collected = read([page])

    assert [record.title for record in collected.records] == [entry.title for entry in HARBOUR]
    assert "“cheaper" in collected.records[1].summary
    assert not collected.faults
    assert [str(note) for note in collected.notes] == [
        "page.txt: 1 listing has bytes that are not UTF-8, which were read as Windows-1252 or left out"
    ]


def test_of_two_encodings_in_one_file_only_one_is_read(tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    utf_8 = "".join(f"Příspěvek na řeku {number},190{number % 10}\n" for number in range(90))
    table.write_bytes(
        b"title,date\n" + utf_8.encode() + b"".join(b"\xf8eka %d,1911\n" % number for number in range(90))
    )

    collected = read([table], tolerant=False)

    assert not collected.records
    assert "of 180 rows are faulty" in str(collected.faults[-1])


def test_a_missing_path_an_empty_folder_and_no_file_are_named(good: Path, tmp_path: Path) -> None:
    (tmp_path / "nothing").mkdir()
    os.mkfifo(good / "pipe.txt")
    (good / "gone.txt").symlink_to(good / "deleted.txt")

    collected = read([tmp_path / "missing", tmp_path / "nothing", tmp_path / ("x" * 300), good])

    endings = " or ".join(sorted({suffix for kind in FORMATS for suffix in kind.SUFFIXES}))
    assert [str(fault).removeprefix(f"{tmp_path}/").partition(";")[0] for fault in collected.faults] == [
        "missing: there is no such file or folder",
        f"nothing: the folder has no {endings} file",
        f"{'x' * 300}: there is no such file or folder",
        "gone.txt: it cannot be read (No such file or directory)",
        "pipe.txt: it is not a regular file",
    ]
    assert len(collected.records) == 3


def test_a_file_past_the_cap_is_refused_with_the_cap(good: Path) -> None:
    with (good / "huge.txt").open("wb") as huge:
        huge.truncate(LARGEST + 1)

    collected = read([good])

    assert [str(fault) for fault in collected.faults] == [
        "huge.txt: it is larger than the 64 MiB that are read of one file; split it"
    ]
    assert len(collected.records) == 3


def test_a_file_name_of_any_bytes_is_shown_as_text(good: Path) -> None:
    page = good / os.fsdecode(b"caf\xe9.txt")
    page.write_text(numbered([PIER, GRAIN], "1 - 2 of 2"), encoding="utf-8")

    collected = read([page])

    assert collected.records[0].listings[0].file == "caf\N{REPLACEMENT CHARACTER}.txt"


@given(st.one_of(st.binary(), st.text().map(str.encode), st.just(numbered(HARBOUR).encode())), st.binary(max_size=9))
def test_any_bytes_end_in_records_and_faults(
    tmp_path_factory: pytest.TempPathFactory, head: bytes, tail: bytes
) -> None:
    page = tmp_path_factory.getbasetemp() / "page.txt"
    page.write_bytes(head + tail)

    collected = read([page])

    assert collected.records or collected.faults
    assert all(
        0 <= fault.line <= (head + tail).count(b"\n") + (head + tail).count(b"\r") + 1 for fault in collected.faults
    )
    assert all(record.text.encode() and record.id.isascii() for record in collected.records)


def test_a_table_with_more_than_a_third_of_its_rows_faulty_gives_nothing_unless_that_is_allowed(tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    table.write_text("title,date\nPier,1959\nQuay,1960\nCrane,1961,a,b\nShip,1962,c\n", encoding="utf-8")

    strict, tolerant = read([table], tolerant=False), read([table])

    assert not strict.records
    assert str(strict.faults[-1]).startswith("table.csv: 2 of 4 rows are faulty, so none of it is read;")
    assert [record.title for record in tolerant.records] == ["Pier", "Quay"]
    assert len(tolerant.faults) == 2
