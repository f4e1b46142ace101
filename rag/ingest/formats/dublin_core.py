"""A container of Dublin Core, simple or qualified, also in RDF as Zotero writes it -> a row of named values."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import Any

from rag.dates.archival_date import is_date, parse_date
from rag.ingest.formats.date_columns import is_stamp
from rag.ingest.formats.xml_reader import Element, attribute, children, descendants, first, name, namespace, text

_NAMESPACES = ("http://purl.org/dc/elements/1.", "http://purl.org/dc/terms/")
_EDM = "http://www.europeana.eu/schemas/edm"
_DESCRIPTIVE = frozenset({"title", "description", "abstract"})
_WEB = re.compile(r"https?://", re.IGNORECASE)
_NO_DOCUMENT = frozenset({"attachment", "note", "annotation"})  # items of Zotero that belong to another
_DATES = (("created",), ("date",), ("issued",), ("temporal",))  # the surest first


def is_container(element: Element) -> bool:
    """Whether its children describe a document in Dublin Core, and it is itself no value of such a description."""
    if namespace(element).startswith(_EDM) and any(name(outer) == "RDF" for outer in element.iterancestors()):
        return False  # `provided` reads it with what stands beside it
    if not any(_is_term(child) and name(child) in _DESCRIPTIVE for child in element):
        return name(element) == "dc" and next(children(element, *_DESCRIPTIVE), None) is not None
    return not any(map(_is_term, (element, *element.iterancestors()))) and _kind(element) not in _NO_DOCUMENT


def _is_term(element: Element) -> bool:
    return namespace(element).startswith(_NAMESPACES)


def _kind(element: Element) -> str:
    """What Zotero calls an item of this kind; a thing without kind beside such items is a journal or a collection."""
    if (kind := next(children(element, "itemType"), None)) is not None:
        return text(kind)
    root = element.getroottree().getroot()
    return "note" if name(root) == "RDF" and next(root.iter("{*}itemType"), None) is not None else ""


def provided(rdf: Element) -> Iterator[tuple[Element, Callable[[Element], dict[str, Any]]]]:
    """Each document that is described here in Europeana's data model, and what makes a row of it."""
    documents = [thing for thing in children(rdf, "ProvidedCHO") if namespace(thing).startswith(_EDM)]
    things = {attribute(thing, "about"): thing for thing in rdf} if documents else {}
    holders = {document: thing for thing in things.values() for document in _addresses(thing, "aggregatedCHO")}
    yield from ((document, partial(_of_edm, things=things, holders=holders)) for document in documents)


def _of_edm(document: Element, things: Mapping[str, Element], holders: Mapping[str, Element]) -> dict[str, Any]:
    """Its row, with the names of people and places that stand beside it, and who has it where."""
    about = attribute(document, "about")
    row, holder = record(document, things), holders.get(about)
    return {
        **row,
        "id": row["id"] or about,
        "archive": text(next(children(holder, "dataProvider"), None)) or row["archive"],
        "rights": row["rights"] or _addresses(holder, "rights"),
        "source_url": _addresses(holder, "isShownAt") or row["source_url"],
        "images": _addresses(holder, "object"),
    }


def _addresses(thing: Element | None, kind: str) -> list[str]:
    return [attribute(part, "resource") for part in children(thing, kind)]


def record(dublin: Element, things: Mapping[str, Element] = MappingProxyType({})) -> dict[str, Any]:
    """Map the elements of Dublin Core to the fields of a record; `things` are named by addresses."""
    around = next((outer for outer in dublin.iterancestors() if name(outer) == "record"), None)
    values: dict[str, list[str]] = {}
    people: list[str] = []  # in the order of the elements
    for element in dublin:
        named = next(children(things.get(attribute(element, "resource")), "prefLabel"), None)
        if words := text(element) or text(named):
            values.setdefault(name(element), []).append(words)
            people += [words] * (name(element) in {"creator", "contributor"})

    def of(*names: str) -> list[str]:
        return [words for tag in names for words in values.get(tag, ())]

    addresses = [words for words in of("identifier", "source", "relation", "isShownAt") if _WEB.match(words)]
    places = [words for words in of("coverage", "spatial") if not is_date(words) and not parse_date(words).edtf]
    beside = first(around, "about", "RDF", "Description")
    refined = {field: list(map(text, children(beside, kind))) for field, kind in _REFINED.items()}
    item = next(children(dublin, "itemType"), None) is not None  # Zotero's coverage is a place in an archive
    people += [
        person
        for kind in _PEOPLE
        for part in children(dublin, kind)
        for person in map(_person, descendants(part, "Person"))
    ]
    return {
        "id": text(first(around, "header", "identifier")),
        "title": of("title")[:1],
        "summary": " ".join(of("abstract", "description")),
        "date": next((date for names in _DATES if (date := _date(of(*names)))), ""),
        "people": people,
        "places": [] if item else places,
        **refined,
        "recipients": refined["recipients"]
        or [_person(person) for part in children(dublin, "recipients") for person in descendants(part, "Person")],
        "subjects": of("subject"),
        "languages": of("language"),
        "type": next(iter(of("itemType", "type")), ""),
        "archive": next(iter(of("archive", "libraryCatalog", "isPartOf", "publisher")), ""),
        "source": "; ".join(
            words
            for words in of("source", "bibliographicCitation", "archiveLocation", *["coverage"] * item, "identifier")
            if words not in addresses
        ),
        "rights": of("rights", "accessRights", "license"),
        "source_url": [*addresses, attribute(dublin, "about") if item else ""],
    }


# What stands beside a record of OAI-PMH, in terms of Dublin Core and roles of MARC.
_REFINED = {"hierarchy": "isPartOf", "senders": "aut", "recipients": "rcp", "sent_from": "prp"}
_PEOPLE = ("authors", "editors", "contributors", "recipients")


def _person(person: Element) -> str:
    """Keller, Maria."""
    return ", ".join(filter(None, (text(first(person, part)) for part in ("surname", "givenName"))))


def _date(dates: Sequence[str]) -> str:
    """The earliest of several; never the moment at which a repository took a record in."""
    noted = [date for date in dates if not is_stamp(date)]
    return min(noted, key=lambda date: (parse_date(date).edtf is None, str(parse_date(date).start or "")), default="")
