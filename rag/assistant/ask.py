"""A question put to a generation -> the answer, or no with the reason and the nearest."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rag.answer.answer import Answer, Status, numbered
from rag.answer.compose import Composed, compose, listed
from rag.answer.refusal import LISTED, left_out, nothing_then, refusal, unheld
from rag.answer.replay import filter_of, receipt_of
from rag.dates.archival_date import Fit
from rag.errors import QuestionError, RecordNotFound
from rag.index.ports import Order
from rag.query.question import Turn
from rag.record import Hit
from rag.search.ranking import of_these, placed, retrieve

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.answer.receipt import Asking
    from rag.assistant.context import QuestionReader
    from rag.index.ports import IndexReader
    from rag.query.question import Asked
    from rag.record import Filter, Record
    from rag.search.ranking import Query

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Told:
    """What there is to say.

    Attributes:
        nearest: The best hits, cited or not.
        reason: Why nothing is said, or None.
        query: What was looked for; None where days alone were asked for.
    """

    composed: Composed
    nearest: Sequence[Hit]
    reason: str | None = None
    query: Query | None = None


def answer(reading: QuestionReader, reader: IndexReader, put: Asking) -> Answer:
    """Answer what was put, from this generation."""
    history = [Turn(each) for each in put.history]
    asked = reading.asked(reader, put.question, history, filter_of(put), frozenset(put.understand))
    where, when = asked.where, asked.where.when
    notes = left_out(reader, where)
    ticked = None if put.among is None else _ticked(reader, put.among)
    if asked.understood.only_filter:
        told = _of_days(reader, where, ticked, notes)
    else:
        told = _of_matter(reading, reader, asked, put.k, ticked, notes)
    if (ticked is not None or not told.composed.quotes) and when is not None and not reader.count(where):
        nothing, nearest = nothing_then(reader, where, when)
        if told.query is not None:
            whenever = replace(told.query, where=replace(where, when=None))
            nearest = [each.hit for each in retrieve(reader, whenever, put.k)]
        told = _Told(told.composed, nearest, nothing)
    reason = told.reason if ticked is None else _of_ticked(ticked, where, told.reason)
    sentences, citations = numbered(told.composed.quotes)
    cited = {citation.hit.record.id for citation in citations}
    most = put.k if ticked is None else LISTED
    logger.info("asked: %d sentences from %d records", len(sentences), len(citations))
    made = Answer(
        status=Status.ANSWERED if sentences else Status.NOT_FOUND,
        question=put.question,
        understood=asked.understood,
        sentences=sentences,
        citations=citations,
        nearest=tuple(hit for hit in told.nearest if hit.record.id not in cited)[:most],
        notes=tuple(dict.fromkeys([reason, *notes] if reason else notes)),
        generation=reader.generation,
        by_date=told.composed.by_date,
        undated=reader.undated(where) if when is not None else 0,
    )
    return replace(made, receipt=receipt_of(made, put, reader).line())


def _of_days(reader: IndexReader, where: Filter, ticked: Sequence[Record] | None, notes: list[str]) -> _Told:
    """A line for each record of the days asked for, or for each that is ticked."""
    records = reader.page(where, Order.DATE, 0, LISTED)
    if (more := reader.count(where) - len(records)) > 0:
        notes.append(f"{more} more records are of these days; the search page lists them all.")
    if ticked is None:
        return _Told(listed(records, where), ())
    return _Told(listed(ticked, where), [Hit(record, fit=where.fit(record)) for record in records])


def _of_matter(
    reading: QuestionReader,
    reader: IndexReader,
    asked: Asked,
    k: int,
    ticked: Sequence[Record] | None,
    notes: list[str],
) -> _Told:
    """The sentences that answer by the evidence; of what is ticked some in any case."""
    query = reading.query(reader, asked, asked.where, notes)
    ranking = placed(reader, query, k)
    reason = refusal(ranking, asked, reading.known(reader).background)
    marker = reading.marker(reader, asked)
    if ticked is not None:
        composed = compose(of_these(reader, query, ranking, ticked), marker, every=True)
    else:
        composed = Composed(()) if reason else compose(ranking, marker)
        if composed.quotes and (lacking := unheld(asked)):
            notes.append(lacking)
    return _Told(composed, [each.hit for each in ranking], reason, query)


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
    told = [reason and f"{reason} These sentences are only the nearest in the records that were ticked."]
    if outside:
        told.append(
            f"Outside the days asked for {'lies one record' if outside == 1 else f'lie {outside} records'} ticked."
        )
    return " ".join(filter(None, told)) or None
