"""Pairs -> lessons: the texts that a student compares with a question, and the ranking that it should come to.

The teacher is the program's own fused ranking by the original encoder: words and sentences, which a single vector of a
record does not see, put it above what the student can do by itself.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rag.evaluate.tuning.pairs import Examples, Pair, spread_by_kind
from rag.evaluate.tuning.trial import Trial
from rag.record import Hit

CANDIDATES = 16  # records that the teacher puts in order for each question
NEGATIVES = 2  # records that have the question's words and do not answer, for each question
TOO_NEAR = 0.95  # share of the score of the record meant from which on another may answer too, and is no negative
PER_MINUTE = 400  # pairs that become lessons for each minute in which one student learns; it has no time for more

# Place in the original's ranking down to which the record meant must be; else a text says too little of its record.
FOUND = 50


@dataclass(frozen=True, slots=True)
class Lesson:
    """A question with what it is compared with."""

    question: str
    meant: str  # the text of the record meant
    negatives: tuple[str, ...]  # texts of records that do not answer it, the likeliest by words first
    candidates: tuple[str, ...]  # texts of the best records in the teacher's ranking, the one meant among them
    scores: tuple[float, ...]  # the teacher's score of each, in [0, 1]


def lessons(examples: Examples, teacher: Trial, progress: Callable[[int, int], None], most: int) -> list[Lesson]:
    """A lesson for each of so many pairs, at most, whose record the teacher finds.

    No kind has more than its share: rare words, which most records have, are what a ranking by words finds anyway.
    """
    found = []
    pairs = spread_by_kind(examples.pairs, most)
    for done, pair in enumerate(pairs, 1):
        ranking = teacher.ranking(pair.question, FOUND)
        place = next((place for place, hit in enumerate(ranking) if hit.record.id == pair.relevant[0]), None)
        if place is not None and len(ranking) > CANDIDATES:
            found.append(_lesson(pair, ranking, place))
        progress(done, len(pairs))
    return found


def _lesson(pair: Pair, ranking: Sequence[Hit], place: int) -> Lesson:
    meant = ranking[place]
    bar = TOO_NEAR * (meant.score or 0.0)
    others = [hit for hit in ranking if hit.record.id not in pair.relevant and (hit.score or 0.0) < bar]
    likeliest = sorted(others, key=lambda hit: -(hit.lexical or 0.0))[:NEGATIVES]
    best = [*ranking[: CANDIDATES - 1], meant] if place >= CANDIDATES else ranking[:CANDIDATES]
    return Lesson(
        pair.question,
        meant.record.text,
        tuple(hit.record.text for hit in likeliest),
        tuple(hit.record.text for hit in best),
        tuple(hit.score or 0.0 for hit in best),
    )
