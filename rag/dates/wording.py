"""Days -> the words of a sentence that says them."""

import calendar
import datetime as dt

from rag.dates.edtf import Interval
from rag.language.message import Message, Month, together, worded


def day(date: dt.date) -> Message:
    """27 October 1962."""
    return together(date)


def period(days: Interval) -> Message:
    """Days in as few words as say them: a day, a month, a year, years, or from one day to another."""
    start, end = days.start, days.end
    if start is None or end is None:
        return (
            worded("%(day)s or later", day=start)
            if start
            else worded("%(day)s or earlier", day=end)
            if end
            else worded("any day")
        )
    if start == end:
        return day(start)
    first: dt.date | str = start
    last: dt.date | str = end
    if start.day == 1 and end.day == calendar.monthrange(end.year, end.month)[1]:
        whole_years = (start.month, end.month) == (1, 12)
        first, last = (str(each.year) if whole_years else Month(each.year, each.month, 1) for each in (start, end))
    return together(first) if first == last else worded("%(first)s to %(last)s", first=first, last=last)
