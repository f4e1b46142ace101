"""What is asked, or nothing but a filter -> one page of the records found, by evidence or by date."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from math import inf
from typing import Self

from rag.answer.refusal import evidence_threshold, refusal, undated_note, unmentioned
from rag.assistant.context import OpenCollection
from rag.assistant.suggestions import suggest
from rag.errors import QuestionError
from rag.index.ports import IndexReader, Matching, Order, QueryTerm
from rag.language.message import worded
from rag.language.tokens import tokens, words
from rag.query.enquiry import Aspect
from rag.query.intent import CATALOGUED, Intent, asks
from rag.query.understanding import Understanding
from rag.record import EVERYTHING, Filter, Hit, Match, Record
from rag.search.facets import FacetCounts, count_facets
from rag.search.ranking import SearchScope, list_matches, retrieve

EVERY_RECORD = Matching((), 0)
NO_RECORD = Matching((), 1)
SORTS: Mapping[str, Order] = {
    "relevance": Order.DATE,  # where nothing but a filter is asked for, all are equally relevant
    "date": Order.DATE,
    "-date": Order.DATE_DESCENDING,
    "entered": Order.ENTERED,
}

_CURSOR_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Found:
    """One page of a search."""

    hits: tuple[Hit, ...]
    total: int  # records that pass the filters and contain what is asked
    next: str | None  # cursor of the following page, or None on the last
    understood: Understanding | None  # what the words were taken to ask; None where nothing was asked
    notes: tuple[str, ...] = ()  # sentences for the reader (undated records left out, ...)
    where: Filter = EVERYTHING  # the filter that was in force: the reader's own, or with the days read from the words
    near: int = 0  # records that pass the filters and are near in meaning, but not among the `total`
    apart: tuple[Hit, ...] = ()  # the nearest of these, where they are asked for apart from the hits
    # What the `total` contains: words with their spellings, and how many of them at least.
    matching: Matching = EVERY_RECORD
    suggestion: str | None = None  # what may have been meant by words that no record contains
    instead: bool = False  # whether it was searched for in place of what was asked
    facets: FacetCounts | None = None  # the `total`, counted by field and over time; None unless asked for


@dataclass(frozen=True, slots=True)
class ResultWindow:
    """Which of all that is found is shown: `k` records after the first `offset`, in this order."""

    k: int
    offset: int
    order: Order
    ranked: bool
    # Whether records that contain the words are shown, or those near in meaning, or both.
    kinds: frozenset[Match] = frozenset(Match)
    apart: int = 0  # how many records near in meaning are given apart, at most
    facets: bool = False  # whether all that contains the words is counted by field and over time
    most: int | None = None  # how many values of a field are counted; None for all

    @classmethod
    def of(cls, k: int, sort: str, cursor: str | None) -> Self:
        """As a reader asks for it; QuestionError for an order or a cursor that is none."""
        if sort not in SORTS:
            raise QuestionError(f"sort: {sort!r} is none of {', '.join(SORTS)}")
        return cls(k, _offset(cursor), SORTS[sort], ranked=sort == "relevance")

    def next(self, shown: int, listed: int) -> str | None:
        """The cursor of the following page, where so many are shown on this one and listed in all."""
        end = self.offset + self.k
        return str(end) if shown and end < listed else None


def by_words(
    collection: OpenCollection,
    text: str,
    where: Filter,
    window: ResultWindow,
    aspects: frozenset[Aspect],
    without: Sequence[str] = (),
) -> Found:
    """The records that contain what is asked, and those that are near in meaning.

    A word that no record contains gives way to what is surely meant, unless spelling is none of the aspects.
    """
    read = partial(_read, collection, where=where, aspects=aspects, without=without)
    understood = read(text)
    meant = suggest(collection, understood.text) if understood.absent else None
    if meant is None:
        return _found(collection, understood, window)
    instead = meant.is_sure and Aspect.SPELLING in aspects
    if instead:
        understood = read(meant.text)
    found = _found(collection, understood, window)
    notes = (unmentioned(meant.given), *found.notes) if instead else found.notes
    return replace(found, notes=notes, suggestion=meant.text, instead=instead)


def _read(
    collection: OpenCollection, text: str, where: Filter, aspects: frozenset[Aspect], without: Sequence[str]
) -> Understanding:
    """What is asked. Where a type, a sender or a year as a condition leaves no record, it is read as a word.

    So a record is found by its title even where its fields say otherwise: "Telegram 1862 from Paris".
    """
    reader = collection.reader
    understood = collection.understand(text, (), where, aspects, without)
    left = aspects
    if not reader.count(understood.where):
        if understood.conditions:
            left -= {Aspect.NAMES}
        if understood.when_text and reader.count(Filter(words=((understood.when_text,),))):
            left -= {Aspect.DATES}
    return understood if left == aspects else collection.understand(text, (), where, left, without)


def _found(collection: OpenCollection, understood: Understanding, window: ResultWindow) -> Found:
    reader = collection.reader
    if understood.only_filter:
        where = understood.listing if understood.intent in CATALOGUED else understood.where
        return replace(by_date(reader, where, window), understood=understood)
    matching, where = matching_of(reader, understood), understood.where
    if understood.intent in CATALOGUED and not understood.is_topic and reader.count(understood.listing):
        matching, where = EVERY_RECORD, understood.listing
    gloss = understood.gloss.notes if understood.gloss else ()
    notes = [*gloss, *_left_out(reader, where, window), *missing_notes(reader, understood, matching)]
    query = replace(collection.query(understood, notes), where=where)
    threshold = evidence_threshold(understood, collection.background) if query.vector is not None else inf
    scope = SearchScope(matching, threshold, window.kinds)
    page = list_matches(reader, query, scope, window.offset, window.k * window.ranked, apart=window.apart)
    hits, listed = page.hits, len(page.near) * (Match.MEANING in window.kinds)
    if not window.ranked:
        hits = _by_date(reader, where, window, matching, page.near)
    if Match.WORDS in window.kinds:
        listed += page.total
    return Found(
        hits=hits,
        total=page.total,
        next=window.next(len(hits), listed),
        understood=understood,
        notes=tuple(notes),
        where=where,
        near=len(page.near),
        apart=page.apart,
        matching=matching,
        facets=count_facets(reader, where, matching, window.most) if window.facets else None,
    )


def _left_out(reader: IndexReader, where: Filter, window: ResultWindow) -> list[str]:
    """What to say of undated records; counts by field say how many of them contain the words."""
    return [] if window.facets else undated_note(reader, where)


def _by_date(
    reader: IndexReader, where: Filter, window: ResultWindow, matching: Matching, near: tuple[str, ...]
) -> tuple[Hit, ...]:
    """One page of what matches and of what is near, without scores."""
    listed = replace(
        matching if Match.WORDS in window.kinds else NO_RECORD, also=near if Match.MEANING in window.kinds else ()
    )
    records = reader.page(where, window.order, window.offset, window.k, listed)
    matched = reader.matches([record.id for record in records], matching)
    return tuple(
        Hit(record, fit=where.fit(record), match=Match.WORDS if is_match else Match.MEANING)
        for record, is_match in zip(records, matched, strict=True)
    )


def by_date(reader: IndexReader, where: Filter, window: ResultWindow) -> Found:
    """The records that pass a filter, without scores."""
    total = reader.count(where)
    hits = _by_date(reader, where, window, EVERY_RECORD, ())
    return Found(
        hits=hits,
        total=total,
        next=window.next(len(hits), total),
        understood=None,
        notes=tuple(_left_out(reader, where, window)),
        where=where,
        facets=count_facets(reader, where, None, window.most) if window.facets else None,
    )


def best_record(collection: OpenCollection, understood: Understanding) -> Record | None:
    """The record with the highest score; None where it is too low for an answer."""
    ranking = retrieve(collection.reader, collection.query(understood, []), 1)
    return None if refusal(ranking, understood, collection.background) else ranking[0].hit.record


def every_page(page: Callable[[str | None], Found]) -> Iterator[Record]:
    """All records of a list; `page` gives the one that begins at a cursor."""
    found = page(None)
    yield from (hit.record for hit in found.hits)
    while found.next is not None:
        found = page(found.next)
        yield from (hit.record for hit in found.hits)


def _offset(cursor: str | None) -> int:
    """How many hits lie before a page; QuestionError for what is no cursor."""
    if cursor is None:
        return 0
    if cursor.isascii() and cursor.isdecimal() and len(cursor) <= _CURSOR_DIGITS:
        return int(cursor)
    raise QuestionError(f"cursor: {cursor[:40]!r} is none of this collection's; take `next` of the page before")


def matching_of(reader: IndexReader, understood: Understanding) -> Matching:
    """What contains all words of the topic, or where no record does, as many as any does, and at least one."""
    groups = tuple(term.spellings for term in topic_terms(understood))
    if not groups:  # all is said by conditions; or nothing at all, which no record contains
        return EVERY_RECORD if words(understood.text) else NO_RECORD
    return Matching(groups, max(reader.most_words(groups, understood.where), 1))


def missing_notes(reader: IndexReader, understood: Understanding, matching: Matching) -> list[str]:
    """What to say where no record contains all of the words: which none contains, or how many are contained at most."""
    asked, found = matching.words, matching.at_least
    written = {token.word: token.text for token in tokens(understood.text)}
    missing = [written.get(word, word) for word, *more in asked if not reader.count(Filter(words=((word, *more),)))]
    notes = [unmentioned(missing)] if missing else []
    if len(asked) - len(missing) > found:
        notes.append(
            worded(
                "No record found contains all %(all)s words; those counted contain %(most)s of them.",
                all=len(asked),
                most=found,
            )
        )
    return notes


def topic_terms(understood: Understanding) -> tuple[QueryTerm, ...]:
    """The terms of the topic: all keywords; of a question or a list, not those that only ask or that are conditions."""
    read = understood.conditions
    is_described = read.types or read.senders or read.recipients or read.shelfmarks
    if understood.intent is Intent.FIND and not (is_described or asks(understood.text)):
        return understood.terms
    named = (*understood.words, *read.people, *read.places)
    known = frozenset(word for each in named for word in words(each))
    found = (term for term in understood.terms if not known.isdisjoint(" ".join(term.spellings).split()))
    return tuple(found) or (() if is_described else understood.terms)
