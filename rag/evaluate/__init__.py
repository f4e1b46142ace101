"""Judged questions -> how well the collection answers them.

    question file, or BEIR folder -> questions -> outcomes -> figures -> report: table or JSON

An evaluation measures the `Assistant` that serves. A question file asks the published collection; each volume of a BEIR
folder becomes a collection of its own first, by the same build. `checks` measures the checker on labelled texts, and
`tuning` lets the encoder learn a collection, by what it measures.
"""

import dataclasses
from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.parse import quote

from rag.assistant.search import every_page
from rag.embeddings.tuned import model_of
from rag.evaluate.figures import citing_figures, gain_figures, ranking_figures, refusal_figures, score
from rag.evaluate.labelled import labelled_figures
from rag.evaluate.outcomes import Answering, Outcome, ask_every_way
from rag.evaluate.question_sets import Volume, read_questions, read_volumes
from rag.evaluate.report import Evaluated, EvaluationReport
from rag.settings import Settings


def evaluate(settings: Settings, paths: Sequence[Path]) -> EvaluationReport:
    """Measure the published collection on question files, and the same program on BEIR folders."""
    from rag.assistant.assistant import Assistant  # noqa: PLC0415 - the engines load here
    from rag.ingest.build import publish  # noqa: PLC0415

    def built(volume: Volume) -> Assistant:
        # Inside the collection's own folder, where the next run finds the vectors that this one computes; never on
        # the server that keeps the published collection.
        place = settings.vectors / "evaluated" / quote(volume.name, safe="")
        model = model_of(settings.model, settings.vectors)
        own = dataclasses.replace(settings, vectors=place, keep=1, index="", model=model)
        publish(own, volume.records)
        return Assistant.open(own)

    def measured(path: Path) -> Evaluated:
        if path.is_dir():
            return evaluate_folder(path, built)
        opened = Assistant.open(settings)
        return evaluate_file(path, opened, opened.sources)

    return EvaluationReport(tuple(map(measured, paths)))


def evaluate_file(path: Path, assistant: Answering, sources: Sequence[str] = ("",)) -> Evaluated:
    """Measure on a question file, on labelled sentences, or on questions that are answered or not."""
    records = list(every_page(lambda cursor: assistant.records(cursor=cursor, limit=1000)))
    if (figures := labelled_figures(path, assistant, records, sources)) is not None:
        return Evaluated(path.name, (), tuple(figures))
    questions = read_questions(path, records)
    return _evaluated(path.name, [outcome for question in questions for outcome in ask_every_way(assistant, question)])


def evaluate_folder(folder: Path, build: Callable[[Volume], Answering]) -> Evaluated:
    """Measure on a BEIR folder; `build` makes a collection of each volume."""
    outcomes: list[Outcome] = []
    for volume in read_volumes(folder):
        assistant = build(volume)
        outcomes += [outcome for question in volume.questions for outcome in ask_every_way(assistant, question)]
    return _evaluated(folder.name, outcomes)


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
