"""A conversation and its answers -> JSON: the API's own answers, and whose words each sentence is."""

import datetime as dt
from collections.abc import Sequence
from typing import Self
from urllib.parse import urlencode

from pydantic import Field

from rag.answer.answer import Answer
from rag.cite import Site
from rag.cite.work import quoted_are
from rag.schemas import AnswerOut, SentenceOut, Shape
from web.conversation import Conversation

# No `from __future__ import annotations` here: pydantic reads annotations at run time.


class QuotedOut(SentenceOut):
    """A sentence, and whose words it is."""

    words_of: str = Field(description="What it is quoted from: a curator's summary, a title, the document's opening.")


class SourceOut(Shape):
    """The address of a source."""

    number: int
    address: str


class TurnOut(AnswerOut):
    """A question and its answer as the API gives it, with addresses."""

    number: int
    answer: list[QuotedOut]  # type: ignore[assignment] # each is a SentenceOut with one field more
    sources: list[SourceOut]
    address: str = Field(description="Page that answers the question from the collection of that day.")
    replay: str = Field(description="Page that compares the receipt with the collection of that day.")


class ConversationOut(Shape):
    """A conversation."""

    collection: str
    site: str
    saved: dt.date
    note: str
    earlier: int = Field(description="Number of earlier questions that did not fit the address.")
    turns: list[TurnOut]

    @classmethod
    def from_answers(cls, conversation: Conversation, answers: Sequence[Answer], site: Site) -> Self:
        """Shape a conversation."""
        return cls(
            collection=site.name,
            site=site.root,
            saved=site.accessed,
            note=quoted_from(answers),
            earlier=conversation.omitted,
            turns=[_turn(conversation, at, answer, site) for at, answer in enumerate(answers)],
        )


def quoted_from(answers: Sequence[Answer]) -> str:
    """What the sentences of a conversation are quoted from; empty where there are none."""
    genres = [genre for answer in answers for genre in answer.genres]
    return f"Every sentence is quoted word for word: {quoted_are(genres)}." if genres else ""


def _turn(conversation: Conversation, at: int, answer: Answer, site: Site) -> TurnOut:
    shape = AnswerOut.of(answer)
    quoted = [
        QuotedOut(**dict(sentence), words_of=genre.note)
        for sentence, genre in zip(shape.answer, answer.genres, strict=True)
    ]
    return TurnOut(
        **(dict(shape) | {"answer": quoted}),
        number=conversation.omitted + at + 1,
        sources=[
            SourceOut(number=citation.number, address=f"{site.root}{citation.hit.record.url}")
            for citation in answer.citations
        ],
        address=f"{site.root}{conversation.until(at).url()}",
        replay=f"{site.root}/replay?{urlencode({'receipt': answer.receipt})}",
    )
