"""What the words of a date say -> points of EDTF; each end of a range completes the other. grammar.py has the rules."""

import datetime as dt
from dataclasses import dataclass, replace
from math import ceil

from rag.dates.edtf import Interval, Point

_DAY = dt.timedelta(days=1)
_WINTER = 24
_THIRDS = 3
_DAYS_OF_A_MONTH = range(28, 32)


@dataclass(frozen=True, slots=True)
class Cut:
    """A part of a period: one of equal parts, a week, or so many of its first or last days."""

    # The number of the part, from 0. For weeks: the number of the week in the month, from 1; 0 for the last; None for
    # the seven days from the day on.
    which: int | None
    of: int | None  # how many equal parts the period has (2, 3 or 4), or None for weeks and runs
    # How many days, weeks, months or years of it: the first for a `which` of 1, the last for 0.
    run: tuple[int, str] | None = None


@dataclass(frozen=True, slots=True)
class DatePart:
    """One end of a phrase, as its own words give it."""

    year: str | None = None  # as `Point.year`; None where the other end gives it
    month: int | None = None
    day: int | None = None
    mark: str = ""
    digits: str | None = None  # the last one or two digits of a year ("1962-63", "1850s-60s"), or None
    cut: Cut | None = None  # the part of the period that is meant, or None for all of it

    def ends(self) -> tuple[Point, Point]:
        """Its first and last point; ValueError where the words make no date."""
        if self.year is None or (self.day is not None and self.month is None):
            raise ValueError(f"no date: {self}")
        whole = Point(self.year, self.month, None, self.mark)
        if self.day is not None and self.day <= whole.last_of_month():
            whole = replace(whole, day=self.day)
        if self.cut is None:
            return whole, whole
        which, of = self.cut.which, self.cut.of
        if self.cut.run is not None:
            return _run(whole, which, *self.cut.run)
        return _week(whole, which) if of is None or which is None else _share(whole, which, of)


@dataclass(frozen=True, slots=True)
class DateSpan:
    """From one point to another; one side may be open."""

    low: Point | None
    high: Point | None

    @property
    def days(self) -> Interval:
        """The days it spans."""
        return Interval(self.low.first if self.low else None, self.high.last if self.high else None)

    def __str__(self) -> str:
        return str(self.low) if self.low == self.high else f"{self.low or '..'}/{self.high or '..'}"


@dataclass(frozen=True, slots=True)
class Said:
    """What a phrase says: one part (then both ends are the same), a range, or a range open on one side."""

    low: DatePart | None
    high: DatePart | None
    after: bool = False  # whether `low` itself is excluded
    before: bool = False  # whether `high` itself is excluded
    both: bool = False  # whether it means two dates, not the days between them

    @property
    def open(self) -> bool:
        """Whether one side is open, or an end excluded."""
        return self.low is None or self.high is None or self.after or self.before

    def spans(self, year: int | None = None) -> tuple[DateSpan, ...]:
        """What it says on the calendar: one span, two if `both`, none where the words make no date.

        Args:
            year: The year of days and months that give none.
        """
        low, high = _with_year(self.low, self.high, year)
        try:
            if low is not None and high is not None and low is not high:
                low, high = _complete(low, high)
            start, end = (part.ends() if part else None for part in (low, high))
            if self.both and start and end and start != end:
                return DateSpan(*start), DateSpan(*end)
            first = start and (_from(start[1].last + _DAY, start[1].mark) if self.after else start[0])
            last = end and (_to(end[0].first - _DAY, end[0].mark) if self.before else end[1])
        except (ValueError, OverflowError):  # no such date, or one outside the calendar
            return ()
        if first and last and last.last < first.first:
            return () if self.open or not (start and end) else (DateSpan(end[0], start[1]),)  # 1962-1960
        return (DateSpan(first, last),)


def _with_year(
    low: DatePart | None, high: DatePart | None, year: int | None
) -> tuple[DatePart | None, DatePart | None]:
    """Give this year to the first part where none has one; the second takes it from there."""
    if year is None or any(part and part.year for part in (low, high)):
        return low, high
    if low is None:
        return None, high and replace(high, year=f"{year:04}")
    dated = replace(low, year=f"{year:04}")
    return dated, dated if high is low else high


def _complete(low: DatePart, high: DatePart) -> tuple[DatePart, DatePart]:
    """Give each end what the other has and it lacks; where the two are one date, that date twice."""
    if low.mark and not high.mark:  # c. 1958-1960
        high = replace(high, mark=low.mark)
    if high.month is None and high.cut is None:
        low, high = _year_alone(low, high)
    if low == high:
        return low, low
    if high.month is None and high.day:  # May 3-9, 1961
        high = replace(high, month=low.month)
    if low.month is None and low.day and high.month:  # 3-9 May 1961, 28 to 3 November 1962
        back = high.day is not None and low.day > high.day
        low = replace(low, month=(high.month - 2) % 12 + 1 if back else high.month)
    falls = bool(low.month and high.month and low.month > high.month)  # November to February
    if high.year is None and low.year and low.year.isdigit():
        high = replace(high, year=f"{int(low.year) + falls:04}")
    elif low.year is None and high.year and high.year.isdigit():
        low = replace(low, year=f"{int(high.year) - falls:04}")
    return low, high


def _year_alone(low: DatePart, high: DatePart) -> tuple[DatePart, DatePart]:
    """Complete a range whose far end is only a year, or digits that may be its last ones."""
    if low.year is None and low.month and not (low.day or high.day) and (high.year or high.digits):  # May-1962, Oct-62
        return (replace(low, year=high.year or f"19{high.digits}"),) * 2
    digits = high.digits or (None if high.year else str(high.day))
    since = low.year if low.month in {None, _WINTER} and low.day is None else None
    if digits and since and since[-len(digits) :] < digits:  # 1958-9, 1962-63
        high = replace(high, year=since[: -len(digits)] + digits, digits=None, day=None)
    if low.month == _WINTER and low.year and high.year == f"{int(low.year) + 1:04}":  # winter 1962-63
        return low, low
    return low, high


def _from(day: dt.date, mark: str) -> Point:
    """The coarsest point that begins with this day."""
    return _coarse(day, month=day.day == 1, year=(day.month, day.day) == (1, 1), mark=mark)


def _to(day: dt.date, mark: str) -> Point:
    """The coarsest point that ends with this day."""
    return _coarse(day, month=(day + _DAY).day == 1, year=(day.month, day.day) == (12, 31), mark=mark)


def _coarse(day: dt.date, *, month: bool, year: bool, mark: str) -> Point:
    return Point(f"{day.year:04}", None if year else day.month, None if month else day.day, mark)


def _units(point: Point) -> list[Point]:
    """The years of a decade or century, the months of a year or season, the days of a month; a day itself."""
    if point.day is not None:
        return [point]
    if "X" in point.year:
        return [Point(f"{year:04}") for year in range(point.first.year, point.last.year + 1)]
    if point.month is None:
        return [Point(point.year, month) for month in range(1, 13)]
    if point.is_season:
        first = point.first.month - 1
        return [Point(f"{int(point.year) + month // 12:04}", month % 12 + 1) for month in range(first, first + 3)]
    return [Point(point.year, point.month, day) for day in range(1, point.last_of_month() + 1)]


def _share(point: Point, which: int, of: int) -> tuple[Point, Point]:
    """One of equal parts. A month counts as 30 days, and its last part takes the rest; thirds are vague."""
    if which >= of:
        raise ValueError(f"there is no part {which + 1} of {of}")
    units = _units(point)
    count = 30 if len(units) in _DAYS_OF_A_MONTH else len(units)
    last = which == of - 1
    low = units[min(ceil(count * which / of), len(units) - 1)]
    high = units[-1 if last else max(ceil(count * (which + 1) / of), 1) - 1]
    edge = "~" if of == _THIRDS else point.mark
    return replace(low, mark=edge if which else point.mark), replace(high, mark=point.mark if last else edge)


def _run(point: Point, which: int | None, count: int, unit: str) -> tuple[Point, Point]:
    """So many days, weeks, months or years, from the first of a period on or up to its last."""
    units = _units(point)
    if unit in {"days", "weeks"}:
        count *= 7 if unit == "weeks" else 1
        span = (point.last - point.first).days + 1
        units = [_coarse(point.first + at * _DAY, month=False, year=False, mark="") for at in range(span)]
    elif (units[0].month is None) != (unit == "years"):
        raise ValueError(f"a {point} has no {unit}")
    if which not in {0, 1} or not 0 < count <= len(units):
        raise ValueError(f"a {point} has no run of {count} {unit}")
    return (units[0], units[count - 1]) if which else (units[-count], units[-1])


def _week(point: Point, which: int | None) -> tuple[Point, Point]:
    """Seven days: from a day on, or of the month, counted from its first; 0 for its last seven."""
    if which is None:
        return point, point if point.day is None else _coarse(point.first + 6 * _DAY, month=False, year=False, mark="")
    days = _units(point)
    if len(days) not in _DAYS_OF_A_MONTH or 7 * which > len(days):
        raise ValueError(f"a {point} has no numbered weeks")
    low = 7 * (which - 1) if which else len(days) - 7
    return days[low], days[low + 6]
