"""An answer, with the understanding of its question and its citations -> JSON."""

import datetime as dt
from typing import Self

from pydantic import Field

from rag.answer.answer import Answer, Citation, Sentence, Status
from rag.answer.highlights import Side
from rag.dates.archival_date import Fit
from rag.query.names import Respelling
from rag.query.question import Understanding
from rag.schemas.base import Shape
from rag.schemas.record import FIT, HitOut, RecordOut

# No `from __future__ import annotations` here: pydantic reads annotations at run time.


class CorrectionOut(Shape):
    """A word of the question, and the collection's spelling that is searched too."""

    given: str
    found: str

    @classmethod
    def of(cls, correction: Respelling) -> Self:
        """Shape a correction."""
        return cls.model_validate(correction)


class UnderstoodOut(Shape):
    """How the question was understood."""

    text: str = Field(description="The question as it can be read without the turns before.")
    date_from: dt.date | None
    date_to: dt.date | None
    names: list[str]
    corrections: list[CorrectionOut]
    rewritten: bool = Field(description="Whether `text` was completed from the turns before.")

    @classmethod
    def of(cls, understood: Understanding) -> Self:
        """Shape what was understood."""
        when = understood.when
        return cls(
            text=understood.text,
            date_from=None if when is None else when.start,
            date_to=None if when is None else when.end,
            names=list(understood.names),
            corrections=[CorrectionOut.of(correction) for correction in understood.corrections],
            rewritten=understood.rewritten,
        )


class MarkOut(Shape):
    """A part of a sentence that matches a word of the question."""

    start: int = Field(description="Offset of its first character in `text`, in Unicode characters, from 0.")
    end: int = Field(description="Offset after its last character.")
    asked: str = Field(description="The word of the question.")
    side: Side = Field(description="`word`: the same word, by stem or spelling; `meaning`: a similar word.")


class SentenceOut(Shape):
    """One sentence, word for word from each record that it cites."""

    text: str
    citations: list[int]
    marks: list[MarkOut]

    @classmethod
    def of(cls, sentence: Sentence) -> Self:
        """Shape a sentence."""
        return cls.model_validate(sentence)


class CitationOut(Shape):
    """A record quoted in the answer."""

    number: int
    record: RecordOut
    score: float | None
    quotes: list[str]
    fit: Fit | None = FIT

    @classmethod
    def of(cls, citation: Citation) -> Self:
        """Shape a citation."""
        hit = citation.hit
        return cls(
            number=citation.number,
            record=RecordOut.of(hit.record),
            score=hit.score,
            quotes=list(citation.quotes),
            fit=hit.fit,
        )


class AnswerOut(Shape):
    """The curators' own words, cited, or no answer."""

    status: Status
    question: str
    understood: UnderstoodOut
    answer: list[SentenceOut]
    citations: list[CitationOut]
    nearest: list[HitOut]
    notes: list[str]
    by_date: bool = Field(description="Whether the sentences are in order of date; else the best evidence comes first.")
    receipt: str = Field(description="A line with which `/api/v1/replay` checks the answer later.")

    @classmethod
    def of(cls, answer: Answer) -> Self:
        """Shape an answer."""
        return cls(
            status=answer.status,
            question=answer.question,
            understood=UnderstoodOut.of(answer.understood),
            answer=[SentenceOut.of(sentence) for sentence in answer.sentences],
            citations=[CitationOut.of(citation) for citation in answer.citations],
            nearest=[HitOut.of(hit) for hit in answer.nearest],
            notes=list(answer.notes),
            by_date=answer.by_date,
            receipt=answer.receipt,
        )
