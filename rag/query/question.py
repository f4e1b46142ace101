"""An enquiry -> what is asked: text, days, names and content words."""

import unicodedata
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from typing import TypeVar

from rag.dates.archival_date import Interval
from rag.index.ports import QueryTerm
from rag.language.contractions import in_full
from rag.language.document_types import TYPE_WORDS
from rag.language.stopwords import FUNCTION_WORDS
from rag.language.tokens import folded, tokens, words
from rag.language.word_list import is_english
from rag.names.authority import NameKind
from rag.query.carry_over import CarriedWords, CarryOver
from rag.query.conditions import Conditions, is_about, read_ids, speaking, split_exclusions, split_only
from rag.query.conversation import FollowUp, Memory, follow
from rag.query.date_expressions import DateExpression, find_days_of_any_year, in_every_year, means_any_record
from rag.query.enquiry import ALL_ASPECTS, Aspect, Turn
from rag.query.events import NO_EVENTS, Events
from rag.query.gloss import gloss
from rag.query.intent import CHAT, Intent
from rag.query.names import NamedSpan, Names
from rag.query.operators import OperatorFilter, Operators, read_operators
from rag.query.spelling_correction import corrected
from rag.query.structure import asks_for_records, describes_records, read_structure
from rag.query.understanding import Understanding
from rag.query.word_uses import NOTHING_READ, WordUses, word_uses
from rag.record import EVERYTHING, Filter

_T = TypeVar("_T")

# Factor on the BM25 score of a name, which distinguishes records better than other words. At 1 nDCG@10 over the
# development questions falls from .961 to .956.
NAMED = 1.3


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What a collection knows, by which a question to it is read."""

    names: Names
    values: Callable[[str], Collection[str]] = lambda _: ()  # all values that a field of records has
    # The id of the record that an id or address names; None where it is not here.
    record_id: Callable[[str], str | None] = lambda _: None
    events: Events = NO_EVENTS  # what days are counted from
    extent: Interval | None = None  # the first and last day of its dates; None where none are known

    def values_of(self, field: str, written: str) -> frozenset[str]:
        """The values of a field that a reader means: the same but for case and marks, else those that contain it."""
        wanted = words(written)
        known = {value: words(value) for value in self.values(field)}
        same = frozenset(value for value, each in known.items() if each == wanted)
        phrase = f" {' '.join(wanted)} "
        containing = frozenset(value for value, each in known.items() if phrase in f" {' '.join(each)} ")
        return same or containing or frozenset({written})


def understand(
    question: str,
    history: Sequence[Turn],
    where: Filter,
    vocabulary: Vocabulary,
    aspects: frozenset[Aspect],
    without: Sequence[str] = (),
    memory: Memory | None = None,
) -> Understanding:
    """Read a question as far as `aspects` allow; a filter that is given replaces the days read from it.

    Args:
        without: What the reader took away; see `Enquiry`.
        memory: What is known of the turns before; None to read the question alone.
    """
    names = vocabulary.names
    own = " ".join(writable(question).split())
    earlier = [" ".join(writable(turn.question).split()) for turn in history]
    before = [*map(in_full, earlier)] if Aspect.HISTORY in aspects else []
    glossed = None
    if aspects and "language" not in without:
        glossed = gloss(own, names, before)
        before = [english.text if (english := gloss(each, names)) else each for each in before]
    text = glossed.text if glossed else in_full(own)
    if before and memory is not None:
        understood = _follow(text, before, where, vocabulary, aspects, without, memory)
    else:
        understood = read(text, where, vocabulary, aspects, without)
    return replace(understood, text=own, gloss=replace(glossed, text=understood.text)) if glossed else understood


def _follow(
    text: str,
    before: Sequence[str],
    where: Filter,
    vocabulary: Vocabulary,
    aspects: frozenset[Aspect],
    without: Sequence[str],
    memory: Memory,
) -> Understanding:
    """Read a question after others."""
    found, topics = follow(text, before, memory)
    understood = _as_meant(found, where, vocabulary, aspects, without)
    earlier = [turn for turn in topics if turn < found.since]
    if found.min_chance >= 1.0 or not earlier or found.ids is not None or understood.intent in CHAT:
        return understood
    texts = [_without_exclusions(topics[turn], vocabulary.names) for turn in earlier]
    carry_over = memory.carry_over(texts, understood.text, found.min_chance)
    removed = {each.partition(":")[2] for each in without if each.startswith("history:")}
    whole = (_whole_name(each, texts[each.turn], vocabulary.names) for each in carry_over.carried)
    carried = tuple(replace(each, turn=earlier[each.turn]) for each in whole if each.text not in removed)
    if not carried:
        return understood
    understood = _with_carry_over(understood, CarryOver(carried, carry_over.context), vocabulary)
    if Aspect.DATES in aspects and understood.where.when is None and not understood.where.on:
        return _with_dates_of(topics[max(each.turn for each in carried)], understood, memory)
    return understood


def _as_meant(
    found: FollowUp, where: Filter, vocabulary: Vocabulary, aspects: frozenset[Aspect], without: Sequence[str]
) -> Understanding:
    """A question that goes on from the turns before, by what it was taken to mean."""
    if "ids" in without:
        found = replace(found, ids=None, pointed=False, field="")
    of = Filter(ids=None if found.ids is None else frozenset(found.ids), not_ids=found.shown)
    alone = read(found.asked or found.topic or found.text, where.joined(of), vocabulary, aspects, without)
    if not found.read:
        return alone
    intent = found.intent if found.intent and "intent" not in without else alone.intent
    if found.ids is None:
        return replace(alone, text=found.text, rewritten=True, follow_up=found, intent=intent)
    pointed = found.pointed and found.intent is None
    return replace(
        alone,
        text=found.text,
        rewritten=True,
        follow_up=found,
        intent=Intent.FIND if pointed else intent,
        conditions=Conditions(ids=found.ids) if pointed else alone.conditions,
        only_filter=alone.only_filter and not pointed,
    )


def _without_exclusions(text: str, names: Names) -> str:
    """A question without the parts that say which records are not wanted."""
    return split_exclusions(text, excludes=lambda part: describes_records(part, names))[0]


def _whole_name(each: CarriedWords, text: str, names: Names) -> CarriedWords:
    """Carried-over words, completed to the whole name of which they are a part."""
    start = text.find(each.text)
    if start < 0:
        return each
    end = start + len(each.text)
    spans = [span for span in names.read(text, spelling=False).spans if span.start < end and start < span.end]
    return replace(
        each, text=text[min([start, *(one.start for one in spans)]) : max([end, *(one.end for one in spans)])]
    )


def _with_carry_over(standalone: Understanding, carry_over: CarryOver, vocabulary: Vocabulary) -> Understanding:
    """The understanding with the words that are carried over."""
    own = {spelling for term in standalone.terms for spelling in term.spellings}
    terms, spans, words = list(standalone.terms), list[NamedSpan](), list[tuple[str, ...]]()
    for each in carry_over.carried:
        found = vocabulary.names.read(each.text)  # with its days: here they are words like any other, and rank
        terms += (
            replace(term, weight=each.chance * (NAMED if term.is_name else 1.0))
            for term in found.terms
            if term.spellings[0] not in FUNCTION_WORDS and own.isdisjoint(term.spellings)
        )
        spans += found.spans
        words += read(each.text, EVERYTHING, vocabulary, ALL_ASPECTS).listing.words
    people = tuple(span.name for span in spans if span.kind is NameKind.PERSON)
    places = tuple(span.name for span in spans if span.kind is not NameKind.PERSON)
    lead = ", ".join(each.text for each in carry_over.carried)
    return replace(
        standalone,
        text=f"{lead}: {standalone.text}",
        meaning=f"{lead}: {standalone.meaning}",
        terms=tuple(terms),
        names=tuple(dict.fromkeys((*people, *places, *standalone.names))),
        conditions=standalone.conditions.merged(Conditions(people=people, places=places)),
        listing=standalone.listing.joined(Filter(words=tuple(words))),
        rewritten=True,
        carry_over=carry_over,
    )


def _with_dates_of(topic: str, understood: Understanding, memory: Memory) -> Understanding:
    """The understanding with the days of an earlier question, unless they are only the day of an event.

    A day by which one event is known is not when all else about it happened.
    """
    dates = memory.events.dates(topic)
    if dates is None or dates.soft or not (dates.interval.start and dates.interval.end):
        return understood
    if dates.interval.start == dates.interval.end and not memory.can_list(topic):
        return understood
    where, listing = (replace(each, when=dates.interval) for each in (understood.where, understood.listing))
    return replace(understood, where=where, listing=listing, when_text=dates.text)


@dataclass(frozen=True, slots=True)
class _Clauses:
    """A question taken apart by what each of its parts is for."""

    operators: Operators
    ids: tuple[str, ...]  # records that it names by id or address
    excluded: tuple[str, ...]  # what is not wanted
    only: tuple[str, ...]  # what alone is wanted
    dates: DateExpression | None
    every_year: tuple[Interval, ...] | None  # the days in each year of the collection, where none is given
    described: str  # the rest: what says which records are wanted, or what they say
    searched: str  # the same; all of the question where it asks for days alone

    @property
    def year(self) -> int | None:
        """The one year that it asks for."""
        return self.dates.year if self.dates is not None and self.every_year is None else None

    @property
    def conditions(self) -> Conditions:
        """What these parts say that records must satisfy."""
        return Conditions(
            phrases=tuple(each.text for group in self.operators.groups for each in group if each.quoted),
            not_words=tuple(each.text for each in self.operators.excluded if not each.field),
            ids=self.ids,
            every_year=(self.dates.text,) if self.dates is not None and self.every_year is not None else (),
        )

    def on_days(self, where: Filter) -> Filter:
        """The filter with the days asked for, unless it has days of its own."""
        if where.when is not None or self.dates is None:
            return where
        if self.every_year is not None:
            return replace(where, on=self.every_year)
        return replace(where, when=self.dates.interval)

    def is_only_filter(self, aspects: frozenset[Aspect]) -> bool:
        """Whether no word is left to look for."""
        if self.operators.groups:
            return False
        if self.dates is not None:
            return self.dates.only_filter
        return bool(self.operators) and (means_any_record(self.searched) if aspects else not tokens(self.searched))


def _clauses(
    text: str, vocabulary: Vocabulary, aspects: frozenset[Aspect], without: Sequence[str], uses: WordUses
) -> _Clauses:
    """Take a question apart, as far as `aspects` allow."""
    names = vocabulary.names
    operators = read_operators(text).without(without)
    rest = corrected(operators.rest, names.has) if Aspect.SPELLING in aspects else operators.rest
    ids: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    if Aspect.NAMES in aspects and "ids" not in without:
        rest, ids = read_ids(rest, vocabulary.record_id)
    if Aspect.NAMES in aspects:  # what records say "without" is their matter; which records are not wanted is ours
        said = rest
        rest, excluded = split_exclusions(said, lambda part: asks_for_records(said) or describes_records(part, names))
    dates, every_year = _dates(rest, vocabulary, uses) if Aspect.DATES in aspects else (None, None)
    undated = rest if dates is None else dates.rest
    searched, only = split_only(undated if undated.strip() or operators else rest)
    return _Clauses(operators, ids, excluded, only, dates, every_year, split_only(undated)[0], searched)


def read(
    text: str, where: Filter, vocabulary: Vocabulary, aspects: frozenset[Aspect], without: Sequence[str] = ()
) -> Understanding:
    """Read a question that stands alone."""
    names = vocabulary.names
    uses = word_uses().read(text) if aspects else NOTHING_READ
    clauses = _clauses(text, vocabulary, aspects, without, uses)
    find = partial(names.read, names=Aspect.NAMES in aspects, spelling=Aspect.SPELLING in aspects)
    by_operators = OperatorFilter(clauses.operators, find, vocabulary.values_of)
    found = find(clauses.searched)
    structure = Understanding(clauses.described)
    if Aspect.NAMES in aspects:
        structure = read_structure(
            clauses.described,
            found if clauses.described == clauses.searched else find(clauses.described),
            clauses.excluded,
            names,
            vocabulary.values,
            without=without,
            year=clauses.year,
            dated=clauses.dates is not None or bool(clauses.operators),
            uses=NOTHING_READ if clauses.ids or where.ids else uses,
        )
    conditions = structure.conditions.merged(clauses.conditions)
    where = by_operators.narrow(clauses.on_days(where))
    words = structure.words
    for part in clauses.only if Aspect.NAMES in aspects else ():
        only = read_structure(part, find(part), (), names, vocabulary.values, without=without)
        where, conditions = where.joined(only.listing), conditions.merged(only.conditions)
        words = _distinct((words, only.words))
    if clauses.ids:
        where = where.joined(Filter(ids=frozenset(clauses.ids)))
    readings = (found, *by_operators.found)
    absent = _distinct(reading.absent for reading in readings)
    return replace(
        structure,
        text=text,
        meaning=replace(clauses.operators, rest=clauses.searched).said or text,
        terms=_distinct(
            (
                _content_terms(found.terms, or_all=not by_operators.terms, mere=speaking(clauses.searched)),
                by_operators.terms,
            )
        ),
        where=where.joined(structure.where),
        when_text=clauses.dates.text if clauses.dates is not None else None,
        names=_distinct(reading.names for reading in readings),
        # Without this, what is left is a name that the table knows under this spelling: shown as the name it is.
        corrections=_distinct(reading.corrections for reading in readings) if Aspect.SPELLING in aspects else (),
        absent=tuple(word for word in absent if _is_missed(folded(word), uses)),
        only_filter=clauses.is_only_filter(aspects),
        conditions=conditions,
        listing=replace(where.joined(structure.listing), listed=True),
        words=words,
        uses=uses,
        asked=unicodedata.normalize("NFC", clauses.searched),
        spans=found.spans,
    )


def _is_missed(word: str, uses: WordUses) -> bool:
    """Whether a word that no record has is worth a mention: no small one, and none that records put otherwise."""
    if word in FUNCTION_WORDS or is_about(word):
        return False
    return not (uses.is_put_otherwise(word) and is_english(word))


def _dates(
    question: str, vocabulary: Vocabulary, uses: WordUses
) -> tuple[DateExpression | None, tuple[Interval, ...] | None]:
    """What asks for days, and where it gives no year, these days in each year of the collection."""
    when = vocabulary.events.dates(question)
    if when is not None and uses.only_ask(when.rest) and not TYPE_WORDS.search(when.rest):
        when = replace(when, soft=False, only_filter=True)  # what came in, October 62
    if when is not None:
        return None if when.soft else when, None
    if vocabulary.extent is None or (yearless := find_days_of_any_year(question)) is None:
        return None, None
    return yearless, in_every_year(yearless.interval, vocabulary.extent)


def _distinct(parts: Iterable[Iterable[_T]]) -> tuple[_T, ...]:
    """All of these, each once."""
    return tuple(dict.fromkeys(chain.from_iterable(parts)))


def writable(text: str) -> str:
    """The text without what cannot be printed or embedded: lone surrogates, which bytes become that are no UTF-8."""
    return text.encode("utf-8", "replace").decode()


def content_words(text: str) -> tuple[QueryTerm, ...]:
    """The words that carry a text, each once, under no spelling but their own."""
    return tuple(
        QueryTerm((word,)) for word in dict.fromkeys(token.word for token in tokens(text)) if word not in FUNCTION_WORDS
    )


def _content_terms(terms: Iterable[QueryTerm], *, or_all: bool, mere: str | None = None) -> tuple[QueryTerm, ...]:
    """The content terms, each once, without the `mere` one; where there are none, none or all terms.

    What the collection spells in several ways is a name, even where it looks like a function word (US).
    """
    once = {term.spellings: term for term in terms}
    carried = [term for (first, *more), term in once.items() if more or (first not in FUNCTION_WORDS and first != mere)]
    return tuple(
        replace(term, weight=NAMED) if term.is_name else term for term in carried or (once.values() if or_all else ())
    )
