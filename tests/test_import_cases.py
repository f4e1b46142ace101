"""Inputs of the kinds that historians have give the records that a cataloguer would make of them.

What each gives now: `python -m tests.test_import_cases`.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from rag.ingest.read import read
from rag.ingest.source_list import SourceList

if TYPE_CHECKING:
    from rag.ingest.read import Collected
    from rag.record import Record

FOLDER = Path(__file__).with_name("import_cases")
CASES: dict[str, dict[str, Any]] = {
    case: expected
    for listed in ("expected.toml", "more/expected.toml")
    for case, expected in tomllib.loads((FOLDER / listed).read_text(encoding="utf-8")).items()
}


def collected(case: str) -> Collected:
    """What the input of a case gives; its name is its file, then words that tell it from others of the same."""
    path = FOLDER / case.partition(" ")[0]
    chosen = tuple((str(path), choice) for choice in CASES[case].get("map", ()))
    return read([path], SourceList((str(path),), chosen).choices())


def value_of(record: Record, field: str) -> object:
    """A field of a record as expected.toml writes it."""
    match field:
        case "date":
            return record.date.text if record.date else ""
        case "edtf":
            return (record.date and record.date.edtf) or ""
        case _:
            value = getattr(record, field)
            return list(value) if isinstance(value, tuple) else value or ""


def differences(case: str) -> list[str]:
    """What an input gives otherwise than expected, a line each."""
    found, expected = collected(case), CASES[case]
    faults = [str(fault) for fault in found.faults]
    if "refused" in expected:
        lines = [] if len(faults) == 1 and expected["refused"] in faults[0] else [f"faults: {faults}"]
        return lines + [f"a record: {record.title!r}" for record in found.records]
    lines = [f"fault: {fault}" for fault in found.faults if fault.reason not in expected.get("faults", ())]
    if (note := expected.get("notes", "")) and not any(note in str(each) for each in found.notes):
        lines.append(f"notes: {found.notes}")
    if len(found.records) != len(expected["records"]):
        lines.append(f"{len(found.records)} records: {[record.title for record in found.records]}")
    for number, (record, fields) in enumerate(zip(found.records, expected["records"], strict=False), 1):
        for field, wanted in fields.items():
            value = value_of(record, field.removesuffix("~"))
            if not (re.search(wanted, str(value)) if field.endswith("~") else value == wanted):
                lines.append(f"record {number}, {field}: {value!r}, not {wanted!r}")
    return lines


@pytest.mark.parametrize("case", CASES)
def test_an_input_gives_what_its_cataloguer_would(case: str) -> None:
    assert differences(case) == []


if __name__ == "__main__":
    for case in CASES:
        print(case, *(differences(case) or ["as expected"]), sep="\n  ")  # noqa: T201
