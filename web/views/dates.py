"""Dates -> words."""

from __future__ import annotations

import calendar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt

    from rag.dates.archival_date import ArchivalDate, Interval


def day(date: dt.date) -> str:
    """October 27, 1962."""
    return f"{calendar.month_name[date.month]} {date.day}, {date.year}"


def span(when: Interval) -> str:
    """A range of days in few words: a day, a month, a year, or from one to another."""
    start, end = when.start, when.end
    if start is None or end is None:
        return f"from {day(start)}" if start else f"until {day(end)}" if end else "any day"
    if start == end:
        return day(start)
    whole_months = start.day == 1 and end.day == calendar.monthrange(end.year, end.month)[1]
    if whole_months and (start.month, end.month) == (1, 12):
        return str(start.year) if start.year == end.year else f"{start.year} to {end.year}"
    if whole_months and (start.year, start.month) == (end.year, end.month):
        return f"{calendar.month_name[start.month]} {start.year}"
    if whole_months:
        return " to ".join(f"{calendar.month_name[date.month]} {date.year}" for date in (start, end))
    return f"{day(start)} to {day(end)}"


def meaning(date: ArchivalDate) -> str:
    """How a date was understood, in words."""
    match date.start, date.end:
        case None, None:
            return "not readable as a date, so date filters do not find it"
        case start, None if start:
            return f"{day(start)} or later"
        case None, end if end:
            return f"{day(end)} or earlier"
        case start, end if start and end and start != end:
            return f"between {day(start)} and {day(end)}"
    return "exact day"
