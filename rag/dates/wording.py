"""Days -> the words of a sentence that says them."""

from __future__ import annotations

import calendar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt

    from rag.dates.edtf import Interval


def day(date: dt.date) -> str:
    """27 October 1962."""
    return f"{date.day} {calendar.month_name[date.month]} {date.year}"


def period(days: Interval) -> str:
    """Days in as few words as say them: a day, a month, a year, years, or from one day to another."""
    start, end = days.start, days.end
    if start is None or end is None:
        return f"{day(start)} or later" if start else f"{day(end)} or earlier" if end else "any day"
    if start == end:
        return day(start)
    whole_months = start.day == 1 and end.day == calendar.monthrange(end.year, end.month)[1]
    if whole_months and (start.month, end.month) == (1, 12):
        return str(start.year) if start.year == end.year else f"{start.year} to {end.year}"
    if whole_months and (start.year, start.month) == (end.year, end.month):
        return f"{calendar.month_name[start.month]} {start.year}"
    if whole_months:
        return " to ".join(f"{calendar.month_name[each.month]} {each.year}" for each in (start, end))
    return f"{day(start)} to {day(end)}"
