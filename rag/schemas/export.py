"""Records -> CSV, JSON Lines, Dublin Core or EAD that `rag build` reads again: the same records under the same ids."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from lxml import etree  # type: ignore[import-untyped]  # it comes without types

from rag.record import BELOW, Record
from rag.schemas.export_ead import as_ead, storable
from rag.schemas.record import RecordOut

_LISTS = (
    "people", "places", "subjects", "languages", "senders", "recipients", "sent_from", "hierarchy", "source_urls",
    "images",
)  # fmt: skip
_COLUMNS = (
    "id", "title", "summary", "text_kind", "date", "edtf", "other_dates", "type", "archive", "source", "rights",
    "source_url", *_LISTS,
)  # fmt: skip
_OAI = "http://www.openarchives.org/OAI/2.0/"
_OAI_DC = "http://www.openarchives.org/OAI/2.0/oai_dc/"
_DC = "http://purl.org/dc/elements/1.1/"
_DCTERMS = "http://purl.org/dc/terms/"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_ROLES = "http://id.loc.gov/vocabulary/relators/"


def as_jsonl(records: Iterable[Record]) -> Iterator[str]:
    """A line for each record, as the API shapes it, with the dates beside the listed one under a name of their own."""
    for record in records:
        shaped = RecordOut.of(record).model_dump(mode="json", by_alias=True, exclude={"dates"})
        others = {"other_dates": [date.text for date in record.other_dates]} if record.other_dates else {}
        yield f"{json.dumps({**shaped, **others, 'id': _source_id(record)}, ensure_ascii=False)}\n"


def as_csv(records: Iterable[Record]) -> Iterator[str]:
    """A row for each record, with several values of one cell as a JSON list."""
    yield _row(_COLUMNS)
    for record in records:
        values: dict[str, Any] = {name: getattr(record, name) or "" for name in _COLUMNS if hasattr(record, name)}
        values |= {name: json.dumps(getattr(record, name), ensure_ascii=False) for name in _LISTS if values[name]}
        values |= {
            "id": _source_id(record),
            "date": record.date.text if record.date else "",
            "edtf": (record.date and record.date.edtf) or "",
            "other_dates": " | ".join(date.text for date in record.other_dates),
        }
        yield _row([values[name] for name in _COLUMNS])


def _row(values: Iterable[str]) -> str:
    written = io.StringIO(newline="")
    csv.writer(written).writerow(values)
    return written.getvalue()


def as_dublin_core(records: Iterable[Record]) -> Iterator[str]:
    """An answer of OAI-PMH to ListRecords, with the records in simple Dublin Core.

    What that has no element for stands beside it in RDF, where harvesters that do not know it pass it over.
    """
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<OAI-PMH xmlns="{_OAI}">\n<ListRecords>\n'
    for record in records:
        outer = etree.Element(f"{{{_OAI}}}record", nsmap={None: _OAI})
        header = etree.SubElement(outer, f"{{{_OAI}}}header")
        etree.SubElement(header, f"{{{_OAI}}}identifier").text = _source_id(record)
        within = etree.SubElement(outer, f"{{{_OAI}}}metadata")
        dublin = etree.SubElement(within, f"{{{_OAI_DC}}}dc", nsmap={"oai_dc": _OAI_DC, "dc": _DC})
        for name, value in _terms(record):
            etree.SubElement(dublin, f"{{{_DC}}}{name}").text = storable(value)
        if refined := list(_refined(record)):
            about = etree.SubElement(outer, f"{{{_OAI}}}about")
            names = {"rdf": _RDF, "dcterms": _DCTERMS, "relators": _ROLES}
            described = etree.SubElement(
                etree.SubElement(about, f"{{{_RDF}}}RDF", nsmap=names), f"{{{_RDF}}}Description"
            )
            for name, value in refined:
                etree.SubElement(described, name).text = storable(value)
        yield etree.tostring(outer, encoding="unicode") + "\n"
    yield "</ListRecords>\n</OAI-PMH>\n"


def _terms(record: Record) -> Iterator[tuple[str, str]]:
    """Each element of Dublin Core with its value, but empty ones."""
    date = record.date and (record.date.edtf or record.date.text)
    values = (
        ("title", [record.title]),
        ("description", [record.summary]),
        ("date", [date]),
        ("coverage", record.places),
        ("subject", record.subjects),
        ("language", record.languages),
        ("type", [record.type]),
        ("publisher", [record.archive]),
        ("source", [record.source]),
        ("relation", [BELOW.join(record.hierarchy)]),
        ("rights", [record.rights]),
        ("identifier", record.source_urls or [record.source_url]),
    )
    received = {*record.recipients} - {*record.senders}
    yield from ((name, value) for name, several in values for value in several if value)
    yield from (("contributor" if person in received else "creator", person) for person in record.people)


def _refined(record: Record) -> Iterator[tuple[str, str]]:
    """What refines its description: the titles above it, and the parties of a letter by the roles of MARC."""
    values = (
        (f"{{{_DCTERMS}}}isPartOf", record.hierarchy),
        (f"{{{_ROLES}}}aut", record.senders),
        (f"{{{_ROLES}}}rcp", record.recipients),
        (f"{{{_ROLES}}}prp", record.sent_from),
    )
    return ((name, value) for name, several in values for value in several)


def _source_id(record: Record) -> str:
    """The id as a source gives it, from which a build makes the same id again."""
    return record.id.replace("~", "/")


# The formats of an export, by name.
FORMATS: dict[str, Callable[[Iterable[Record]], Iterator[str]]] = {
    "csv": as_csv,
    "jsonl": as_jsonl,
    "oai_dc": as_dublin_core,
    "ead3": as_ead,
}
