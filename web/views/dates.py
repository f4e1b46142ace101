"""Dates -> words, in the reader's language."""

import calendar

from rag.dates.archival_date import ArchivalDate, Interval
from web.translation import date as named
from web.translation import gettext

MONTH = "yMMMM"


def span(when: Interval) -> str:
    """A range of days in few words: a day, a month, a year, or from one to another."""
    start, end = when.start, when.end
    if start is None or end is None:
        if start:
            return gettext("from %(day)s", day=named(start))
        return gettext("until %(day)s", day=named(end)) if end else gettext("any day")
    form = "long"
    if start.day == 1 and end.day == calendar.monthrange(end.year, end.month)[1]:
        form = "y" if (start.month, end.month) == (1, 12) else MONTH
    first, last = named(start, form), named(end, form)
    return first if first == last else gettext("%(first)s to %(last)s", first=first, last=last)


def dated(date: ArchivalDate) -> str:
    """A date as the source gives it; one that it gives in figures alone, 1962-10-27 or 1962-10, in words."""
    if date.text != date.edtf or date.start is None or date.end is None:
        return date.text
    when = span(Interval(date.start, date.end))
    return gettext("%(date)s, uncertain", date=when) if date.vague else when


def meaning(date: ArchivalDate) -> str:
    """How a date was understood, in words."""
    match date.start, date.end:
        case None, None:
            return gettext("not readable as a date; a search by date does not find it")
        case start, None if start:
            words = gettext("%(day)s or later", day=named(start))
        case None, end if end:
            words = gettext("%(day)s or earlier", day=named(end))
        case start, end if start and end and start != end:
            words = gettext("between %(first)s and %(last)s", first=named(start), last=named(end))
        case day, _:
            words = named(day) if day and date.vague else gettext("exact day")
    return gettext("%(date)s, uncertain", date=words) if date.vague else words
