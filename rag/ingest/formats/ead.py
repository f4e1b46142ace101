"""EAD finding aids, 2002 and 3 -> listings: one for the whole and one for each component described in it.

A component inherits archive, language, number and box from the components around it, where it has none of its own. Its
source names them too, so that components without id differ. One whose other level is "heading" is no record, only a
title above others.
"""

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

from rag.dates.archival_date import ArchivalDate, parse_date
from rag.errors import SourceError
from rag.ingest.formats.column_mapping import Mapper
from rag.ingest.formats.date_columns import by_calendar, exactly
from rag.ingest.formats.files import SourceFile
from rag.ingest.formats.protocol import Extracted, Item
from rag.ingest.formats.xml_reader import (
    Element,
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
from rag.record import TEXT_KINDS

SUFFIXES = frozenset({".xml"})

_COMPONENTS = frozenset({"archdesc", "c", *(f"c{number:02}" for number in range(1, 13))})
_PEOPLE = ("persname", "famname", "corpname", "name")
_DATES = ("unitdate", "unitdatestructured", "dateset")
_SUMMARIES = ("bioghist", "odd", "note")  # where nobody wrote an abstract or a scope note, the first of these
_AROUND_DATES = re.compile(r"(?:[\s,;(]|\bbulk\b)+\)?$")  # what is left of a title without the dates at its end
_SUBDIVISION = re.compile(r"\s*\|[xyzv]\s*")  # of a subject, as MARC writes it
_SUBFIELD = re.compile(r"\s*\|[a-z]\s*")
_SEVERAL = 2
_NO_LEVEL, _HEADING = "otherlevel", "heading"
_PARTIES = {"sender": "senders", "recipient": "recipients", "addressee": "recipients", "sent from": "sent_from"}


def sniff(opened: SourceFile) -> bool:
    return root(opened) == "ead"


def read(opened: SourceFile) -> Iterator[Extracted]:
    mapper = Mapper(opened, "EAD")
    aid_id = address = ""
    with opened.bytes() as stream:
        again = any(b'"in-depth"' in line for line in stream)
    done: list[Element] = []  # the components still open that were read already
    for event, element in elements(opened):
        tag = name(element)
        if event == "start" and tag in _COMPONENTS and again and _in_overview(element):
            done.append(element)
        if event == "end" and tag in {"eadid", "recordid"}:
            aid_id, address = text(element), attribute(element, "url") or attribute(element, "instanceurl")
        elif tag not in _COMPONENTS:
            continue
        elif event == "start":
            if attribute(element, "otherlevel") == _HEADING:
                done.append(element)
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


def _in_overview(component: Element) -> bool:
    """Whether it stands in the overview that comes before a list in depth."""
    return any(
        name(outer) == "dsc" and attribute(outer, "type") == "analyticover" for outer in component.iterancestors()
    )


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
    identifiers = (attribute(number, "identifier") for number in children(did, "unitid"))
    return {
        "id": next(filter(None, identifiers), f"{aid_id}/{own_id}" if aid_id and own_id else ""),
        "title": next(filter(None, map(_title, path)), ""),
        "summary": summary,
        "date": _date(did),
        **_parties(component, did),
        "subjects": _controlled(component, "subject", "function", "occupation"),
        "languages": _inherited(path, "langmaterial", "language"),
        "type": _controlled(component, "genreform")[:1] or ("" if level == _NO_LEVEL else level),
        "archive": _repository(path),
        "source": "; ".join(_location(path)),
        "rights": [
            text(part, {"head", tag}) for tag in ("accessrestrict", "userestrict") for part in _prose(component, tag)
        ],
        "source_url": [*_links(component, did)] or [address],
        "images": [*_links(component, did, images=True)],
        "hierarchy": [title for outer in reversed(path[1:]) if (title := _title(outer))],
        "text_kind": kind,
        "other_dates": [date if isinstance(date, str) else date.text for date in map(_one_date, _dates(did)[1])],
    }


def _parties(component: Element, did: Element | None) -> dict[str, list[str]]:
    """People, places, and who wrote to whom from where; a mere `name` of a party may be an office."""
    parties: dict[str, list[str]] = {"people": [], "places": []}
    for term in (*_terms(component, did, *_PEOPLE), *_terms(component, None, "geogname")):
        relator = _PARTIES.get(attribute(term, "relator"), "")
        named = "places" if name(term) == "geogname" else "people"
        for field in filter(None, (relator, "" if relator and name(term) in {"name", "geogname"} else named)):
            parties.setdefault(field, []).append(_subdivided(_parts(term, ", ")))
    return parties


def _did(component: Element) -> Element | None:
    """The part of a component that identifies it."""
    return next(children(component, "did"), None)


def _title(component: Element) -> str:
    title = first(_did(component), "unittitle")
    dates = next(descendants(title, *_DATES), None)
    return text(title).rstrip(" ,;") if dates is None else _AROUND_DATES.sub("", text(title, _DATES))


def _prose(component: Element, tag: str) -> list[Element]:
    """The component's own elements of this name that have a text beside heads and nested ones."""
    return [part for part in children(component, tag) if text(part, {"head", tag})]


def _summary(component: Element, did: Element | None) -> tuple[str, str]:
    """Its abstract and scope note, else the first other text that describes it; and what that is."""
    abstract, scope = list(children(did, "abstract")), _prose(component, "scopecontent")
    if parts := [*abstract, *scope]:
        kind = "abstract" if abstract else "scope"
    else:
        kind = "note"
        texts = (_prose(component, tag) or list(children(did, tag)) for tag in _SUMMARIES)
        parts = next(filter(None, texts), [])
    stated = attribute(parts[0], "localtype") if parts else ""
    words = (text(part, {"head", name(part)}) for part in parts)
    return " ".join(filter(None, words)), stated if stated in TEXT_KINDS else kind


def _links(component: Element, did: Element | None, *, images: bool = False) -> Iterator[str]:
    """The addresses of its digital copies, in `did` or beside it; of those that say so, of pictures."""
    beside = (
        copy for part in children(component, "dao", "daogrp", "daoset") for copy in (part, *part.iterdescendants())
    )
    for copy in (*descendants(did, "dao", "daoloc"), *beside):
        if (link := attribute(copy, "href")) and (attribute(copy, "localtype") == "image") == images:
            yield link


def _repository(path: tuple[Element, ...]) -> str:
    """The name of the nearest repository, without its address."""
    for component in path:
        for repository in children(_did(component), "repository"):
            named = first(repository, "corpname")
            named = repository if named is None else named
            parts = (
                text(named, {"address", "extptr", "addressline", "subarea"}),
                *map(text, descendants(named, "subarea")),
            )
            if words := ", ".join(filter(None, parts)):
                return words
    return ""


def _date(did: Element | None) -> ArchivalDate | str:
    """Its dates, those of the bulk only where there is no other; several give the days from the first to the last."""
    read = list(map(_one_date, _dates(did)[0]))
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


def _dates(did: Element | None) -> tuple[list[Element], list[Element]]:
    """Its own dates, and those of the bulk or of another event than the first (`datechar`)."""
    sets = [
        part
        for part in descendants(did, *_DATES)
        if not any(name(outer) == "dateset" for outer in part.iterancestors())
    ]
    bulk = [date for date in sets if "bulk" in {attribute(date, "type"), attribute(date, "unitdatetype")}]
    dates = [date for date in sets if date not in bulk] or bulk[:1]
    own = [date for date in dates if attribute(date, "datechar") == attribute(dates[0], "datechar")]
    return own, [date for date in sets if date not in own]


def _one_date(date: Element) -> ArchivalDate | str:
    """A date as displayed, with its normal form; in EAD 3 it may consist of parts."""
    parts = list(descendants(date, "fromdate", "todate", "datesingle"))
    days = [attribute(part, "standarddate") or text(part) for part in parts]
    normal = attribute(date, "normal") or "/".join(filter(None, (days[:1] + days[1:][-1:])))
    words = " – ".join(map(text, parts)) or text(date)
    if "bce" in {attribute(part, "era") for part in (date, *parts)}:
        return ArchivalDate(words, None, None, None)
    exact = exactly(words, normal) if attribute(date, "encodinganalog") == "edtf" else None
    known = exact or dated(words, normal)
    if attribute(date, "calendar").lower() in {"", "gregorian"}:
        return known
    return (
        by_calendar(known if isinstance(known, ArchivalDate) else parse_date(known), attribute(date, "calendar")) or ""
    )


def _terms(component: Element, did: Element | None, *names: str) -> Iterator[Element]:
    """Its creators, then its index terms, of these names."""
    for origin in children(did, "origination"):
        bare = "persname" in names and not len(origin)
        yield from [origin] if bare else descendants(origin, *names)
    yield from (term for access in children(component, "controlaccess") for term in descendants(access, *names))


def _controlled(component: Element, *names: str) -> list[str]:
    """The texts of its index terms of these names."""
    return list(dict.fromkeys(_subdivided(_parts(term, " -- ")) for term in _terms(component, None, *names)))


def _parts(term: Element, between: str) -> str:
    """Its parts, where EAD3 has them apart; else its text."""
    return between.join(map(text, children(term, "part"))) or text(term)


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
    """Where the first component is: the titles above it, its number, its box and folder; or as it says in one text."""
    if whole := [
        text(number) for number in children(_did(path[0]), "unitid") if attribute(number, "localtype") == "source"
    ]:
        return [words for words in whole if words]
    titles = [title for outer in reversed(path[1:]) if (title := _title(outer))]
    numbers = _inherited(path, "unitid")[:1]
    containers = (list(descendants(_did(component), "container")) for component in path)
    boxes = [
        f"{attribute(box, 'type') or attribute(box, 'localtype')} {text(box)}".strip().capitalize()
        for box in next(filter(None, containers), [])
    ]
    return [part for part in (" > ".join(titles), *numbers, ", ".join(boxes)) if part]
