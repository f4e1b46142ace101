"""An enquiry -> what is asked: text, days, names and content words."""

import unicodedata
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from typing import TypeVar

from rag.dates.archival_date import Interval
from rag.index.ports import QueryTerm
from rag.language.stopwords import FUNCTION_WORDS
from rag.language.tokens import folded, tokens, words
from rag.names.authority import NameKind
from rag.query.carry_over import CarriedWords, CarryOver
from rag.query.conditions import Conditions, is_about, read_ids, split_exclusions, split_only
from rag.query.conversation import FollowUp, Memory, follow
from rag.query.date_expressions import DateExpression, find_days_of_any_year, in_every_year, means_any_record
from rag.query.enquiry import ALL_ASPECTS, Aspect, Turn
from rag.query.events import NO_EVENTS, Events
from rag.query.gloss import gloss
from rag.query.intent import CHAT, Intent
from rag.query.names import Names
from rag.query.operators import OperatorFilter, read_operators
from rag.query.spelling_correction import mended
from rag.query.structure import asks_for_records, describes_records, read_structure
from rag.query.understanding import Understanding
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
    exists: Callable[[str], str | None] = lambda _: None
    events: Events = NO_EVENTS  # what days are counted from
    extent: Interval | None = None  # the first and last day of its dates; None where none are known

    def values_of(self, field: str, written: str) -> frozenset[str]:
        """The values of a field that a reader means: the same but for case and marks, else those that contain it."""
        sought = words(written)
        known = {value: words(value) for value in self.values(field)}
        same = frozenset(value for value, each in known.items() if each == sought)
        phrase = f" {' '.join(sought)} "
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
    before = [" ".join(writable(turn.question).split()) for turn in history] if Aspect.HISTORY in aspects else []
    glossed = None
    if aspects and "language" not in without:
        glossed = gloss(own, names, before)
        before = [english.text if (english := gloss(each, names)) else each for each in before]
    text = glossed.text if glossed else own
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
    found, said = follow(text, before, memory)
    understood = _after(found, where, vocabulary, aspects, without)
    earlier = [number for number in said if number < found.since]
    if found.min_chance >= 1.0 or not earlier or found.ids is not None or understood.intent in CHAT:
        return understood
    wanted = partial(split_exclusions, excludes=lambda part: describes_records(part, vocabulary.names))
    texts = [wanted(said[number])[0] for number in earlier]
    carry_over = memory.carry_over(texts, understood.text, found.min_chance)
    removed = {each.partition(":")[2] for each in without if each.startswith("history:")}
    whole = (_whole(each, texts[each.turn], vocabulary.names) for each in carry_over.carried)
    carried = tuple(replace(each, turn=earlier[each.turn]) for each in whole if each.text not in removed)
    understood = _with_carry_over(understood, CarryOver(carried, carry_over.context), vocabulary)
    if Aspect.DATES in aspects and carried and understood.where.when is None and not understood.where.on:
        topic = said[max(each.turn for each in carried)]
        days = memory.events.dates(topic)
        # A day by which one event is known is not when all else about it happened.
        if (
            days is not None
            and not days.soft
            and days.interval.start
            and days.interval.end
            and (days.interval.start < days.interval.end or memory.lists(topic))
        ):
            return replace(
                understood,
                where=replace(understood.where, when=days.interval),
                listing=replace(understood.listing, when=days.interval),
                when_text=days.text,
            )
    return understood


def _after(
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


def _whole(each: CarriedWords, text: str, names: Names) -> CarriedWords:
    """Carried-over words, completed to the whole name of which they are a part."""
    start = text.find(each.text)
    if start < 0:
        return each
    end = start + len(each.text)
    spans = [span for span in names.read(text, spelling=False).spans if span.start < end and start < span.end]
    return replace(
        each, text=text[min([start, *(one.start for one in spans)]) : max([end, *(one.end for one in spans)])]
    )


def _with_carry_over(alone: Understanding, carry_over: CarryOver, vocabulary: Vocabulary) -> Understanding:
    """The understanding with the words that are carried over."""
    if not carry_over.carried:
        return alone
    terms = list(alone.terms)
    people: list[str] = []
    places: list[str] = []
    words: list[tuple[str, ...]] = []
    own = {spelling for term in alone.terms for spelling in term.spellings}
    for each in carry_over.carried:
        found = vocabulary.names.read(each.text)
        terms += (
            replace(term, weight=each.chance * (NAMED if term.is_name else 1.0))
            for term in found.terms
            if term.spellings[0] not in FUNCTION_WORDS and own.isdisjoint(term.spellings)
        )
        words += read(each.text, EVERYTHING, vocabulary, ALL_ASPECTS).listing.words
        for span in found.spans:
            (people if span.kind is NameKind.PERSON else places).append(span.name)
    lead = ", ".join(each.text for each in carry_over.carried)
    return replace(
        alone,
        text=f"{lead}: {alone.text}",
        meaning=f"{lead}: {alone.meaning}",
        terms=tuple(terms),
        names=tuple(dict.fromkeys((*people, *places, *alone.names))),
        conditions=alone.conditions.merged(Conditions(people=tuple(people), places=tuple(places))),
        listing=alone.listing.joined(Filter(words=tuple(words))),
        rewritten=True,
        carry_over=carry_over,
    )


def read(
    text: str, where: Filter, vocabulary: Vocabulary, aspects: frozenset[Aspect], without: Sequence[str] = ()
) -> Understanding:
    """Read a question that stands alone."""
    names = vocabulary.names
    operators = read_operators(text).without(without)
    wanted = mended(operators.rest, names.has) if Aspect.SPELLING in aspects else operators.rest
    ids: tuple[str, ...] = ()
    if Aspect.NAMES in aspects and "ids" not in without:
        wanted, ids = read_ids(wanted, vocabulary.exists)
    unwanted: tuple[str, ...] = ()
    if Aspect.NAMES in aspects:  # what records say "without" is their matter; which records are not wanted is ours
        asked = wanted
        wanted, unwanted = split_exclusions(
            wanted, lambda part: asks_for_records(asked) or describes_records(part, names)
        )
    asking = every_year = None
    if Aspect.DATES in aspects:
        asking, every_year = _days_asked(wanted, vocabulary)
    if where.when is None and every_year is not None:
        where = replace(where, on=every_year)
    elif where.when is None and asking is not None:
        where = replace(where, when=asking.interval)
    plain, alone = split_only(asking.rest if asking is not None and (asking.rest.strip() or operators) else wanted)
    find = partial(names.read, names=Aspect.NAMES in aspects, spelling=Aspect.SPELLING in aspects)
    demanded = OperatorFilter(operators, find, vocabulary.values_of)
    described = split_only(wanted if asking is None else asking.rest)[0]
    found = find(plain)
    readings = (found, *demanded.found)
    structure = Understanding(described)
    if Aspect.NAMES in aspects:
        structure = read_structure(
            described,
            found if described == plain else find(described),
            unwanted,
            names,
            vocabulary.values,
            without=without,
            year=asking.year if asking is not None and every_year is None else None,
            dated=asking is not None or bool(operators),
        )
    conditions = structure.conditions.merged(
        Conditions(
            phrases=tuple(each.text for group in operators.groups for each in group if each.quoted),
            not_words=tuple(each.text for each in operators.excluded if not each.field),
            ids=ids,
            every_year=(asking.text,) if asking is not None and every_year is not None else (),
        )
    )
    where = demanded.narrow(where)
    for part in alone if Aspect.NAMES in aspects else ():
        only = read_structure(part, find(part), (), names, vocabulary.values, without=without)
        where, conditions = where.joined(only.listing), conditions.merged(only.conditions)
        structure = replace(structure, words=_each((structure.words, only.words)))
    if ids:
        where = where.joined(Filter(ids=frozenset(ids)))
    given, where = where, where.joined(structure.where)
    return replace(
        structure,
        text=text,
        meaning=replace(operators, rest=plain).said or text,
        terms=_each((_carried(found.terms, or_all=not demanded.terms), demanded.terms)),
        where=where,
        when_text=asking.text if asking is not None else None,
        names=_each(reading.names for reading in readings),
        # Without this, what is left is a name that the table knows under this spelling: shown as the name it is.
        corrections=_each(reading.corrections for reading in readings) if Aspect.SPELLING in aspects else (),
        absent=tuple(
            word
            for word in _each(reading.absent for reading in readings)
            if folded(word) not in FUNCTION_WORDS and not is_about(word)
        ),
        only_filter=not operators.groups
        and (asking.only_filter if asking else bool(operators) and _any_record(plain, aspects)),
        conditions=conditions,
        listing=replace(given.joined(structure.listing), listed=True),
        asked=unicodedata.normalize("NFC", plain),
        spans=found.spans,
    )


def _days_asked(question: str, vocabulary: Vocabulary) -> tuple[DateExpression | None, tuple[Interval, ...] | None]:
    """What asks for days, and where it gives no year, these days in each year of the collection."""
    when = vocabulary.events.dates(question)
    if when is not None:
        return None if when.soft else when, None
    if vocabulary.extent is None or (yearless := find_days_of_any_year(question)) is None:
        return None, None
    return yearless, in_every_year(yearless.interval, vocabulary.extent)


def _any_record(text: str, aspects: frozenset[Aspect]) -> bool:
    """Whether no word is left to look for, once operators are read."""
    return means_any_record(text) if aspects else not tokens(text)


def _each(parts: Iterable[Iterable[_T]]) -> tuple[_T, ...]:
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


def _carried(terms: Iterable[QueryTerm], *, or_all: bool) -> tuple[QueryTerm, ...]:
    """The content terms, each once; where there are none, none or all terms.

    What the collection spells in several ways is a name, even where it looks like a function word (US).
    """
    once = {term.spellings: term for term in terms}
    carried = [term for (first, *more), term in once.items() if more or first not in FUNCTION_WORDS]
    return tuple(
        replace(term, weight=NAMED) if term.is_name else term for term in carried or (once.values() if or_all else ())
    )
