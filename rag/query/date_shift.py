"""Days -> the days before or after them, and a question with other days than its own."""

import calendar
import datetime as dt
from collections.abc import Callable, Iterable, Mapping

from rag.dates.archival_date import Interval
from rag.dates.wording import day, period
from rag.query.date_expressions import DateExpression, find_dates
from rag.record import Record

_CLOSING = " ?!.,;:…"
_WEEK = 7


def with_dates(question: str, days: Interval, named: DateExpression | None = None) -> str:
    """The question, asked of these days instead of any that it names, or of those given."""
    named = named or find_dates(question)
    rest = (named.rest if named else question).strip(_CLOSING)
    return f"{rest} {date_phrase(days)}".strip()


def date_phrase(days: Interval) -> str:
    """Days in words, with their preposition: on 28 October 1962; before 1963."""
    start, end = days.start, days.end
    if start is None and end is not None:
        return f"before {day(end + dt.timedelta(days=1))}"
    if end is None and start is not None:
        return f"after {day(start - dt.timedelta(days=1))}"
    named = period(days)
    return f"{'on' if start == end else 'from' if ' to ' in named else 'in'} {named}"


def date_range(records: Iterable[Record]) -> Interval | None:
    """From the first to the last known day of these records by their listed dates; None where none is known."""
    known = [date for record in records for date in record.dates[:1]]
    days = [day for date in known for day in (date.start, date.end) if day is not None]
    return Interval(min(days), max(days)) if days else None


def by_date(records: Iterable[Record]) -> list[Record]:
    """These records by their listed dates; those without one last, in the order given."""
    return sorted(records, key=lambda each: each.date.start or dt.date.max if each.date else dt.date.max)


def shifted(days: Interval, way: int, number: int, unit: str) -> Interval | None:
    """The days that lie `number` units before (-1), after (1) or within the same unit (0); None beyond the calendar.

    Without a unit, all days before or after.
    """
    start, end = days.start or days.end, days.end or days.start
    if start is None or end is None:
        return None
    edge = start if way < 0 else end
    try:
        return _MOVES[unit](edge, way, number)
    except (OverflowError, ValueError):
        return None


def spanning(one: Interval, other: Interval) -> Interval:
    """From the first to the last day of two intervals; the second alone where either is open."""
    ends = (one.start, one.end, other.start, other.end)
    return Interval(min(known), max(known)) if len(known := [*filter(None, ends)]) == len(ends) else other


def _all(edge: dt.date, way: int, _: int) -> Interval:
    edge += dt.timedelta(days=way)
    return Interval(edge, None) if way > 0 else Interval(None, edge)


def _day(edge: dt.date, way: int, number: int) -> Interval:
    edge += dt.timedelta(days=way * number)
    return Interval(edge, edge)


def _week(edge: dt.date, way: int, number: int) -> Interval:
    near = way * (_WEEK * (number - 1) + 1)
    ends = (edge + dt.timedelta(days=near), edge + dt.timedelta(days=near + (way or 1) * (_WEEK - 1)))
    return Interval(min(ends), max(ends))


def _months(length: int) -> Callable[[dt.date, int, int], Interval]:
    """Moves by units of so many months, the first of which begins with a year, or a decade."""

    def moved_by(edge: dt.date, way: int, number: int) -> Interval:
        first = (edge.year * 12 + edge.month - 1) // length * length + way * number * length
        years, month = divmod(first + length - 1, 12)
        last = calendar.monthrange(years, month + 1)[1]
        return Interval(dt.date(first // 12, first % 12 + 1, 1), dt.date(years, month + 1, last))

    return moved_by


# By the unit: from the edge of the days, this way, so many units on.
_MOVES: Mapping[str, Callable[[dt.date, int, int], Interval]] = {
    "": _all,
    "day": _day,
    "week": _week,
    "month": _months(1),
    "quarter": _months(3),
    "year": _months(12),
    "decade": _months(120),
}
