"""An enquiry put to a collection -> the answer, or no with the reason and the nearest records."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache, partial

from rag.answer.answer import Answer, Status
from rag.answer.catalogue import catalogue_of
from rag.answer.draft import AnswerDraft, numbered
from rag.answer.refusal import LISTED, nearest_dates, undated_note
from rag.assistant.context import OpenCollection, existing
from rag.assistant.from_catalogue import from_catalogue, list_all, list_ticked, with_catalogue_line
from rag.assistant.from_evidence import from_evidence
from rag.dates.archival_date import Fit
from rag.errors import QuestionError, RecordNotFound
from rag.index.ports import IndexReader
from rag.language.message import counted, paragraph, worded
from rag.query.enquiry import Enquiry
from rag.query.intent import Intent
from rag.query.understanding import Understanding
from rag.record import Filter, Record
from rag.search.ranking import Query, rank

logger = logging.getLogger(__name__)


def answer(collection: OpenCollection, enquiry: Enquiry) -> Answer:
    """Answer an enquiry of one question from this collection, without a receipt."""
    notes: list[str] = []
    understood = _understand(collection, enquiry, notes)
    query = cache(partial(collection.query, understood, notes))
    ticked = None if enquiry.among is None else _ticked(collection.reader, enquiry.among)
    if ticked is None:
        draft = _from_all(collection, understood, query, enquiry.k, notes)
    else:
        draft = _from_ticked(collection, understood, query, enquiry.k, ticked)
    draft = _with_nearest(collection.reader, understood, query, draft, enquiry.k, is_ticked=ticked is not None)
    if ticked is not None:
        draft = replace(draft, reason=_reason_of_ticked(ticked, understood.where, draft.reason))
    elif not (draft.quotes or draft.nearest or draft.status is Status.ABOUT):
        nearest = rank(collection.reader, replace(query(), where=enquiry.where), enquiry.k)
        draft = replace(draft, nearest=nearest)
    return _answer_of(draft, understood, enquiry, notes, collection.reader)


def _understand(collection: OpenCollection, enquiry: Enquiry, notes: list[str]) -> Understanding:
    """What the enquiry asks; `notes` gains what to say of that."""
    understood = collection.understand(
        enquiry.question,
        enquiry.history,
        enquiry.where,
        frozenset(enquiry.understand),
        enquiry.without,
        _PreviousCitations(collection, enquiry).of_turn,
    )
    notes += understood.gloss.notes if understood.gloss else ()
    understood = _without_empty_roles(collection.reader, understood, notes)
    if understood.follow_up is not None and understood.follow_up.nearest:
        notes.append(worded("Of the records shown before none has these words; those that come nearest are quoted."))
    notes += undated_note(collection.reader, understood.where)
    return understood


def _from_all(
    collection: OpenCollection, understood: Understanding, query: Callable[[], Query], k: int, notes: list[str]
) -> AnswerDraft:
    """What the catalogue answers, else what the records of the days asked for are, else what the evidence says."""
    reader = collection.reader
    draft = from_catalogue(collection, understood, query, k, notes)
    if draft is not None:
        return draft
    if understood.only_filter:
        draft = list_all(reader, understood.where, notes)
        return replace(draft, catalogue=catalogue_of(reader, understood.where, understood)) if draft.quotes else draft
    return with_catalogue_line(reader, understood, from_evidence(collection, understood, query(), k, None))


def _from_ticked(
    collection: OpenCollection, understood: Understanding, query: Callable[[], Query], k: int, ticked: Sequence[Record]
) -> AnswerDraft:
    """What the records say that the reader ticked."""
    if understood.only_filter:
        return list_ticked(collection.reader, understood.where, ticked)
    return from_evidence(collection, understood, query(), k, ticked)


def _with_nearest(
    reader: IndexReader,
    understood: Understanding,
    query: Callable[[], Query],
    draft: AnswerDraft,
    k: int,
    *,
    is_ticked: bool,
) -> AnswerDraft:
    """The draft, or where no record is of the days asked for, that reason with what comes nearest."""
    where, when = understood.where, understood.when
    if draft.status is not None or (draft.quotes and not is_ticked):
        return draft
    if when is not None and not reader.count(where):
        reason, nearest = nearest_dates(reader, where, when)
        if not understood.only_filter:
            nearest = rank(reader, replace(query(), where=replace(where, when=None)), k)
        return AnswerDraft(draft.quotes, draft.by_date, nearest, reason)
    if where.on and draft.reason is None and not draft.quotes:
        return replace(draft, reason=catalogue_of(reader, where, understood).text)
    return draft


def _answer_of(
    draft: AnswerDraft, understood: Understanding, enquiry: Enquiry, notes: list[str], reader: IndexReader
) -> Answer:
    """The draft with its citations numbered."""
    sentences, citations = numbered(draft.quotes)
    cited = {citation.hit.record.id for citation in citations}
    most = enquiry.k if enquiry.among is None else LISTED
    logger.info("asked: %d sentences from %d records", len(sentences), len(citations))
    return Answer(
        status=draft.status or (Status.ANSWERED if sentences else Status.NOT_FOUND),
        question=enquiry.question,
        understood=understood,
        sentences=sentences,
        citations=citations,
        nearest=tuple(hit for hit in draft.nearest if hit.record.id not in cited)[:most],
        notes=tuple(dict.fromkeys(filter(None, [draft.reason, *notes]))),
        generation=reader.generation,
        by_date=draft.by_date,
        undated=reader.count_undated(understood.where) if understood.when is not None else 0,
        catalogue=draft.catalogue,
        verdict=draft.verdict,
        weighing=draft.weighing,
    )


class _PreviousCitations:
    """What the turns before an enquiry cited, by what the caller kept, or asked again."""

    def __init__(self, collection: OpenCollection, enquiry: Enquiry) -> None:
        self._collection, self._enquiry, self._turns = collection, enquiry, list(enquiry.history)

    def of_turn(self, at: int) -> list[Record]:
        """The records that a turn cited, in the order of its answer, without those that are here no more."""
        for each, turn in enumerate(self._turns[: at + 1]):
            if turn.records is None:
                before = tuple(self._turns[:each])
                asked = replace(self._enquiry, question=turn.question, history=before, among=None, without=())
                records = answer(self._collection, asked).cited if turn.question.strip() else ()
                self._turns[each] = replace(turn, records=records)
        return existing(self._collection.reader, self._turns[at].records or ())


def _without_empty_roles(reader: IndexReader, understood: Understanding, notes: list[str]) -> Understanding:
    """The question without who wrote to whom, where it asks what was written and no record is so: `notes` says it."""
    anybody = understood.where.without("sender").without("sent_from").without("recipient")
    if understood.intent is not Intent.FIND or anybody == understood.where or reader.count(understood.where):
        return understood
    notes.append(catalogue_of(reader, understood.where, understood).text)
    return replace(understood, where=anybody)


def _ticked(reader: IndexReader, among: Sequence[str]) -> list[Record]:
    """The records to answer from."""
    try:
        return reader.records(among)
    except RecordNotFound as error:
        raise QuestionError(f"among: {error}") from error


def _reason_of_ticked(ticked: Sequence[Record], where: Filter, reason: str | None) -> str | None:
    """What a reader who ticked records must know besides: why the collection as a whole did not answer, if so."""
    if not ticked:
        return worded("No record is chosen; choose those to answer from.")
    outside = sum(where.fit(record) is Fit.OUTSIDE for record in ticked)
    said = [reason, worded("These are only the closest sentences in the records that were chosen.")] if reason else []
    if outside:
        said.append(
            counted(
                "One of the chosen records is outside the dates asked for.",
                "%(num)s of the chosen records are outside the dates asked for.",
                outside,
            )
        )
    return paragraph(said) or None
