"""Labelled sentences, and questions that a collection answers or not -> figures, from the answers of the collection.

A line of labelled sentences names a question and a record, and grades the record's title and each of its sentences:
b for the best, a for an acceptable one, u for a useless one. A line of the other kind says whether a question, near to
the subject of the collection that it names, is answered there. An answer with a verdict before it also says no.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from rag.answer.answer import Status
from rag.errors import SourceError
from rag.evaluate.figures import Figure, mean, refusals
from rag.evaluate.outcomes import Answering, Way
from rag.evaluate.question_sets import first_line, named_records, objects
from rag.language.sentences import sentences
from rag.record import Record


class _Graded(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")

    question: str
    date: str | None = None
    title: str
    grades: Annotated[str, Field(pattern="^[abu]+$")]


class _Near(BaseModel):
    model_config = ConfigDict(strict=True)

    collection: str = ""
    question: str
    answered: bool


def labelled_figures(
    path: Path, assistant: Answering, records: Sequence[Record], sources: Sequence[str]
) -> list[Figure] | None:
    """The figures of a file of one of the two kinds; None for any other file.

    `sources` are those of the collection: a question of another collection is not asked.
    """
    names = first_line(path).keys()
    if "grades" in names:
        return _sentence_figures(path, assistant, records)
    return _refusal_figures(path, assistant, sources) if "answered" in names else None


def _refusal_figures(path: Path, assistant: Answering, sources: Sequence[str]) -> list[Figure]:
    """Recall and precision of the refusals, and how many answerable questions are refused."""
    refused, unanswerable = [], []
    for _, line in objects(path, _Near):
        if any(line.collection in source for source in sources):
            answer = assistant.ask(line.question)
            refused.append(float(answer.status is Status.NOT_FOUND or answer.verdict is not None))
            unanswerable.append(float(not line.answered))
    return [figure for group in refusals(Way.ASK, refused, unanswerable) for figure in group]


def _sentence_figures(path: Path, assistant: Answering, records: Sequence[Record]) -> list[Figure]:
    """How often the first sentence that an answer quotes of a record is best or acceptable; how many are useless."""
    find = named_records(path, records)
    by_id = {record.id: record for record in records}
    quoted: list[str] = []
    for number, line in objects(path, _Graded):
        record = by_id[find(line.date, line.title, number)[0]]
        passages = (record.title, *sentences(record.summary))
        if len(passages) != len(line.grades):
            reason = f"it grades {len(line.grades)} sentences of a record that has {len(passages)}; correct the line"
            raise SourceError(str(path), number, reason)
        grades = dict(zip(passages, line.grades, strict=True))
        cited = {each.hit.record.id: each.quotes for each in assistant.ask(line.question).citations}
        quoted.append("".join(grades[quote] for quote in cited.get(record.id, ())))
    kind = "labelled sentences"
    every = [float(len(grades)) for grades in quoted]
    useless = [float(grades.count("u")) for grades in quoted]
    return [
        mean(Way.ASK, kind, "best first", [float(grades[:1] == "b") for grades in quoted]),
        mean(Way.ASK, kind, "acceptable first", [float(grades[:1] in {"a", "b"}) for grades in quoted]),
        *([mean(Way.ASK, "quoted", "useless quoted", useless, every)] if any(every) else []),
    ]
