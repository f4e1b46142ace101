"""`rag tune`, from the published records to a model that is adopted or a reason why none is."""

from __future__ import annotations

import dataclasses
import datetime as dt
import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from rag.embeddings import PACKAGED, check_packaged, open_embedder
from rag.embeddings.onnx_backend import GraphEmbedder
from rag.embeddings.torch_backend import before_import
from rag.embeddings.tuned import adopt, complete, count_judged, prune, write_weights
from rag.errors import GenerationError, SettingsError
from rag.evaluate.figures import ALL
from rag.evaluate.tuning.gate import MOST_LOST, Measured, fault, gains, guard_figures, guards, measured, refused
from rag.evaluate.tuning.lessons import FOUND, PER_MINUTE, lessons
from rag.evaluate.tuning.pairs import LEAST_RECORDS, MOST_RECORDS, examples, split, spread, spread_by_kind
from rag.evaluate.tuning.trial import Trial
from rag.index.open import open_index
from rag.names.authority import read_authorities

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from rag.embeddings.tuned import Learned
    from rag.evaluate.tuning.gate import Gain, GuardFigure
    from rag.evaluate.tuning.pairs import Examples, Pair
    from rag.index.ports import IndexReader
    from rag.ingest.build import Progress
    from rag.record import Record
    from rag.settings import Settings

SHARES: Final = (0.25, 0.5, 0.75)  # how far a candidate goes from the original's weights to those learned
LEAST_QUESTIONS: Final = 50  # questions to learn from, to choose by and to judge by, each at least
CHOOSE_BY, JUDGE_BY = 300, 800  # questions, at most: each costs a search by every candidate
_LEARNING = 0.25  # share of the time that each way to learn gets; the rest is for asking
_WORK = "tuning"  # the folder of checkpoints, among the generations


@dataclass(frozen=True, slots=True)
class Candidate:
    """Weights between the original's and those learned."""

    method: str
    share: float
    gains: tuple[Gain, ...]  # on the records by which one candidate is chosen

    @property
    def name(self) -> str:
        """The candidate for people."""
        return f"{self.method} {self.share}"


@dataclass(frozen=True, slots=True)
class _Questions:
    """Questions that find their record, and the original's figures on them."""

    records: tuple[Record, ...]
    pairs: tuple[Pair, ...]
    before: Measured
    refused: int


@dataclass(frozen=True, slots=True)
class TuningReport:
    """What came of it."""

    adopted: str | None  # name of the model that the next build embeds with; None where the packaged one stays
    reason: str  # why it stays; empty where one was adopted
    by: str = ""
    records: tuple[int, ...] = ()  # how many were learned from, chosen by and held out; empty where nothing was learned
    lessons: int = 0
    candidates: tuple[Candidate, ...] = ()  # all of them, on the records to choose by
    chosen: str = ""  # this one, which was judged
    runs: int = 1  # how many candidates have been judged on these records, with this one
    gains: tuple[Gain, ...] = ()  # its gains on the records held out
    refused: tuple[int, int] = (0, 0)  # everyday questions refused, before and after
    # Those that gained, the best first, on the guard sets, until one lost next to nothing.
    guards: tuple[GuardFigure, ...] = ()

    def lines(self) -> Iterator[str]:
        """The report for people."""
        if self.records:
            learn, choose, judge = self.records
            yield f"learned from {learn} records in {self.lessons} lessons; {choose} to choose by, {judge} held out"
            yield f"no {self.by} is in two of the three; gains of nDCG@10 with 95 % intervals"
        for candidate in self.candidates:
            yield from (f"{candidate.name:17} {gain.line()}" for gain in candidate.gains if gain.kind == ALL)
        yield from (guard.line() for guard in self.guards)
        if self.gains:
            yield f"chosen: {self.chosen}; on the records held out:"
            if self.runs > 1:
                yield f"intervals of {1.0 - 0.05 / self.runs:.1%}: of {self.runs} runs one may seem to help by chance"
            yield from (gain.line() for gain in self.gains)
            yield f"everyday questions refused: {self.refused[0]} -> {self.refused[1]}"
        if self.adopted:
            yield f"adopted: {self.adopted}; run `rag build` to embed with it, `rag tune --undo` to go back"
        else:
            yield f"nothing is adopted: {self.reason}; {PACKAGED} stays"


def tune(settings: Settings, minutes: float, progress: Progress, draw: int = 0) -> TuningReport:
    """Learn from the published records for about so many minutes, and adopt what passes the gate.

    A run that was stopped goes on from its checkpoints if the records, the minutes and the draw are the same.
    """
    if settings.model != PACKAGED:
        raise SettingsError(f"RAG_MODEL: `rag tune` starts from {PACKAGED}, not from {settings.model}; unset it")
    reader = open_index(settings).reader()
    if len(reader) < LEAST_RECORDS:
        reason = f"{len(reader)} records are too few to learn from and to show that it helped, {LEAST_RECORDS} needed"
        return TuningReport(None, reason)
    work = settings.vectors / _WORK / f"{reader.content[:12]}-{minutes:g}-{draw}"
    for other in (settings.vectors / _WORK).glob("*/"):
        if other != work:
            shutil.rmtree(other)
    report = _Course(settings, reader, work, progress).run(minutes * 60 * _LEARNING, draw)
    shutil.rmtree(work.parent)
    return report


class _Course:
    """One run: what all its steps share."""

    def __init__(self, settings: Settings, reader: IndexReader, work: Path, progress: Progress) -> None:
        self._settings, self._reader, self._work, self._progress = settings, reader, work, progress
        self._original = open_embedder(PACKAGED)
        self._authorities = read_authorities(settings.authorities)

    def run(self, seconds: float, draw: int) -> TuningReport:
        """Learn in both ways, choose, judge, adopt."""
        parts = split(self._records(), draw)
        learning = self._examples(parts.learn)
        with Trial(learning.records, self._original, self._settings.vectors) as teacher:
            most = max(LEAST_QUESTIONS, round(seconds / 60 * PER_MINUTE))
            found = lessons(learning, teacher, partial(self._progress, "asking the teacher"), most)
        counts = (len(parts.learn), len(parts.choose), len(parts.judge))
        report = TuningReport(None, "", parts.by, counts, len(found))
        choosing, judging = self._questions(parts.choose, CHOOSE_BY), self._questions(parts.judge, JUDGE_BY)
        if min(len(found), len(choosing.pairs), len(judging.pairs)) < LEAST_QUESTIONS:
            reason = (
                f"the records make too few questions that find them: {len(found)} to learn from, "
                f"{len(choosing.pairs)} to choose by, {len(judging.pairs)} to judge by, {LEAST_QUESTIONS} needed"
            )
            return dataclasses.replace(report, reason=reason)
        before_import()
        from rag.evaluate.tuning.train import METHODS, train  # noqa: PLC0415 - torch loads here

        learned = {
            name: train(found, method, seconds, self._work / f"{name}.pt", partial(self._progress, f"learning, {name}"))
            for name, method in METHODS.items()
        }
        report = dataclasses.replace(report, candidates=tuple(self._candidates(learned, choosing)))
        best, report = self._chosen(report, learned)
        if best is None:
            return report
        report = self._judged(report, best, learned[best.method], judging)
        return report if report.reason else self._adopted(report, best, learned[best.method], parts.held_out)

    def _chosen(self, report: TuningReport, learned: Mapping[str, Learned]) -> tuple[Candidate | None, TuningReport]:
        """The candidate that gained most, of those that gained and that no guard set forbids."""
        better = sorted((each for each in report.candidates if _gained(each) > 0.0), key=_gained, reverse=True)
        if not better:
            reason = "no candidate ranks the records to choose by better than the original"
            return None, dataclasses.replace(report, reason=reason)
        before = guard_figures(self._original)
        for done, candidate in enumerate(better):
            self._progress("guarding", done, len(better))
            with self._embedder(learned[candidate.method], candidate.share) as embedder:
                tried = guards(candidate.name, before, guard_figures(embedder))
            report = dataclasses.replace(report, guards=(*report.guards, *tried))
            if all(guard.holds for guard in tried):
                return candidate, dataclasses.replace(report, chosen=candidate.name)
        reason = f"each candidate that ranks better loses more than {MOST_LOST} on a guard set"
        return None, dataclasses.replace(report, reason=reason)

    def _records(self) -> list[Record]:
        ids = self._reader.ids(0, len(self._reader))
        return self._reader.records(spread(ids, MOST_RECORDS))

    def _examples(self, records: Sequence[Record]) -> Examples:
        return examples(records, self._authorities)

    def _questions(self, records: Sequence[Record], most: int) -> _Questions:
        made = self._examples(records)
        with Trial(made.records, self._original, self._settings.vectors) as trial:
            found = trial.answerable(spread_by_kind(made.pairs, most), FOUND)
            pairs = tuple(pair for pair, _ in found)
            before = Measured([value for _, value in found], trial.dense(pairs))
            return _Questions(made.records, pairs, before, refused(trial))

    def _candidates(self, learned: Mapping[str, Learned], choosing: _Questions) -> list[Candidate]:
        candidates: list[Candidate] = []
        for method, weights in learned.items():
            for share in SHARES:
                self._progress("choosing", len(candidates), len(learned) * len(SHARES))
                with self._embedder(weights, share) as embedder, Trial(choosing.records, embedder) as trial:
                    after = measured(trial, choosing.pairs)
                found = gains(choosing.pairs, choosing.before, after)
                candidates.append(Candidate(method, share, tuple(found)))
        return candidates

    @contextmanager
    def _embedder(self, learned: Learned, share: float) -> Iterator[GraphEmbedder]:
        folder = self._work / "candidate"
        folder.mkdir(parents=True, exist_ok=True)
        write_weights(folder, learned, share)
        complete(folder, {})
        try:
            yield GraphEmbedder(tuned=folder, bulk=True)
        finally:
            shutil.rmtree(folder, ignore_errors=True)  # Windows removes nothing that is mapped

    def _judged(self, report: TuningReport, best: Candidate, learned: Learned, judging: _Questions) -> TuningReport:
        self._progress("judging", 0, 1)
        with self._embedder(learned, best.share) as embedder, Trial(judging.records, embedder) as trial:
            after, refused_after = measured(trial, judging.pairs), refused(trial)
        runs = count_judged(self._settings.vectors, self._reader.content)
        found, refusals = gains(judging.pairs, judging.before, after, runs), (judging.refused, refused_after)
        return dataclasses.replace(
            report, reason=fault(found, refusals), runs=runs, gains=tuple(found), refused=refusals
        )

    def _adopted(
        self, report: TuningReport, best: Candidate, learned: Learned, held_out: Sequence[str]
    ) -> TuningReport:
        folder = self._work / "adopted"
        folder.mkdir(parents=True, exist_ok=True)
        write_weights(folder, learned, best.share)
        card = {
            "model": PACKAGED,
            "original": check_packaged(),
            "made": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
            "generation": self._reader.generation,
            "content": self._reader.content,
            "held_out": held_out,
            **dataclasses.asdict(report),
        }
        complete(folder, card)
        target = adopt(self._settings.vectors, folder)
        forget(self._settings)
        return dataclasses.replace(report, adopted=target.name)


def forget(settings: Settings) -> None:
    """Remove tuned models that neither a generation nor the next build needs."""
    index = open_index(settings)
    try:
        prune(settings.vectors, {index.identity(name).weights for name in index.names()})
    except GenerationError:
        return  # what is damaged may need any of them


def _gained(candidate: Candidate) -> float:
    fused = next(gain for gain in candidate.gains if (gain.ranking, gain.kind) == ("fused", ALL))
    return fused.after - fused.before
