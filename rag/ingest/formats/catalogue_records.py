"""XML of catalogues -> listings: Dublin Core, MODS, MARC 21, LIDO, bare or in answers of OAI-PMH, SRU, METS and RDF."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml import etree  # type: ignore[import-untyped]  # it comes without types

from rag.errors import SourceError
from rag.ingest.formats import dublin_core, lido, marc, mods
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
    return root(opened) not in {None, "", *_OTHERS}


def read(opened: SourceFile) -> Iterator[Extracted]:
    answer = _Answer(opened)
    for event, element in elements(opened):
        if event == "start":
            answer.begin(name(element))
        else:
            yield from answer.end(element)
    if answer.page is not None:
        yield ListingPage(opened.file, answer.page, answer.listings)
    for mapper in answer.mappers.values():
        yield from mapper.end()


@dataclass(slots=True)
class _Answer:
    """What was read so far of a file."""

    opened: SourceFile
    mappers: dict[str, Mapper] = field(default_factory=dict)
    page: str | None = None  # the range that it says it shows
    listings: int = 0
    # Descriptions, until the `record` around them ends: more may stand beside them.
    waiting: list[tuple[str, Element]] = field(default_factory=list)
    # How many listings came before the present `record`, and before the present `mets`.
    before: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("record", "mets"), 0))

    def begin(self, tag: str) -> None:
        if tag in self.before:
            self.before[tag] = self.listings

    def end(self, element: Element) -> Iterator[Extracted]:
        """All that is whole where this element ends."""
        tag, line = name(element), element.sourceline
        if tag in _NO_RECORDS:
            raise self.opened.fault(line, _NO_RECORDS[tag])
        if kind := _kind(element):
            if self.listings > self.before["mets"] and _inside(element, "mets"):
                return  # a chapter or a page of what was described first
            self.listings += 1
            self.waiting.append((kind, element))
        if self.waiting and (kind or tag == "record") and not _inside(element, "record"):
            yield from (_item(self._mapper(kind), each, _READERS[kind]) for kind, each in self.waiting)
            self.waiting.clear()
            element.clear(keep_tail=True)
        elif tag == "RDF":
            for document, read_row in dublin_core.provided(element):
                self.listings += 1
                yield _item(self._mapper("Europeana Data Model"), document, read_row)
        elif tag == "record" and first(element, "metadata") is not None and self.listings == self.before["record"]:
            reason = "the record has no Dublin Core, MODS, MARC or LIDO; fetch it with metadataPrefix=oai_dc"
            yield self._mapper("OAI-PMH").fault(line, reason)
        elif tag == "error" and (code := attribute(element, "code")):
            yield self.opened.fault(line, f"the archive answered {code}: {text(element)[:200]}")
        elif tag == "resumptionToken":
            self.page = _page(element, self.listings)

    def _mapper(self, kind: str) -> Mapper:
        return self.mappers.setdefault(kind, Mapper(self.opened, kind))


def _kind(element: Element) -> str:
    """The format of a description that ends here; empty for any other element."""
    match name(element):
        case "mods" if next(children(element, "titleInfo", "abstract", "note"), None) is not None:
            return "" if _inside(element, "relatedItem") else "MODS"
        case "lido":
            return "LIDO"
        case "record" if (
            namespace(element).endswith("MARC21/slim") or next(children(element, "datafield"), None) is not None
        ):
            return "MARCXML"
    return "Dublin Core" if dublin_core.is_container(element) else ""


def _inside(element: Element, of: str) -> bool:
    return any(name(outer) == of for outer in element.iterancestors())


def _item(mapper: Mapper, element: Element, read_row: Callable[[Element], dict[str, Any] | None]) -> Item | SourceError:
    line = element.sourceline
    try:
        row = read_row(element)
    except EntityError as error:
        return mapper.fault(line, str(error))
    if row is None:
        return mapper.fault(line, "the record is not MARC; correct it or take it out")
    header = next((outer for outer in element.iterancestors() if name(outer) == "record"), None)
    return mapper.read(line, row if row["id"] else {**row, "id": text(first(header, "header", "identifier"))})


def _marc(element: Element) -> dict[str, Any] | None:
    return marc.of_xml(etree.tostring(element, with_tail=False))


_READERS: dict[str, Callable[[Element], dict[str, Any] | None]] = {
    "MODS": mods.record,
    "MARCXML": _marc,
    "LIDO": lido.record,
    "Dublin Core": dublin_core.record,
}


def _page(token: Element, listings: int) -> str | None:
    """The range line of this response; None where it does not say which part of the whole it is."""
    cursor, size = attribute(token, "cursor"), attribute(token, "completeListSize")
    if not (cursor.isdecimal() and size.isdecimal()):
        return f"more than {listings}" if text(token) else None
    return f"{int(cursor) + 1} - {int(cursor) + listings} of {size}"
