"""What was found for a question -> the chance that some record answers it.

A logistic regression. Its weights were learned from questions that records answer, questions near the subject that no
record answers, and questions whose answering records were left out (`make answerability`).
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cache
from math import exp
from pathlib import Path

from rag.answer.requirements import Requirements
from rag.search.ranking import Evidence

HEAD = Path(__file__).with_name("answerability_head.json")

LIKELY = 0.5  # chance from which on a question is answered

# Chance from which on the nearest sentences are quoted, after a verdict that says what they lack.
POSSIBLE = 0.1


@dataclass(frozen=True, slots=True)
class AnswerFeatures:
    """What speaks for an answer, and what against it: the features of the regression."""

    covered: float  # coverage of the requirements by the record that covers the most, in [0, 1]
    enough: bool  # whether that reaches the requirements' threshold
    named: bool  # whether that record names everybody who acts
    missing: float  # rarity of the rarest required word that it lacks
    lacking: float  # share of the required words that it lacks
    first: float  # coverage by the record with the highest score
    nearest: float  # share of the required words in one sentence of the record with the nearest sentence
    clear: float  # score of the best record above the collection's background
    margin: float  # its score above the next record's
    words: int  # required words
    absent: int  # words that no record has
    undone: bool  # whether an act is asked about, and not enough of it is covered
    uncounted: bool  # whether a number is asked for, and not enough of it is covered


def answer_features(
    requirements: Requirements, weighed: Sequence[Evidence], absent: int, basis: float
) -> AnswerFeatures:
    """Of the records weighed, one at least; `basis` is the background's score."""
    covered = [float(requirements.coverage_by(each).max()) for each in weighed]
    scores = [each.hit.score or 0.0 for each in weighed]
    most = max(range(len(weighed)), key=lambda at: (covered[at], scores[at]))
    best, *after = sorted(range(len(weighed)), key=lambda at: -scores[at])
    nearest = max(weighed, key=lambda each: float(each.nearness.max()))
    missing = requirements.missing_from(weighed[most])
    enough = covered[most] >= requirements.threshold
    return AnswerFeatures(
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


def chance(found: AnswerFeatures, *, asks_whether: bool) -> float:
    """How likely the records answer, in [0, 1]; 0 where it asks whether something was done and none has the act."""
    if asks_whether and found.undone:
        return 0.0
    learned = _head()
    score = learned["bias"] + sum(learned[each.name] * getattr(found, each.name) for each in fields(found))
    return 1.0 / (1.0 + exp(-score))


@cache
def _head() -> dict[str, float]:
    """The weight of each feature, and the bias."""
    learned: dict[str, float] = json.loads(HEAD.read_text(encoding="utf-8"))
    return learned
