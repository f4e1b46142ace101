"""An answer, with the understanding of its question and its citations -> JSON."""

import datetime as dt
from typing import Annotated, Self

from pydantic import AliasPath, Field

from rag.answer.answer import Answer, Status
from rag.answer.highlights import Side
from rag.answer.verdict import PremiseKind
from rag.answer.why import why
from rag.query.intent import Intent
from rag.query.understanding import Understanding
from rag.schemas.base import Shape
from rag.schemas.record import HitOut, KnownFit, RecordOut

Stated = Annotated[list[str], Field(default=[], exclude_if=lambda value: not value)]


class CorrectionOut(Shape):
    """A word of the question, and the collection's spelling that is searched too."""

    given: str
    found: str


class ConditionsOut(Shape):
    """What the words say that records must satisfy; what is empty is left out."""

    people: Stated
    not_people: Stated
    places: Stated
    not_places: Stated
    types: Stated
    not_types: Stated
    senders: Annotated[Stated, Field(serialization_alias="from")]
    recipients: Annotated[Stated, Field(serialization_alias="to")]
    phrases: Stated
    not_words: Stated
    ids: Stated
    shelfmarks: Stated
    date_from: dt.date | None = Field(default=None, exclude_if=lambda value: value is None)
    date_to: dt.date | None = Field(default=None, exclude_if=lambda value: value is None)
    every_year: Annotated[Stated, Field(description="Days that a record of whatever year must be of.")]
    not_dates: list[tuple[dt.date | None, dt.date | None]] = Field(default=[], exclude_if=lambda value: not value)

    @classmethod
    def of(cls, understood: Understanding) -> Self:
        """Shape the conditions."""
        read, when = understood.conditions, understood.when
        lists = {
            name: list(getattr(read, name)) for name in cls.model_fields if isinstance(getattr(read, name, 0), tuple)
        }
        lists["not_dates"] = [(days.start, days.end) for days in read.not_dates]
        return cls(**lists, date_from=when.start if when else None, date_to=when.end if when else None)


class CarriedOut(Shape):
    """Words of an earlier turn that the question needs."""

    text: str
    turn: int = Field(description="The number of that turn in `history`, from 0.")
    chance: float = Field(description="How likely a person would add them, in [0, 1].")


class UnderstoodOut(Shape):
    """How the question was understood."""

    text: str = Field(description="The question as it can be read without the turns before.")
    language: str = Field(description="The language that it is in, as in BCP 47.")
    english: str = Field(description="The question as it is searched: in English, word by word, with names as here.")
    date_from: dt.date | None
    date_to: dt.date | None
    names: list[str]
    corrections: list[CorrectionOut]
    rewritten: bool = Field(description="Whether `text` was completed from the turns before.")
    carried: list[CarriedOut] = Field(description="What it takes along from them; `history:text` leaves one out.")
    intent: Intent = Field(description="The kind of answer that is asked for.")
    filters: ConditionsOut
    parts: list[str] = Field(description="The questions that the text holds, where it was read as several or in part.")

    @classmethod
    def of(cls, understood: Understanding) -> Self:
        """Shape what was understood."""
        when = understood.when
        return cls(
            text=understood.text,
            language=understood.language,
            english=understood.english,
            date_from=None if when is None else when.start,
            date_to=None if when is None else when.end,
            names=list(understood.names),
            corrections=[CorrectionOut.of(correction) for correction in understood.corrections],
            rewritten=understood.rewritten,
            carried=[CarriedOut.model_validate(each) for each in understood.carry_over.carried],
            intent=understood.intent,
            filters=ConditionsOut.of(understood),
            parts=list(understood.parts),
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
    group: str | None = Field(
        description="The heading of the part of the answer that it stands in, where it has parts."
    )


class CitationOut(Shape):
    """A record quoted in the answer."""

    number: int
    record: RecordOut = Field(validation_alias=AliasPath("hit", "record"))
    score: float | None = Field(validation_alias=AliasPath("hit", "score"))
    quotes: list[str]
    fit: KnownFit = Field(default=None, validation_alias=AliasPath("hit", "fit"))


class CatalogueOut(Shape):
    """What the catalogue counts, in the program's own words; never a quotation."""

    text: str
    total: int = Field(description="How many records it counts.")
    earliest: str | None = Field(description="Their first known day, as EDTF.")
    latest: str | None = Field(description="Their last known day.")
    url: str = Field(description="This site's page that lists exactly these.")


class PremiseOut(Shape):
    """What the catalogue says of the premise of a question, in the program's own words."""

    kind: PremiseKind = Field(
        description="`apart`: no record names all that the question is about; "
        "`absent`: what it is about is in no record; `untold`: records are near, and none tells "
        "what is asked in so many words; the nearest are quoted only where that is likely enough to help."
    )
    text: str


class ExplanationOut(Shape):
    """A part of why an answer is as it is, in the program's own words."""

    heading: str
    lines: list[str]


class AnswerOut(Shape):
    """The curators' own words, cited, or no answer."""

    status: Status
    question: str
    understood: UnderstoodOut
    catalogue: CatalogueOut | None = Field(description="What the catalogue counts, where the question asks for it.")
    verdict: PremiseOut | None = Field(description="What it says of the question's premise, before any quotation.")
    answer: list[SentenceOut]
    citations: list[CitationOut]
    nearest: list[HitOut]
    notes: list[str]
    by_date: bool = Field(description="Whether the sentences are in order of date; else the best evidence comes first.")
    why: list[ExplanationOut] | None = Field(
        default=None,
        description="With `explain`: what was understood, which records were weighed, why this answer; in words.",
        exclude_if=lambda why: why is None,
    )
    receipt: str = Field(description="A line with which `/api/v1/replay` checks the answer later.")

    @classmethod
    def of(cls, answer: Answer, *, explain: bool = False) -> Self:
        """Shape an answer, with why it is so if asked."""
        return cls(
            status=answer.status,
            question=answer.question,
            understood=UnderstoodOut.of(answer.understood),
            catalogue=None if answer.catalogue is None else CatalogueOut.of(answer.catalogue),
            verdict=None if answer.verdict is None else PremiseOut.of(answer.verdict),
            answer=[SentenceOut.of(sentence) for sentence in answer.sentences],
            citations=[CitationOut.of(citation) for citation in answer.citations],
            nearest=[HitOut.of(hit) for hit in answer.nearest],
            notes=list(answer.notes),
            by_date=answer.by_date,
            why=[ExplanationOut.of(part) for part in why(answer)] if explain else None,
            receipt=answer.receipt,
        )
