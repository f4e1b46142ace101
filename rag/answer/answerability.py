"""What was found for a question -> the chance that some record answers it.

A logistic regression over the signs below. Its weights were learned from questions that records answer, questions near
the subject that none does, and questions whose answer was taken away (`make answerability`).
"""

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag.answer.demand import Demand
from rag.search.ranking import Evidence

HEAD = Path(__file__).with_name("answerability_head.json")

LIKELY = 0.5  # chance from which on a question is answered

SIGNS = (
    "told",  # how far the record that tells the most tells what is asked
    "enough",  # whether that is as much as the question demands
    "named",  # whether that record names everybody who acts
    "missing",  # rarity of the rarest word asked about that it lacks
    "lacking",  # share of the words asked about that it lacks
    "first",  # how far the best record tells it
    "nearest",  # how much of the words the nearest sentence's record has in one sentence
    "clear",  # score of the best record above the collection's background
    "margin",  # score by which it stands above the next
    "words",  # words asked about
    "absent",  # words that no record has
    "undone",  # whether an act is asked about, and not enough told of it
    "uncounted",  # whether a number is asked for, and not enough told of it
)


def signs(demand: Demand, weighed: Sequence[Evidence], absent: int, basis: float) -> NDArray[np.float64]:
    """(13,) of one question; `weighed` are its records, one at least, and `basis` is the background's score."""
    told = [float(demand.coverage_by(each).max()) for each in weighed]
    scores = [each.hit.score or 0.0 for each in weighed]
    most = max(range(len(weighed)), key=lambda at: (told[at], scores[at]))
    best, *after = sorted(range(len(weighed)), key=lambda at: -scores[at])
    nearest = max(range(len(weighed)), key=lambda at: float(weighed[at].nearness.max()))
    missing = demand.missing_from(weighed[most])
    enough = told[most] >= demand.least
    return np.array(
        [
            told[most],
            enough,
            demand.names_actors(weighed[most]),
            max(missing, default=0.0),
            len(missing) / max(len(demand.words), 1),
            told[best],
            demand.word_share(weighed[nearest]),
            scores[best] - basis,
            scores[best] - scores[after[0]] if after else 0.0,
            len(demand.words),
            absent,
            demand.is_of_an_act and not enough,
            demand.wants_number and not enough,
        ],
        float,
    )


def chance(found: NDArray[np.float64], *, asks_whether: bool) -> float:
    """How likely the records with these signs answer the question, in [0, 1]; of an act that none tells, no yes."""
    if asks_whether and found[SIGNS.index("undone")]:
        return 0.0
    weights, bias = _head()
    return float(1.0 / (1.0 + np.exp(-(found @ weights + bias))))


@cache
def _head() -> tuple[NDArray[np.float64], float]:
    learned = json.loads(HEAD.read_text(encoding="utf-8"))
    return np.array([learned["weights"].get(sign, 0.0) for sign in SIGNS]), float(learned["bias"])
