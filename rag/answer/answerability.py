"""What was found for a question -> the chance that some record answers it.

A logistic regression over the signs below. Its weights were learned from questions that records answer, questions near
the subject that none does, and questions whose answer was taken away (`make answerability`).
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache
from math import exp
from pathlib import Path

from rag.answer.requirements import Requirements
from rag.search.ranking import Evidence

HEAD = Path(__file__).with_name("answerability_head.json")

LIKELY = 0.5  # chance from which on a question is answered


@dataclass(frozen=True, slots=True)
class Signs:
    """What speaks for an answer, and what against it."""

    covered: float  # how much of what is asked the record covers that covers the most
    enough: bool  # whether that is as much as the question demands
    named: bool  # whether that record names everybody who acts
    missing: float  # rarity of the rarest word asked about that it lacks
    lacking: float  # share of the words asked about that it lacks
    first: float  # how much of what is asked the best record covers
    nearest: float  # how much of the words the record of the nearest sentence has in one sentence
    clear: float  # score of the best record above the collection's background
    margin: float  # score by which it stands above the next
    words: int  # words asked about
    absent: int  # words that no record has
    undone: bool  # whether an act is asked about, and not enough of it is covered
    uncounted: bool  # whether a number is asked for, and not enough of it is covered


def signs(requirements: Requirements, weighed: Sequence[Evidence], absent: int, basis: float) -> Signs:
    """Read the signs off the records weighed, one at least; `basis` is the background's score."""
    covered = [float(requirements.coverage_by(each).max()) for each in weighed]
    scores = [each.hit.score or 0.0 for each in weighed]
    most = max(range(len(weighed)), key=lambda at: (covered[at], scores[at]))
    best, *after = sorted(range(len(weighed)), key=lambda at: -scores[at])
    nearest = max(weighed, key=lambda each: float(each.nearness.max()))
    missing = requirements.missing_from(weighed[most])
    enough = covered[most] >= requirements.threshold
    return Signs(
        covered=covered[most],
        enough=enough,
        named=requirements.names_actors(weighed[most]),
        missing=max(missing, default=0.0),
        lacking=len(missing) / max(len(requirements.words), 1),
        first=covered[best],
        nearest=requirements.word_share(nearest),
        clear=scores[best] - basis,
        margin=scores[best] - scores[after[0]] if after else 0.0,
        words=len(requirements.words),
        absent=absent,
        undone=requirements.asks_of_act and not enough,
        uncounted=requirements.wants_number and not enough,
    )


def chance(found: Signs, *, asks_whether: bool) -> float:
    """How likely the records with these signs answer the question, in [0, 1]; 0 of whether an undone act was done."""
    if asks_whether and found.undone:
        return 0.0
    learned = _head()
    return 1.0 / (1.0 + exp(-learned["bias"] - sum(learned[sign] * value for sign, value in asdict(found).items())))


@cache
def _head() -> dict[str, float]:
    """The weight of each sign, and the bias."""
    learned: dict[str, float] = json.loads(HEAD.read_text(encoding="utf-8"))
    return learned
