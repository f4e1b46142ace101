"""What a question is about + the records -> what they say of its premise, before any quotation.

A question presupposes that the people and things that it names are connected. Where one record mentions the one and
another the other, each quoted sentence may be true and the answer false.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum
from itertools import combinations

from rag.answer.answerability import LIKELY, POSSIBLE
from rag.answer.catalogue import from_to
from rag.answer.refusal import unmentioned
from rag.answer.requirements import Requirements
from rag.answer.subjects import Subject
from rag.dates.wording import period
from rag.index.ports import IndexReader
from rag.language.message import counted, paragraph, worded
from rag.language.tables import word_lists
from rag.language.tokens import words
from rag.query.intent import COMPARISONS, asks
from rag.query.understanding import Understanding
from rag.record import EVERYTHING, Filter
from rag.search.ranking import Evidence


class PremiseKind(Enum):
    """What the records as a whole say to a question."""

    APART = "apart"
    ABSENT = "absent"
    UNANSWERED = "untold"


@dataclass(frozen=True, slots=True)
class Premise:
    """What the records as a whole say to a question, in the program's own words: the verdict before the quotations."""

    kind: PremiseKind
    text: str


_WORDS = word_lists("verdict_words")


def absent(reader: IndexReader, about: Sequence[Subject]) -> Premise | None:
    """That no record names someone or something that a question names."""
    central = [each for each in about if not each.is_circumstance] or about
    missing = [each.name for each in central if not reader.count(each.filter)]
    return Premise(PremiseKind.ABSENT, unmentioned(missing)) if missing else None


def apart(
    reader: IndexReader, about: Sequence[Subject], understood: Understanding
) -> tuple[Premise, tuple[Subject, Subject]] | None:
    """That no record of the days asked for names together two whom the question connects; with these two."""
    if understood.intent in COMPARISONS:
        return None
    where = understood.where
    pairs = [each for each in about if not each.is_circumstance and reader.count(each.filter)]
    if len(pairs) != 2 or not asks(understood.english):  # noqa: PLR2004 - a pair
        pairs = [each for each in pairs if each.is_person]
    for one, other in combinations(pairs, 2):
        both = one.filter.joined(other.filter)
        if not reader.count(replace(both, when=where.when, on=where.on)):
            return Premise(PremiseKind.APART, _apart(reader, one, other, where)), (one, other)
    return None


def _apart(reader: IndexReader, one: Subject, other: Subject, where: Filter) -> str:
    days = worded(" of %(days)s", days=period(where.when)) if where.when else ""
    both = one.filter.joined(other.filter)
    elsewhere = reader.count(both)
    first, second = (
        counted(
            "in %(num)s record%(days)s",
            "in %(num)s records%(days)s",
            reader.count(each.filter),
            days=from_to(reader.extent(each.filter)),
        )
        for each in (one, other)
    )
    do = counted(" (%(num)s record from other dates does)", " (%(num)s records from other dates do)", elsewhere)
    return worded(
        "No record%(days)s names both %(one)s and %(other)s%(do)s; %(one)s is named %(first)s; %(other)s %(second)s.",
        days=days,
        one=one.name,
        other=other.name,
        do=do if elsewhere else "",
        first=first,
        second=second,
    )


def unanswered(
    reader: IndexReader,
    understood: Understanding,
    requirements: Requirements,
    weighed: Sequence[Evidence],
    chance: float,
    *,
    meant: bool,
) -> tuple[Premise | None, bool]:
    """That no record is likely to answer, though some are near; and whether the nearest are worth quoting after that.

    Args:
        chance: How likely a record answers.
        meant: Whether the day asked for tells which records are meant.
    """
    if not requirements.asks_of_content or understood.conditions.phrases:  # a record with the words quoted is an answer
        return None, True
    if _WORDS["present"] & set(words(understood.asked)) and (days := reader.extent(EVERYTHING)) and days.end:
        present = worded("The records end on %(day)s; none tells of the present day.", day=days.end)
        return Premise(PremiseKind.UNANSWERED, present), False
    if chance >= LIKELY:
        return None, True
    if not requirements.may_be_near(weighed) or (chance < POSSIBLE and not meant):
        return Premise(PremiseKind.UNANSWERED, requirements.unanswered()), False
    said = [requirements.unanswered(), worded("These come nearest.")]
    return Premise(PremiseKind.UNANSWERED, paragraph(said)), True
