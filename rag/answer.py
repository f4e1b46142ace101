"""Hits -> an answer in the curators' own words with citations, or an honest no."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

import numpy as np

from rag.record import Hit
from rag.retrieve import WEIGHTS
from rag.sentences import sentences

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rag.noise import Noise
    from rag.question import Asked, Understood
    from rag.record import Filter, Record
    from rag.retrieve import Evidence

SENTENCES = 5
"""An answer's sentences, at most."""

CLEAR = 0.08
"""Score above the collection's noise from which on a question is answered.

Chosen so that it holds beyond one collection. `rag evaluate` prints, of answerable questions wrongly refused:
none of the development questions, 6.7 % on SciFact, 10.1 % of mtRAG's in conversation.
"""

UNKNOWN = 0.15
"""Score beyond that, asked of a question naming someone or something that no record names."""

BESIDE = 0.80
"""Share of the best record's score from which on another record answers beside it."""

AGAIN = 0.80
"""Share of a record's best sentence from which on a second one of it is quoted."""

LEANING = 0.85
"""Factor on the nearness of a sentence that does not say of whom or what it speaks."""

_LEANS = re.compile(r"(?:He|She|It|They|His|Her|Its|Their|This|These|Both|The two)\b")
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
    """

    text: str
    citations: tuple[int, ...]


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
    """

    status: Status
    question: str
    understood: Understood
    sentences: tuple[Sentence, ...]
    citations: tuple[Citation, ...]
    nearest: tuple[Hit, ...]
    notes: tuple[str, ...]
    generation: str


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence chosen for an answer and the hit it is from."""

    text: str
    hit: Hit


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


def _either(words: Sequence[str]) -> str:
    *rest, last = [f"“{word}”" for word in words[:_NAMED]]
    return f"{', '.join(rest)} or {last}" if rest else last


def quotes(ranking: Sequence[Evidence]) -> list[Quote]:
    """The sentences that answer, best record first: two of that one where two are near, one of each beside it."""
    bar = BESIDE * (ranking[0].hit.score or 0.0)
    answering = [each for each in ranking if (each.hit.score or 0.0) >= bar]
    return [
        Quote(text, each.hit)
        for rank, each in enumerate(answering[:SENTENCES])
        for text in _sentences(each, 1 if rank else 2)
    ][:SENTENCES]


def _sentences(evidence: Evidence, most: int) -> list[str]:
    """The record's sentences worth quoting, in its own order; its title where it has no summary."""
    title, *body = evidence.passages.texts
    if not body:
        return [title]
    nearness = evidence.nearness[1:] * np.array([LEANING if _LEANS.match(text) else 1.0 for text in body])
    nearest = np.argsort(-nearness, kind="stable")[:most]
    # The nearest one is quoted even where its cosine is below 0 and the words alone found the record.
    return [body[row] for row in sorted(nearest) if row == nearest[0] or nearness[row] >= AGAIN * nearness[nearest[0]]]


def listed(records: Iterable[Record], where: Filter) -> list[Quote]:
    """A line for each record, for a question that is only a filter: the summary's first sentence, or the title."""
    return [
        Quote((sentences(record.summary) or (record.title,))[0], Hit(record, fit=where.fit(record)))
        for record in records
    ]


def numbered(chosen: Iterable[Quote]) -> tuple[tuple[Sentence, ...], tuple[Citation, ...]]:
    """One numbering through sentences and citations; a text quoted from several records cites them all."""
    by_text: dict[str, dict[str, Hit]] = {}
    by_record: dict[str, list[str]] = {}
    hits: dict[str, Hit] = {}
    for each in chosen:
        record_id = each.hit.record.id
        by_text.setdefault(each.text, {})[record_id] = each.hit
        hits.setdefault(record_id, each.hit)
        by_record.setdefault(record_id, []).append(each.text)
    numbers = {record_id: number for number, record_id in enumerate(hits, start=1)}
    lines = tuple(
        Sentence(text, tuple(sorted(numbers[record_id] for record_id in cited))) for text, cited in by_text.items()
    )
    citations = tuple(
        Citation(number, hits[record_id], tuple(dict.fromkeys(by_record[record_id])))
        for record_id, number in numbers.items()
    )
    return lines, citations
