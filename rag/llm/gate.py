"""A model's sentence + the records that it cites -> whether it stands, and if not, why. No I/O, no mercy.

A sentence stands if every part of it passes, against the records that the part itself cites:

    citation   it cites, and only what was put before the model
    quotation  what it quotes, one of the records has to the letter
    name       names and ranks occur there, under any spelling that the collection knows
    date       every date there is as exact as the one it gives, or more
    number     numbers occur there, and count the same things
    denial     it denies nothing that the record says, says nothing that it denies, and turns nothing round
    doer       who is said to do a thing is who does it in the record
    meaning    it is near a sentence of the record, and its words are the record's
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, TypeAlias

from rag.dates.phrases import phrases
from rag.language.tokens import tokens
from rag.llm.claim_words import claim_words, speaks_to_a_machine, stems
from rag.llm.claims import draft
from rag.llm.negation import polarity, turned
from rag.llm.numbers import numbers
from rag.llm.quotations import is_verbatim, quoting
from rag.llm.record_facts import testimony, undated
from rag.llm.roles import acting
from rag.llm.unknown_names import strangers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from rag.dates.archival_date import ArchivalDate, Interval
    from rag.embeddings import Vectors
    from rag.index.ports import Passages
    from rag.llm.claims import CitedClaim
    from rag.llm.quotations import Quoting
    from rag.llm.record_facts import Testimony
    from rag.query.names import Names
    from rag.record import Record

    Meanings: TypeAlias = Callable[[Sequence[str]], Vectors]  # texts -> (n, dim), rows of unit length

LIKE = 0.60
"""Likeness of a claim to what it cites, in [0, 1], from which on it may be said: see `Likeness`."""

BESIDE = 0.35
"""Likeness that every single record must have of those that are cited together."""

ALIGNED = 0.08
"""Cosine below a claim's nearest sentence down to which others of the record are taken for what it renders."""


class ReasonKind(Enum):
    """What was wrong with a sentence."""

    CITATION = "citation"
    QUOTATION = "quotation"
    NAME = "name"
    DATE = "date"
    NUMBER = "number"
    DENIAL = "denial"
    DOER = "doer"
    MEANING = "meaning"
    BROKEN = "broken"  # the reply ended inside it


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a sentence was struck, in words for the reader."""

    kind: ReasonKind
    text: str


@dataclass(frozen=True, slots=True)
class GatedSentence:
    """A sentence of a model and what became of it.

    Attributes:
        text: As it was written, without its citation marks.
        citations: The numbers that it cites.
        reasons: Why it was struck; empty where it stands.
    """

    text: str
    citations: tuple[int, ...]
    reasons: tuple[Reason, ...]

    @property
    def stands(self) -> bool:
        """Whether nothing was found against it."""
        return not self.reasons


@dataclass(frozen=True, slots=True)
class Likeness:
    """How near a claim is to the records that it cites.

    Likeness is the mean of the cosine to the nearest sentence, in [-1, 1], and the share of the claim's own words,
    quotations aside, that the record has, in [0, 1]: neither alone tells a true sentence from an invented one.

    Attributes:
        value: To all of them together.
        each: To each of them.
        sentences: The sentences of the records that it seems to render.
    """

    value: float
    each: tuple[float, ...]
    sentences: tuple[str, ...]


class Gate:
    """Judges the sentences of one reply."""

    def __init__(self, records: Mapping[int, tuple[Record, Passages]], names: Names, meanings: Meanings) -> None:
        """Read the records that were put before the model, by their numbers, each with its sentences."""
        self._names = names
        self._meanings = meanings
        self._cited = {number: testimony(record, passages) for number, (record, passages) in records.items()}

    def judge(self, written: str) -> GatedSentence:
        """Hold one sentence, with its citation marks, against what it cites."""
        told = draft(written)
        reasons = dict.fromkeys(self._reasons(told.claims))
        return GatedSentence(told.text, told.citations, tuple(reasons))

    def _reasons(self, claims: Sequence[CitedClaim]) -> Iterator[Reason]:
        for claim in claims:
            if not claim.citations:
                yield Reason(ReasonKind.CITATION, "it cites nothing")
            elif missing := [number for number in claim.citations if number not in self._cited]:
                marks = "".join(f"[{number}]" for number in missing)
                yield Reason(ReasonKind.CITATION, f"it cites {marks}, which is not among the records given")
            else:
                yield from self._against(claim.text, [self._cited[number] for number in claim.citations])

    def _against(self, text: str, cited: Sequence[Testimony]) -> Iterator[Reason]:
        told = quoting(text)
        years = sorted({day.year for each in cited for date in each.dates for day in (date.start, date.end) if day})
        year = years[0] if years else None
        bare = undated(told.outside, year=year)
        yield from _misquoted(told, cited)
        for name in strangers(told.outside, cited, self._names, year=year):
            yield Reason(ReasonKind.NAME, f"“{name}” does not occur in the record")
        for said in _misdated(told.outside, cited, years):
            yield Reason(ReasonKind.DATE, f"“{said}” is no date of the record")
        yield from _miscounted(bare, cited)
        yield from _misdone(told.outside, cited)
        like = self._likeness(text, bare, cited)
        if fault := turned(polarity([bare]), polarity(like.sentences)):
            yield Reason(ReasonKind.DENIAL, fault)
        if like.value < LIKE:
            yield Reason(ReasonKind.MEANING, "it is not near enough to anything that the record says")
        elif min(like.each) < BESIDE:
            yield Reason(ReasonKind.MEANING, "it cites a record that says nothing of the kind")
        if speaks_to_a_machine(bare):
            yield Reason(ReasonKind.MEANING, "it speaks to a machine, not to a reader")

    def _likeness(self, text: str, bare: str, cited: Sequence[Testimony]) -> Likeness:
        """How near a claim is to what it cites; `bare` is it without quotations and dates."""
        if not any(each.sentences for each in cited):
            return Likeness(0.0, (0.0,), ())
        vector = self._meanings([text])[0]
        cosines = [each.vectors @ vector for each in cited]
        nearest = [float(each.max(initial=0.0)) for each in cosines]
        sentences = [
            sentence
            for each, near in zip(cited, cosines, strict=True)
            for sentence, cosine in zip(each.sentences, near, strict=True)
            if cosine >= near.max() - ALIGNED
        ]
        counted = {token.word for number in numbers(bare) for token in tokens(number.text)}
        own = stems(token.word for token in tokens(bare) if token.word not in counted) - claim_words().empty
        return Likeness(
            (max(nearest) + _share(own, cited)) / 2,
            tuple((near + _share(own, [each])) / 2 for near, each in zip(nearest, cited, strict=True)),
            tuple(sentences),
        )


def _share(own: frozenset[str], cited: Sequence[Testimony]) -> float:
    """How much of these stems the records have; all of it where there is none."""
    held = frozenset().union(*(each.stems for each in cited))
    return len(own & held) / len(own) if own else 1.0


def _misquoted(told: Quoting, cited: Sequence[Testimony]) -> Iterator[Reason]:
    """Quotations that no record has."""
    if told.open:
        yield Reason(ReasonKind.QUOTATION, "it opens a quotation that it does not close")
    for quotation in told.quotations:
        if not is_verbatim(quotation, (text for each in cited for text in each.texts)):
            yield Reason(ReasonKind.QUOTATION, f"“{quotation}” is not in the record, to the letter")


def _misdated(text: str, cited: Sequence[Testimony], years: Sequence[int]) -> Iterator[str]:
    """The dates of a sentence that no date of the records bears out."""
    known = [date for each in cited for date in each.dates if date.understood]
    seen: dict[tuple[int, int], list[Interval]] = {}
    for phrase in (phrase for year in (*years, None) for phrase in phrases(text, year=year)):
        seen.setdefault((phrase.start, phrase.end), []).extend(span.days for span in phrase.spans)
    for (start, end), readings in seen.items():
        if not any(_holds(days, date) for days in readings for date in known):
            yield text[start:end]


def _holds(days: Interval, date: ArchivalDate) -> bool:
    """Whether a record's date lies within the days that a sentence gives."""
    if days.start is None or days.end is None or date.start is None or date.end is None:
        return (days.start, days.end) == (date.start, date.end)
    return days.start <= date.start and date.end <= days.end


def _miscounted(text: str, cited: Sequence[Testimony]) -> Iterator[Reason]:
    """Numbers that the records do not give, or give of something else."""
    given = [number for each in cited for number in each.numbers]
    for number in numbers(text):
        same = [each for each in given if each.value == number.value]
        if not same:
            yield Reason(ReasonKind.NUMBER, f"the number “{number.text}” does not occur in the record")
            continue
        if not all(each.counts for each in same):
            continue
        for counted in number.counts:
            elsewhere = [each for each in given if counted in each.counts]
            if elsewhere and not any(counted in each.counts for each in same):
                yield Reason(ReasonKind.NUMBER, f"“{number.text}” counts something else in the record")
                break


def _misdone(text: str, cited: Sequence[Testimony]) -> Iterator[Reason]:
    """Things that somebody else does in the records."""
    people = tuple(dict.fromkeys(person for each in cited for person in each.record.people))
    for person, verb in acting(text, people):
        others = frozenset().union(*(each.doers.get(verb, frozenset()) for each in cited))
        if others and person not in others:
            yield Reason(
                ReasonKind.DOER, f"in the record it is {' or '.join(sorted(others))} who does this, not {person}"
            )
