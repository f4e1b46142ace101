"""Question -> the days it asks for, the words that say so, and what remains of it.

A date asks ("records from November 1962", "What happened in 1962?") or it names ("the 1962 crisis", "the 2 June 1967
memo"). What asks is a filter; what names is none (`soft`): the crisis of 1962 is also spoken of in 1968. A date names
where it stands as an adjective before a noun, unless that noun means records: "1962 documents" asks.
"""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from rag.dates.archival_date import Interval
from rag.dates.edtf import Point
from rag.dates.phrases import Phrase, phrases
from rag.dates.vocabulary import MONTHS
from rag.language.document_types import PLURALS
from rag.language.tables import any_of, table, word_lists

_WORDS = word_lists("question_words")
RECORDS, ASKING, GOVERNING = _WORDS["records"], _WORDS["asking"], _WORDS["governing"]
CONCERNING, EXCLUDING, NAMED = _WORDS["concerning"], _WORDS["excluding"], _WORDS["happenings"]
GLUE = GOVERNING | _WORDS["joining"]
NO_NOUN = ASKING | RECORDS | (PLURALS - NAMED) | GOVERNING | CONCERNING | _WORDS["beginning"]

LEAP_YEAR = 2000  # the year in which days without one are read: it has all of them
_TAKES_THE = frozenset({"DECADE", "NTH", "EARLY", "MID", "LATE", "_WEEK", "SEASON"})  # "in the sixties"
_OWN_WORDS = frozenset({"_BEFORE", "_AFTER", "_SINCE", "_UNTIL", "_BY", "_BETWEEN", "_FROM", "_TO", "_NOT"}) | {
    "_PRIOR", "_UP", "_EARLIER", "_LATER", "_ONWARDS", "_STARTING",
}  # fmt: skip
_DAYS = frozenset({"NUM", "YMD", "NUMERIC", "HYPHENED", "FEAST"})
_LONE = frozenset({"MONTH", "SEASON"})
_REACH = 48  # characters beside a date that are looked at
_MONTH = re.compile(rf"\b(?:{any_of(' '.join(MONTHS))})\b", re.IGNORECASE)
_DIGIT = re.compile(r"[0-9]")
_WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)?")
_LAST_TWO = re.compile(r"(?:(?<![\w'\u2019-])([^\W\d_]+)\s+)?(?<![\w'\u2019-])([^\W\d_]+)\s+$")
_NEXT = re.compile(r"\s+[\"\u201c\u2018']?([^\W\d_]+)|['\u2019]s\b|-[^\W\d_]")
_UNTIDY = (  # what taking words out leaves behind
    (re.compile(r"\(\s?\)|\[\s?\]|\"\s?\""), " "),
    (re.compile(r"\s+"), " "),
    (re.compile(r" (?=[?.!,;:)])"), ""),
    (re.compile(r"[,;:]+(?=[?.!,;:])"), ""),
)
_DONE = re.compile(table("date_words")["asked"]["done"])
_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DateExpression:
    """The days that a question asks for."""

    text: str  # the words that say so, to the letter a part of the question
    span: tuple[int, int]  # where they begin and end in the question, the end exclusive
    interval: Interval  # the days
    soft: bool  # whether they name something rather than ask: then they are words like any others, no filter
    rest: str  # the question without them and without the words that only joined them to it
    only_filter: bool  # whether the rest holds nothing but words that mean any record at all; never if `soft`

    @property
    def year(self) -> int | None:
        """The year that all of these days lie in, if it is one."""
        start, end = self.interval.start, self.interval.end
        return start.year if start and end and start.year == end.year else None


@dataclass(frozen=True, slots=True)
class _Found:
    """One phrase of a question."""

    start: int
    end: int
    interval: Interval
    soft: bool


@lru_cache(maxsize=256)  # a follow-up reads the questions before it again and again
def find_dates(question: str, *, year: int | None = None) -> DateExpression | None:
    """The days that a question asks for, or None where it names none, or all days but some.

    Several dates that overlap narrow each other down ("on 28 October in 1962"); others are taken with all between.
    Where some ask and some only name, the ones that ask count.

    Args:
        question: One question, or its keywords.
        year: The year of days and months that stand without one, from the turns before ("and in November?").
    """
    found = _find(question, year)
    if year is None and (only := _only_year(found)) and _MONTH.search(_without(question, found)):
        found = _find(question, only)  # "on 28 October in 1962"
    used = [each for each in found if not each.soft] or found
    if not used or (days := _narrowed(used)) == Interval(None, None):
        return None
    return _expression(question, used, days)


def find_days_of_any_year(question: str) -> DateExpression | None:
    """The days without a year that a question asks for, in a leap year; None where it asks for none.

    A month or day beside a year is not one of them.
    """
    when = find_dates(question, year=LEAP_YEAR)
    if when is None or when.soft or when.year != LEAP_YEAR or str(LEAP_YEAR) in when.text:
        return None
    return when


def in_every_year(days: Interval, extent: Interval) -> tuple[Interval, ...]:
    """These days of the leap year in each year that an extent touches; 29 February only where there is one."""
    if not (days.start and days.end and extent.start and extent.end):
        return ()
    spans = []
    for year in range(extent.start.year, extent.end.year + 1):
        start = _moved(days.start, year) or dt.date(year, 3, 1)
        end = _moved(days.end, year) or dt.date(year, 2, 28)
        if start <= end:
            spans.append(Interval(start, end))
    return tuple(spans)


def _moved(day: dt.date, year: int) -> dt.date | None:
    try:
        return day.replace(year=year)
    except ValueError:  # 29 February
        return None


def expression(question: str, start: int, end: int, days: Interval) -> DateExpression:
    """These words of a question as what asks for these days."""
    return _expression(question, [_Found(start, end, days, soft=False)], days)


def _expression(question: str, used: Sequence[_Found], days: Interval) -> DateExpression:
    soft, start, end = used[0].soft, used[0].start, used[-1].end
    rest = _without(question, used)
    tells_of_day = days.start == days.end and _DONE.fullmatch(rest) is not None
    only_filter = not soft and (means_any_record(rest) or tells_of_day)
    return DateExpression(question[start:end], (start, end), days, soft, rest, only_filter)


def means_any_record(text: str) -> bool:
    """Whether a text has only words that mean any record at all ("which documents are there?"), or none."""
    return {word.lower() for word in _WORD.findall(text)} <= RECORDS | ASKING


def _find(question: str, year: int | None) -> list[_Found]:
    found = []
    for phrase in phrases(question, asked=True, year=year):
        beside = _LAST_TWO.search(question, max(0, phrase.start - _REACH), phrase.start)
        second, last = ((word or "").lower() for word in beside.groups()) if beside else ("", "")
        lone = phrase.shapes[0] in _LONE and not _DIGIT.search(question, phrase.start, phrase.end)
        if lone and last not in GOVERNING:
            continue  # "what may have happened", "the troops march on", "prices fall"
        if last in EXCLUDING or (last in GOVERNING and second in EXCLUDING):
            continue
        found.append(_judged(question, phrase, second, last))
    return found


def _judged(question: str, phrase: Phrase, second: str, last: str) -> _Found:
    """Whether a phrase asks or names, by the words around it; `second` and `last` are the two before."""
    shapes = phrase.shapes
    after = _NEXT.match(question, phrase.end)
    described = after is not None and (after[1] is None or after[1].lower() not in NO_NOUN)
    if described and "_THE" in shapes and shapes[shapes.index("_THE") + 1] not in _TAKES_THE:
        for named in phrases(question[phrase.start : phrase.end]):  # "after the 1961 invasion"
            return _Found(phrase.start + named.start, phrase.start + named.end, named.hull.days, soft=True)
    if last in CONCERNING and not (second in GOVERNING or (last == "on" and _DAYS.intersection(shapes))):
        return _Found(phrase.start, phrase.end, phrase.hull.days, soft=True)
    if last == "of" and second in NAMED:
        return _Found(phrase.start, phrase.end, phrase.hull.days, soft=True)
    governed = last in GOVERNING or (
        last == "the" and second in GOVERNING and (shapes[0] in _TAKES_THE or "_OF" in shapes)
    )
    soft = described and not governed and _OWN_WORDS.isdisjoint(shapes)
    return _Found(phrase.start, phrase.end, _days(phrase), soft)


def _days(phrase: Phrase) -> Interval:
    """The days of a phrase; "around" a period takes in as exact a period before and after."""
    span = phrase.hull
    if "_CIRCA" not in phrase.shapes or span.low is None or span.high is None:
        return span.days
    low, high = (replace(point, mark="") for point in (span.low, span.high))
    try:
        before = Point.parse((low.first - _DAY).isoformat()[: len(str(low))])
        after = Point.parse((high.last + _DAY).isoformat()[: len(str(high))])
    except OverflowError:
        return span.days
    return Interval(before.first, after.last)


def _only_year(found: Sequence[_Found]) -> int | None:
    """The year that all of them lie in, if it is one."""
    years = {day.year if day else None for each in found for day in (each.interval.start, each.interval.end)}
    return years.pop() if len(years) == 1 else None


def _narrowed(found: Sequence[_Found]) -> Interval:
    """What all of them share; where two share nothing, all from the one to the other."""
    low, high = (found[0].interval.start or dt.date.min, found[0].interval.end or dt.date.max)
    for each in found[1:]:
        start, end = each.interval.start or dt.date.min, each.interval.end or dt.date.max
        shared = max(low, start) <= min(high, end)
        low, high = (max(low, start), min(high, end)) if shared else (min(low, start), max(high, end))
    return Interval(None if low == dt.date.min else low, None if high == dt.date.max else high)


def _without(question: str, found: Sequence[_Found]) -> str:
    """The question without these phrases and without the words that only joined them to it."""
    kept, at = [], 0
    for each in found:
        before = question[at : each.start].rstrip()
        if not each.soft:
            words = before.split(" ")
            while words and words[-1].rstrip(",").lower() in GLUE:
                words.pop()
            before = " ".join(words)
        kept.append(before)
        at = each.end
    rest = " ".join([*kept, question[at:]])
    for untidy, tidy in _UNTIDY:
        rest = untidy.sub(tidy, rest)
    return rest.strip(" ,;:-\u2013\u2014")
