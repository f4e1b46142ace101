"""A question that compares two periods, people or places -> a section of the answer for each of the two."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain, pairwise

from rag.answer.subjects import Subject
from rag.dates.edtf import Interval
from rag.dates.phrases import phrases
from rag.dates.wording import period
from rag.index.ports import IndexReader
from rag.language.tables import word_lists
from rag.language.tokens import words
from rag.query.intent import TWO_SIDED
from rag.query.understanding import Understanding
from rag.record import Filter

_TWO = 2
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
    if understood.intent not in TWO_SIDED:
        return []
    central = [each for each in about if not each.is_circumstance]
    days = _periods(understood)
    if len(days) >= _TWO:
        people = [each for each in central if each.is_person]
        fewest = sorted(central, key=lambda each: reader.count(each.filter))[:1]  # Algeria, of Washington and Algeria
        found: list[tuple[str, list[Filter]]] = [
            (
                period(each),
                [replace(naming(understood.where, shared), when=each) for shared in (central, people or fewest)],
            )
            for each in (days[0], days[-1])
        ]
    else:
        named = [each for each in (central if len(central) >= _TWO else about) if each.own]
        alike = [pair for pair in pairwise(named) if pair[0].is_person == pair[1].is_person]
        pair = max(alike, key=lambda pair: (_are_joined(understood.asked, *pair), pair[0].start), default=())
        shared = [each for each in central if each not in pair]
        found = [(each.name, [naming(understood.where, (*common, each)) for common in (shared, ())]) for each in pair]
    sections = []
    for name, filters in found:
        where = next((each for each in filters if reader.count(each)), None)
        if where is not None:
            sections.append(AnswerSection(name, where))
    return sections if len(sections) == _TWO else []


def _are_joined(asked: str, one: Subject, other: Subject) -> bool:
    """Whether a word between two subjects joins them: what Prague and what Sofia gave Cuba."""
    return not _BESIDE.isdisjoint(words(asked[one.start : other.start]))


def _periods(understood: Understanding) -> list[Interval]:
    """The periods that a question names; of one that spans years, its first and its last."""
    asked = understood.when
    year = asked.start.year if asked and asked.start and asked.end and asked.start.year == asked.end.year else None
    spans = chain.from_iterable(found.spans for found in phrases(understood.english, asked=True, year=year))
    days = [span.days for span in spans]
    if len(days) == 1 and (start := days[0].start) and (end := days[0].end) and start.year < end.year:
        return [_year(start.year), _year(end.year)]
    return days


def _year(year: int) -> Interval:
    return Interval(dt.date(year, 1, 1), dt.date(year, 12, 31))
