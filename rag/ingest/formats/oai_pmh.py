"""Saved answers of OAI-PMH, or bare records, in Dublin Core -> listings."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from rag.dates.archival_date import is_date, parse_date
from rag.ingest.formats.column_mapping import Mapper
from rag.ingest.formats.xml_reader import EntityError, attribute, elements, first, name, root, text
from rag.record import PageHeld

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rag.errors import SourceError
    from rag.ingest.formats.files import Opened
    from rag.ingest.formats.protocol import ColumnChoice, Item, Told
    from rag.ingest.formats.xml_reader import Element

SUFFIXES = frozenset({".xml"})

_ROOTS = frozenset({"OAI-PMH", "ListRecords", "record", "records", "dc", "metadata"})
_STAMP = re.compile(r"\dT(?!00:00(?::00)?(?:\.0+)?Z?$)\d\d:\d\d")  # midnight stands for the whole day
_WEB = re.compile(r"https?://", re.IGNORECASE)


def sniff(opened: Opened, choice: ColumnChoice) -> bool:
    """See Kind."""
    del choice
    return root(opened) in _ROOTS


def read(opened: Opened, choice: ColumnChoice) -> Iterator[Told]:
    """See Kind."""
    mapper = Mapper(opened.file, "Dublin Core", choice)
    page, held = None, 0
    for event, element in elements(opened):
        called = name(element) if event == "end" else ""
        if called in {"dc", "record", "error"}:
            held += called == "dc"
            yield from _told(mapper, element)
        elif called == "resumptionToken":
            page = _page(element, held)
    if page is not None:
        yield PageHeld(opened.file, page, held)
    yield from mapper.end()


def _told(mapper: Mapper, element: Element) -> Iterator[Item | SourceError]:
    """The record of a Dublin Core; a fault for an error, and for a record that holds none, unless it was deleted."""
    line = element.sourceline
    match name(element):
        case "dc":
            try:
                yield mapper.read(line, _record(element))
            except EntityError as error:
                yield mapper.fault(line, str(error))
        case "record":
            header = first(element, "header")
            deleted = header is not None and attribute(header, "status") == "deleted"
            if first(element, "dc") is None and not deleted:
                yield mapper.fault(line, "the record holds no Dublin Core; fetch it with metadataPrefix=oai_dc")
            element.clear(keep_tail=True)
        case _:
            yield mapper.fault(line, f"the archive answered {attribute(element, 'code')}: {text(element)[:200]}")


def _record(dublin: Element) -> dict[str, Any]:
    """The elements of Dublin Core as the fields of a record."""
    around = next((each for each in dublin.iterancestors() if name(each) == "record"), None)
    told: dict[str, list[str]] = {}
    for element in dublin:
        if words := text(element):
            told.setdefault(name(element), []).append(words)

    def of(*names: str) -> list[str]:
        return [words for each in names for words in told.get(each, ())]

    addresses = [words for words in of("identifier", "source", "relation") if _WEB.match(words)]
    places = [words for words in of("coverage", "spatial") if not is_date(words) and not parse_date(words).edtf]
    return {
        "id": text(first(around, "header", "identifier")),
        "title": of("title")[:1],
        "summary": " ".join(of("abstract", "description")),
        "date": min(of("date", "created", "temporal", "issued"), key=_is_stamp, default=""),
        "people": of("creator", "contributor"),
        "places": places,
        "subjects": of("subject"),
        "languages": of("language"),
        "type": of("type")[:1],
        "archive": next(iter(of("isPartOf", "publisher")), ""),
        "source": "; ".join(
            words for words in of("source", "bibliographicCitation", "identifier") if words not in addresses
        ),
        "rights": of("rights", "accessRights", "license"),
        "source_url": addresses[:1],
    }


def _is_stamp(date: str) -> bool:
    """Whether a system noted when it took the record in: a document's date has no time of day."""
    return _STAMP.search(date) is not None


def _page(token: Element, held: int) -> str | None:
    """Which part of the whole this answer is, where it says so."""
    cursor, size = attribute(token, "cursor"), attribute(token, "completeListSize")
    if not (cursor.isdecimal() and size.isdecimal()):
        return f"more than {held}" if text(token) else None
    return f"{int(cursor) + 1} - {int(cursor) + held} of {size}"
