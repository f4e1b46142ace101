"""The read side: the one object that pages, API and the command line talk to.

question + turns before -> understood -> retrieved -> answered
"""

from __future__ import annotations

import datetime as dt
import logging
import threading
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # it has no types

from rag.answer import Answer, Status, numbered, refusal, unheld
from rag.chart import Chart, chart
from rag.check import check
from rag.cite import Site, cite_all
from rag.compose import Composed, compose, listed
from rag.dates import Fit, Interval, edtf_interval, edtf_of, overlaps
from rag.embed import PACKAGED, check_packaged, folder_of, load_embedder
from rag.errors import GenerationError, ModelError, QuestionError, ReceiptError, RecordNotFound
from rag.examples import examples
from rag.index.ports import Order, Signs
from rag.index.shelf import Shelf
from rag.index.words import Analysis
from rag.kindred import NOBODY, Kindred, Thesaurus
from rag.marks import Marker
from rag.names.profile import Profile
from rag.names.reading import Names
from rag.question import ALL_ASPECTS, Aspect, Turn, understand, writable
from rag.receipt import Asking, read_receipt
from rag.record import EVERYTHING, Collection, Filter, Hit
from rag.relate import relate
from rag.replay import Replay, compared, filter_of, receipt_of
from rag.retrieve import Query, of_these, placed, retrieve
from rag.spread import silences, spread

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from rag.check import Checked
    from rag.dates import ArchivalDate
    from rag.embed import Embedder, Vectors
    from rag.index.ports import Identity, Passages, Reader
    from rag.noise import Noise
    from rag.question import Asked, Understood
    from rag.record import PageHeld, Record
    from rag.relate import Related
    from rag.settings import Settings
    from rag.spread import Spread

logger = logging.getLogger(__name__)

LISTED = 50
"""Records that a question which is only a filter lists, at most."""

SORTS: Mapping[str, Order] = {
    "relevance": Order.DATE,  # of what is only filtered, which nothing is nearer to than another
    "date": Order.DATE,
    "-date": Order.DATE_DESCENDING,
    "entered": Order.ENTERED,
}

NO_ENCODER = "the encoder cannot be loaded; `rag doctor` says why"

_PASSAGE = 2000  # characters; the encoder reads fewer
_CURSOR_DIGITS = 9
_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Found:
    """One page of a search.

    Attributes:
        total: Records that pass the filters and show any evidence.
        next: Cursor of the following page, or None on the last.
        understood: What the words were taken to ask; None where nothing was asked.
        notes: Sentences for the reader (undated records left out, ...).
        where: The filter that was in force: the reader's own, or with the days read from the words.
        spread: How all that is found spreads over fields and time; None unless asked for.
    """

    hits: tuple[Hit, ...]
    total: int
    next: str | None
    understood: Understood | None
    notes: tuple[str, ...] = ()
    where: Filter = EVERYTHING
    spread: Spread | None = None


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the collection holds and by what it is searched.

    Attributes:
        years: Records by year of the listed date.
        undated: Records without an understood date.
        untold: Records without a summary.
        pages: Each saved page, with what it says it is a part of.
    """

    records: int
    listings: int
    undated: int
    untold: int
    years: Mapping[str, int]
    pages: tuple[PageHeld, ...]
    generation: str
    identity: Identity


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one generation as a whole, ready to be asked.

    Attributes:
        dated: Whether any record has a date; where none has, days in a question are words like any other.
    """

    generation: str
    names: Names
    noise: Noise
    thesaurus: Thesaurus
    dated: bool


def between(date_from: str | None, date_to: str | None) -> Filter:
    """The filter that a reader's two EDTF dates mean: from the first day of one to the last day of the other."""
    start, end = _bound("from", date_from), _bound("to", date_to)
    if start is None and end is None:
        return Filter()
    when = Interval(start.start if start else None, end.end if end else None)
    if when.start and when.end and when.start > when.end:
        message = f"date_from {date_from} lies after date_to {date_to}; exchange them"
        raise QuestionError(message)
    return Filter(when)


def _bound(name: str, text: str | None) -> Interval | None:
    if not text:
        return None
    try:
        return edtf_interval(text)
    except ValueError as error:
        message = f"date_{name}: {error}"
        raise QuestionError(message) from error


class Assistant:
    """Answers from whatever generation is published. Safe under threads."""

    def __init__(
        self,
        shelf: Shelf,
        embedder: Callable[[], Embedder],
        kindred: Kindred = NOBODY,
        called: Collection = Collection(),  # noqa: B008 - it is frozen
    ) -> None:
        """Take finished parts; the embedder is made when the first question needs it.

        `called` is what the settings call the collection, which goes before what its pages do.
        """
        self._called = called
        self._examples: dict[str, tuple[str, ...]] = {}
        self._shelf = shelf
        self._kindred = kindred
        self._make_embedder = embedder
        self._reading = threading.Lock()
        self._loading = threading.Lock()  # another, for it is held for seconds
        self._embedder: Embedder | None = None
        self._encoder_fault: ModelError | None = None
        self._ready: Known | None = None
        self._chart: tuple[str, Chart] | None = None

    @classmethod
    def open(cls, settings: Settings) -> Assistant:
        """Open the published generation; GenerationError where there is none."""
        try:
            weights = check_packaged() if settings.model == PACKAGED else None
        except ModelError as error:
            logger.warning("%s", error)  # the words can still be searched
            weights = None
        # A question's products are small. Spread over threads they would wait for each other, spinning, whenever
        # another question or process wants a core: ten times as long.
        threadpool_limits(limits=1, user_api="blas")
        shelf = Shelf(settings.vectors, weights=weights, analysis=Analysis.STEMMED)
        shelf.reader()
        called = Collection(settings.title, settings.institution, settings.rights)
        kindred = Kindred(folder_of(settings.model))
        return cls(shelf, lambda: load_embedder(settings.model), kindred, called)

    @property
    def generation(self) -> str:
        """The name of the generation in use."""
        return self._shelf.reader().generation

    @property
    def collection(self) -> Collection:
        """What the collection is called; cheap, and never waits for a generation to be opened."""
        opened = self._shelf.opened
        return replace(self._called, title=self._called.title or (opened.identity.title if opened else ""))

    def site(self, root: str) -> Site:
        """Where records are seen today, for citations: the collection at this address, or at none where it is empty."""
        called = self.collection
        today = dt.datetime.now(dt.UTC).date()
        return Site(called.title or "Reading Room", root, today, called.institution, called.rights)

    @property
    def fault(self) -> str | None:
        """Why a newer generation was refused, or None."""
        return self._shelf.fault

    @property
    def pages(self) -> tuple[PageHeld, ...]:
        """The saved pages that were read, with what each says it is a part of."""
        return self._shelf.reader().identity.pages

    def warm(self) -> None:
        """Load the encoder now, so that the first question need not wait for it."""
        if (embedder := self._encoder()) is not None:
            embedder.embed_questions(["warm"])

    def ask(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        k: int = 5,
        where: Filter = EVERYTHING,
        understand: frozenset[Aspect] = ALL_ASPECTS,
        among: Sequence[str] | None = None,
    ) -> Answer:
        """Answer a question from the curators' summaries, with citations, or say no.

        Args:
            among: Ids of the records to answer from, whatever else is nearer; None leaves that to the evidence.
        """
        put = Asking(
            question=writable(question),
            history=tuple(writable(turn.question) for turn in history),
            k=k,
            date_from=where.when.start if where.when else None,
            date_to=where.when.end if where.when else None,
            fields=tuple((field, tuple(sorted(values))) for field, values in where.fields),
            understand=tuple(aspect for aspect in Aspect if aspect in understand),
            among=None if among is None else tuple(dict.fromkeys(map(writable, among))),
        )
        return self._answer(self._shelf.reader(), put)

    def replay(self, line: str) -> Replay:
        """Put a receipt's question again and say whether the same is quoted, or what changed since."""
        then = read_receipt(line)
        reader = self._shelf.reader()
        named = [*(entry.id for entry in then.entries), *(then.asked.among or ())]
        held = {record.id: record for record in map(partial(_held, reader), named) if record is not None}
        left = None if then.asked.among is None else tuple(each for each in then.asked.among if each in held)
        try:
            answer = self._answer(reader, replace(then.asked, among=left))
        except ValueError as error:  # a filter that no program of this form ever put
            message = f"the receipt asks what cannot be asked: {error}; take one that an answer gave"
            raise ReceiptError(message) from error
        now = read_receipt(answer.receipt)
        same, changes = compared(then, now, held)
        return Replay(then, answer, now, same=same, changes=changes)

    def _answer(self, reader: Reader, put: Asking) -> Answer:
        """Answer what was put, from this generation."""
        k, among = put.k, put.among
        history = [Turn(each) for each in put.history]
        asked = self._asked(reader, put.question, history, filter_of(put), frozenset(put.understand))
        notes = _left_out(reader, asked.where)
        ticked = None if among is None else _ticked(reader, among)
        nearest: list[Hit] = []
        reason: str | None = None
        if asked.understood.only_filter:
            records = reader.page(asked.where, Order.DATE, 0, LISTED)
            composed = listed(records if ticked is None else ticked, asked.where)
            if (more := reader.count(asked.where) - len(records)) > 0:
                notes.append(f"{more} more records are of these days; the search page lists them all.")
            if ticked is not None:
                nearest = [Hit(record, fit=asked.where.fit(record)) for record in records]
        else:
            query = self._query(reader, asked, asked.where, notes)
            ranking = placed(reader, query, k)
            reason = refusal(ranking, asked, self._known(reader).noise)
            nearest = [each.hit for each in ranking]
            marker = self._marker(reader, asked)
            if ticked is not None:
                composed = compose(of_these(reader, query, ranking, ticked), marker, every=True)
            else:
                composed = Composed(()) if reason else compose(ranking, marker)
                if composed.quotes and (lacking := unheld(asked)):
                    notes.append(lacking)
        unanswered = ticked is not None or not composed.quotes
        if unanswered and asked.where.when is not None and not reader.count(asked.where):
            reason, nearest = _nothing_then(reader, asked.where, asked.where.when)
            if not asked.understood.only_filter:
                query = self._query(reader, asked, replace(asked.where, when=None), notes)
                nearest = [each.hit for each in retrieve(reader, query, k)]
        if ticked is not None:
            reason = _of_ticked(ticked, asked.where, reason)
        sentences, citations = numbered(composed.quotes)
        cited = {citation.hit.record.id for citation in citations}
        logger.info("asked: %d sentences from %d records", len(sentences), len(citations))
        answer = Answer(
            status=Status.ANSWERED if sentences else Status.NOT_FOUND,
            question=put.question,
            understood=asked.understood,
            sentences=sentences,
            citations=citations,
            nearest=tuple(hit for hit in nearest if hit.record.id not in cited)[: LISTED if ticked is not None else k],
            notes=tuple(dict.fromkeys([reason, *notes] if reason else notes)),
            generation=reader.generation,
            by_date=composed.by_date,
            undated=reader.undated(asked.where) if asked.where.when is not None else 0,
        )
        return replace(answer, receipt=receipt_of(answer, put, reader).line())

    def search(
        self,
        text: str | None = None,
        *,
        k: int = 10,
        where: Filter = EVERYTHING,
        sort: str = "relevance",
        cursor: str | None = None,
        raw: bool = False,
        facets: bool = False,
    ) -> Found:
        """One page of the records nearest to `text`, or of all by date where there is none.

        Args:
            sort: "relevance", "date", "-date", or "entered" for the last to enter the collection first.
            cursor: `Found.next` of the page before: how many hits lie before this one.
            raw: Take the words as they stand: no dates, names or spellings are understood.
            facets: Also count how all that is found spreads over fields and time.
        """
        if sort not in SORTS:
            message = f"sort: {sort!r} is none of {', '.join(SORTS)}"
            raise QuestionError(message)
        reader = self._shelf.reader()
        offset = _offset(cursor)
        order = SORTS[sort]
        if text is None or not text.strip():
            found = _page(reader, where, order, offset, k)
            return replace(found, spread=spread(reader, where)) if facets else found
        asked = self._asked(reader, text, (), where, frozenset() if raw else ALL_ASPECTS)
        if asked.understood.only_filter:
            found = replace(_page(reader, asked.where, order, offset, k), understood=asked.understood)
            return replace(found, spread=spread(reader, asked.where)) if facets else found
        notes = _left_out(reader, asked.where)
        floor = self._known(reader).noise.sign
        query = replace(self._query(reader, asked, asked.where, notes), floor=floor)
        signs = Signs(query.words, query.vector, floor)
        counted = spread(reader, asked.where, signs) if facets else None
        if sort != "relevance":
            page = _page(reader, asked.where, order, offset, k, signs)
            return replace(page, understood=asked.understood, notes=tuple(notes), spread=counted)
        total = reader.count(asked.where, signs)
        ranking = retrieve(reader, query, min(offset + k, total))[offset:]
        return Found(
            hits=tuple(each.hit for each in ranking),
            total=total,
            next=str(offset + k) if ranking and offset + k < total else None,
            understood=asked.understood,
            notes=tuple(notes),
            where=asked.where,
            spread=counted,
        )

    def similar(
        self,
        *,
        text: str | None = None,
        record_id: str | None = None,
        record_ids: Sequence[str] | None = None,
        vector: Sequence[float] | None = None,
        k: int = 10,
        min_score: float = 0.0,
        where: Filter = EVERYTHING,
    ) -> tuple[Hit, ...]:
        """The records nearest by meaning to exactly one of a text, a record, several records or a vector.

        Score is the cosine; of several records, to the mean of their vectors. None of these is among the hits.
        """
        reader = self._shelf.reader()
        if sum(each is not None for each in (text, record_id, record_ids, vector)) != 1:
            message = "give exactly one of text, id, ids and vector"
            raise QuestionError(message)
        own = [writable(each) for each in ([record_id] if record_id is not None else record_ids or ())]
        if record_ids is not None and not own:
            message = "ids: there are none; name the records that others should be like"
            raise QuestionError(message)
        if text is not None and not text.strip():
            message = "text: it is empty; write what the records should be about"
            raise QuestionError(message)
        if own:
            near = _unit(reader.vectors(own).mean(axis=0), reader.identity.dimensions)
        elif vector is not None:
            near = _unit(vector, reader.identity.dimensions)
        else:
            found = self._vector(reader, writable(text or ""))
            if found is None:
                raise ModelError(NO_ENCODER)
            near = found
        scored = [
            each for each in reader.nearest(near, k + len(own), where) if each.id not in own and each.score >= min_score
        ][:k]
        records = reader.records([each.id for each in scored])
        return tuple(
            Hit(record, score=min(max(each.score, 0.0), 1.0), dense=each.score, lexical=0.0)
            for record, each in zip(records, scored, strict=True)
        )

    def related(self, record_id: str, *, k: int = 5) -> tuple[Related, ...]:
        """Records related to this one, with the reasons; never itself."""
        reader = self._shelf.reader()
        return relate(reader, reader.records([writable(record_id)])[0], k)

    def beside(self, record_id: str) -> tuple[Record | None, Record | None]:
        """The records before and after this one by date; those without a date come last."""
        reader = self._shelf.reader()
        before, after = (reader.records([each])[0] if each else None for each in reader.beside(writable(record_id)))
        return before, after

    def record(self, record_id: str) -> Record:
        """The record with this id; RecordNotFound."""
        return self._shelf.reader().records([writable(record_id)])[0]

    def records(self, *, cursor: str | None = None, limit: int = 50) -> Found:
        """All records by date, a page at a time."""
        return _page(self._shelf.reader(), EVERYTHING, Order.DATE, _offset(cursor), limit)

    def cite(self, record_id: str, style: str, *, site: Site | None = None) -> tuple[str, str]:
        """How to cite a record: (media type, text); style is a name of `rag.cite.STYLES`."""
        return self.cite_all([record_id], style, site=site)

    def cite_all(self, record_ids: Sequence[str], style: str, *, site: Site | None = None) -> tuple[str, str]:
        """How to cite these records, as one text."""
        return cite_all(self.selected(record_ids), style, site=site)

    def examples(self) -> tuple[str, ...]:
        """Questions to begin with, made once for each generation."""
        reader = self._shelf.reader()
        made = self._examples.get(reader.generation)
        if made is None:
            made = examples(reader)
            self._examples = {reader.generation: made}  # whole, so that threads need not wait for each other
        return made

    def entered(self, record_ids: Sequence[str]) -> list[dt.datetime]:
        """When each of these records entered the collection."""
        return self._shelf.reader().entered(record_ids)

    def ids(self, offset: int, limit: int) -> tuple[list[str], int]:
        """Ids of records in a lasting order, and how many records there are."""
        reader = self._shelf.reader()
        return reader.ids(offset, limit), len(reader)

    def selected(self, record_ids: Sequence[str]) -> list[Record]:
        """These records, each once, in this order; RecordNotFound."""
        return self._shelf.reader().records([writable(each) for each in dict.fromkeys(record_ids)])

    @property
    def names(self) -> Names:
        """The names of the published collection, to be asked for."""
        return self._known(self._shelf.reader()).names

    def passages(self, record_ids: Sequence[str]) -> list[Passages]:
        """Each record's own sentences with their vectors."""
        return self._shelf.reader().passages(record_ids)

    def meanings(self, texts: Sequence[str]) -> Vectors:
        """The texts' unit vectors, as records have them; ModelError where the encoder cannot be loaded."""
        if (embedder := self._encoder()) is None:
            raise ModelError(NO_ENCODER)
        return embedder.embed_documents(texts)

    def check(self, text: str) -> Checked:
        """Hold each reference and quotation of a text against the collection, letter by letter."""

        def nearest(passage: str) -> Record | None:
            hits = self.search(passage[:_PASSAGE], k=1, raw=True).hits
            return hits[0].record if hits else None

        return check(self._shelf.reader(), text, nearest)

    def chart(self) -> Chart:
        """A map of the collection by meaning, drawn once for each generation."""
        reader = self._shelf.reader()
        drawn = self._chart
        if drawn is None or drawn[0] != reader.generation:
            self._chart = drawn = (reader.generation, chart(reader))
        return drawn[1]

    def silences(self) -> tuple[Interval, ...]:
        """Months between the first and the last day of the collection of which it holds nothing, joined."""
        return silences(self._shelf.reader())

    def coverage(self) -> Coverage:
        """What the collection holds."""
        reader = self._shelf.reader()
        return Coverage(
            records=len(reader),
            listings=sum(page.listings for page in reader.identity.pages),
            undated=reader.undated(EVERYTHING),
            untold=reader.facets("summary", EVERYTHING).get("without", 0),
            years=reader.facets("year", EVERYTHING),
            pages=reader.identity.pages,
            generation=reader.generation,
            identity=reader.identity,
        )

    def _asked(
        self, reader: Reader, text: str, history: Sequence[Turn], where: Filter, aspects: frozenset[Aspect]
    ) -> Asked:
        if not text.strip():
            message = "the question is empty; ask in plain words, for instance: What did Castro tell Mikoyan?"
            raise QuestionError(message)
        known = self._known(reader)
        return understand(text, history, where, known.names, aspects if known.dated else aspects - {Aspect.DATES})

    def _known(self, reader: Reader) -> Known:
        """What is known of the generation as a whole, made ready once."""
        with self._reading:
            if self._ready is None or self._ready.generation != reader.generation:
                profile = Profile.from_bytes(reader.profile())
                thesaurus = Thesaurus(self._kindred, profile.words)
                dated = reader.undated(EVERYTHING) < len(reader)
                self._ready = Known(reader.generation, Names(profile), profile.noise, thesaurus, dated)
            return self._ready

    def _marker(self, reader: Reader, asked: Asked) -> Marker:
        return Marker(asked.words, reader.rarity(asked.words), asked.named, self._kindred)

    def _query(self, reader: Reader, asked: Asked, where: Filter, notes: list[str]) -> Query:
        vector = self._vector(reader, asked.meaning)
        if vector is None:
            notes.append("The encoder cannot be loaded, so records are found by their words alone.")
        return Query(vector, asked.words, where, asked.hint, alike=asked.alike(self._known(reader).thesaurus))

    def _vector(self, reader: Reader, text: str) -> Vectors | None:
        """The text's unit vector (dim,), or None where the encoder cannot be loaded."""
        embedder = self._encoder()
        if embedder is None:
            return None
        if embedder.weights != reader.identity.weights:
            message = (
                f"generation {reader.generation} was made by {reader.identity.model}, not by {embedder.name}; "
                "run `rag build`, or set RAG_MODEL to the other"
            )
            raise GenerationError(message)
        vector: Vectors = embedder.embed_questions([text])[0]
        return vector

    def _encoder(self) -> Embedder | None:
        """The encoder, made when it is first needed; None where it cannot be."""
        with self._loading:
            if self._embedder is None and self._encoder_fault is None:
                try:
                    self._embedder = self._make_embedder()
                except ModelError as error:
                    logger.warning("searching by words alone: %s", error)
                    self._encoder_fault = error
            return self._embedder


def _held(reader: Reader, record_id: str) -> Record | None:
    try:
        return reader.records([record_id])[0]
    except RecordNotFound:
        return None


def _ticked(reader: Reader, among: Sequence[str]) -> list[Record]:
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


def _page(reader: Reader, where: Filter, order: Order, offset: int, limit: int, signs: Signs | None = None) -> Found:
    total = reader.count(where, signs)
    records = reader.page(where, order, offset, limit, signs)
    return Found(
        hits=tuple(Hit(record, fit=where.fit(record)) for record in records),
        total=total,
        next=str(offset + limit) if offset + limit < total else None,
        understood=None,
        notes=tuple(_left_out(reader, where)),
        where=where,
    )


def _left_out(reader: Reader, where: Filter) -> list[str]:
    undated = reader.undated(where) if where.when is not None else 0
    if not undated:
        return []
    return [f"{undated} undated {'record is' if undated == 1 else 'records are'} left out by the date filter."]


def _nothing_then(reader: Reader, where: Filter, when: Interval) -> tuple[str, list[Hit]]:
    """That nothing is of these days and what the nearest days are of which there is something; its records, by day."""
    sides = []
    if when.start is not None and when.start > dt.date.min:
        sides.append((Interval(None, when.start - _DAY), Order.DATE_DESCENDING))
    if when.end is not None and when.end < dt.date.max:
        sides.append((Interval(when.end + _DAY, None), Order.DATE))
    # Pages go by the listed date, but one in the title may be the nearer: so the first is not always the nearest.
    near = [
        sorted(
            (
                (_apart(date, when), date.text, record)
                for record in reader.page(replace(where, when=side), order, 0, LISTED)
                for date in record.dates
                if overlaps(date, side)
            ),
            key=lambda each: each[0],
        )
        for side, order in sides
    ]
    beside = list(dict.fromkeys(side[0][1] for side in near if side))
    are = f"dates are {' and '.join(beside)}" if beside[1:] else f"date is {''.join(beside)}"
    records = {record.id: record for _, _, record in sorted(chain(*near), key=lambda each: each[0])}
    return (
        f"The collection holds nothing from {edtf_of(when) or 'these days'}{f'; the nearest {are}' if beside else ''}.",
        [Hit(record) for record in records.values()],
    )


def _apart(date: ArchivalDate, when: Interval) -> int:
    """Days between a date and days that it cannot mean."""
    before = (when.start - date.end).days if when.start and date.end else 0
    after = (date.start - when.end).days if when.end and date.start else 0
    return max(before, after)


def _offset(cursor: str | None) -> int:
    if cursor is None:
        return 0
    if cursor.isascii() and cursor.isdecimal() and len(cursor) <= _CURSOR_DIGITS:
        return int(cursor)
    message = f"cursor: {cursor[:40]!r} is none of this collection's; take `next` of the page before"
    raise QuestionError(message)


def _unit(vector: Sequence[float], dimensions: int) -> Vectors:
    given = np.asarray(vector, dtype=np.float64)
    norm = float(np.linalg.norm(given)) if given.shape == (dimensions,) else float("nan")
    if not np.isfinite(norm) or norm == 0.0:
        message = f"vector: give {dimensions} finite numbers, not all zero; these are {given.size}"
        raise QuestionError(message)
    return (given / norm).astype(np.float32)
