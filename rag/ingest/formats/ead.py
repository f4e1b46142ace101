"""EAD finding aids, 2002 and 3 -> listings: one for the whole and one for each component described in it.

A component inherits archive, language, number and box from the components around it, where it has none of its own. Its
source names them too, so that components without id differ.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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

    from rag.dates.archival_date import ArchivalDate
    from rag.errors import SourceError
    from rag.ingest.formats.files import SourceFile
    from rag.ingest.formats.protocol import ColumnChoice, Extracted, Item
    from rag.ingest.formats.xml_reader import Element

SUFFIXES = frozenset({".xml"})

_COMPONENTS = frozenset({"archdesc", "c", *(f"c{number:02}" for number in range(1, 13))})
_PEOPLE = ("persname", "famname", "corpname", "name")
_DATES = ("unitdate", "unitdatestructured")
_NO_LEVEL = "otherlevel"


def sniff(opened: SourceFile, choice: ColumnChoice) -> bool:
    """See SourceFormat."""
    del choice
    return root(opened) == "ead"


def read(opened: SourceFile, choice: ColumnChoice) -> Iterator[Extracted]:
    """See SourceFormat."""
    mapper = Mapper(opened.file, "EAD", choice)
    aid_id = ""
    done: list[Element] = []  # the components still open that were read already
    for event, element in elements(opened):
        tag = name(element)
        if event == "end" and tag in {"eadid", "recordid"}:
            aid_id = text(element)
        elif tag not in _COMPONENTS:
            continue
        elif event == "start":
            # The description of a component ends where the first component within it begins.
            parent = next((outer for outer in element.iterancestors() if name(outer) in _COMPONENTS), None)
            if parent is not None and parent not in done:
                yield _item(mapper, parent, aid_id)
                done.append(parent)
        else:
            if element not in done:
                yield _item(mapper, element, aid_id)
            done = [component for component in done if component is not element]
            element.clear(keep_tail=True)
    yield from mapper.end()


def _item(mapper: Mapper, component: Element, aid_id: str) -> Item | SourceError:
    try:
        return mapper.read(component.sourceline, _record(component, aid_id))
    except EntityError as error:
        return mapper.fault(component.sourceline, str(error))


def _record(component: Element, aid_id: str) -> dict[str, Any]:
    path = (component, *(outer for outer in component.iterancestors() if name(outer) in _COMPONENTS))
    did = _did(component)
    level = attribute(component, "level")
    own_id = attribute(component, "id")
    return {
        "id": f"{aid_id}/{own_id}" if aid_id and own_id else "",
        "title": next(filter(None, map(_title, path)), ""),
        "summary": " ".join([*map(text, children(did, "abstract")), *_prose(component, "scopecontent")]),
        "date": _date(did),
        "people": _controlled(component, did, *_PEOPLE),
        "places": _controlled(component, None, "geogname"),
        "subjects": _controlled(component, None, "subject", "function", "occupation"),
        "languages": _inherited(path, "langmaterial", "language"),
        "type": _controlled(component, None, "genreform")[:1] or ("" if level == _NO_LEVEL else level),
        "archive": _inherited(path, "repository")[:1],
        "source": "; ".join(_location(path)),
        "rights": [*_prose(component, "accessrestrict"), *_prose(component, "userestrict")],
        "source_url": [link for dao in descendants(did, "dao") if (link := attribute(dao, "href"))][:1],
    }


def _did(component: Element) -> Element | None:
    """The part of a component that identifies it."""
    return next(children(component, "did"), None)


def _title(component: Element) -> str:
    return text(first(_did(component), "unittitle"), _DATES).rstrip(" ,;")


def _prose(component: Element, tag: str) -> list[str]:
    """The texts of a component's own elements of this name, without heads and nested ones."""
    return [words for part in children(component, tag) if (words := text(part, {"head", tag}))]


def _date(did: Element | None) -> ArchivalDate | str:
    """The first date; in EAD 3 it may consist of parts."""
    date = next(descendants(did, *_DATES), None)
    if date is None:
        return ""
    parts = list(descendants(date, "fromdate", "todate", "datesingle"))
    days = [attribute(part, "standarddate") or text(part) for part in parts[:2]]
    return dated(" – ".join(map(text, parts)) or text(date), attribute(date, "normal") or "/".join(days))


def _controlled(component: Element, did: Element | None, *names: str) -> list[str]:
    """The names of its creators, then its index terms."""
    terms = [term for access in children(component, "controlaccess") for term in descendants(access, *names)]
    creators = [creator for origin in children(did, "origination") for creator in descendants(origin, *names)]
    return list(dict.fromkeys(map(text, (*creators, *terms))))


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
