"""Facet counts -> lists of links that narrow or widen the search."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from os.path import commonprefix
from typing import NamedTuple

from rag.language.message import worded
from rag.search.facets import FacetCounts
from web.translation import document_type, translated
from web.views.urls import Chip, Search, value_url

# Fields in the order of the page.
FIELD_NAMES = {
    "people": worded("People"),
    "places": worded("Places"),
    "sender": worded("Sender"),
    "recipient": worded("Recipient"),
    "sent_from": worded("Sent from"),
    "inside": worded("Volume or file"),
    "type": worded("Document type"),
    "year": worded("Year"),
    "precision": worded("How exactly dated"),
    "subjects": worded("Subjects"),
    "languages": worded("Languages"),
    "archive": worded("Archive"),
    "file": worded("Source file"),
    "summary": worded("Summary"),
}

# Exclusions by the same.
WITHOUT = {"not_people": worded("Without"), "not_places": worded("Without"), "not_type": worded("Not of type")}

# Values that are this program's own, in words.
VALUE_NAMES = {
    "precision": {
        "day": worded("to the day"),
        "month": worded("to the month"),
        "year": worded("to the year"),
        "loose": worded("less exactly"),
        "undated": worded("not at all"),
    },
    "summary": {"with": worded("with a summary"), "without": worded("title only")},
}

SHOWN = 6  # values of a field that are visible at once
MORE = 10  # Further values that a reader can open, at most. Ten fields of them and 50 hits keep a page below 100 KB.
COUNTED = SHOWN + 1 + MORE  # values of a field that a page needs


_LONG = 20  # characters that names must share before they are left out


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A value, and the address of the search with it, or without it where it is chosen."""

    value: str  # as in the address
    text: str  # as on the page
    count: int  # records that have it and meet all conditions on other fields
    chosen: bool
    href: str


@dataclass(frozen=True, slots=True)
class Group:
    """A field's values."""

    field: str
    name: str
    shown: tuple[FacetValue, ...]  # those that are chosen, then the most frequent
    more: tuple[FacetValue, ...]  # the next most frequent
    omitted: int  # number of all others
    common: str = ""  # what all their texts begin with, and which these therefore leave out


class Counted(NamedTuple):
    """A value as on the page, in how many records it is, and the address of its page or of these records."""

    text: str
    total: int
    href: str


def by_count(field: str, counts: Mapping[str, int], inside: Search | None = None) -> tuple[Counted, ...]:
    """The values of a field, the most frequent first; `inside` a search, a type leads to its records there."""
    return tuple(
        Counted(
            value_name(field, value, {}),
            counts[value],
            inside.toggled(field, value).url() if inside and field == "type" else value_url(field, value),
        )
        for value in sorted(counts, key=lambda value: (-counts[value], value))
    )


def groups(counts: FacetCounts, asked: Search, total: int, pages: Mapping[str, str]) -> tuple[Group, ...]:
    """A group for each field, unless all `total` records have its only value."""
    fields = counts.fields
    all_groups = (_group(name, fields.get(name, {}), counts.omitted.get(name, 0), asked, pages) for name in FIELD_NAMES)
    return tuple(
        group
        for group in all_groups
        if group.shown and (len(group.shown) > 1 or group.shown[0].chosen or group.shown[0].count < total)
    )


def chosen(asked: Search, pages: Mapping[str, str]) -> tuple[Chip, ...]:
    """The values that narrow the search."""
    return tuple(
        Chip({**FIELD_NAMES, **WITHOUT}[field], value_name(field, value, pages), asked.toggled(field, value).url())
        for field, value in asked.values()
    )


def value_name(field: str, value: str, pages: Mapping[str, str]) -> str:
    """A value in words; `pages` has the range that each file gives ("1 - 10 of 31")."""
    if field == "file":
        return pages.get(value, value)
    return document_type(value) if field == "type" else translated(VALUE_NAMES.get(field, {}).get(value, value))


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
    values = [facet_value(value) for value in (*mine, *others[: shown + MORE])]
    common = _common([value.text for value in values])
    values = [replace(value, text=value.text.removeprefix(common)) for value in values] if common else values
    return Group(
        field=field,
        name=FIELD_NAMES[field],
        shown=tuple(values[: len(mine) + shown]),
        more=tuple(values[len(mine) + shown :]),
        omitted=omitted + max(len(others) - shown - MORE, 0),
        common=common,
    )


def _common(texts: Sequence[str]) -> str:
    """What several long names begin with, up to a comma: the series, before the volume."""
    begin = commonprefix(texts).rpartition(", ")[0] if len(texts) > 1 else ""  # noqa: RUF071 - of names, not of paths
    return f"{begin}, " if len(begin) >= _LONG else ""
