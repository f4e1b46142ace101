"""How what is found spreads over fields -> lists of links that narrow or widen the search."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rag.search.facets import FacetCounts
    from web.views.urls import Search

NAMES = {
    "people": "People",
    "places": "Places",
    "sender": "Sender",
    "recipient": "Recipient",
    "sent_from": "Sent from",
    "type": "Kind of document",
    "year": "Year listed",
    "precision": "Dated",
    "subjects": "Subjects",
    "languages": "Languages",
    "archive": "Archive",
    "file": "Listed on the page",
    "summary": "Summary",
}
"""Fields in the order in which they are shown."""

SAID = {
    "precision": {
        "day": "to the day",
        "month": "to the month",
        "year": "to the year",
        "loose": "more loosely",
        "undated": "not at all",
    },
    "summary": {"with": "with a summary", "without": "title only"},
}
"""How values are said that are this tool's own words."""

SHOWN = 6
"""Values of a field that are seen at once."""

MORE = 24
"""Further ones that can be opened; what is rarer is found by its name. Ten fields of them keep a page below 100 KB."""

TOLD = SHOWN + 1 + MORE
"""Values of a field that need be counted."""


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A value, and the address of the search with it, or without it where it is chosen.

    Attributes:
        value: As the address has it.
        text: As a reader sees it.
        count: Records that have it and pass all conditions on other fields.
    """

    value: str
    text: str
    count: int
    chosen: bool
    href: str


@dataclass(frozen=True, slots=True)
class Group:
    """A field's values.

    Attributes:
        shown: Those that are chosen, then the commonest.
        more: The next commonest.
        left: How many others there are.
    """

    field: str
    name: str
    shown: tuple[FacetValue, ...]
    more: tuple[FacetValue, ...]
    left: int


def groups(counts: FacetCounts, asked: Search, total: int, pages: Mapping[str, str]) -> tuple[Group, ...]:
    """One group a field; none for a field whose one value all `total` records have, for it narrows nothing."""
    made = (_group(field, counts.fields.get(field, {}), counts.omitted.get(field, 0), asked, pages) for field in NAMES)
    return tuple(
        group
        for group in made
        if group.shown and (len(group.shown) > 1 or group.shown[0].chosen or group.shown[0].count < total)
    )


def chosen(asked: Search, pages: Mapping[str, str]) -> tuple[tuple[str, str, str], ...]:
    """What narrows the search: kind, value, and the address without it."""
    return tuple(
        (NAMES[field], said(field, value, pages), asked.toggled(field, value).url()) for field, value in asked.values()
    )


def said(field: str, value: str, pages: Mapping[str, str]) -> str:
    """A value as a reader sees it; `pages` tells what each file says of itself."""
    return pages.get(value, value) if field == "file" else SAID.get(field, {}).get(value, value)


def _group(field: str, counted: Mapping[str, int], left: int, asked: Search, pages: Mapping[str, str]) -> Group:
    mine = asked.chosen(field)
    commonest = sorted(counted, key=lambda value: (-counted[value], value))
    others = [value for value in commonest if value not in mine]

    adding = asked.adding(field)

    def choice(value: str) -> FacetValue:
        href = asked.toggled(field, value).url() if value in mine else adding(value)
        return FacetValue(value, said(field, value, pages), counted.get(value, 0), value in mine, href)

    # A single value hidden behind a word takes more room than the value.
    shown = SHOWN if len(others) > SHOWN + 1 else SHOWN + 1
    return Group(
        field=field,
        name=NAMES[field],
        shown=tuple(map(choice, [*mine, *others[:shown]])),
        more=tuple(map(choice, others[shown : shown + MORE])),
        left=left + max(len(others) - shown - MORE, 0),
    )
