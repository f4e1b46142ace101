"""A question that compares two periods, people or places -> a section of the answer for each of the two."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from rag.answer.subjects import Subject
from rag.dates.edtf import Interval
from rag.dates.phrases import phrases
from rag.dates.wording import period
from rag.index.ports import IndexReader
from rag.language.tables import word_lists
from rag.language.tokens import words
from rag.query.intent import COMPARISONS, Intent
from rag.query.understanding import Understanding
from rag.record import Filter

_TWO = 2
_NAMED_AT_MOST = 4  # subjects of which each selection is tried
_BESIDE = word_lists("verdict_words")["beside"]


@dataclass(frozen=True, slots=True)
class AnswerSection:
    """A section of an answer: its heading, and the filter that its records pass."""

    heading: str  # a name or a period
    where: Filter


def naming(where: Filter, about: Sequence[Subject]) -> Filter:
    """The filter with all of these named."""
    return replace(where, words=(*where.words, *(each.spellings for each in about)))


def comparison(reader: IndexReader, understood: Understanding, about: Sequence[Subject]) -> list[AnswerSection]:
    """A section for each of the two that are compared; none where records have fewer than two."""
    if understood.intent not in COMPARISONS:
        return []
    central = [each for each in about if not each.is_circumstance]
    if periods := _periods(understood, central):
        compared: list[tuple[str, Filter, tuple[Subject, ...], Sequence[Subject]]] = [
            (period(each.days), replace(understood.where, when=each.days), (), each.about) for each in periods
        ]
    elif understood.intent is Intent.CHANGED:
        return []
    else:
        named = [each for each in about if each.own]
        alike = [pair for pair in combinations(named, 2) if pair[0].is_person == pair[1].is_person]
        pair = max(alike, key=lambda pair: _closeness(understood.asked, *pair), default=())
        shared = [each for each in central if each not in pair]
        compared = [(each.name, understood.where, (each,), shared) for each in pair]
    found = [(name, _most_named(reader, where, always, besides)) for name, where, always, besides in compared]
    sections = [AnswerSection(name, where) for name, where in found if where is not None]
    return sections if len(sections) == _TWO else []


def _most_named(
    reader: IndexReader, where: Filter, always: Sequence[Subject], besides: Sequence[Subject]
) -> Filter | None:
    """The filter that names as many of `besides` as some record has together; None where no record has any.

    The rarest come first, and a type of document gives way before a name does.
    """
    rare = sorted(besides, key=lambda each: reader.count(each.filter))[:_NAMED_AT_MOST]
    fewest = 0 if always or not besides else 1
    for most in range(len(rare), fewest - 1, -1):
        for some in combinations(rare, most):
            for under in (where, where.without("type")):
                found = naming(under, [*always, *some])
                if reader.count(found):
                    return found
    return None


def _closeness(asked: str, one: Subject, other: Subject) -> tuple[bool, bool, int, int]:
    """How likely two subjects are the two compared: those that a word like "and" joins, then those named last."""
    is_joined = one.is_circumstance == other.is_circumstance and not _BESIDE.isdisjoint(
        words(asked[one.start : other.start])
    )  # what Prague and what Sofia gave Cuba
    return is_joined, not other.is_circumstance, one.start, -other.start


@dataclass(frozen=True, slots=True)
class _Period:
    """Days that a question names, and where; whom it names before them is of that time."""

    days: Interval
    start: int = 0
    about: tuple[Subject, ...] = ()


def _periods(understood: Understanding, about: Sequence[Subject]) -> list[_Period]:
    """The first and the last period that a question names, or of one that spans years, its first and its last year.

    Subjects belong to the period that they stand before, where each period has some: to both otherwise.
    """
    text, asked = understood.english, understood.when
    year = asked.start.year if asked and asked.start and asked.end and asked.start.year == asked.end.year else None
    spans = [(span.days, found.start) for found in phrases(text, asked=True, year=year) for span in found.spans]
    if len(spans) == 1 and (start := spans[0][0].start) and (end := spans[0][0].end) and start.year < end.year:
        return [_Period(_year(each), about=tuple(about)) for each in (start.year, end.year)]
    if len(spans) < _TWO:
        return []
    (first, at), (last, _) = spans[0], spans[-1]
    before = tuple(each for each in about if each.written in text[:at])
    after = tuple(each for each in about if each.written in text[at:])
    if not (before and after):
        before = after = tuple(about)
    return [_Period(first, at, before), _Period(last, about=after)]


def _year(year: int) -> Interval:
    return Interval(dt.date(year, 1, 1), dt.date(year, 12, 31))
