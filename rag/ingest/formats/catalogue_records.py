"""XML of catalogues -> listings: Dublin Core, MODS and MARC 21, bare or in answers of OAI-PMH, SRU, METS and RDF."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree  # type: ignore[import-untyped]  # it comes without types

from rag.errors import SourceError
from rag.ingest.formats import dublin_core, marc, mods
from rag.ingest.formats.column_mapping import Mapper
from rag.ingest.formats.files import SourceFile
from rag.ingest.formats.protocol import Extracted, Item
from rag.ingest.formats.xml_reader import (
    Element,
    EntityError,
    attribute,
    children,
    elements,
    first,
    name,
    namespace,
    root,
    text,
)
from rag.record import ListingPage

SUFFIXES = frozenset({".xml", ".rdf"})

_OTHERS = frozenset({"TEI", "teiCorpus", "teiHeader", "ead", "html"})  # other modules read these
# What holds no document, and what to do instead.
_NO_RECORDS = {
    "eac-cpf": "it describes a person or body (EAC-CPF), no document; take it out of the source",
    "eac": "it describes a person or body (EAC), no document; take it out of the source",
    "ListSets": "it lists the sets of an archive, no records; fetch one with verb=ListRecords&set=...",
    "ListIdentifiers": "it lists identifiers, no records; fetch them with verb=ListRecords",
    "ListMetadataFormats": "it lists formats, no records; fetch records with verb=ListRecords",
    "Identify": "it describes an archive, no records; fetch them with verb=ListRecords",
}


def sniff(opened: SourceFile) -> bool:
    """See SourceFormat."""
    return root(opened) not in {None, "", *_OTHERS}


def read(opened: SourceFile) -> Iterator[Extracted]:
    """See SourceFormat."""
    mappers: dict[str, Mapper] = {}
    page, listings = None, 0
    inside = 0  # listings of the present `record`
    for event, element in elements(opened):
        tag = name(element)
        if event == "start":
            inside = listings if tag == "record" else inside
            continue
        if tag in _NO_RECORDS:
            raise opened.fault(element.sourceline, _NO_RECORDS[tag])
        if kind := _kind(element):
            mapper = mappers.setdefault(kind, Mapper(opened, kind))
            listings += 1
            yield _item(mapper, kind, element)
            element.clear(keep_tail=True)
        elif tag == "record" and first(element, "metadata") is not None and listings == inside:
            reason = "the record has no Dublin Core, MODS or MARC; fetch it with metadataPrefix=oai_dc"
            yield mappers.setdefault("", Mapper(opened, "OAI-PMH")).fault(element.sourceline, reason)
        elif tag == "error" and attribute(element, "code"):
            yield opened.fault(
                element.sourceline, f"the archive answered {attribute(element, 'code')}: {text(element)[:200]}"
            )
        elif tag == "resumptionToken":
            page = _page(element, listings)
    if page is not None:
        yield ListingPage(opened.file, page, listings)
    for mapper in mappers.values():
        yield from mapper.end()


def _kind(element: Element) -> str:
    """The format of a description that ends here; empty for any other element."""
    match name(element):
        case "mods" if next(children(element, "titleInfo", "abstract", "note"), None) is not None:
            return "" if any(name(outer) == "relatedItem" for outer in element.iterancestors()) else "MODS"
        case "record" if (
            namespace(element).endswith("MARC21/slim") or next(children(element, "datafield"), None) is not None
        ):
            return "MARCXML"
    return "Dublin Core" if dublin_core.is_container(element) else ""


def _item(mapper: Mapper, kind: str, element: Element) -> Item | SourceError:
    line = element.sourceline
    try:
        match kind:
            case "MODS":
                row: dict[str, Any] | None = mods.record(element)
            case "MARCXML":
                row = marc.of_xml(etree.tostring(element, with_tail=False))
            case _:
                row = dublin_core.record(element)
    except EntityError as error:
        return mapper.fault(line, str(error))
    if row is None:
        return mapper.fault(line, "the record is not MARC; correct it or take it out")
    header = next((outer for outer in element.iterancestors() if name(outer) == "record"), None)
    return mapper.read(line, row if row["id"] else {**row, "id": text(first(header, "header", "identifier"))})


def _page(token: Element, listings: int) -> str | None:
    """The range line of this response; None where it does not say which part of the whole it is."""
    cursor, size = attribute(token, "cursor"), attribute(token, "completeListSize")
    if not (cursor.isdecimal() and size.isdecimal()):
        return f"more than {listings}" if text(token) else None
    return f"{int(cursor) + 1} - {int(cursor) + listings} of {size}"
