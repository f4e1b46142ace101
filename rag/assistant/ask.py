"""An enquiry put to a collection -> the answer, or no with the reason and the nearest records."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rag.answer.answer import Answer, Status, numbered
from rag.answer.compose import Composed, compose, listed
from rag.answer.refusal import LISTED, nearest_dates, refusal, undated_note, unknown_names_note
from rag.answer.replay import receipt_of
from rag.dates.archival_date import Fit
from rag.errors import QuestionError, RecordNotFound
from rag.index.ports import Order
from rag.record import Hit
from rag.search.ranking import of_these, placed, retrieve

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.assistant.context import OpenCollection
    from rag.index.ports import IndexReader
    from rag.query.enquiry import Enquiry
    from rag.query.question import Understanding
    from rag.record import Filter, Record
    from rag.search.ranking import Query

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Draft:
    """What there is to say, before it is numbered.

    Attributes:
        nearest: The best hits, cited or not.
        reason: Why nothing is quoted, or None.
        query: What was searched; None where days alone were asked for.
    """

    composed: Composed
    nearest: Sequence[Hit]
    reason: str | None = None
    query: Query | None = None


def answer(collection: OpenCollection, enquiry: Enquiry) -> Answer:
    """Answer an enquiry from this collection."""
    reader = collection.reader
    understood = collection.understand(enquiry.question, enquiry.history, enquiry.where, frozenset(enquiry.understand))
    where, when = understood.where, understood.when
    notes = undated_note(reader, where)
    ticked = None if enquiry.among is None else _ticked(reader, enquiry.among)
    if understood.only_filter:
        draft = _list(reader, where, ticked, notes)
    else:
        draft = _find(collection, understood, enquiry.k, ticked, notes)
    if (ticked is not None or not draft.composed.quotes) and when is not None and not reader.count(where):
        nothing, nearest = nearest_dates(reader, where, when)
        if draft.query is not None:
            at_any_time = replace(draft.query, where=replace(where, when=None))
            nearest = [each.hit for each in retrieve(reader, at_any_time, enquiry.k)]
        draft = _Draft(draft.composed, nearest, nothing)
    reason = draft.reason if ticked is None else _of_ticked(ticked, where, draft.reason)
    sentences, citations = numbered(draft.composed.quotes)
    cited = {citation.hit.record.id for citation in citations}
    most = enquiry.k if ticked is None else LISTED
    logger.info("asked: %d sentences from %d records", len(sentences), len(citations))
    made = Answer(
        status=Status.ANSWERED if sentences else Status.NOT_FOUND,
        question=enquiry.question,
        understood=understood,
        sentences=sentences,
        citations=citations,
        nearest=tuple(hit for hit in draft.nearest if hit.record.id not in cited)[:most],
        notes=tuple(dict.fromkeys([reason, *notes] if reason else notes)),
        generation=reader.generation,
        by_date=draft.composed.by_date,
        undated=reader.count_undated(where) if when is not None else 0,
    )
    return replace(made, receipt=receipt_of(made, enquiry, reader).line())


def _list(reader: IndexReader, where: Filter, ticked: Sequence[Record] | None, notes: list[str]) -> _Draft:
    """A line for each record of the days asked for, or for each that is ticked."""
    records = reader.page(where, Order.DATE, 0, LISTED)
    if (more := reader.count(where) - len(records)) > 0:
        notes.append(f"{more} more records are of these days; the search page lists them all.")
    if ticked is None:
        return _Draft(listed(records, where), ())
    return _Draft(listed(ticked, where), [Hit(record, fit=where.fit(record)) for record in records])


def _find(
    collection: OpenCollection, understood: Understanding, k: int, ticked: Sequence[Record] | None, notes: list[str]
) -> _Draft:
    """The sentences that answer by the evidence; of what is ticked some in any case."""
    reader = collection.reader
    query = collection.query(understood, notes)
    ranking = placed(reader, query, k)
    reason = refusal(ranking, understood, collection.background)
    marker = collection.marker(understood)
    if ticked is not None:
        composed = compose(of_these(reader, query, ranking, ticked), marker, every=True)
    else:
        composed = Composed(()) if reason else compose(ranking, marker)
        if composed.quotes and (note := unknown_names_note(understood)):
            notes.append(note)
    return _Draft(composed, [each.hit for each in ranking], reason, query)


def _ticked(reader: IndexReader, among: Sequence[str]) -> list[Record]:
    """The records to answer from."""
    try:
        return reader.records(among)
    except RecordNotFound as error:
        message = f"among: {error}"
        raise QuestionError(message) from error


def _of_ticked(ticked: Sequence[Record], where: Filter, reason: str | None) -> str | None:
    """What a reader who ticked records must know besides: why the collection as a whole did not answer, if so."""
    if not ticked:
        return "No record is ticked; tick those to answer from."
    outside = sum(where.fit(record) is Fit.OUTSIDE for record in ticked)
    said = [reason and f"{reason} These sentences are only the nearest in the records that were ticked."]
    if outside:
        said.append(
            f"Outside the days asked for {'lies one record' if outside == 1 else f'lie {outside} records'} ticked."
        )
    return " ".join(filter(None, said)) or None
