"""What `rag export` writes is read again by `rag build`: the same records under the same ids."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from lxml import etree  # type: ignore[import-untyped]  # it comes without types

from rag.cli.exporting import exported
from rag.ingest.read import read
from rag.record import Filter
from rag.schemas.export import FORMATS

if TYPE_CHECKING:
    from rag.assistant.assistant import Assistant
    from rag.record import Record

CASES = Path(__file__).with_name("import_cases")
EVERYTHING = ("id", "title", "summary", "text_kind", "date", "other_dates", "people", "places", "subjects", "languages")
MORE = (
    "senders",
    "recipients",
    "sent_from",
    "type",
    "archive",
    "source",
    "rights",
    "source_url",
    "hierarchy",
    "images",
)
DUBLIN_CORE = (
    "id", "title", "summary", "people", "subjects", "languages", "type", "archive", "rights", "source_url", "senders",
    "recipients", "sent_from", "hierarchy",
)  # fmt: skip
ELEMENTS = {
    "title", "creator", "subject", "description", "publisher", "contributor", "date", "type", "format", "identifier",
    "source", "language", "relation", "coverage", "rights",
}  # fmt: skip


def originals() -> list[Record]:
    """Records with every field, odd dates and ids of every kind."""
    files = [*CASES.glob("*.xml"), *CASES.glob("*.csv"), *CASES.glob("more/*.json"), *CASES.glob("more/*.csv")]
    return list(read([Path("seeds"), *sorted(files)]).records)


def fields(record: Record, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(record, name) for name in names}


@pytest.mark.parametrize("name", FORMATS)
def test_an_export_is_read_again_as_the_same_records(tmp_path: Path, name: str) -> None:
    records = originals()
    file = tmp_path / f"export.{'xml' if name in {'oai_dc', 'ead3'} else name}"
    file.write_text("".join(FORMATS[name](records)), encoding="utf-8", newline="")
    names = DUBLIN_CORE if name == "oai_dc" else (*EVERYTHING, *MORE)

    again = read([file])
    if name == "ead3":  # in the order of the hierarchy
        records.sort(key=lambda record: record.id)
        again = replace(again, records=tuple(sorted(again.records, key=lambda record: record.id)))

    assert not again.faults
    assert [fields(record, names) for record in again.records] == [fields(record, names) for record in records]
    assert [record.date and record.date.edtf for record in again.records] == [
        record.date and record.date.edtf for record in records
    ]


def test_a_finding_aid_has_each_record_within_the_one_it_is_a_part_of() -> None:
    records = read([CASES / "more/parents.csv"]).records
    aid = etree.fromstring("".join(FORMATS["ead3"](records)).encode())

    around = {
        component.findtext("{*}did/{*}unittitle"): component.getparent().findtext("{*}did/{*}unittitle")
        for component in aid.iter("{*}c")
    }

    assert around == {"Falk papers": None, "Letters": "Falk papers", "Letter to the tenant": "Letters"}


def test_dublin_core_keeps_to_its_fifteen_elements_and_says_more_beside_them() -> None:
    (letter,) = read([CASES / "more/schema-letter.json"]).records
    answer = etree.fromstring("".join(FORMATS["oai_dc"]([letter])).encode())

    simple = {etree.QName(each).localname: each.text for each in answer.find(".//{*}dc")}

    assert simple.keys() <= ELEMENTS
    assert (simple["creator"], simple["contributor"]) == (letter.senders[-1], letter.recipients[-1])
    assert answer.xpath("name(//*[local-name() = 'record']/*[last()])") == "about"


@pytest.mark.parametrize("name", ["csv", "jsonl", "ead3"])
def test_what_a_search_finds_is_exported_whole_and_read_again(tmp_path: Path, assistant: Assistant, name: str) -> None:
    found = list(exported(assistant, "Castro", Filter().having({"type": ["Telegram"]})))
    file = tmp_path / f"export.{'xml' if name == 'ead3' else name}"
    file.write_text("".join(FORMATS[name](found)), encoding="utf-8", newline="")

    again = read([file]).records

    assert len(found) > 5
    assert [fields(record, (*EVERYTHING, *MORE)) for record in again] == [
        fields(record, (*EVERYTHING, *MORE)) for record in found
    ]
