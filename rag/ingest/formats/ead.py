"""EAD finding aids, 2002 and 3 -> listings: one of the whole and one of every component described in it.

A component stands in the others around it; where it does not say its archive, its language, its number or its box they
say it, and its place in them is a part of its source. Without an id it is told apart by that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rag.ingest.formats.column_mapping import Mapper
from rag.ingest.formats.xml_reader import (
    EntityError,
    attribute,
    below,
    children,
    dated,
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
    from rag.ingest.formats.files import Opened
    from rag.ingest.formats.protocol import ColumnChoice, Item, Told
    from rag.ingest.formats.xml_reader import Element

SUFFIXES = frozenset({".xml"})

_COMPONENTS = frozenset({"archdesc", "c", *(f"c{number:02}" for number in range(1, 13))})
_PEOPLE = ("persname", "famname", "corpname", "name")
_DATES = ("unitdate", "unitdatestructured")
_UNKNOWN = "otherlevel"


def sniff(opened: Opened, choice: ColumnChoice) -> bool:
    """See Kind."""
    del choice
    return root(opened) == "ead"


def read(opened: Opened, choice: ColumnChoice) -> Iterator[Told]:
    """See Kind."""
    mapper = Mapper(opened.file, "EAD", choice)
    aid = ""
    told: list[Element] = []  # the components around what is read that are told already
    for event, element in elements(opened):
        called = name(element)
        if event == "end" and called in {"eadid", "recordid"}:
            aid = text(element)
        elif called not in _COMPONENTS:
            continue
        elif event == "start":
            # All that describes a component stands before the components within it.
            around = [each for each in element.iterancestors() if name(each) in _COMPONENTS][:1]
            yield from (_told(mapper, each, aid) for each in around if each not in told)
            told += [each for each in around if each not in told]
        else:
            if element not in told:
                yield _told(mapper, element, aid)
            told = [each for each in told if each is not element]
            element.clear(keep_tail=True)
    yield from mapper.end()


def _told(mapper: Mapper, component: Element, aid: str) -> Item | SourceError:
    try:
        return mapper.read(component.sourceline, _record(component, aid))
    except EntityError as error:
        return mapper.fault(component.sourceline, str(error))


def _record(component: Element, aid: str) -> dict[str, Any]:
    """The record of one component."""
    around = [each for each in component.iterancestors() if name(each) in _COMPONENTS]
    did = next(children(component, "did"), None)
    titles = [title for each in (component, *around) if (title := _title(each))]
    level = attribute(component, "level")
    own = attribute(component, "id")
    return {
        "id": f"{aid}/{own}" if aid and own else "",
        "title": titles[0] if titles else "",
        "summary": " ".join([*map(text, children(did, "abstract")), *_prose(component, "scopecontent")]),
        "date": _date(did),
        "people": _controlled(component, did, *_PEOPLE),
        "places": _controlled(component, None, "geogname"),
        "subjects": _controlled(component, None, "subject", "function", "occupation"),
        "languages": _inherited((component, *around), "langmaterial", "language"),
        "type": _controlled(component, None, "genreform")[:1] or ("" if level == _UNKNOWN else level),
        "archive": _inherited((component, *around), "repository")[:1],
        "source": "; ".join(_place((component, *around))),
        "rights": [*_prose(component, "accessrestrict"), *_prose(component, "userestrict")],
        "source_url": [link for each in below(did, "dao") if (link := attribute(each, "href"))][:1],
    }


def _title(component: Element) -> str:
    did = next(children(component, "did"), None)
    return text(first(did, "unittitle"), _DATES).rstrip(" ,;")


def _prose(component: Element, called: str) -> list[str]:
    """The paragraphs of a component's own descriptions of this name, without their heads."""
    return [words for each in children(component, called) if (words := text(each, {"head", called}))]


def _date(did: Element | None) -> ArchivalDate | str:
    """The first date; in EAD 3 it may consist of parts."""
    date = next(below(did, *_DATES), None)
    if date is None:
        return ""
    days = [attribute(each, "standarddate") or text(each) for each in below(date, "fromdate", "todate", "datesingle")]
    return dated(
        " – ".join(map(text, below(date, "fromdate", "todate", "datesingle"))) or text(date),
        attribute(date, "normal") or "/".join(days[:2]),
    )


def _controlled(component: Element, did: Element | None, *names: str) -> list[str]:
    """The headings under which it is entered, and of its creators the names."""
    entered = [each for access in children(component, "controlaccess") for each in below(access, *names)]
    creators = [each for origin in children(did, "origination") for each in below(origin, *names)]
    return list(dict.fromkeys(text(each) for each in (*creators, *entered)))


def _inherited(components: tuple[Element, ...], called: str, part: str = "") -> list[str]:
    """What the nearest of these components that says it says in its `did`."""
    for component in components:
        for told in children(next(children(component, "did"), None), called):
            if words := [text(each) for each in below(told, part)] if part else [text(told)]:
                return words
    return []


def _place(components: tuple[Element, ...]) -> list[str]:
    """Where the first of these is: what it stands in, its number, its box and folder."""
    titles = [title for each in reversed(components[1:]) if (title := _title(each))]
    numbers = _inherited(components, "unitid")[:1]
    held = (list(below(next(children(each, "did"), None), "container")) for each in components)
    boxes = [
        f"{attribute(each, 'type') or attribute(each, 'localtype')} {text(each)}".strip().capitalize()
        for each in next(filter(None, held), [])
    ]
    return [part for part in (" > ".join(titles), *numbers, ", ".join(boxes)) if part]
