"""Mangled files of every kind end in records with faults or in a clear error, and never in anything else.

A thousand of each kind: `python -c "from tests.test_formats_mangled import *; survive_all(1000)"`.
"""

from __future__ import annotations

import gzip
import json
import lzma
import random
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
    "24-notes/letter.md", "24-notes/1962-10-27-telegram.txt", "25-inventory.xlsx", "27-zotero.ris", "28-zotero.bib",
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
        print(f"{kind}: %d records, %d faults, %d files lost of {count}" % survive(kind, count))  # noqa: T201


@pytest.mark.parametrize("kind", WHOLE)
def test_mangled_files_end_in_records_or_a_clear_error(kind: str) -> None:
    records, faults, lost = survive(kind, 24)

    assert records + faults >= 24
    assert lost <= faults
