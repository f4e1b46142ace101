"""A conversation and its answers -> JSON to keep: the API's own answers, and of every sentence whose words it is."""

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


NOTE = "Every sentence is the curators' own, to the letter: a summary or a title, never the document itself."


class QuotedOut(SentenceOut):
    """A sentence with whose words it is."""

    words_of: str = Field(description="The curators' summary or title; never the document.")


class SourceOut(Shape):
    """Where a source stands."""

    number: int
    address: str


class TurnOut(AnswerOut):
    """A question and its answer, as the API gives it, with what a file needs besides."""

    number: int
    answer: list[QuotedOut]  # type: ignore[assignment] # each is a SentenceOut that says more
    sources: list[SourceOut]
    address: str = Field(description="Where the question is answered as things stand then.")
    replay: str = Field(description="Where the receipt is compared with that.")


class ConversationOut(Shape):
    """A conversation, whole."""

    collection: str
    site: str
    saved: dt.date
    note: str
    earlier: int = Field(description="Questions before these that the address had no room for.")
    turns: list[TurnOut]

    @classmethod
    def of(cls, talk: Conversation, answers: Sequence[Answer], site: Site) -> Self:
        """Shape a conversation."""
        return cls(
            collection=site.name,
            site=site.root,
            saved=site.accessed,
            note=NOTE,
            earlier=talk.left,
            turns=[_turn(talk, place, answer, site) for place, answer in enumerate(answers)],
        )


def words_of(text: str, citations: Sequence[Citation]) -> str:
    """Whose words a sentence is."""
    told = any(text in citation.hit.record.summary for citation in citations)
    return f"Curators' {'summary' if told else 'title'}, not the document"


def _turn(talk: Conversation, place: int, answer: Answer, site: Site) -> TurnOut:
    said = AnswerOut.of(answer)
    quoted = [
        QuotedOut(
            **dict(shape),
            words_of=words_of(sentence.text, [answer.citations[number - 1] for number in sentence.citations]),
        )
        for shape, sentence in zip(said.answer, answer.sentences, strict=True)
    ]
    return TurnOut(
        **(dict(said) | {"answer": quoted}),
        number=talk.left + place + 1,
        sources=[
            SourceOut(number=citation.number, address=f"{site.root}{citation.hit.record.url}")
            for citation in answer.citations
        ],
        address=f"{site.root}{talk.until(place).url()}",
        replay=f"{site.root}/replay?{urlencode({'receipt': answer.receipt})}",
    )
