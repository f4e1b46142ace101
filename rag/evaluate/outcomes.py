"""Judged questions -> their outcomes, asked in every way that they allow."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from rag.answer.answer import Answer, Status
from rag.assistant.assistant import Found
from rag.evaluate.question_sets import Question
from rag.query.enquiry import Turn
from rag.record import Hit
from rag.search.related import Related

DEPTH = 100  # records requested each time: the depth of the recall measure, and the most that the API gives


class Way(Enum):
    """A way to ask the collection a question."""

    SEARCH = "search"
    ASK = "ask"
    RELATED = "related"
    ALONE = "alone"
    GLUED = "glued"
    REWRITTEN = "rewritten"
    HISTORY = "ask with history"


class Answering(Protocol):
    """The part of the `Assistant` that an evaluation measures."""

    def ask(self, question: str, *, history: Sequence[Turn] = ..., k: int = ...) -> Answer:
        """See `Assistant.ask`."""

    def search(self, text: str, *, k: int = ...) -> Found:
        """See `Assistant.search`."""

    def ranking(self, text: str, *, k: int) -> Sequence[Hit]:
        """See `Assistant.ranking`."""

    def related(self, record_id: str, *, k: int = ...) -> Sequence[Related]:
        """See `Assistant.related`."""

    def records(self, *, cursor: str | None = ..., limit: int = ...) -> Found:
        """See `Assistant.records`."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of a question asked one way."""

    question: Question
    way: Way
    ranking: tuple[str, ...]  # record ids, best first
    refused: bool | None = None  # whether the collection found no answer; None where that way gives no answers
    cited: tuple[str, ...] = ()  # ids of the records that the answer cites
    first: tuple[str, ...] = ()  # ids of the records that its first sentence cites
    # Ids of the records that a search lists; None where that way lists all of the ranking.
    listed: tuple[str, ...] | None = None


def ask_every_way(assistant: Answering, question: Question) -> Iterator[Outcome]:
    """Ask one question in every way that its kind allows."""

    def search(way: Way, text: str) -> Outcome:
        ranking, listed = (
            tuple(hit.record.id for hit in hits)
            for hits in (assistant.ranking(text, k=DEPTH), assistant.search(text, k=DEPTH).hits)
        )
        return Outcome(question, way, ranking, listed=listed)

    def ask(way: Way, answer: Answer) -> Outcome:
        # An answer may be in order of date; the ranking is the cited and nearest records by score.
        hits = sorted(
            (*(citation.hit for citation in answer.citations), *answer.nearest), key=lambda hit: -(hit.score or 0.0)
        )
        cited = tuple(citation.hit.record.id for citation in answer.citations)
        return Outcome(
            question,
            way,
            tuple(hit.record.id for hit in hits),
            refused=answer.status is Status.NOT_FOUND,
            cited=cited,
            first=tuple(cited[number - 1] for sentence in answer.sentences[:1] for number in sentence.citations),
        )

    if question.record is not None:
        related = assistant.related(question.record, k=DEPTH)
        yield Outcome(question, Way.RELATED, tuple(near.hit.record.id for near in related))
    elif question.history:
        answer = assistant.ask(question.text, history=question.history, k=DEPTH)
        yield search(Way.ALONE, question.text)
        yield search(Way.GLUED, f"{question.history[-1].question} {question.text}")
        yield search(Way.REWRITTEN, answer.understood.text)
        yield ask(Way.HISTORY, answer)
    else:
        yield search(Way.SEARCH, question.text)
        yield ask(Way.ASK, assistant.ask(question.text, k=DEPTH))
