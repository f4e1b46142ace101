"""Judged questions, put to a collection in every way that they allow -> what came of each."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Protocol

from rag.answer.answer import Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rag.answer.answer import Answer
    from rag.assistant.assistant import Found
    from rag.evaluate.question_sets import Question
    from rag.query.enquiry import Turn
    from rag.search.related import Related

DEPTH = 100
"""Records asked for each time: as many as recall is measured on, and the most the API gives."""


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


def put(assistant: Answering, question: Question) -> Iterator[Outcome]:
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
