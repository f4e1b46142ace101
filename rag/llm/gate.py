"""A model's sentence + the records that it cites -> it stands, or it is struck with the reasons.

A sentence stands if each of its claims passes, compared with the records that the claim itself cites:

    citation   it cites, and only records that the model was given
    quotation  one of the records has its quotations to the letter
    name       its names and ranks occur there, in any spelling that the collection knows
    date       the record has each date, as exactly or more so
    number     its numbers occur there, and count the same things
    denial     it denies nothing that the record says, says nothing that it denies, and says no opposite
    doer       whoever it says does a thing also does it in the record
    meaning    a sentence of the record is similar, and the record has its words
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from rag.dates.archival_date import ArchivalDate, Interval
from rag.dates.phrases import phrases
from rag.embeddings import Vectors
from rag.index.ports import Passages
from rag.language.tokens import tokens
from rag.llm.claim_words import EMPTY, speaks_to_a_machine, stems
from rag.llm.claims import CitedClaim, draft
from rag.llm.negation import contradiction, polarity
from rag.llm.numbers import numbers
from rag.llm.quotations import QuotedText, is_verbatim, quotations_of
from rag.llm.record_facts import RecordFacts, record_facts, undated
from rag.llm.roles import acting
from rag.llm.unknown_names import unknown_names
from rag.query.names import Names
from rag.record import Record

Meanings: TypeAlias = Callable[[Sequence[str]], Vectors]  # texts -> (n, dim), rows of unit length

SIMILAR = 0.60  # similarity of a claim to its records together, in [0, 1], at least; see `Similarity`
SIMILAR_EACH = 0.35  # similarity of a claim to each single record that it cites, at least

# Cosine below that of a claim's nearest sentence within which the record's other sentences count as its source too.
ALIGNED = 0.08


class ReasonKind(Enum):
    """What is wrong with a sentence."""

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
    """A sentence of a model, judged."""

    text: str  # as the model wrote it, without its citation marks
    citations: tuple[int, ...]  # the numbers that it cites
    reasons: tuple[Reason, ...]  # why it was struck; empty where it stands

    @property
    def stands(self) -> bool:
        """Whether no check found a fault."""
        return not self.reasons


@dataclass(frozen=True, slots=True)
class Similarity:
    """How similar a claim is to the records that it cites.

    Similarity is the mean of the cosine to the nearest sentence, in [-1, 1], and of the share of the claim's own words,
    without quotations, that the record has, in [0, 1]: neither alone separates a true sentence from an invented one.
    """

    together: float  # to all of them together
    singly: tuple[float, ...]  # to each of them
    sentences: tuple[str, ...]  # the sentences of the records that seem to be its source


class Gate:
    """Judges the sentences of one reply."""

    def __init__(self, records: Mapping[int, tuple[Record, Passages]], names: Names, meanings: Meanings) -> None:
        """Read the records that the model was given, by their numbers, each with its sentences."""
        self._names = names
        self._meanings = meanings
        self._facts = {number: record_facts(record, passages) for number, (record, passages) in records.items()}

    def judge(self, written: str) -> GatedSentence:
        """Compare one sentence, with its citation marks, with the records that it cites."""
        sentence = draft(written)
        reasons = dict.fromkeys(self._reasons(sentence.claims))
        return GatedSentence(sentence.text, sentence.citations, tuple(reasons))

    def _reasons(self, claims: Sequence[CitedClaim]) -> Iterator[Reason]:
        for claim in claims:
            if not claim.citations:
                yield Reason(ReasonKind.CITATION, "it cites nothing")
            elif missing := [number for number in claim.citations if number not in self._facts]:
                marks = "".join(f"[{number}]" for number in missing)
                yield Reason(ReasonKind.CITATION, f"it cites {marks}, which is not among the records given")
            else:
                yield from self._faults(claim.text, [self._facts[number] for number in claim.citations])

    def _faults(self, text: str, cited: Sequence[RecordFacts]) -> Iterator[Reason]:
        quoted = quotations_of(text)
        outside = quoted.outside
        years = sorted({day.year for facts in cited for date in facts.dates for day in (date.start, date.end) if day})
        year = years[0] if years else None
        bare = undated(outside, year=year)
        yield from _wrong_quotations(quoted, cited)
        for name in unknown_names(outside, cited, self._names, year=year):
            yield Reason(ReasonKind.NAME, f"“{name}” does not occur in the record")
        for date in _wrong_dates(outside, cited, years):
            yield Reason(ReasonKind.DATE, f"“{date}” is no date of the record")
        yield from _wrong_numbers(bare, cited)
        yield from _wrong_doers(outside, cited)
        similarity = self._similarity(text, bare, cited)
        if fault := contradiction(polarity([bare]), polarity(similarity.sentences)):
            yield Reason(ReasonKind.DENIAL, fault)
        if similarity.together < SIMILAR:
            yield Reason(ReasonKind.MEANING, "no sentence of the record is similar enough to it")
        elif min(similarity.singly) < SIMILAR_EACH:
            yield Reason(ReasonKind.MEANING, "it cites a record that says nothing of the kind")
        if speaks_to_a_machine(bare):
            yield Reason(ReasonKind.MEANING, "it speaks to a machine, not to a reader")

    def _similarity(self, text: str, bare: str, cited: Sequence[RecordFacts]) -> Similarity:
        """The similarity of a claim; `bare` is the claim without quotations and dates."""
        if not any(facts.sentences for facts in cited):
            return Similarity(0.0, (0.0,), ())
        vector = self._meanings([text])[0]
        cosines = [facts.vectors @ vector for facts in cited]
        nearest = [float(near.max(initial=0.0)) for near in cosines]
        sentences = [
            sentence
            for facts, near in zip(cited, cosines, strict=True)
            for sentence, cosine in zip(facts.sentences, near, strict=True)
            if cosine >= near.max() - ALIGNED
        ]
        counted = {token.word for number in numbers(bare) for token in tokens(number.text)}
        own = stems(token.word for token in tokens(bare) if token.word not in counted) - EMPTY
        return Similarity(
            (max(nearest) + _share(own, cited)) / 2,
            tuple((near + _share(own, [facts])) / 2 for near, facts in zip(nearest, cited, strict=True)),
            tuple(sentences),
        )


def _share(own: frozenset[str], cited: Sequence[RecordFacts]) -> float:
    """The share of these stems that the records have; 1 where there are none."""
    known = frozenset().union(*(facts.stems for facts in cited))
    return len(own & known) / len(own) if own else 1.0


def _wrong_quotations(quoted: QuotedText, cited: Sequence[RecordFacts]) -> Iterator[Reason]:
    """Quotations that no record has."""
    if quoted.open:
        yield Reason(ReasonKind.QUOTATION, "it opens a quotation that it does not close")
    for quotation in quoted.quotations:
        if not is_verbatim(quotation, (text for facts in cited for text in facts.texts)):
            yield Reason(ReasonKind.QUOTATION, f"“{quotation}” is not in the record, to the letter")


def _wrong_dates(text: str, cited: Sequence[RecordFacts], years: Sequence[int]) -> Iterator[str]:
    """The dates of a sentence that contain no date of the records."""
    known = [date for facts in cited for date in facts.dates if date.understood]
    readings: dict[tuple[int, int], list[Interval]] = {}
    for phrase in (phrase for year in (*years, None) for phrase in phrases(text, year=year)):
        readings.setdefault((phrase.start, phrase.end), []).extend(span.days for span in phrase.spans)
    for (start, end), intervals in readings.items():
        if not any(_contains(days, date) for days in intervals for date in known):
            yield text[start:end]


def _contains(days: Interval, date: ArchivalDate) -> bool:
    """Whether a record's date lies within the days that a sentence gives."""
    if days.start is None or days.end is None or date.start is None or date.end is None:
        return (days.start, days.end) == (date.start, date.end)
    return days.start <= date.start and date.end <= days.end


def _wrong_numbers(text: str, cited: Sequence[RecordFacts]) -> Iterator[Reason]:
    """Numbers that the records do not give, or give as the number of something else."""
    given = [number for facts in cited for number in facts.numbers]
    for number in numbers(text):
        same = [other for other in given if other.value == number.value]
        if not same:
            yield Reason(ReasonKind.NUMBER, f"the number “{number.text}” does not occur in the record")
            continue
        counted = {word for other in same for word in other.counts}
        elsewhere = {word for other in given for word in other.counts} - counted
        if all(other.counts for other in same) and elsewhere.intersection(number.counts):
            yield Reason(ReasonKind.NUMBER, f"“{number.text}” counts something else in the record")


def _wrong_doers(text: str, cited: Sequence[RecordFacts]) -> Iterator[Reason]:
    """Deeds that the records give to somebody else."""
    people = tuple(dict.fromkeys(person for facts in cited for person in facts.record.people))
    for person, verb in acting(text, people):
        doers = frozenset().union(*(facts.doers.get(verb, frozenset()) for facts in cited))
        if doers and person not in doers:
            reason = f"in the record it is {' or '.join(sorted(doers))} who does this, not {person}"
            yield Reason(ReasonKind.DOER, reason)
