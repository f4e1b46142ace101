"""Outcomes -> figures by way and kind of question, with intervals. nDCG uses the gain 2^grade - 1."""

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from rag.evaluate.outcomes import DEPTH, Outcome, Way
from rag.evaluate.question_sets import NO_ANSWER

RESAMPLES = 1000  # bootstrap samples for an interval
ALL = "all"  # stands for all kinds of answerable questions


@dataclass(frozen=True, slots=True)
class Scored:
    """An outcome and its values in [0, 1] by measure; empty where no record is relevant."""

    outcome: Outcome
    values: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Figure:
    """One measure over the questions of one kind."""

    way: Way
    kind: str  # a kind of question; "all" or "answerable" for those that have an answer, "refused" for those refused
    measure: str
    value: float  # in [0, 1], a gain in [-1, 1]; higher is better, except "wrongly refused" and "cited irrelevant"
    low: float  # lower end of the 95 % bootstrap interval over questions
    high: float  # its upper end
    n: int  # how many questions, relevant records or cited records it is over


def score(outcomes: Sequence[Outcome]) -> list[Scored]:
    """Judge every ranking: nDCG@10 (@5 of related records), precision at 1, recall at 100, reciprocal rank.

    Of a search also recall at 100 of what it lists of the ranking.
    """
    return [
        Scored(outcome, _judge(outcome, 5 if way is Way.RELATED else 10))
        for way in Way
        for outcome in outcomes
        if outcome.way is way
    ]


def _judge(outcome: Outcome, cutoff: int) -> dict[str, float]:
    grades = outcome.question.grades
    if not grades:
        return {}
    best = sorted((2.0**grade - 1.0 for grade in grades.values() if grade > 0), reverse=True)
    gains = [2.0 ** grades.get(record, 0) - 1.0 for record in outcome.ranking]
    ranks = [rank for rank, gain in enumerate(gains, start=1) if gain > 0.0]
    judged = {
        f"nDCG@{cutoff}": _discounted(gains[:cutoff]) / (_discounted(best[:cutoff]) or 1.0),
        "P@1": float(1 in ranks),
        f"R@{DEPTH}": sum(rank <= DEPTH for rank in ranks) / (len(best) or 1),
        "RR": 1.0 / ranks[0] if ranks else 0.0,
    }
    if outcome.listed is not None:
        relevant = outcome.question.relevant.intersection(outcome.listed[:DEPTH])
        judged[f"R@{DEPTH} listed"] = len(relevant) / (len(best) or 1)
    return judged


def _discounted(gains: Sequence[float]) -> float:
    return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, start=1))


def ranking_figures(scored: Sequence[Scored]) -> list[Figure]:
    """Means by way and kind, and first over all kinds of a way that has several."""
    groups: defaultdict[tuple[Way, str, str], list[float]] = defaultdict(list)
    for way in Way:
        asked = [(entry.outcome.question.kind, entry.values) for entry in scored if entry.outcome.way is way]
        several = len({kind for kind, values in asked if values}) > 1
        for kind, values in asked:
            for group in (ALL, kind) if several else (kind,):
                for measure, value in values.items():
                    groups[way, group, measure].append(value)
    return [mean(*group, values) for group, values in groups.items()]


def gain_figures(scored: Sequence[Scored]) -> list[Figure]:
    """How much nDCG@10 a follow-up gains by being rewritten, question by question; significant where low is above 0."""
    alone, rewritten = (
        [entry.values["nDCG@10"] for entry in scored if entry.outcome.way is way and entry.values]
        for way in (Way.ALONE, Way.REWRITTEN)
    )
    gained = [after - before for before, after in zip(alone, rewritten, strict=True)]
    return [mean(Way.REWRITTEN, "over alone", "nDCG@10 gained", gained)] if gained else []


def refusal_figures(outcomes: Sequence[Outcome]) -> list[Figure]:
    """Recall and precision of the refusals, and the share of answerable questions refused."""
    by_way = []
    for way in Way:
        asked = [outcome for outcome in outcomes if outcome.way is way and outcome.refused is not None]
        refused = [float(outcome.refused is True) for outcome in asked]
        by_way.append(refusals(way, refused, [float(not outcome.question.grades) for outcome in asked]))
    return [figure for measure in zip(*by_way, strict=True) for figures in measure for figure in figures]


def refusals(way: Way, refused: Sequence[float], unanswerable: Sequence[float]) -> Iterator[list[Figure]]:
    """The three figures of refusals, each in a list that is empty where there is nothing to count."""
    answerable = [1.0 - none for none in unanswerable]
    rightly = [no * none for no, none in zip(refused, unanswerable, strict=True)]
    wrongly = [no * some for no, some in zip(refused, answerable, strict=True)]
    yield [mean(way, NO_ANSWER, "refusal recall", rightly, unanswerable)] if any(unanswerable) else []
    both = any(unanswerable) and any(refused)
    yield [mean(way, "refused", "refusal precision", rightly, refused)] if both else []
    yield [mean(way, "answerable", "wrongly refused", wrongly, answerable)] if any(answerable) else []


def citing_figures(outcomes: Sequence[Outcome]) -> list[Figure]:
    """By kind, the share of relevant records cited and of cited records irrelevant.

    Over questions that have one relevant record: the share of answers that begin with a sentence of it.
    """
    beginnings, recalls, irrelevant = [], [], []
    for way in (Way.ASK, Way.HISTORY):
        asked = [outcome for outcome in outcomes if outcome.way is way and outcome.question.grades]
        if one := [outcome for outcome in asked if len(outcome.question.relevant) == 1]:
            right = [float(not outcome.question.relevant.isdisjoint(outcome.first)) for outcome in one]
            beginnings.append(mean(way, "one relevant record", "begins with it", right))
        for kind in dict.fromkeys(outcome.question.kind for outcome in asked):
            of_kind = [outcome for outcome in asked if outcome.question.kind == kind]
            relevant = [float(len(outcome.question.relevant)) for outcome in of_kind]
            cited = [float(len(outcome.cited)) for outcome in of_kind]
            good = [float(len(outcome.question.relevant.intersection(outcome.cited))) for outcome in of_kind]
            recalls.append(mean(way, kind, "relevant cited", good, relevant))
            if any(cited):
                bad = [every - some for every, some in zip(cited, good, strict=True)]
                irrelevant.append(mean(way, kind, "cited irrelevant", bad, cited))
    return [*beginnings, *recalls, *irrelevant]


def mean(way: Way, kind: str, measure: str, part: Sequence[float], whole: Sequence[float] = ()) -> Figure:
    """The share that the parts are of the wholes, which are 1 where none are given."""
    whole = whole or [1.0] * len(part)
    low, high = interval(part, whole)
    return Figure(way, kind, measure, sum(part) / sum(whole), low, high, int(sum(whole)))


def interval(part: Sequence[float], whole: Sequence[float], outside: float = 0.05) -> tuple[float, float]:
    """The bootstrap interval of sum(part) / sum(whole) over questions, of 95 % or all but another share `outside` it.

    It is the same on every run.
    """
    draws = np.random.default_rng(0).integers(0, len(part), (RESAMPLES, len(part)))
    parts, wholes = np.array(part)[draws].sum(axis=1), np.array(whole)[draws].sum(axis=1)  # (RESAMPLES,)
    low, high = np.quantile(parts[wholes > 0] / wholes[wholes > 0], (outside / 2, 1.0 - outside / 2))
    return float(low), float(high)
