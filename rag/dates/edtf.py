"""EDTF -> days, and back: levels 0 and 1 of the Extended Date/Time Format, years 0001 to 9999.

A point is as exact as it is written: `1962-10-27`, `1962-10`, `1962-10-XX`, `1962`, `196X`, `19XX`, or a season
`1962-21` .. `1962-24`. A season is three whole months. The winter of a year begins in its December: `1962-24` is
"winter 1962-63". `?`, `~` and `%` (uncertain, approximate, both) mark a point and change no day.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass

from rag.language.message import worded

_POINT = re.compile(
    r"(?P<year>[0-9]{4}|[0-9]{3}X|[0-9]{2}XX)"
    r"(?:-(?P<month>[0-9]{2}|XX)(?:-(?P<day>[0-9]{2}|XX)(?:T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:Z|[+-][0-9]{2}(?::[0-9]{2})?)?)?)?)?"
    r"(?P<mark>[?~%]?)",
)
_EXAMPLES = worded("a year, month or day: 1962, 1962-10, 1962-10-27")
_MONTHS = 12
_SEASONS = {21: 3, 22: 6, 23: 9, 24: 12}  # EDTF's code: the first month
_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Interval:
    """Days from `start` to `end`, both included; None leaves that side open."""

    start: dt.date | None
    end: dt.date | None


@dataclass(frozen=True, slots=True)
class Point:
    """One date of EDTF, as exact as it is known."""

    year: str  # four characters: `1962`, `196X` or `19XX`, never year zero
    month: int | None = None  # 1 to 12, or a season 21 to 24 (spring to winter), or None
    day: int | None = None  # 1 to 31, a day that this month has, or None
    mark: str = ""  # "", "?" (uncertain), "~" (approximate) or "%" (both)

    def __post_init__(self) -> None:
        """Refuse a year, month or day that no calendar has."""
        if len(self.year) != len("1962") or self.year == "0000":
            raise ValueError(f"there is no year {self.year}; years run from 0001 to 9999")
        if self.month is None:
            return
        if "X" in self.year:
            raise ValueError(f"{self.year} is more than one year and cannot have a month")
        if not (1 <= self.month <= _MONTHS or self.month in _SEASONS):
            raise ValueError(f"there is no month {self.month:02}; months are 01 to 12, seasons 21 to 24")
        if self.day is not None and not (self.month <= _MONTHS and 1 <= self.day <= self.last_of_month()):
            raise ValueError(f"{self.year}-{self.month:02} has no day {self.day:02}")

    def last_of_month(self) -> int:
        """The number of days in the month, 28 to 31."""
        return calendar.monthrange(int(self.year), self.month or _MONTHS)[1]

    @property
    def is_season(self) -> bool:
        """Whether it is a season."""
        return self.month in _SEASONS

    @property
    def first(self) -> dt.date:
        """The earliest day it can mean."""
        year = max(1, int(self.year.replace("X", "0")))
        month = _SEASONS.get(self.month, self.month) if self.month else 1
        return dt.date(year, month, self.day or 1)

    @property
    def last(self) -> dt.date:
        """The latest day it can mean."""
        if self.day is not None:
            return self.first
        year, month = int(self.year.replace("X", "9")), self.month or _MONTHS
        if month in _SEASONS:
            month = _SEASONS[month] + 2
            year, month = (year + 1, month - _MONTHS) if month > _MONTHS else (year, month)
        if year > dt.MAXYEAR:
            return dt.date.max
        return dt.date(year, month, calendar.monthrange(year, month)[1])

    def __str__(self) -> str:
        finer = [f"{part:02}" for part in (self.month, self.day) if part is not None]
        return "-".join([self.year, *finer]) + self.mark

    @classmethod
    def parse(cls, text: str) -> Point:
        """Read one point of EDTF; ValueError says in one line what is wrong with it."""
        if not (match := _POINT.fullmatch(text)):
            raise ValueError(worded("%(text)s is not a date; write %(examples)s", text=repr(text), examples=_EXAMPLES))
        year, mark = match["year"], match["mark"]
        month, day = (None if part in {None, "XX"} else int(part) for part in match.group("month", "day"))
        if ("X" in year and match["month"]) or (month is None and day is not None):
            message = worded(
                "%(text)s: only the last digits of a date can be unspecified; write %(examples)s",
                text=repr(text),
                examples=_EXAMPLES,
            )
            raise ValueError(message)
        return cls(year, month, day, mark)


def edtf_interval(text: str) -> Interval:
    """The days that a date or interval in EDTF spans; ValueError says in one line what is wrong with it."""
    low, slash, high = text.strip().partition("/")
    if not slash:
        point = Point.parse(low)
        return Interval(point.first, point.last)
    start = None if low in ("", "..") else Point.parse(low).first
    end = None if high in ("", "..") else Point.parse(high).last
    if start and end and end < start:
        message = worded("%(text)s ends before it starts; write the earlier date first", text=repr(text.strip()))
        raise ValueError(message)
    return Interval(start, end)


def edtf_of(interval: Interval) -> str | None:
    """The shortest EDTF of exactly these days, both ends equally exact; None where both are open.

    It has no seasons: they are vague, and September to November is not.
    """
    start, end = interval.start, interval.end
    if start is None and end is None:
        return None
    for known in (2, 3):  # digits of a century, of a decade
        coarse = f"{(start or dt.date.min).year:04}"[:known].ljust(4, "X")
        if interval == edtf_interval(coarse):
            return coarse
    whole_months = (start is None or start.day == 1) and (end is None or end == dt.date.max or (end + _DAY).day == 1)
    whole_years = whole_months and (start is None or start.month == 1) and (end is None or end.month == _MONTHS)
    length = len("1962") if whole_years else len("1962-10") if whole_months else len("1962-10-27")
    low, high = (".." if day is None else day.isoformat()[:length] for day in (start, end))
    return low if low == high else f"{low}/{high}"
