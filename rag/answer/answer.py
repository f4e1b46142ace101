"""Hits -> an answer in the curators' own words with citations, or an honest no."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from rag.answer.catalogue import Catalogue
from rag.answer.highlights import Mark
from rag.answer.receipt import Receipt
from rag.answer.verdict import Premise
from rag.cite.work import Genre, genre_of
from rag.query.understanding import Understanding
from rag.record import Hit


class Status(Enum):
    """Whether the collection answers."""

    ABOUT = "about"
    ANSWERED = "answered"
    NOT_FOUND = "not_found"


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of an answer, to the letter from each record its citations name."""

    text: str
    citations: tuple[int, ...]  # numbers into `Answer.citations`, from 1; at least one
    marks: tuple[Mark, ...] = ()  # where it answers to the question's words, in order
    # The heading of its section, in the program's own words; None where the answer has no sections.
    group: str | None = None


@dataclass(frozen=True, slots=True)
class Citation:
    """A record quoted in an answer."""

    number: int  # from 1, in the order of the answer
    hit: Hit
    quotes: tuple[str, ...]  # the sentences quoted from it


@dataclass(frozen=True, slots=True)
class Weighing:
    """How records were weighed as evidence."""

    hits: tuple[Hit, ...]  # the records weighed, the best first
    background: float  # the score that any question reaches in this collection
    threshold: float  # the score from which on a question is answered
    chosen: bool  # whether the reader chose the records to answer from
    required: tuple[str, ...] = ()  # words that a sentence must cover; empty where nearness is enough
    coverage: Mapping[str, float] = field(default_factory=dict)  # by id: coverage of what is asked, in [0, 1]
    chance: float = 1.0  # how likely one of them answers


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a question."""

    status: Status
    question: str
    understood: Understanding
    sentences: tuple[Sentence, ...]
    citations: tuple[Citation, ...]
    nearest: tuple[Hit, ...]  # the next best hits, none of them cited; with the citations, the ranking
    notes: tuple[str, ...]  # sentences for the reader: why there is no answer, what was left out
    generation: str
    by_date: bool = False  # whether the sentences go by date; else the best evidence comes first
    undated: int = 0  # records that a filter of days left out for want of a date
    # What the catalogue counts, where it is asked; the program's own words, never a quotation.
    catalogue: Catalogue | None = None
    # What the catalogue says of the premise, before any quotation; the program's own words likewise.
    verdict: Premise | None = None
    weighing: Weighing | None = field(default=None, compare=False)  # how the records were weighed; None where none was
    # What its receipt says; answers that say the same are equal, however they were asked.
    kept: Receipt | None = field(default=None, compare=False)

    @property
    def receipt(self) -> str:
        """The line that `Assistant.replay` reads; empty for an answer of only a part of what was asked."""
        return self.kept.line() if self.kept else ""

    @property
    def cited(self) -> tuple[str, ...]:
        """Ids of the records cited, in the order of their numbers."""
        return tuple(citation.hit.record.id for citation in self.citations)

    @property
    def genres(self) -> tuple[Genre, ...]:
        """What each sentence is quoted from."""
        return tuple(
            genre_of(sentence.text, self.citations[sentence.citations[0] - 1].hit.record) for sentence in self.sentences
        )
