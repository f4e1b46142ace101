"""Facet counts -> lists of links that narrow or widen the search."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rag.search.facets import FacetCounts
    from web.views.urls import Search

FIELD_NAMES = {
    "people": "People",
    "places": "Places",
    "sender": "Sender",
    "recipient": "Recipient",
    "sent_from": "Sent from",
    "inside": "Part of",
    "type": "Document type",
    "year": "Year listed",
    "precision": "Dated",
    "subjects": "Subjects",
    "languages": "Languages",
    "archive": "Archive",
    "file": "Source page",
    "summary": "Summary",
}
"""Fields in the order of the page."""

WITHOUT = {"not_people": "Without", "not_places": "Without", "not_type": "Not of type"}
"""Exclusions by the same."""

VALUE_NAMES = {
    "precision": {
        "day": "to the day",
        "month": "to the month",
        "year": "to the year",
        "loose": "less exactly",
        "undated": "not at all",
    },
    "summary": {"with": "with a summary", "without": "title only"},
}
"""Values that are this program's own, in words."""

SHOWN = 6
"""Values of a field that are visible at once."""

MORE = 24
"""Further values that a reader can open, at most. Ten fields of them keep a page below 100 KB."""

COUNTED = SHOWN + 1 + MORE
"""Values of a field that a page needs."""


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A value, and the address of the search with it, or without it where it is chosen.

    Attributes:
        value: As in the address.
        text: As on the page.
        count: Records that have it and meet all conditions on other fields.
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
        shown: Those that are chosen, then the most frequent.
        more: The next most frequent.
        omitted: Number of all others.
    """

    field: str
    name: str
    shown: tuple[FacetValue, ...]
    more: tuple[FacetValue, ...]
    omitted: int


def groups(counts: FacetCounts, asked: Search, total: int, pages: Mapping[str, str]) -> tuple[Group, ...]:
    """A group for each field, unless all `total` records have its only value."""
    fields = counts.fields
    all_groups = (_group(name, fields.get(name, {}), counts.omitted.get(name, 0), asked, pages) for name in FIELD_NAMES)
    return tuple(
        group
        for group in all_groups
        if group.shown and (len(group.shown) > 1 or group.shown[0].chosen or group.shown[0].count < total)
    )


def chosen(asked: Search, pages: Mapping[str, str]) -> tuple[tuple[str, str, str], ...]:
    """The values that narrow the search: field, value, and the address without it."""
    return tuple(
        ({**FIELD_NAMES, **WITHOUT}[field], value_name(field, value, pages), asked.toggled(field, value).url())
        for field, value in asked.values()
    )


def value_name(field: str, value: str, pages: Mapping[str, str]) -> str:
    """A value in words; `pages` has the range that each file gives ("1 - 10 of 31")."""
    return pages.get(value, value) if field == "file" else VALUE_NAMES.get(field, {}).get(value, value)


def _group(field: str, counts: Mapping[str, int], omitted: int, asked: Search, pages: Mapping[str, str]) -> Group:
    mine = asked.chosen(field)
    by_count = sorted(counts, key=lambda value: (-counts[value], value))
    others = [value for value in by_count if value not in mine]

    adding = asked.adding(field)

    def facet_value(value: str) -> FacetValue:
        href = asked.toggled(field, value).url() if value in mine else adding(value)
        return FacetValue(value, value_name(field, value, pages), counts.get(value, 0), value in mine, href)

    # A link that opens a single value takes as much room as the value.
    shown = SHOWN if len(others) > SHOWN + 1 else SHOWN + 1
    return Group(
        field=field,
        name=FIELD_NAMES[field],
        shown=tuple(map(facet_value, [*mine, *others[:shown]])),
        more=tuple(map(facet_value, others[shown : shown + MORE])),
        omitted=omitted + max(len(others) - shown - MORE, 0),
    )
