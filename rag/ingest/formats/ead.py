"""EAD finding aids, 2002 and 3 -> listings: one for the whole and one for each component described in it.

A component inherits archive, language, number and box from the components around it, where it has none of its own. Its
source names them too, so that components without id differ.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any

from rag.dates.archival_date import ArchivalDate, parse_date
from rag.ingest.formats.column_mapping import Mapper
from rag.ingest.formats.xml_reader import (
    EntityError,
    attribute,
    children,
    dated,
    descendants,
    elements,
    first,
    name,
    root,
    text,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rag.errors import SourceError
    from rag.ingest.formats.files import SourceFile
    from rag.ingest.formats.protocol import ColumnChoice, Extracted, Item
    from rag.ingest.formats.xml_reader import Element

SUFFIXES = frozenset({".xml"})

_COMPONENTS = frozenset({"archdesc", "c", *(f"c{number:02}" for number in range(1, 13))})
_PEOPLE = ("persname", "famname", "corpname", "name")
_DATES = ("unitdate", "unitdatestructured", "dateset")
_SUMMARIES = ("bioghist", "odd", "note")  # where nobody wrote an abstract or a scope note, the first of these
_SUBDIVISION = re.compile(r"\s*\|[xyzv]\s*")  # of a subject, as MARC writes it
_SUBFIELD = re.compile(r"\s*\|[a-z]\s*")
_SEVERAL = 2
_NO_LEVEL = "otherlevel"


def sniff(opened: SourceFile, choice: ColumnChoice) -> bool:
    """See SourceFormat."""
    del choice
    return root(opened) == "ead"


def read(opened: SourceFile, choice: ColumnChoice) -> Iterator[Extracted]:
    """See SourceFormat."""
    mapper = Mapper(opened.file, "EAD", choice)
    aid_id = address = ""
    done: list[Element] = []  # the components still open that were read already
    for event, element in elements(opened):
        tag = name(element)
        if event == "end" and tag in {"eadid", "recordid"}:
            aid_id, address = text(element), attribute(element, "url") or attribute(element, "instanceurl")
        elif tag not in _COMPONENTS:
            continue
        elif event == "start":
            # The description of a component ends where the first component within it begins.
            parent = next((outer for outer in element.iterancestors() if name(outer) in _COMPONENTS), None)
            if parent is not None and parent not in done:
                yield _item(mapper, parent, aid_id, address)
                done.append(parent)
        else:
            if element not in done:
                yield _item(mapper, element, aid_id, address)
            done = [component for component in done if component is not element]
            element.clear(keep_tail=True)
    yield from mapper.end()


def _item(mapper: Mapper, component: Element, aid_id: str, address: str) -> Item | SourceError:
    try:
        return mapper.read(component.sourceline, _record(component, aid_id, address))
    except EntityError as error:
        return mapper.fault(component.sourceline, str(error))


def _record(component: Element, aid_id: str, address: str) -> dict[str, Any]:
    path = (component, *(outer for outer in component.iterancestors() if name(outer) in _COMPONENTS))
    did = _did(component)
    summary, kind = _summary(component, did)
    level = attribute(component, "level")
    own_id = attribute(component, "id")
    return {
        "id": f"{aid_id}/{own_id}" if aid_id and own_id else "",
        "title": next(filter(None, map(_title, path)), ""),
        "summary": summary,
        "date": _date(did),
        "people": _controlled(component, did, *_PEOPLE),
        "places": _controlled(component, None, "geogname"),
        "subjects": _controlled(component, None, "subject", "function", "occupation"),
        "languages": _inherited(path, "langmaterial", "language"),
        "type": _controlled(component, None, "genreform")[:1] or ("" if level == _NO_LEVEL else level),
        "archive": _repository(path),
        "source": "; ".join(_location(path)),
        "rights": [*_prose(component, "accessrestrict"), *_prose(component, "userestrict")],
        "source_url": [*_links(component, did)] or [address],
        "hierarchy": [title for outer in reversed(path[1:]) if (title := _title(outer))],
        "text_kind": kind,
        "other_dates": _bulk(did),
    }


def _did(component: Element) -> Element | None:
    """The part of a component that identifies it."""
    return next(children(component, "did"), None)


def _title(component: Element) -> str:
    return text(first(_did(component), "unittitle"), _DATES).rstrip(" ,;")


def _prose(component: Element, tag: str) -> list[str]:
    """The texts of a component's own elements of this name, without heads and nested ones."""
    return [words for part in children(component, tag) if (words := text(part, {"head", tag}))]


def _summary(component: Element, did: Element | None) -> tuple[str, str]:
    """Its abstract and scope note, else the first other text that describes it; and what that is."""
    abstract, scope = list(map(text, children(did, "abstract"))), _prose(component, "scopecontent")
    if abstract or scope:
        return " ".join([*abstract, *scope]), "abstract" if abstract else "scope"
    texts = (_prose(component, tag) or list(map(text, children(did, tag))) for tag in _SUMMARIES)
    return " ".join(next(filter(None, texts), [])), "note"


def _links(component: Element, did: Element | None) -> Iterator[str]:
    """The addresses of its digital copies, in `did` or beside it."""
    beside = (
        copy for part in children(component, "dao", "daogrp", "daoset") for copy in (part, *part.iterdescendants())
    )
    for copy in (*descendants(did, "dao", "daoloc"), *beside):
        if link := attribute(copy, "href"):
            yield link


def _repository(path: tuple[Element, ...]) -> str:
    """The name of the nearest repository, without its address."""
    for component in path:
        for repository in children(_did(component), "repository"):
            named = first(repository, "corpname")
            if words := text(named if named is not None else repository, {"address", "extptr", "addressline"}):
                return words
    return ""


def _date(did: Element | None) -> ArchivalDate | str:
    """Its dates, those of the bulk only where there is no other; several give the days from the first to the last."""
    every = [
        date
        for date in descendants(did, *_DATES)
        if not any(name(outer) == "dateset" for outer in date.iterancestors())
    ]
    dates = [date for date in every if attribute(date, "type") != "bulk" and attribute(date, "unitdatetype") != "bulk"]
    read = [_one_date(date) for date in dates or every[:1]]
    if len(read) < _SEVERAL:
        return read[0] if read else ""
    known = [date if isinstance(date, ArchivalDate) else parse_date(date) for date in read]
    words = ", ".join(date.text.strip(" ,;") for date in known)
    spans = [date for date in known if date.start and date.end and date.edtf]
    if len(spans) < len(known):
        return dated(words, "")
    first_, last = (
        min(spans, key=lambda date: date.start or dt.date.max),
        max(spans, key=lambda date: date.end or dt.date.min),
    )
    low, high = str(first_.edtf).partition("/")[0], str(last.edtf).rpartition("/")[2]
    edtf = low if low == high else f"{low}/{high}"
    return ArchivalDate(words, edtf, first_.start, last.end)


def _bulk(did: Element | None) -> list[str]:
    """The dates of the bulk, where there are others."""
    dates = list(descendants(did, *_DATES))
    bulk = [text(date) for date in dates if "bulk" in {attribute(date, "type"), attribute(date, "unitdatetype")}]
    return bulk if len(bulk) < len(dates) else []


def _one_date(date: Element) -> ArchivalDate | str:
    """A date as displayed, with its normal form; in EAD 3 it may consist of parts."""
    parts = list(descendants(date, "fromdate", "todate", "datesingle"))
    days = [attribute(part, "standarddate") or text(part) for part in parts]
    normal = attribute(date, "normal") or "/".join(filter(None, (days[:1] + days[1:][-1:])))
    return dated(" – ".join(map(text, parts)) or text(date), normal)


def _controlled(component: Element, did: Element | None, *names: str) -> list[str]:
    """The names of its creators, then its index terms."""
    terms = [term for access in children(component, "controlaccess") for term in descendants(access, *names)]
    creators = [creator for origin in children(did, "origination") for creator in descendants(origin, *names)]
    return list(dict.fromkeys(_subdivided(text(term)) for term in (*creators, *terms)))


def _subdivided(term: str) -> str:
    """Mills -- Ohio, where MARC has Mills |z Ohio."""
    return _SUBFIELD.sub(" ", _SUBDIVISION.sub(" -- ", term))


def _inherited(path: tuple[Element, ...], tag: str, part: str = "") -> list[str]:
    """The texts of an element of `did`, or of its parts, in the nearest component that has it."""
    for component in path:
        for element in children(_did(component), tag):
            if words := list(map(text, descendants(element, part))) if part else [text(element)]:
                return words
    return []


def _location(path: tuple[Element, ...]) -> list[str]:
    """Where the first component is: the titles above it, its number, its box and folder."""
    titles = [title for outer in reversed(path[1:]) if (title := _title(outer))]
    numbers = _inherited(path, "unitid")[:1]
    containers = (list(descendants(_did(component), "container")) for component in path)
    boxes = [
        f"{attribute(box, 'type') or attribute(box, 'localtype')} {text(box)}".strip().capitalize()
        for box in next(filter(None, containers), [])
    ]
    return [part for part in (" > ".join(titles), *numbers, ", ".join(boxes)) if part]
