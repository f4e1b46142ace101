"""A candidate and the original, measured side by side on records that neither learned from -> adopted or not.

The guard sets come first: the development questions over the example collection, and everyday passages that no archive
has, so that what the model knew of English is not paid for what it learned of this collection. A candidate that loses
next to nothing there passes where the fused ranking of records held out rises for certain, and no everyday question
that was refused is answered.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rag.answer.answer import Status
from rag.embeddings.background import PROBES
from rag.evaluate.figures import ALL, interval
from rag.evaluate.outcomes import Way
from rag.evaluate.tuning.pairs import Pair
from rag.evaluate.tuning.trial import Trial
from rag.ingest.read import read
from rag.record import Listing, Record
from rag.settings import example_seeds

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rag.embeddings import Embedder
    from rag.evaluate.figures import Figure

MOST_LOST = 0.005  # what a guard set may lose, at most

_QUESTIONS = "questions.jsonl"
_GENERAL = Path(__file__).with_name("general.toml")
_ANSWERED_WRONGLY = {"wrongly refused"}  # measures of which less is better
_GUARDED = {(Way.SEARCH, "nDCG@10"), (Way.RELATED, "nDCG@5"), (Way.ASK, "refusal recall"), (Way.ASK, "wrongly refused")}


@dataclass(frozen=True, slots=True)
class Gain:
    """What a candidate gained of nDCG@10."""

    ranking: str  # "fused" or "dense"
    kind: str  # a kind of pair, or "all"
    before: float
    after: float
    low: float  # lower end of the bootstrap interval of the gain over pairs, of 95 % where nothing else is said
    high: float  # its upper end
    n: int  # how many pairs

    def line(self) -> str:
        """The gain for people."""
        gained = self.after - self.before
        return (
            f"{self.ranking:6} {self.kind:9} {self.n:5}  {self.before:.4f} -> {self.after:.4f}"
            f"  {gained:+.4f} ({self.low:+.4f} to {self.high:+.4f})"
        )


@dataclass(frozen=True, slots=True)
class Measured:
    """One encoder over some records."""

    fused: Sequence[float]  # nDCG@10 of each pair by the fused ranking
    dense: Sequence[float]  # the same by the records' vectors alone


@dataclass(frozen=True, slots=True)
class GuardFigure:
    """A guard set's figure by the original and by a candidate; more is better."""

    candidate: str
    name: str
    before: float
    after: float

    @property
    def holds(self) -> bool:
        """Whether it lost next to nothing."""
        return self.before - self.after <= MOST_LOST

    def line(self) -> str:
        """The figures for people."""
        fault = "" if self.holds else ", loses too much"
        return f"{self.candidate:17} {self.name}: {self.before:.4f} -> {self.after:.4f}{fault}"


def measured(trial: Trial, pairs: Sequence[Pair]) -> Measured:
    """Ask each pair."""
    return Measured(trial.fused(pairs), trial.dense(pairs))


def refused(trial: Trial) -> int:
    """How many of the everyday questions, which no archive answers, are refused."""
    return sum(trial.assistant.ask(question).status is Status.NOT_FOUND for question in PROBES)


def gains(pairs: Sequence[Pair], before: Measured, after: Measured, runs: int = 1) -> list[Gain]:
    """By ranking, over all pairs and by kind.

    Of several runs over the same records one may pass by chance, so what a single interval leaves outside, 5 %, is
    shared by the intervals of all (Bonferroni).
    """
    found = []
    for ranking in ("fused", "dense"):
        was, became = getattr(before, ranking), getattr(after, ranking)
        for kind in (ALL, *dict.fromkeys(pair.kind for pair in pairs)):
            rows = [row for row, pair in enumerate(pairs) if kind in {ALL, pair.kind}]
            differences = [became[row] - was[row] for row in rows]
            low, high = interval(differences, [1.0] * len(rows), 0.05 / runs)
            mean_was, mean_became = (sum(of[row] for row in rows) / len(rows) for of in (was, became))
            found.append(Gain(ranking, kind, mean_was, mean_became, low, high, len(rows)))
    return found


def guards(candidate: str, before: Mapping[str, float], after: Mapping[str, float]) -> list[GuardFigure]:
    """Every guard set's figure by the original and by a candidate."""
    return [GuardFigure(candidate, name, value, after[name]) for name, value in before.items()]


def guard_figures(embedder: Embedder) -> dict[str, float]:
    """The figures of an encoder on the guard sets, by name; more is better."""
    return dict(_guard_figures(embedder))


def _guard_figures(embedder: Embedder) -> Iterator[tuple[str, float]]:
    from rag.evaluate import evaluate_file  # noqa: PLC0415 - the package imports this one

    with Trial(read([example_seeds()]).records, embedder) as trial:
        for figure in evaluate_file(_question_file(), trial.assistant).figures:
            if (figure.way, figure.measure) in _GUARDED and figure.kind in {ALL, "related", "noanswer", "answerable"}:
                yield _figure(figure)
    records, pairs = general(tomllib.loads(_GENERAL.read_text(encoding="utf-8")))
    with Trial(records, embedder) as trial:
        for ranking, values in (("fused", trial.fused(pairs)), ("dense", trial.dense(pairs))):
            yield f"everyday passages, {ranking} nDCG@10", sum(values) / len(values)


def _figure(figure: Figure) -> tuple[str, float]:
    value = 1.0 - figure.value if figure.measure in _ANSWERED_WRONGLY else figure.value
    name = "rightly answered" if figure.measure in _ANSWERED_WRONGLY else figure.measure
    return f"development questions, {figure.way.value} {name}", value


def general(table: Mapping[str, str]) -> tuple[list[Record], list[Pair]]:
    """Question by passage -> the passages as records, and the pairs."""
    numbered = [(f"general-{number}", passage, question) for number, (passage, question) in enumerate(table.items(), 1)]
    records = [
        Record(id_, passage, "", None, listings=(Listing(_GENERAL.name, place),))
        for place, (id_, passage, _) in enumerate(numbered, 1)
    ]
    return records, [Pair("general", question, (id_,)) for id_, _, question in numbered]


def _question_file() -> Path:
    """The development questions: of the project in a checkout, else those that the package carries."""
    carried = Path(__file__).with_name(_QUESTIONS)
    return carried if carried.is_file() else Path(__file__).parents[3] / "tests" / "evaluation" / _QUESTIONS


def fault(found: Sequence[Gain], refusals: tuple[int, int]) -> str:
    """Why a candidate is not adopted; empty where it is."""
    fused = next(gain for gain in found if (gain.ranking, gain.kind) == ("fused", ALL))
    if fused.low <= 0.0:
        gained = fused.after - fused.before
        return (
            f"the fused ranking of records held out does not rise for certain ({gained:+.4f}, "
            f"{fused.low:+.4f} to {fused.high:+.4f})"
        )
    before, after = refusals
    if after != before:
        return f"of {len(PROBES)} everyday questions it refuses {after}, the original {before}"
    return ""
