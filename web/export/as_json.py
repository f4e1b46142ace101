"""A conversation and its answers -> JSON: the API's own answers, and whose words each sentence is."""

import datetime as dt
from collections.abc import Sequence
from typing import Self
from urllib.parse import urlencode

from pydantic import Field

from rag.answer.answer import Answer, Citation
from rag.cite import Site
from rag.schemas import AnswerOut, SentenceOut, Shape
from web.conversation import Conversation

# No `from __future__ import annotations` here: pydantic reads annotations at run time.


NOTE = "Every sentence is quoted word for word from a curator's summary or title, never from the document itself."


class QuotedOut(SentenceOut):
    """A sentence, and whose words it is."""

    words_of: str = Field(description="The curators' summary or title; never the document.")


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
    def of(cls, conversation: Conversation, answers: Sequence[Answer], site: Site) -> Self:
        """Shape a conversation."""
        return cls(
            collection=site.name,
            site=site.root,
            saved=site.accessed,
            note=NOTE,
            earlier=conversation.omitted,
            turns=[_turn(conversation, at, answer, site) for at, answer in enumerate(answers)],
        )


def words_of(text: str, citations: Sequence[Citation]) -> str:
    """Whose words a sentence is."""
    in_summary = any(text in citation.hit.record.summary for citation in citations)
    return f"Curators' {'summary' if in_summary else 'title'}, not the document"


def _turn(conversation: Conversation, at: int, answer: Answer, site: Site) -> TurnOut:
    shape = AnswerOut.of(answer)
    quoted = [
        QuotedOut(
            **dict(sentence_shape),
            words_of=words_of(sentence.text, [answer.citations[number - 1] for number in sentence.citations]),
        )
        for sentence_shape, sentence in zip(shape.answer, answer.sentences, strict=True)
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
