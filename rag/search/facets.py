"""What is found -> counts: by the values of each field, along time, by certain and possible days.

Each field is counted without its own condition, so that a reader who chose one person still sees how many records each
other would add ("drill sideways"); all other conditions hold.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from functools import lru_cache
from itertools import pairwise

from rag.dates.archival_date import Interval
from rag.index.ports import IndexReader, Matching, Timeline, ValueCounts
from rag.record import EVERYTHING, FIELDS, Filter

_DAYS = 62
_MONTHS = 60
_YEARS = 80  # buckets, at most; with more, the next longer unit is taken


class Unit(Enum):
    """What one bucket of a timeline is."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    DECADE = "decade"
    CENTURY = "century"


_NO_TIMELINE = Timeline((), (), 0, 0, 0)
_LENGTH = {Unit.YEAR: 1, Unit.DECADE: 10, Unit.CENTURY: 100}  # years


@dataclass(frozen=True, slots=True)
class TimeBucket:
    """A day, month, year, decade or century, and how many records are of it."""

    start: dt.date
    end: dt.date
    days: int  # those whose listed date is known to one of its days
    within: int  # those whose listed date is known less closely, but to lie within it


@dataclass(frozen=True, slots=True)
class FacetCounts:
    """The records found, counted by field and along time."""

    # Of each field that any record has a value of: records by value, its own condition set aside.
    fields: Mapping[str, Mapping[str, int]]
    omitted: Mapping[str, int]  # how many further values of each are left out
    unit: Unit | None  # what a bucket is; None where no record is dated
    buckets: tuple[TimeBucket, ...]  # without gaps, in order
    across: int  # records whose listed date may lie in several buckets or beyond them
    outside: int  # records found by the date in their title, with a listed date outside the buckets
    certain: int | None  # records with a date certainly in the days asked for; None where none are asked for
    possible: int | None  # records that may have one there; None likewise
    undated: int  # records without an understood date that would be found but for it


def count_facets(
    reader: IndexReader, where: Filter, matching: Matching | None = None, most: int | None = None
) -> FacetCounts:
    """Count what passes the filter and matches.

    Args:
        most: Values of a field that are given, besides those that it is filtered by; None for all.
    """
    chosen = dict(where.fields)

    def counted(field: str) -> ValueCounts:
        others, values = where.without(field), chosen.get(field, frozenset())
        if most is None:
            return ValueCounts(reader.facets(field, others, matching), 0)
        return reader.top_values(field, others, most + len(values), matching, values)

    tallies = {field: tally for field in FIELDS if (tally := counted(field)).counts}
    unit, edges = _edges(where.when, reader.extent(where, matching))
    certain = possible = None
    if where.when is not None:
        either = replace(where, only=None)
        certain = reader.count_certain(either, matching)
        possible = reader.count(either, matching) - certain
    undated = reader.count_undated(where.without("precision"), matching)
    timeline = reader.timeline(where, edges, matching) if edges else _NO_TIMELINE
    return FacetCounts(
        fields={field: tally.counts for field, tally in tallies.items()},
        omitted={field: tally.omitted for field, tally in tallies.items()},
        unit=unit,
        buckets=tuple(
            TimeBucket(start, following - _DAY, days, within)
            for (start, following), days, within in zip(pairwise(edges), timeline.days, timeline.within, strict=True)
        ),
        across=timeline.across,
        outside=timeline.outside,
        certain=certain,
        possible=possible,
        undated=undated,
    )


def empty_months(reader: IndexReader) -> tuple[Interval, ...]:
    """Whole months between the first and the last known day to which no listed date is known, joined, in order."""
    extent = reader.extent(EVERYTHING)
    if extent is None or extent.start is None or extent.end is None:
        return ()
    edges = list(_firsts(Unit.MONTH, extent.start, extent.end))
    months = reader.timeline(EVERYTHING, edges)
    found: list[Interval] = []
    for (first, following), days, within in zip(pairwise(edges), months.days, months.within, strict=True):
        if days or within:
            continue
        start = found.pop().start if found and found[-1].end == first - _DAY else first
        found.append(Interval(start, following - _DAY))
    return tuple(found)


_DAY = dt.timedelta(days=1)


@lru_cache(maxsize=64)  # as on the next page
def _edges(when: Interval | None, extent: Interval | None) -> tuple[Unit | None, Sequence[dt.date]]:
    """First days of the buckets that show the records best, and the day after the last."""
    if extent is None or extent.start is None or extent.end is None:
        return None, ()
    start, end = extent.start, extent.end
    if when is not None:
        start, end = max(when.start or start, start), min(when.end or end, end)
        if when.start and when.end and _months(when.start, when.end) <= _MONTHS:
            start, end = when.start, when.end  # short enough to show where nothing is
    if start > end:
        return None, ()
    unit = _unit(start, end)
    edges = list(_firsts(unit, start, end))
    if when is not None and when.start is not None:
        edges[0] = max(edges[0], when.start)
    if when is not None and when.end is not None and when.end < dt.date.max:
        edges[-1] = min(edges[-1], when.end + _DAY)  # the days asked for may end within a bucket
    return unit, tuple(edges)


def _months(start: dt.date, end: dt.date) -> int:
    return (end.year - start.year) * 12 + end.month - start.month + 1


def _unit(start: dt.date, end: dt.date) -> Unit:
    if (end - start).days < _DAYS:
        return Unit.DAY
    if _months(start, end) <= _MONTHS:
        return Unit.MONTH
    years = end.year - start.year
    return Unit.YEAR if years < _YEARS else Unit.DECADE if years < _YEARS * 10 else Unit.CENTURY


def _firsts(unit: Unit, start: dt.date, end: dt.date) -> Iterator[dt.date]:
    """The first day of each bucket that holds a day from start to end, and of the one after."""
    first = start
    if unit is Unit.MONTH:
        first = start.replace(day=1)
    elif unit is not Unit.DAY:
        first = dt.date(max(start.year // _LENGTH[unit] * _LENGTH[unit], 1), 1, 1)
    while first <= end:
        yield first
        following = _after(unit, first)
        if following == first:  # the last of all days
            return
        first = following
    yield first


def _after(unit: Unit, first: dt.date) -> dt.date:
    """The first day of the next bucket; the last of all days where there is none."""
    try:
        if unit is Unit.DAY:
            return first + _DAY
        if unit is Unit.MONTH:
            return (first.replace(day=28) + 4 * _DAY).replace(day=1)
        length = _LENGTH[unit]
        return dt.date(first.year // length * length + length, 1, 1)
    except (ValueError, OverflowError):
        return dt.date.max
