"""What is asked, or nothing but a filter -> one page of the records found, by evidence or by date."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

from rag.answer.refusal import undated_note
from rag.errors import QuestionError
from rag.index.ports import Matching, Order
from rag.query.structure import CATALOGUED
from rag.record import EVERYTHING, Filter, Hit
from rag.search.facets import count_facets
from rag.search.ranking import retrieve

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rag.assistant.context import OpenCollection
    from rag.index.ports import IndexReader
    from rag.query.question import Understanding
    from rag.record import Record
    from rag.search.facets import FacetCounts

SORTS: Mapping[str, Order] = {
    "relevance": Order.DATE,  # of what is only filtered, which nothing is nearer to than another
    "date": Order.DATE,
    "-date": Order.DATE_DESCENDING,
    "entered": Order.ENTERED,
}

_CURSOR_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Found:
    """One page of a search.

    Attributes:
        total: Records that pass the filters and show any evidence.
        next: Cursor of the following page, or None on the last.
        understood: What the words were taken to ask; None where nothing was asked.
        notes: Sentences for the reader (undated records left out, ...).
        where: The filter that was in force: the reader's own, or with the days read from the words.
        facets: All that is found, counted by field and over time; None unless asked for.
    """

    hits: tuple[Hit, ...]
    total: int
    next: str | None
    understood: Understanding | None
    notes: tuple[str, ...] = ()
    where: Filter = EVERYTHING
    facets: FacetCounts | None = None


@dataclass(frozen=True, slots=True)
class ResultWindow:
    """Which of all that is found is shown: `k` records after the first `offset`, in this order."""

    k: int
    offset: int
    order: Order
    ranked: bool

    @classmethod
    def of(cls, k: int, sort: str, cursor: str | None) -> Self:
        """As a reader asks for it; QuestionError for an order or a cursor that is none."""
        if sort not in SORTS:
            message = f"sort: {sort!r} is none of {', '.join(SORTS)}"
            raise QuestionError(message)
        return cls(k, _offset(cursor), SORTS[sort], ranked=sort == "relevance")


def by_words(
    collection: OpenCollection,
    understood: Understanding,
    window: ResultWindow,
    *,
    facets: bool,
    most: int | None = None,
) -> Found:
    """The records that show evidence of what is asked."""
    reader, where = collection.reader, understood.where
    if understood.only_filter:
        where = understood.listing if understood.intent in CATALOGUED else where
        return replace(by_date(reader, where, window, facets=facets, most=most), understood=understood)
    notes = [*(understood.gloss.notes if understood.gloss else ()), *undated_note(reader, where)]
    floor = collection.background.evidence_floor
    query = collection.query(understood, notes, floor)
    matching: Matching | None = Matching(query.words, query.vector, floor)
    if understood.intent in CATALOGUED and not understood.is_topic and reader.count(understood.listing):
        where, matching = understood.listing, None
        query = replace(query, where=where, floor=None)
    if not window.ranked:
        found = by_date(reader, where, window, matching, facets=facets, most=most)
        return replace(found, understood=understood, notes=tuple(notes))
    total = reader.count(where, matching)
    end = window.offset + window.k
    ranking = retrieve(reader, query, min(end, total))[window.offset :]
    return Found(
        hits=tuple(each.hit for each in ranking),
        total=total,
        next=str(end) if ranking and end < total else None,
        understood=understood,
        notes=tuple(notes),
        where=where,
        facets=count_facets(reader, where, matching, most) if facets else None,
    )


def best(collection: OpenCollection, understood: Understanding) -> Record | None:
    """The record that shows the most evidence of what is asked, with nothing counted."""
    query = collection.query(understood, [], collection.background.evidence_floor)
    ranking = retrieve(collection.reader, query, 1)
    return ranking[0].hit.record if ranking else None


def by_date(
    reader: IndexReader,
    where: Filter,
    window: ResultWindow,
    matching: Matching | None = None,
    *,
    facets: bool = False,
    most: int | None = None,
) -> Found:
    """The records that pass a filter and match, without scores."""
    total = reader.count(where, matching)
    records = reader.page(where, window.order, window.offset, window.k, matching)
    end = window.offset + window.k
    return Found(
        hits=tuple(Hit(record, fit=where.fit(record)) for record in records),
        total=total,
        next=str(end) if end < total else None,
        understood=None,
        notes=tuple(undated_note(reader, where)),
        where=where,
        facets=count_facets(reader, where, matching, most) if facets else None,
    )


def _offset(cursor: str | None) -> int:
    """How many hits lie before a page; QuestionError for what is no cursor."""
    if cursor is None:
        return 0
    if cursor.isascii() and cursor.isdecimal() and len(cursor) <= _CURSOR_DIGITS:
        return int(cursor)
    message = f"cursor: {cursor[:40]!r} is none of this collection's; take `next` of the page before"
    raise QuestionError(message)
