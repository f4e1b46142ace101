"""Judged questions -> how well the collection answers them: figures by kind and way of asking, with intervals.

    question file, or BEIR folder -> questions -> outcomes -> figures -> table or JSON

What is measured is the `Assistant` that serves. A question file asks the published collection; each volume of a BEIR
folder is first made a collection of its own, by the same build. nDCG has the gain 2^grade - 1.
"""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Protocol
from urllib.parse import quote

import numpy as np

from rag.answer import Status
from rag.judged import NO_ANSWER, TOP_GRADE, read_questions, read_volumes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from ir_measures import Measure

    from rag.answer import Answer
    from rag.assistant import Found
    from rag.judged import Question, Volume
    from rag.question import Turn
    from rag.record import Record
    from rag.relate import Related
    from rag.settings import Settings

DEPTH = 100
"""Records asked for each time: as many as recall is measured on, and the most the API gives."""

RESAMPLES = 1000
"""Samples drawn for an interval."""

ALL = "all"
"""Stands for every kind that can be answered."""


class Way(Enum):
    """How a question was put to the collection."""

    SEARCH = "search"
    ASK = "ask"
    RELATED = "related"
    ALONE = "alone"
    GLUED = "glued"
    REWRITTEN = "rewritten"
    HISTORY = "ask with history"


class Answering(Protocol):
    """The part of the `Assistant` that is measured."""

    def ask(self, question: str, *, history: Sequence[Turn] = ..., k: int = ...) -> Answer:
        """See `Assistant.ask`."""
        ...

    def search(self, text: str, *, k: int = ...) -> Found:
        """See `Assistant.search`."""
        ...

    def related(self, record_id: str, *, k: int = ...) -> Sequence[Related]:
        """See `Assistant.related`."""
        ...

    def records(self, *, cursor: str | None = ..., limit: int = ...) -> Found:
        """See `Assistant.records`."""
        ...


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a question asked one way.

    Attributes:
        ranking: Record ids, best first.
        refused: Whether the collection said no; None where that way cannot.
        cited: Ids of the records that the answer cites; empty where that way gives none.
        first: Those of them that its first sentence cites.
    """

    question: Question
    way: Way
    ranking: tuple[str, ...]
    refused: bool | None = None
    cited: tuple[str, ...] = ()
    first: tuple[str, ...] = ()


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


@dataclass(frozen=True, slots=True)
class Evaluated:
    """One question file or BEIR folder."""

    name: str
    scored: tuple[Scored, ...]
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """All that was evaluated, in the order it was named."""

    sets: tuple[Evaluated, ...]

    def as_json(self) -> list[dict[str, object]]:
        """One object for each set; the numbers of the table, unrounded."""
        return [
            {
                "name": each.name,
                "figures": [dataclasses.asdict(figure) | {"way": figure.way.value} for figure in each.figures],
            }
            for each in self.sets
        ]

    def table(self, *, verbose: bool = False) -> str:
        """Aligned for a terminal; with `verbose`, a row for every question too, worst first."""
        lines: list[str] = []
        for each in self.sets:
            lines += [each.name, *_table(each.figures), ""]
            if verbose:
                lines += [*_rows(each.scored), ""]
        return "\n".join(lines).rstrip()


def evaluate(settings: Settings, paths: Sequence[Path], progress: Callable[[int, int], None] | None = None) -> Report:
    """Measure the published collection on question files, and the same machinery on BEIR folders.

    `progress` is told of the embedding of a folder's documents, as by `rag.build.build`.
    """
    from rag.assistant import Assistant  # noqa: PLC0415 - the engines load here
    from rag.build import publish  # noqa: PLC0415

    def built(volume: Volume) -> Assistant:
        # Below the collection's own folder, where the next run finds the vectors that this one computed.
        place = settings.vectors / "evaluated" / quote(volume.name, safe="")
        own = dataclasses.replace(settings, vectors=place, keep=1)
        publish(own, volume.records, progress=progress)
        return Assistant.open(own)

    return Report(
        tuple(
            evaluate_folder(path, built) if path.is_dir() else evaluate_file(path, Assistant.open(settings))
            for path in paths
        )
    )


def evaluate_file(path: Path, assistant: Answering) -> Evaluated:
    """Measure on a question file."""
    asked = read_questions(path, _records(assistant))
    return _evaluated(path.name, [each for question in asked for each in _ask(assistant, question)])


def evaluate_folder(folder: Path, build: Callable[[Volume], Answering]) -> Evaluated:
    """Measure on a BEIR folder; `build` makes each volume a collection of its own."""
    outcomes: list[Outcome] = []
    for volume in read_volumes(folder):
        assistant = build(volume)
        outcomes += [each for question in volume.questions for each in _ask(assistant, question)]
    return _evaluated(folder.name, outcomes)


def _records(assistant: Answering) -> Iterator[Record]:
    cursor = None
    while True:
        page = assistant.records(cursor=cursor, limit=1000)
        yield from (hit.record for hit in page.hits)
        if (cursor := page.next) is None:
            return


def _evaluated(name: str, outcomes: Sequence[Outcome]) -> Evaluated:
    scored = score(outcomes)
    return Evaluated(
        name,
        tuple(scored),
        (
            *ranking_figures(scored),
            *gain_figures(scored),
            *refusal_figures(outcomes),
            *citing_figures(outcomes),
        ),
    )


def _ask(assistant: Answering, question: Question) -> Iterator[Outcome]:
    """Put one question in every way that its kind allows."""

    def search(way: Way, text: str) -> Outcome:
        return Outcome(question, way, tuple(hit.record.id for hit in assistant.search(text, k=DEPTH).hits))

    def ask(way: Way, answer: Answer) -> Outcome:
        # An answer may go by date; the ranking is what was cited and what comes next, by evidence.
        hits = sorted((*(each.hit for each in answer.citations), *answer.nearest), key=lambda hit: -(hit.score or 0.0))
        cited = tuple(each.hit.record.id for each in answer.citations)
        return Outcome(
            question,
            way,
            tuple(hit.record.id for hit in hits),
            refused=answer.status is Status.NOT_FOUND,
            cited=cited,
            first=tuple(cited[number - 1] for each in answer.sentences[:1] for number in each.citations),
        )

    if question.record is not None:
        related = assistant.related(question.record, k=DEPTH)
        yield Outcome(question, Way.RELATED, tuple(each.hit.record.id for each in related))
    elif question.history:
        answer = assistant.ask(question.text, history=question.history, k=DEPTH)
        yield search(Way.ALONE, question.text)
        yield search(Way.GLUED, f"{question.history[-1].question} {question.text}")
        yield search(Way.REWRITTEN, answer.understood.text)
        yield ask(Way.HISTORY, answer)
    else:
        yield search(Way.SEARCH, question.text)
        yield ask(Way.ASK, assistant.ask(question.text, k=DEPTH))


def score(outcomes: Sequence[Outcome]) -> list[Scored]:
    """Judge every ranking: nDCG@10 (@5 of related records), precision at 1, recall at 100, reciprocal rank."""
    scored = []
    for way in Way:
        asked = [outcome for outcome in outcomes if outcome.way is way]
        values = _judge(asked, 5 if way is Way.RELATED else 10)
        scored += [Scored(outcome, each) for outcome, each in zip(asked, values, strict=True)]
    return scored


def _judge(outcomes: Sequence[Outcome], cutoff: int) -> list[dict[str, float]]:
    import ir_measures  # noqa: PLC0415 - 0.3 s

    measures: dict[Measure, str] = {
        ir_measures.nDCG(gains={grade: 2**grade - 1 for grade in range(TOP_GRADE + 1)}) @ cutoff: f"nDCG@{cutoff}",
        ir_measures.P @ 1: "P@1",
        ir_measures.R @ DEPTH: f"R@{DEPTH}",
        ir_measures.RR: "RR",
    }
    grades = {str(row): dict(each.question.grades) for row, each in enumerate(outcomes) if each.question.grades}
    # Scores that fall from rank to rank: the library sorts by score, and breaks ties by id.
    run = {
        str(row): {record: -float(rank) for rank, record in enumerate(outcome.ranking)}
        for row, outcome in enumerate(outcomes)
    }
    values = [dict.fromkeys(measures.values() if each.question.grades else (), 0.0) for each in outcomes]
    for each in ir_measures.iter_calc(measures, grades, run) if grades else ():
        values[int(each.query_id)][measures[each.measure]] = float(each.value)
    return values


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


def _table(figures: Sequence[Figure]) -> Iterator[str]:
    """Rows by way, kind and what is counted, columns by measure; a heading wherever the measures change."""
    rows: defaultdict[tuple[str, str, str], list[Figure]] = defaultdict(list)
    for figure in figures:
        over = figure.measure if "cited" in figure.measure else "questions"
        rows[figure.way.value, figure.kind, over].append(figure)
    ways = max((len(way) for way, _, _ in rows), default=0)
    kinds = max((len(kind) for _, kind, _ in rows), default=0)
    heading: list[str] = []
    for (way, kind, _), row in rows.items():
        if (measures := [figure.measure for figure in row]) != heading:
            heading = measures
            yield f"  {'':{ways}}  {'':{kinds}}  {'n':>5}  {''.join(f'{name:<23}' for name in measures)}".rstrip()
        cells = "".join(f"{each.value:.3f} ({each.low:.3f}-{each.high:.3f})    " for each in row)
        yield f"  {way:{ways}}  {kind:{kinds}}  {row[0].n:>5}  {cells}".rstrip()


def _rows(scored: Sequence[Scored]) -> Iterator[str]:
    """One row for each outcome, by way and worst first."""
    for way in Way:
        ours = [
            each for each in scored if each.outcome.way is way and (each.values or each.outcome.refused is not None)
        ]
        for each in sorted(ours, key=lambda each: (tuple(each.values.values()), each.outcome.question.id)):
            question, ranking = each.outcome.question, each.outcome.ranking
            found = [ranking.index(record) + 1 for record in question.grades if record in ranking]
            values = "  ".join(f"{measure} {value:.3f}" for measure, value in each.values.items())
            no = "  refused" if each.outcome.refused else ""
            ranks = ", ".join(map(str, sorted(found))) or "none"
            asked = question.text or question.record
            yield f"  {way.value}  {question.kind}  {question.id}  {values}  ranks {ranks}{no}  {asked}"
