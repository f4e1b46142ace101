"""Records by year or along time -> the bars of a drawing, each of them a link.

Places and sizes are in percent of the drawing, so that it fits any width while its words keep their size.
"""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from rag.dates.archival_date import Interval
from rag.search.facets import Unit
from web.views.dates import span
from web.views.urls import Search

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rag.search.facets import FacetCounts, TimeBucket

_TICKS = 6  # labels that fit beside each other on a phone
_THICKEST = 4.0  # percent
_STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500)
_MONTH_STEPS = (1, 2, 3, 6, 12)


@dataclass(frozen=True, slots=True)
class Bar:
    """Records of some years.

    Attributes:
        label: "1962", or "1960s" where a bar is a decade.
        href: Address of a search for them.
        height: Share of the highest bar, in percent.
    """

    label: str
    count: int
    height: float
    href: str


def bars(years: Mapping[str, int]) -> tuple[Bar, ...]:
    """One bar a year from the first to the last, or a decade or century where years would be too many to see."""
    counted = {int(year): count for year, count in years.items()}
    if not counted:
        return ()
    width = next(width for width in (1, 10, 100, 1000) if max(counted) - min(counted) < 60 * width)
    starts = range(min(counted) // width * width, max(counted) + 1, width)
    totals = {start: sum(counted.get(year, 0) for year in range(start, start + width)) for start in starts}
    highest = max(totals.values())
    return tuple(
        Bar(
            label=str(start) if width == 1 else f"{start}s",
            count=count,
            height=round(100 * count / highest, 1),
            href=Search(date_from=f"{start:04}", date_to=f"{start + width - 1:04}").url(),
        )
        for start, count in totals.items()
    )


@dataclass(frozen=True, slots=True)
class Column:
    """One stretch of time.

    Attributes:
        label: "October 1962".
        days: Records known to a day of it.
        within: Records known less closely, but within it.
        date_from: Its first day in EDTF, as short as says it; `date_to` likewise.
        x: Its left side; `width` likewise in percent.
        bar: Left side of what is drawn of it; `thick` is its width.
        tall: Height of the days' part; `faint` is that of the others', above it.
        tick: What stands below it, or empty.
        anchor: Where the tick begins: "start", "middle" or "end" of it stands below the middle of the column.
    """

    label: str
    days: int
    within: int
    href: str
    date_from: str
    date_to: str
    x: float
    width: float
    bar: float
    thick: float
    tall: float
    faint: float
    tick: str
    anchor: str

    @property
    def count(self) -> int:
        """Records in all."""
        return self.days + self.within


@dataclass(frozen=True, slots=True)
class Drawing:
    """Records along time.

    Attributes:
        unit: What a column is: "day", "month", "year", "decade" or "century".
        highest: Records of the highest column.
        wider: What is around these days, and the address that shows it: (text, address), nearest first.
    """

    columns: tuple[Column, ...]
    unit: str
    highest: int
    wider: tuple[tuple[str, str], ...]


def drawing(counts: FacetCounts, asked: Search) -> Drawing | None:
    """The columns of what is found, each leading to this search within its days; None where nothing is dated."""
    highest = max((each.days + each.within for each in counts.buckets), default=0)
    if counts.unit is None or not highest:
        return None
    width = 100 / len(counts.buckets)
    thick = min(0.76 * width, _THICKEST)
    across, drawn = round(width, 3), round(thick, 3)
    ticks = _ticks(counts.unit, counts.buckets)
    during = asked.within()
    columns = []
    for place, stretch in enumerate(counts.buckets):
        label, low, high = _said(stretch.start, stretch.end)
        middle = (place + 0.5) * width
        columns.append(
            Column(
                label=label,
                days=stretch.days,
                within=stretch.within,
                href=during(low, high),
                date_from=low,
                date_to=high,
                x=round(place * width, 3),
                width=across,
                bar=round(middle - thick / 2, 3),
                thick=drawn,
                tall=round(100 * stretch.days / highest, 2),
                faint=round(100 * stretch.within / highest, 2),
                tick=ticks.get(place, ""),
                anchor="start" if middle < 8 else "end" if middle > 92 else "middle",  # noqa: PLR2004 - percent
            )
        )
    return Drawing(tuple(columns), counts.unit.value, highest, _wider(counts, asked))


@lru_cache(maxsize=1024)  # a year of one page is one of the next
def _said(start: dt.date, end: dt.date) -> tuple[str, str, str]:
    """These days in words, and the first and the last of them in EDTF, as short as says it."""
    within = Search().during(start, end)
    return span(Interval(start, end)), within.date_from, within.date_to


def _wider(counts: FacetCounts, asked: Search) -> tuple[tuple[str, str], ...]:
    if not (asked.date_from or asked.date_to):
        return ()
    start, end = counts.buckets[0].start, counts.buckets[-1].end
    year = (dt.date(start.year, 1, 1), dt.date(start.year, 12, 31))
    around = [("All years", asked.ever().url())]
    if start.year == end.year and (start, end) != year:
        around.insert(0, (f"All of {start.year}", asked.during(*year).url()))
    return tuple(around)


def _ticks(unit: Unit, stretches: tuple[TimeBucket, ...]) -> dict[int, str]:
    """Labels by the place of their stretch: round years, months counted from January, or every so many days."""
    starts = [stretch.start for stretch in stretches]
    match unit:
        case Unit.DAY:
            places = [start.toordinal() - starts[0].toordinal() for start in starts]
            said = [f"{calendar.month_abbr[start.month]} {start.day}" for start in starts]
        case Unit.MONTH:
            places = [start.year * 12 + start.month - 1 for start in starts]
            said = [f"{calendar.month_abbr[start.month]} {start.year}" for start in starts]
        case _:
            length = {Unit.YEAR: 1, Unit.DECADE: 10, Unit.CENTURY: 100}[unit]
            places = [start.year // length for start in starts]
            said = [f"{place * length}{'s' if length > 1 else ''}" for place in places]
    steps = _MONTH_STEPS if unit is Unit.MONTH else _STEPS
    step = next((step for step in steps if len(places) / step <= _TICKS), steps[-1])
    return {at: text for at, (place, text) in enumerate(zip(places, said, strict=True)) if place % step == 0}
