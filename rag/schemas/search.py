"""A page of a search, its facets and timeline -> JSON."""

import datetime as dt
from typing import Self
from urllib.parse import urlencode

from pydantic import Field

from rag.assistant.assistant import Found
from rag.schemas.answer import UnderstoodOut
from rag.schemas.base import Shape
from rag.schemas.record import HitOut, RecordOut
from rag.search.facets import Unit


class CountOut(Shape):
    """A value and the number of matching records that have it."""

    value: str
    count: int


class StretchOut(Shape):
    """A day, month, year, decade or century, and the records whose listed date is within it."""

    start: dt.date
    end: dt.date
    days: int = Field(description="Records dated to a day.")
    within: int = Field(description="Records dated less exactly.")


class TimelineOut(Shape):
    """All matching records, each once, by listed date."""

    unit: Unit | None = Field(description="The length of a stretch; null where no record is dated.")
    stretches: list[StretchOut] = Field(validation_alias="buckets")
    across: int = Field(description="Records that may belong to several stretches or lie outside all.")
    outside: int = Field(description="Records that match by the date in their title, but are listed outside all.")
    certain: int | None = Field(description="Records certainly within the dates of the filter; null without one.")
    possible: int | None = Field(description="Records possibly within them.")
    undated: int = Field(description="Records that match but for a date that they lack.")


class SuggestionOut(Shape):
    """What may have been meant by words that no record contains."""

    text: str = Field(description="The query with these words replaced.")
    url: str = Field(description="The path of its page.")
    instead: bool = Field(description="Whether it was searched for in place of what was asked.")


class FoundOut(Shape):
    """One page of a search."""

    hits: list[HitOut]
    total: int = Field(
        description="Records that pass the filters and contain the words: those with `match` `words`. Facets and the "
        "timeline count these."
    )
    near: int = Field(description="Records that do not, but are near in meaning: those with `match` `meaning`.")
    words: list[list[str]] = Field(description="The words that records must contain, each with its spellings.")
    at_least: int = Field(description="How many of these words each contains; not all, where no record contains all.")
    suggestion: SuggestionOut | None = Field(description="What may have been meant by a word that no record contains.")
    next: str | None = Field(description="Cursor of the next page.")
    understood: UnderstoodOut | None
    notes: list[str]
    facets: dict[str, list[CountOut]] | None = Field(
        default=None,
        description="With `facets`: records by value of each field, without that field's own condition.",
        exclude_if=lambda facets: facets is None,
    )
    timeline: TimelineOut | None = Field(
        default=None, description="With `facets`: records over time.", exclude_if=lambda timeline: timeline is None
    )

    @classmethod
    def of(cls, found: Found) -> Self:
        """Shape a page of hits."""
        return cls(
            hits=[HitOut.of(hit) for hit in found.hits],
            total=found.total,
            near=found.near,
            words=[list(spellings) for spellings in found.matching.words],
            at_least=found.matching.at_least,
            suggestion=None
            if found.suggestion is None
            else SuggestionOut(
                text=found.suggestion, url=f"/search?{urlencode({'q': found.suggestion})}", instead=found.instead
            ),
            next=found.next,
            understood=None if found.understood is None else UnderstoodOut.of(found.understood),
            notes=list(found.notes),
            facets=None
            if found.facets is None
            else {
                field: [CountOut(value=value, count=count) for value, count in counts.items()]
                for field, counts in found.facets.fields.items()
            },
            timeline=None if found.facets is None else TimelineOut.of(found.facets),
        )


class RecordsOut(Shape):
    """One page of all records, by date."""

    records: list[RecordOut]
    total: int
    next: str | None

    @classmethod
    def of(cls, found: Found) -> Self:
        """Shape a page of records."""
        return cls(records=[RecordOut.of(hit.record) for hit in found.hits], total=found.total, next=found.next)
