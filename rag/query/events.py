"""A question -> days relative to an event or a date: the week after the landing, the eve of the crisis.

An event is one of the authorities', with its days; else what titles of the collection name, where all of them are of
about the same time. What is only before or after an event asks for days where authorities know it; a name that titles
share may be too many things.
"""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from functools import cache

from rag.dates.archival_date import Interval
from rag.dates.phrases import phrases
from rag.language.phrases import Phrases
from rag.language.tables import table
from rag.language.tokens import tokens
from rag.names.authority import Event
from rag.query.date_expressions import DateExpression, expression, find_dates

_EVE = 14  # days before what lasted longer than one
_SOON = 31  # days
_OPEN = frozenset({"since", "until", "during"})
_DAY = dt.timedelta(days=1)


class Events:
    """Finds the events that a question counts days from. Safe under threads."""

    def __init__(self, known: Mapping[str, Event], titled: Callable[[str], Interval | None] = lambda _: None) -> None:
        """Take the events known beforehand, by spelling.

        Args:
            titled: The days of the records whose titles name this, if they are of about the same time.
        """
        self._known = known
        self._finder = Phrases(known)
        self._titled = titled

    def dates(self, question: str) -> DateExpression | None:
        """The days that a question asks for, beside an event or by themselves."""
        return self.find(question) or find_dates(question)

    def find(self, question: str) -> DateExpression | None:
        """The days of a question that are relative to an event or a date; None where it has none."""
        for found in _beside().finditer(question):
            relation = next(name for name in _relations() if found[name])
            named = self._named(question, found.end(), relation)
            if named is not None and (days := _days(found, relation, *named[1:])) is not None:
                return expression(question, found.start(), named[0], days)
        return None

    def _named(self, question: str, at: int, relation: str) -> tuple[int, Interval, dt.date | None] | None:
        """Where what is named from here on ends, its days, and the last day on which it went on."""
        said = tokens(question[at:])
        for first, end in self._finder.spans([token.word for token in said]):
            if first == 0:
                event = self._known[" ".join(token.word for token in said[:end])]
                return at + said[end - 1].end, event.days, event.until
        if relation in _OPEN:
            return None
        for date in phrases(question[at:]):
            if date.start == 0:
                return at + date.end, date.hull.days, None
        stop = at + _ends().search(question[at:]).start()  # type: ignore[union-attr]  # it also finds the end
        days = self._titled(question[at:stop])
        return None if days is None else (stop, days, None)


NO_EVENTS = Events({})  # where none are known


def _days(found: re.Match[str], relation: str, of: Interval, until: dt.date | None) -> Interval | None:
    """The days in this relation to others; None where there are none."""
    start, end = of.start, of.end
    if start is None or end is None:
        return None
    eve = 1 if start == end else _EVE
    try:
        if relation in {"after", "before"}:
            return _counted(found, relation, start, end)
        return {
            "eve": Interval(start - eve * _DAY, start - _DAY),
            "soon_after": Interval(end + _DAY, end + _SOON * _DAY),
            "soon_before": Interval(start - _SOON * _DAY, start - _DAY),
            "during": Interval(start, until or end),
            "since": Interval(end + _DAY, None),
            "until": Interval(None, start - _DAY),
        }[relation]
    except OverflowError:  # beyond the calendar
        return None


def _counted(found: re.Match[str], relation: str, start: dt.date, end: dt.date) -> Interval:
    """The week after, two days before: one day where days are counted, else all from the next one on."""
    words, unit, number = table("date_words")["beside"], found[f"{relation}_unit"], found[f"{relation}_number"]
    values: Mapping[str, int] = table("numerals")["values"]
    count = int(number) if number and number.isdigit() else values.get((number or "").lower(), 0)
    is_several = not count and (number or found[f"{relation}_plural"])
    days = (words["several"] if is_several else words["units"])[unit.lower()] * (count or 1)
    is_exact = count and unit.lower() == "day" and not found[f"{relation}_window"]
    if relation == "after":
        return Interval(end + (days if is_exact else 1) * _DAY, end + days * _DAY)
    return Interval(start - days * _DAY, start - (days if is_exact else 1) * _DAY)


@cache
def _relations() -> Mapping[str, str]:
    """The patterns of the language, by relation, in their order; the groups of each have its name before theirs."""
    words = table("date_words")["beside"]
    numerals = "|".join(table("numerals")["values"])
    patterns = {name: words[name] for name in words if name not in {"number", "the", "units", "several", "ends"}}
    return {
        name: pattern.replace("{number}", words["number"].replace("{numerals}", numerals)).replace(
            "(?P<", f"(?P<{name}_"
        )
        for name, pattern in patterns.items()
    }


@cache
def _beside() -> re.Pattern[str]:
    named = "|".join(f"(?P<{name}>{pattern})" for name, pattern in _relations().items())
    return re.compile(rf"\b(?:{named}){table('date_words')['beside']['the']}", re.IGNORECASE)


@cache
def _ends() -> re.Pattern[str]:
    return re.compile(table("date_words")["beside"]["ends"], re.IGNORECASE)
