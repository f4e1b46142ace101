"""Records by year or over time -> the bars of a chart, each of them a link.

Positions and sizes are in percent, so that the chart fits any width while its labels keep their size.
"""

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache

from rag.dates.archival_date import Interval
from rag.language.message import worded
from rag.search.facets import FacetCounts, TimeBucket, Unit
from web.translation import date, gettext, language, number
from web.views.dates import span
from web.views.urls import Search

_TICKS = 6  # labels that fit side by side on a phone
_LONG_TICKS = 4  # "Oct 1962"
_THICKEST = 4.0  # percent
_STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500)
_MONTH_STEPS = (1, 2, 3, 6, 12)
_HEADINGS = {
    "day": worded("Records by day"),
    "month": worded("Records by month"),
    "year": worded("Records by year"),
    "decade": worded("Records by decade"),
    "century": worded("Records by century"),
}


@dataclass(frozen=True, slots=True)
class Column:
    """A day, month, year, decade or century."""

    label: str  # "October 1962"
    days: int  # records dated to a day in it
    within: int  # records dated less exactly, but within it
    href: str
    x: float  # left side; `width` is also in percent
    width: float
    bar: float  # left side of the bar; `thick` is its width
    thick: float
    tall: float  # height of the bar for `days`; `faint` is that for `within`, above it
    faint: float
    tick: str  # label below it, or empty
    anchor: str  # alignment of the tick: its "start", "middle" or "end" is below the middle of the column

    @property
    def top(self) -> float:
        """Where the bars begin, from above."""
        return round(100 - self.tall - self.faint, 2)

    @property
    def count(self) -> int:
        """All records."""
        return self.days + self.within

    @property
    def name(self) -> str:
        """What it is, for those who cannot see it."""
        if not self.within:
            return f"{self.label}: {number(self.count)}"
        values = {"label": self.label, "count": number(self.count), "within": number(self.within)}
        if self.days:
            return gettext("%(label)s: %(count)s, %(within)s of them dated less exactly", **values)
        return gettext("%(label)s: %(count)s, dated less exactly", **values)


@dataclass(frozen=True, slots=True)
class Drawing:
    """Records over time."""

    columns: tuple[Column, ...]
    unit: str  # of a column: "day", "month", "year", "decade" or "century"
    highest: int  # records in the highest column
    wider: tuple[tuple[str, str], ...]  # longer periods around these dates, the shortest first: (text, address)

    @property
    def heading(self) -> str:
        """Records by what."""
        return gettext(_HEADINGS[self.unit])

    @property
    def name(self) -> str:
        """What the chart is, for those who cannot see it."""
        return gettext("%(heading)s of the listed date; each column is a link to its records", heading=self.heading)


def drawing(counts: FacetCounts, asked: Search) -> Drawing | None:
    """A column for each bucket, with a link to this search within its days; None where no record is dated."""
    highest = max((bucket.days + bucket.within for bucket in counts.buckets), default=0)
    if counts.unit is None or not highest:
        return None
    width = 100 / len(counts.buckets)
    thick = min(0.76 * width, _THICKEST)
    column_width, bar_width = round(width, 2), round(thick, 2)
    ticks = _ticks(counts.unit, counts.buckets)
    href_within = asked.within()
    columns = []
    for place, bucket in enumerate(counts.buckets):
        label, low, high = _labelled(bucket.start, bucket.end, language())
        middle = (place + 0.5) * width
        columns.append(
            Column(
                label=label,
                days=bucket.days,
                within=bucket.within,
                href=href_within(low, high),
                x=round(place * width, 2),
                width=column_width,
                bar=round(middle - thick / 2, 2),
                thick=bar_width,
                tall=round(100 * bucket.days / highest, 2),
                faint=round(100 * bucket.within / highest, 2),
                tick=ticks.get(place, ""),
                anchor="start" if middle < 8 else "end" if middle > 92 else "middle",  # noqa: PLR2004 - percent
            )
        )
    return Drawing(tuple(columns), counts.unit.value, highest, _wider(counts, asked))


@lru_cache(maxsize=1024)  # most pages have the same years
def _labelled(start: dt.date, end: dt.date, _language: str) -> tuple[str, str, str]:
    """A range of days in words, and its first and last day in short EDTF."""
    within = Search().during(start, end)
    return span(Interval(start, end)), within.date_from, within.date_to


def _years(first: int, width: int) -> str:
    """1962; the 1960s; the 1900s."""
    return str(first) if width == 1 else gettext("%(first)ss", first=first)


def _wider(counts: FacetCounts, asked: Search) -> tuple[tuple[str, str], ...]:
    if not (asked.date_from or asked.date_to):
        return ()
    start, end = counts.buckets[0].start, counts.buckets[-1].end
    year = (dt.date(start.year, 1, 1), dt.date(start.year, 12, 31))
    around = [(gettext("All years"), asked.without_dates().url())]
    if start.year == end.year and (start, end) != year:
        around.insert(0, (gettext("All of %(year)s", year=start.year), asked.during(*year).url()))
    return tuple(around)


def _ticks(unit: Unit, buckets: tuple[TimeBucket, ...]) -> dict[int, str]:
    """Labels by the place of their bucket: round years, months counted from January, or every few days."""
    starts = [bucket.start for bucket in buckets]
    match unit:
        case Unit.DAY:
            numbers = [start.toordinal() - starts[0].toordinal() for start in starts]
            labels = [date(start, "MMMd") for start in starts]
        case Unit.MONTH:
            numbers = [start.year * 12 + start.month - 1 for start in starts]
            labels = [date(start, "yMMM") for start in starts]
        case _:
            length = {Unit.YEAR: 1, Unit.DECADE: 10, Unit.CENTURY: 100}[unit]
            numbers = [start.year // length for start in starts]
            labels = [_years(number * length, length) for number in numbers]
    steps, most = (_MONTH_STEPS, _LONG_TICKS) if unit is Unit.MONTH else (_STEPS, _TICKS)
    step = next((step for step in steps if len(numbers) / step <= most), steps[-1])
    return {at: label for at, (number, label) in enumerate(zip(numbers, labels, strict=True)) if number % step == 0}
