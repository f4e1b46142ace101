"""A cited record -> its facts, which sentences about it are compared with; read once."""

from dataclasses import dataclass

from rag.dates.archival_date import ArchivalDate, dates_in
from rag.dates.phrases import phrases
from rag.embeddings import Vectors
from rag.index.ports import Passages
from rag.language.tokens import words
from rag.llm.claim_words import speaks_to_a_machine, stems
from rag.llm.negation import Polarity, polarity
from rag.llm.numbers import Number, numbers
from rag.llm.roles import doers
from rag.record import Record


@dataclass(frozen=True, slots=True)
class RecordFacts:
    """What a record says; sentences that give orders to a program are left out."""

    record: Record
    texts: tuple[str, ...]  # title and summary
    sentences: tuple[str, ...]  # the title and each sentence of the summary
    vectors: Vectors  # (n, dim), rows of unit length, one for each sentence
    running: str  # its words and names in order, between spaces, so that " a b " finds a name of several words
    stems: frozenset[str]  # the stems of its words and names
    dates: tuple[ArchivalDate, ...]  # the dates of its listing, title and summary
    numbers: tuple[Number, ...]
    polarity: Polarity
    doers: dict[str, frozenset[str]]  # stem of a verb -> the people named last before it in its sentences


def record_facts(record: Record, passages: Passages) -> RecordFacts:
    """Read a record; `passages` are its title and sentences."""
    rows = [row for row, text in enumerate(passages.texts) if not speaks_to_a_machine(text)]
    sentences = tuple(passages.texts[row] for row in rows)
    # A quotation may run over several sentences, but not over a sentence left out.
    texts = (record.title, record.summary) if len(sentences) == len(passages.texts) else sentences
    named = (*record.people, *record.places, *record.subjects, record.archive or "", record.source or "")
    dates = (*record.dates, *(date for text in texts for date in dates_in(text)))
    return RecordFacts(
        record=record,
        texts=texts,
        sentences=sentences,
        vectors=passages.vectors[rows],
        running=f" {' | '.join(' '.join(words(text)) for text in (*texts, *named))} ",
        stems=stems(word for text in (*texts, *named) for word in words(text)),
        dates=tuple(dict.fromkeys(dates)),
        numbers=tuple(number for text in texts for number in numbers(undated(text))),
        polarity=polarity(texts),
        doers=doers(sentences, record.people),
    )


def undated(text: str, *, year: int | None = None) -> str:
    """A text without its dates."""
    for phrase in reversed(list(phrases(text, year=year))):
        text = f"{text[: phrase.start]}, {text[phrase.end :]}"
    return text
