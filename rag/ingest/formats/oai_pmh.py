"""Saved responses of OAI-PMH, or bare records, in Dublin Core -> listings."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from rag.dates.archival_date import is_date, parse_date
from rag.ingest.formats.column_mapping import Mapper
from rag.ingest.formats.xml_reader import EntityError, attribute, elements, first, name, root, text
from rag.record import ListingPage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rag.errors import SourceError
    from rag.ingest.formats.files import SourceFile
    from rag.ingest.formats.protocol import ColumnChoice, Extracted, Item
    from rag.ingest.formats.xml_reader import Element

SUFFIXES = frozenset({".xml"})

_ROOTS = frozenset({"OAI-PMH", "ListRecords", "record", "records", "dc", "metadata"})
_TIME_OF_DAY = re.compile(r"\dT(?!00:00(?::00)?(?:\.0+)?Z?$)\d\d:\d\d")  # midnight means the whole day
_WEB = re.compile(r"https?://", re.IGNORECASE)


def sniff(opened: SourceFile, choice: ColumnChoice) -> bool:
    """See SourceFormat."""
    del choice
    return root(opened) in _ROOTS


def read(opened: SourceFile, choice: ColumnChoice) -> Iterator[Extracted]:
    """See SourceFormat."""
    mapper = Mapper(opened.file, "Dublin Core", choice)
    page, listings = None, 0
    for event, element in elements(opened):
        tag = name(element) if event == "end" else ""
        if tag in {"dc", "record", "error"}:
            listings += tag == "dc"
            yield from _items(mapper, element)
        elif tag == "resumptionToken":
            page = _page(element, listings)
    if page is not None:
        yield ListingPage(opened.file, page, listings)
    yield from mapper.end()


def _items(mapper: Mapper, element: Element) -> Iterator[Item | SourceError]:
    """The item of a `dc`; a fault for an `error`, and for a `record` without Dublin Core that was not deleted."""
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
                yield mapper.fault(line, "the record has no Dublin Core; fetch it with metadataPrefix=oai_dc")
            element.clear(keep_tail=True)
        case _:
            yield mapper.fault(line, f"the archive answered {attribute(element, 'code')}: {text(element)[:200]}")


def _record(dublin: Element) -> dict[str, Any]:
    """Map the elements of Dublin Core to the fields of a record."""
    record = next((outer for outer in dublin.iterancestors() if name(outer) == "record"), None)
    values: dict[str, list[str]] = {}
    for element in dublin:
        if words := text(element):
            values.setdefault(name(element), []).append(words)

    def of(*names: str) -> list[str]:
        return [words for tag in names for words in values.get(tag, ())]

    addresses = [words for words in of("identifier", "source", "relation") if _WEB.match(words)]
    places = [words for words in of("coverage", "spatial") if not is_date(words) and not parse_date(words).edtf]
    return {
        "id": text(first(record, "header", "identifier")),
        "title": of("title")[:1],
        "summary": " ".join(of("abstract", "description")),
        "date": min(of("date", "created", "temporal", "issued"), key=_is_timestamp, default=""),
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


def _is_timestamp(date: str) -> bool:
    """Whether a repository wrote it when it took in the record: the date of a document has no time of day."""
    return _TIME_OF_DAY.search(date) is not None


def _page(token: Element, listings: int) -> str | None:
    """The range line of this response; None where it does not say which part of the whole it is."""
    cursor, size = attribute(token, "cursor"), attribute(token, "completeListSize")
    if not (cursor.isdecimal() and size.isdecimal()):
        return f"more than {listings}" if text(token) else None
    return f"{int(cursor) + 1} - {int(cursor) + listings} of {size}"
