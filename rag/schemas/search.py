"""A page of a search, and how all that is found spreads -> its JSON."""

import datetime as dt
from typing import Self

from pydantic import Field

from rag.assistant.assistant import Found
from rag.schemas.answer import UnderstoodOut
from rag.schemas.base import Shape
from rag.schemas.record import HitOut, RecordOut
from rag.search.facets import FacetCounts, Unit

# No `from __future__ import annotations` here: pydantic reads annotations at run time.


class CountOut(Shape):
    """How many of the records found have a value."""

    value: str
    count: int


class StretchOut(Shape):
    """A day, month, year, decade or century, and the records whose listed date lies within it."""

    start: dt.date
    end: dt.date
    days: int = Field(description="Those known to a day.")
    within: int = Field(description="Those known less closely.")


class TimelineOut(Shape):
    """All records found, each once, by listed date."""

    unit: Unit | None = Field(description="What one stretch is; null where no record is dated.")
    stretches: list[StretchOut] = Field(validation_alias="buckets")
    across: int = Field(description="Records that may lie in several stretches or beyond them.")
    outside: int = Field(description="Records found by the date in their title, though listed outside the stretches.")
    certain: int | None = Field(description="Records certainly of the days asked for; null where none are.")
    possible: int | None = Field(description="Records possibly of them.")
    undated: int = Field(description="Records that would be found if they were dated.")

    @classmethod
    def of(cls, counts: FacetCounts) -> Self:
        """Shape how what is found lies in time."""
        return cls.model_validate(counts)


class FoundOut(Shape):
    """One page of a search."""

    hits: list[HitOut]
    total: int = Field(description="Records that pass the filters and show any evidence.")
    next: str | None = Field(description="Cursor of the following page.")
    understood: UnderstoodOut | None
    notes: list[str]
    facets: dict[str, list[CountOut]] | None = Field(
        default=None,
        description="Where asked for: records by value of each field, that field's own condition set aside.",
        exclude_if=lambda facets: facets is None,
    )
    timeline: TimelineOut | None = Field(
        default=None, description="Where facets are asked for.", exclude_if=lambda timeline: timeline is None
    )

    @classmethod
    def of(cls, found: Found) -> Self:
        """Shape a page of hits."""
        return cls(
            hits=[HitOut.of(hit) for hit in found.hits],
            total=found.total,
            next=found.next,
            understood=None if found.understood is None else UnderstoodOut.of(found.understood),
            notes=list(found.notes),
            facets=None
            if found.facets is None
            else {
                field: [CountOut(value=value, count=count) for value, count in counted.items()]
                for field, counted in found.facets.fields.items()
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
