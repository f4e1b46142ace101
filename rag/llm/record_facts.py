"""A cited record -> all that a sentence about it may be held against, read once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.dates.archival_date import dates_in
from rag.dates.phrases import phrases
from rag.language.tokens import words
from rag.llm.claim_words import speaks_to_a_machine, stems
from rag.llm.negation import polarity
from rag.llm.numbers import numbers
from rag.llm.roles import doers

if TYPE_CHECKING:
    from rag.dates.archival_date import ArchivalDate
    from rag.embeddings import Vectors
    from rag.index.ports import Passages
    from rag.llm.negation import Polarity
    from rag.llm.numbers import Number
    from rag.record import Record


@dataclass(frozen=True, slots=True)
class Testimony:
    """What a record says.

    Attributes:
        texts: Title and summary, without sentences that speak to a machine.
        sentences: The title and each sentence of the summary, but for those.
        vectors: (n, dim), rows of unit length, one for each of these.
        running: Its words in order, between spaces, so that a name of several words is found as " a b ".
        stems: The stems of its words.
        dates: As listed, and as title and summary name them.
        doers: Stem of a verb -> the people nearest before it in its sentences.
    """

    record: Record
    texts: tuple[str, ...]
    sentences: tuple[str, ...]
    vectors: Vectors
    running: str
    stems: frozenset[str]
    dates: tuple[ArchivalDate, ...]
    numbers: tuple[Number, ...]
    polarity: Polarity
    doers: dict[str, frozenset[str]]


def testimony(record: Record, passages: Passages) -> Testimony:
    """Read a record; `passages` are its title and sentences."""
    speaking = [row for row, text in enumerate(passages.texts) if not speaks_to_a_machine(text)]
    spoken = tuple(passages.texts[row] for row in speaking)
    # A quotation may run over several sentences, but not over what was left out.
    texts = (record.title, record.summary) if len(spoken) == len(passages.texts) else spoken
    named = (*record.people, *record.places, *record.subjects, record.archive or "", record.source or "")
    every = [word for text in (*texts, *named) for word in words(text)]
    dates = (*record.dates, *(date for text in texts for date in dates_in(text)))
    return Testimony(
        record=record,
        texts=texts,
        sentences=spoken,
        vectors=passages.vectors[speaking],
        running=f" {' | '.join(' '.join(words(text)) for text in (*texts, *named))} ",
        stems=stems(every),
        dates=tuple(dict.fromkeys(dates)),
        numbers=tuple(number for text in texts for number in numbers(undated(text))),
        polarity=polarity(texts),
        doers=doers(spoken, record.people),
    )


def undated(text: str, *, year: int | None = None) -> str:
    """A text with its dates taken out."""
    for phrase in reversed(list(phrases(text, year=year))):
        text = f"{text[: phrase.start]}, {text[phrase.end :]}"
    return text
