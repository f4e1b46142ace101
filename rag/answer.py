"""Hits -> an answer in the curators' own words with citations, or an honest no."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

from rag.search.ranking import WEIGHTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rag.compose import Quote
    from rag.embeddings.background import Noise
    from rag.marks import Mark
    from rag.query.question import Asked, Understood
    from rag.record import Hit
    from rag.search.ranking import Evidence

CLEAR = 0.08
"""Score above the collection's noise from which on a question is answered.

Chosen so that it holds beyond one collection. `rag evaluate` prints, of answerable questions wrongly refused:
none of the development questions, 5.7 % on SciFact, 8.6 % of mtRAG's in conversation.
"""

UNKNOWN = 0.15
"""Score beyond that, asked of a question naming someone or something that no record names."""

_NAMED = 3  # words named in a reason, at most


class Status(Enum):
    """Whether the collection answers."""

    ANSWERED = "answered"
    NOT_FOUND = "not_found"


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of an answer, to the letter from each record its citations name.

    Attributes:
        citations: Numbers into `Answer.citations`, from 1; at least one.
        marks: Where it answers to the question's words, in order.
    """

    text: str
    citations: tuple[int, ...]
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class Citation:
    """A record quoted in an answer.

    Attributes:
        number: From 1, in the order of the answer.
        quotes: The sentences quoted from it.
    """

    number: int
    hit: Hit
    quotes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a question.

    Attributes:
        nearest: The next best hits, none of them cited; with the citations, the ranking.
        notes: Sentences for the reader: why there is no answer, what was left out.
        by_date: Whether the sentences go by date; else the best evidence comes first.
        undated: Records that a filter of days left out for want of a date.
        receipt: The line that `Assistant.replay` reads; answers that say the same are equal, however they were asked.
    """

    status: Status
    question: str
    understood: Understood
    sentences: tuple[Sentence, ...]
    citations: tuple[Citation, ...]
    nearest: tuple[Hit, ...]
    notes: tuple[str, ...]
    generation: str
    by_date: bool = False
    undated: int = 0
    receipt: str = field(default="", compare=False)


def refusal(ranking: Sequence[Evidence], asked: Asked, noise: Noise) -> str | None:
    """Why the collection does not answer, in a sentence; None where it does.

    The best record must stand clear of what any question reaches here, by meaning and words together; clearer still
    where the question names what no record names, for then whatever is near is near to something else.
    """
    strangers = asked.strangers
    bar = WEIGHTS.record * noise.record + WEIGHTS.sentence * noise.passage + CLEAR + (UNKNOWN if strangers else 0.0)
    score = (ranking[0].hit.score or 0.0) if ranking else 0.0
    if score >= bar:
        return None
    if strangers:
        return f"No record mentions {_either(strangers)}."
    if asked.absent and len(asked.absent) >= len(asked.words):
        return f"No record mentions {_either(asked.absent)}."
    return "No record is near enough to the question to answer it."


def unheld(asked: Asked) -> str | None:
    """Whom or what an answered question names that no record does, in a sentence; None where all are held."""
    if not asked.strangers:
        return None
    return f"No record mentions {_either(asked.strangers)}; what is quoted is the nearest there is."


def _either(words: Sequence[str]) -> str:
    *rest, last = [f"“{word}”" for word in words[:_NAMED]]
    return f"{', '.join(rest)} or {last}" if rest else last


def numbered(chosen: Iterable[Quote]) -> tuple[tuple[Sentence, ...], tuple[Citation, ...]]:
    """One numbering in the order of reading; a text quoted from several records stands once and cites them all."""
    by_text: dict[str, dict[str, Hit]] = {}
    by_record: dict[str, list[str]] = {}
    hits: dict[str, Hit] = {}
    marks: dict[str, tuple[Mark, ...]] = {}
    for each in chosen:
        record_id = each.hit.record.id
        by_text.setdefault(each.text, {})[record_id] = each.hit
        hits.setdefault(record_id, each.hit)
        marks[each.text] = each.marks
        by_record.setdefault(record_id, []).append(each.text)
    read = dict.fromkeys(record_id for cited in by_text.values() for record_id in cited)
    numbers = {record_id: number for number, record_id in enumerate(read, start=1)}
    lines = tuple(
        Sentence(text, tuple(sorted(numbers[record_id] for record_id in cited)), marks[text])
        for text, cited in by_text.items()
    )
    citations = tuple(
        Citation(number, hits[record_id], tuple(dict.fromkeys(by_record[record_id])))
        for record_id, number in numbers.items()
    )
    return lines, citations
