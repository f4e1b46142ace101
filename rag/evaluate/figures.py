"""Outcomes -> figures by kind and way of asking, with intervals. nDCG has the gain 2^grade - 1."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rag.evaluate.outcomes import DEPTH, Outcome, Way
from rag.evaluate.question_sets import NO_ANSWER

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

RESAMPLES = 1000
"""Samples drawn for an interval."""

ALL = "all"
"""Stands for every kind that can be answered."""


@dataclass(frozen=True, slots=True)
class Scored:
    """An outcome and its value in [0, 1] by each measure of its way; empty where nothing is relevant."""

    outcome: Outcome
    values: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Figure:
    """One measure over the questions of one kind.

    Attributes:
        kind: As the questions say; "all" or "answerable" for those that have an answer, "refused" for those refused.
        value: In [0, 1], a gain in [-1, 1]; higher is better, but for "wrongly refused" and "cited irrelevant".
        low: Lower end of the 95 % bootstrap interval over questions.
        high: Its upper end.
        n: Over how many questions, relevant records or cited records.
    """

    way: Way
    kind: str
    measure: str
    value: float
    low: float
    high: float
    n: int


def score(outcomes: Sequence[Outcome]) -> list[Scored]:
    """Judge every ranking: nDCG@10 (@5 of related records), precision at 1, recall at 100, reciprocal rank."""
    return [
        Scored(each, _judge(each, 5 if way is Way.RELATED else 10))
        for way in Way
        for each in outcomes
        if each.way is way
    ]


def _judge(outcome: Outcome, cutoff: int) -> dict[str, float]:
    grades = outcome.question.grades
    if not grades:
        return {}
    best = sorted((2.0**grade - 1.0 for grade in grades.values() if grade > 0), reverse=True)
    gains = [2.0 ** grades.get(record, 0) - 1.0 for record in outcome.ranking]
    ranks = [rank for rank, gain in enumerate(gains, start=1) if gain > 0.0]
    return {
        f"nDCG@{cutoff}": _discounted(gains[:cutoff]) / (_discounted(best[:cutoff]) or 1.0),
        "P@1": float(1 in ranks),
        f"R@{DEPTH}": sum(rank <= DEPTH for rank in ranks) / (len(best) or 1),
        "RR": 1.0 / ranks[0] if ranks else 0.0,
    }


def _discounted(gains: Sequence[float]) -> float:
    return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, start=1))


def ranking_figures(scored: Sequence[Scored]) -> list[Figure]:
    """Means by way and kind, and first over all kinds of a way that has several."""
    groups: defaultdict[tuple[Way, str, str], list[float]] = defaultdict(list)
    for way in Way:
        ours = [each for each in scored if each.outcome.way is way and each.values]
        several = len({each.outcome.question.kind for each in ours}) > 1
        for each in ours:
            for kind in (ALL, each.outcome.question.kind) if several else (each.outcome.question.kind,):
                for measure, value in each.values.items():
                    groups[way, kind, measure].append(value)
    return [_figure(*group, values, [1.0] * len(values)) for group, values in groups.items()]


def gain_figures(scored: Sequence[Scored]) -> list[Figure]:
    """How much nDCG@10 a follow-up gains by being rewritten, question by question: above 0 for sure where low is."""
    alone, rewritten = (
        [each.values["nDCG@10"] for each in scored if each.outcome.way is way and each.values]
        for way in (Way.ALONE, Way.REWRITTEN)
    )
    gained = [after - before for before, after in zip(alone, rewritten, strict=True)]
    ones = [1.0] * len(gained)
    return [_figure(Way.REWRITTEN, "over alone", "nDCG@10 gained", gained, ones)] if gained else []


def refusal_figures(outcomes: Sequence[Outcome]) -> list[Figure]:
    """How good the no is: its recall, its precision, and how often an answerable question got one."""
    recalls, precisions, wrongs = [], [], []
    for way in Way:
        asked = [each for each in outcomes if each.way is way and each.refused is not None]
        refused = [float(each.refused is True) for each in asked]
        hopeless = [float(not each.question.grades) for each in asked]
        answerable = [1.0 - none for none in hopeless]
        rightly = [no * none for no, none in zip(refused, hopeless, strict=True)]
        wrongly = [no * some for no, some in zip(refused, answerable, strict=True)]
        if any(hopeless):
            recalls.append(_figure(way, NO_ANSWER, "refusal recall", rightly, hopeless))
        if any(hopeless) and any(refused):
            precisions.append(_figure(way, "refused", "refusal precision", rightly, refused))
        if any(answerable):
            wrongs.append(_figure(way, "answerable", "wrongly refused", wrongly, answerable))
    return [*recalls, *precisions, *wrongs]


def citing_figures(outcomes: Sequence[Outcome]) -> list[Figure]:
    """How well answers cite: by kind, how much of the relevant and what else; and with what they begin.

    Over questions that have one relevant record: how many begin with a sentence of it.
    """
    begun: list[Figure] = []
    told: list[Figure] = []
    strayed: list[Figure] = []
    for way in (Way.ASK, Way.HISTORY):
        asked = [each for each in outcomes if each.way is way and each.question.grades]
        one = [each for each in asked if sum(grade > 0 for grade in each.question.grades.values()) == 1]
        if one:
            right = [float(any(each.question.grades.get(id_, 0) for id_ in each.first)) for each in one]
            begun.append(_figure(way, "one relevant record", "begins with it", right, [1.0] * len(one)))
        for kind in dict.fromkeys(each.question.kind for each in asked):
            ours = [each for each in asked if each.question.kind == kind]
            relevant = [float(sum(grade > 0 for grade in each.question.grades.values())) for each in ours]
            cited = [float(len(each.cited)) for each in ours]
            good = [float(sum(each.question.grades.get(id_, 0) > 0 for id_ in each.cited)) for each in ours]
            told.append(_figure(way, kind, "relevant cited", good, relevant))
            if any(cited):
                beside = [all_ - some for all_, some in zip(cited, good, strict=True)]
                strayed.append(_figure(way, kind, "cited irrelevant", beside, cited))
    return [*begun, *told, *strayed]


def _figure(way: Way, kind: str, measure: str, part: Sequence[float], whole: Sequence[float]) -> Figure:
    low, high = interval(part, whole)
    return Figure(way, kind, measure, sum(part) / sum(whole), low, high, int(sum(whole)))


def interval(part: Sequence[float], whole: Sequence[float]) -> tuple[float, float]:
    """Bootstrap sum(part) / sum(whole) over questions: the 95 % interval, the same on every run."""
    draws = np.random.default_rng(0).integers(0, len(part), (RESAMPLES, len(part)))
    parts, wholes = np.array(part)[draws].sum(axis=1), np.array(whole)[draws].sum(axis=1)  # (RESAMPLES,)
    low, high = np.quantile(parts[wholes > 0] / wholes[wholes > 0], (0.025, 0.975))
    return float(low), float(high)
