"""The published generation -> answers, records, citations: what pages, API and the command line ask for."""

from __future__ import annotations

import datetime as dt
import logging
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from itertools import accumulate
from typing import TYPE_CHECKING, Any, TypeVar

from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # it has no types

from rag.answer.answer import Answer
from rag.answer.receipt import read_receipt
from rag.answer.refusal import LISTED
from rag.answer.replay import Replay, compare
from rag.assistant.context import OpenCollection, OpenCollections, existing
from rag.assistant.coverage import Coverage, coverage
from rag.assistant.encoder import NO_ENCODER, Encoder
from rag.assistant.named import Named, about_named
from rag.assistant.next_questions import next_questions
from rag.assistant.search import SORTS, Found, ResultWindow, best_record, by_date, by_words
from rag.assistant.several_questions import answer_each
from rag.assistant.similar import alike
from rag.cite import Site, cite_all
from rag.dates.archival_date import Interval
from rag.embeddings import (
    PACKAGED,
    PACKAGED_WEIGHTS,
    Embedder,
    Prompts,
    Vectors,
    check_packaged,
    folder_of,
    load_embedder,
)
from rag.embeddings.tuned import tuned_of
from rag.embeddings.word_vectors import NO_WORD_VECTORS, WordVectors
from rag.errors import ModelError, ReceiptError
from rag.index.open import open_index
from rag.index.ports import Index, IndexReader, Passages
from rag.names.authority import Authorities, packaged, read_authorities
from rag.query.enquiry import ALL_ASPECTS, Aspect, Enquiry, Turn, between
from rag.query.names import Names
from rag.query.question import writable
from rag.record import EVERYTHING, Collection, Filter, Hit, ListingPage, Match, Record
from rag.search.completions import Completion, Completions
from rag.search.example_questions import examples
from rag.search.facets import empty_months
from rag.search.ranking import rank
from rag.search.related import Related, relate
from rag.search.semantic_map import Chart, chart
from rag.settings import Settings

if TYPE_CHECKING:
    from rag.check import Checked  # which only those pay for who check

__all__ = ["LISTED", "NO_ENCODER", "SORTS", "Assistant", "Coverage", "Found", "between"]

_T = TypeVar("_T")

logger = logging.getLogger(__name__)

_CACHED_HISTORY = 8000  # characters of the turns before a question whose answer is cached, at most
TURNS = 16  # turns before a question that count, the latest ones: each may have to be asked again
_SAID = 2000  # characters of the questions of these turns, at most
_PASSAGE = 2000  # characters; the encoder reads fewer


class Assistant:
    """Answers from whatever generation is published. Safe under threads."""

    def __init__(
        self,
        index: Index,
        embedder: Callable[[], Embedder],
        word_vectors: WordVectors = NO_WORD_VECTORS,
        called: Collection = Collection(),  # noqa: B008 - it is frozen
        authorities: Authorities | None = None,
        tuned: Callable[[str], Embedder | None] = lambda _: None,
    ) -> None:
        """Take finished parts; the embedder is made when the first question needs it, or the tuned one of a generation.

        `called` is what the settings call the collection, which goes before what its pages do; `authorities` are the
        names known beforehand, the package's own by default.
        """
        self._called = called
        self._authorities = authorities or packaged()
        self._index = index
        self._encoder = Encoder(embedder, tuned)
        self._collections = OpenCollections(self._encoder, word_vectors, self._authorities)
        self._most_cached = 0
        self._cached_answers: tuple[OpenCollection, Callable[[Enquiry], Answer]] | None = None
        self._made: dict[Callable[[IndexReader], Any], tuple[IndexReader, Any]] = {}

    @classmethod
    def open(cls, settings: Settings) -> Assistant:
        """Open the published generation; GenerationError where there is none."""

        def accepts(weights: str) -> bool:
            # Whether the packaged weights are what they should be is checked when they are loaded.
            if settings.model != PACKAGED or weights == PACKAGED_WEIGHTS or tuned_of(settings.vectors, weights):
                return True
            try:
                check_packaged()
            except ModelError as error:
                logger.warning("%s", error)  # the words can still be searched
                return True
            return False

        def tuned(weights: str) -> Embedder | None:
            folder = tuned_of(settings.vectors, weights) if settings.model == PACKAGED else None
            return None if folder is None else load_embedder(str(folder))

        # A question's products are small. Spread over threads they would wait for each other, spinning, whenever
        # another question or process wants a core.
        threadpool_limits(limits=1, user_api="blas")
        index = open_index(settings, accepts=accepts)
        index.reader()
        called = Collection(settings.title, settings.institution, settings.rights)
        word_vectors = WordVectors(folder_of(settings.model))
        authorities = read_authorities(settings.authorities) if settings.authorities else packaged()
        prompts = Prompts(settings.model_query, settings.model_document)
        return cls(index, lambda: load_embedder(settings.model, prompts), word_vectors, called, authorities, tuned)

    def _open(self) -> OpenCollection:
        """The published generation, open for questions."""
        return self._collections.of(self._index.reader())

    def _once(self, make: Callable[[IndexReader], _T]) -> _T:
        """What this makes of the published generation, made once."""
        reader, made = self._index.reader(), self._made.get(make)
        if made is None or made[0] is not reader:
            self._made[make] = made = reader, make(reader)  # whole, so that threads need not wait for each other
        of_this: _T = made[1]
        return of_this

    @property
    def generation(self) -> str:
        """The name of the generation in use."""
        return self._index.reader().generation

    @property
    def opened(self) -> str | None:
        """The name of the generation last used, without a look at what is published now."""
        opened = self._index.opened
        return opened.generation if opened else None

    @property
    def model(self) -> str:
        """The name of the model that embedded it."""
        return self._index.reader().identity.model

    @property
    def collection(self) -> Collection:
        """What the collection is called; cheap, and never waits for a generation to be opened."""
        opened = self._index.opened
        return replace(self._called, title=self._called.title or (opened.identity.title if opened else ""))

    def site(self, root: str) -> Site:
        """Where records are seen today, for citations: the collection at this address, or at none where it is empty."""
        called = self.collection
        today = dt.datetime.now(dt.UTC).date()
        return Site(called.title or "Reading Room", root, today, called.institution, called.rights)

    @property
    def fault(self) -> str | None:
        """Why a newer generation was refused, or None."""
        return self._index.fault

    @property
    def pages(self) -> tuple[ListingPage, ...]:
        """The saved pages that were read, with what each says it is a part of."""
        return self._index.reader().identity.pages

    @property
    def sources(self) -> tuple[str, ...]:
        """The sources of the collection."""
        return self._index.reader().identity.sources

    def warm(self) -> None:
        """Load the encoder now, so that the first question need not wait for it."""
        opened = self._index.opened
        self._encoder.warm(opened.identity.weights if opened else None)

    def keep_answers(self, most: int) -> None:
        """Keep the last answers from a generation, for whoever asks the same again."""
        self._most_cached = most

    def _answer(self, enquiry: Enquiry) -> Answer:
        """The answer, or the one cached."""
        collection = self._open()
        said = sum(len(turn.question) + len(turn.answer or "") for turn in enquiry.history)
        if not self._most_cached or said > _CACHED_HISTORY:
            return answer_each(collection, enquiry)
        cached = self._cached_answers
        if cached is None or cached[0] is not collection:
            self._cached_answers = cached = collection, lru_cache(self._most_cached)(partial(answer_each, collection))
        return cached[1](enquiry)

    def read_ahead(self) -> None:
        """Read what is published from the disk; GenerationError where nothing is, OSError where it goes meanwhile."""
        self._index.reader().read_ahead()

    def ask(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        k: int = 5,
        where: Filter = EVERYTHING,
        understand: frozenset[Aspect] = ALL_ASPECTS,
        among: Sequence[str] | None = None,
        without: Sequence[str] = (),
    ) -> Answer:
        """Answer a question from the curators' summaries, with citations, or say no.

        Args:
            among: Ids of the records to answer from, whatever else is nearer; None leaves that to the evidence.
        """
        enquiry = Enquiry(
            question=writable(question),
            history=tuple(replace(turn, question=writable(turn.question)) for turn in _latest(history)),
            k=k,
            date_from=where.when.start if where.when else None,
            date_to=where.when.end if where.when else None,
            fields=tuple((field, tuple(sorted(values))) for field, values in where.fields),
            understand=tuple(aspect for aspect in Aspect if aspect in understand),
            among=None if among is None else tuple(dict.fromkeys(map(writable, among))),
            without=tuple(map(writable, without)),
        )
        return self._answer(enquiry)

    def next_questions(self, answer: Answer) -> tuple[str, ...]:
        """Up to three questions to go on with, which the collection can answer."""
        return next_questions(self._open(), answer)

    def replay(self, line: str) -> Replay:
        """Put a receipt's question again and say whether the same is quoted, or what changed since."""
        then = read_receipt(line)
        reader = self._index.reader()
        named = [*(entry.id for entry in then.entries), *(then.asked.among or ())]
        present = {record.id: record for record in existing(reader, named)}
        left = None if then.asked.among is None else tuple(each for each in then.asked.among if each in present)
        try:
            found = answer_each(self._collections.of(reader), replace(then.asked, among=left))
        except ValueError as error:  # a filter that no program of this form ever put
            raise ReceiptError(f"the receipt asks what cannot be asked: {error}; copy one from an answer") from error
        now = read_receipt(found.receipt)
        same, changes = compare(then, now, present)
        return Replay(then, found, now, same=same, changes=changes)

    def search(  # noqa: PLR0913 - what is looked for, and each way to see it
        self,
        text: str | None = None,
        *,
        k: int = 10,
        where: Filter = EVERYTHING,
        sort: str = "relevance",
        cursor: str | None = None,
        raw: bool = False,
        without: Sequence[str] = (),
        match: Match | None = None,
        apart: int = 0,
        facets: bool = False,
        most: int | None = None,
    ) -> Found:
        """One page of the records that contain the words of `text` or are near in meaning; without it, of all by date.

        Args:
            sort: "relevance", "date", "-date", or "entered" for the last to enter the collection first.
            cursor: `Found.next` of the page before: how many hits lie before this one.
            raw: Take the words as they stand, with their operators: no dates, names or spellings are understood.
            without: What the reader took away of the understanding: an aspect, a field of the conditions, or its value.
            match: List only records that contain the words, or only those near in meaning.
            apart: How many of those near in meaning are also given apart, at most.
            facets: Also count how all that contains the words spreads over fields and time.
            most: How many values of a field are counted, the commonest; None for all.
        """
        kinds = frozenset(Match) if match is None else frozenset({match})
        window = replace(ResultWindow.of(k, sort, cursor), kinds=kinds, apart=apart, facets=facets, most=most)
        reader = self._index.reader()
        if text is None or not text.strip():
            return by_date(reader, where, window)
        aspects = frozenset() if raw else frozenset(each for each in Aspect if each.value not in without)
        return by_words(self._collections.of(reader), text, where, window, aspects, without)

    def ranking(self, text: str, *, k: int, understand: frozenset[Aspect] = ALL_ASPECTS) -> tuple[Hit, ...]:
        """The k records nearest to `text` by meaning and words, whatever a search lists of them."""
        collection = self._open()
        query = collection.query(collection.understand(text, (), EVERYTHING, understand), [])
        return tuple(rank(collection.reader, query, k))

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
        return alike(
            self._encoder,
            self._index.reader(),
            k,
            min_score,
            where,
            text=text,
            record_id=record_id,
            record_ids=record_ids,
            vector=vector,
        )

    def related(self, record_id: str, *, k: int = 5) -> tuple[Related, ...]:
        """Records related to this one, with the reasons; never itself."""
        reader = self._index.reader()
        return relate(reader, reader.records([writable(record_id)])[0], k)

    def neighbours(self, record_id: str) -> tuple[Record | None, Record | None]:
        """The records before and after this one by date; those without a date come last."""
        reader = self._index.reader()
        before, after = (reader.records([each])[0] if each else None for each in reader.neighbours(writable(record_id)))
        return before, after

    def record(self, record_id: str) -> Record:
        """The record with this id; RecordNotFound."""
        return self._index.reader().records([writable(record_id)])[0]

    def records(self, *, cursor: str | None = None, limit: int = 50) -> Found:
        """All records by date, a page at a time."""
        return by_date(self._index.reader(), EVERYTHING, ResultWindow.of(limit, "date", cursor))

    def cite(self, record_id: str, style: str, *, site: Site | None = None) -> tuple[str, str]:
        """How to cite a record: (media type, text); style is a name of `rag.cite.STYLES`."""
        return self.cite_all([record_id], style, site=site)

    def cite_all(self, record_ids: Sequence[str], style: str, *, site: Site | None = None) -> tuple[str, str]:
        """How to cite these records, as one text."""
        return cite_all(self.selected(record_ids), style, site=site)

    def examples(self) -> tuple[str, ...]:
        """Questions to begin with, made once for each generation."""
        return self._once(examples)

    def completions(self, begun: str, *, k: int = 8) -> list[Completion]:
        """People, places and titles that a text may be the beginning of."""
        return self._once(Completions).of(writable(begun), k)

    def entered(self, record_ids: Sequence[str]) -> list[dt.datetime]:
        """When each of these records entered the collection."""
        return self._index.reader().entered(record_ids)

    def ids(self, offset: int, limit: int) -> tuple[list[str], int]:
        """Ids of records in a lasting order, and how many records there are."""
        reader = self._index.reader()
        return reader.ids(offset, limit), len(reader)

    def selected(self, record_ids: Sequence[str]) -> list[Record]:
        """These records, each once, in this order; RecordNotFound."""
        return self._index.reader().records([writable(each) for each in dict.fromkeys(record_ids)])

    @property
    def names(self) -> Names:
        """The names of the published collection, to be asked for."""
        return self._open().vocabulary.names

    def named(self, field: str, name: str, *, k: int = 10) -> Named | None:
        """What the records say of this one of "people" or "places"; None where none names it."""
        return about_named(self._open(), field, writable(name), k)

    def passages(self, record_ids: Sequence[str]) -> list[Passages]:
        """Each record's own sentences with their vectors."""
        return self._index.reader().passages(record_ids)

    def meanings(self, texts: Sequence[str]) -> Vectors:
        """The texts' unit vectors, as records have them; ModelError where the encoder cannot be loaded."""
        return self._encoder.documents(texts)

    def check(self, text: str) -> Checked:
        """Hold each reference and quotation of a text against the collection, letter by letter."""
        from rag.check import check  # noqa: PLC0415 - only who checks waits for what it imports

        reader = self._index.reader()

        def nearest(passage: str) -> Record | None:
            collection = self._collections.of(reader)
            return best_record(collection, collection.understand(passage[:_PASSAGE], (), EVERYTHING, frozenset()))

        called = self.collection
        return check(reader, text, nearest, (*self._authorities.archives, called.title, called.institution))

    def chart(self) -> Chart:
        """A map of the collection by meaning, drawn once for each generation."""
        return self._once(chart)

    def empty_months(self) -> tuple[Interval, ...]:
        """Months without a record between the first and the last day of the collection, joined."""
        return empty_months(self._index.reader())

    def coverage(self) -> Coverage:
        """What the collection holds."""
        return coverage(self._index.reader())


def _latest(history: Sequence[Turn]) -> Sequence[Turn]:
    """The turns that count."""
    said = list(accumulate(len(turn.question) for turn in reversed(history[-TURNS:])))
    few = bisect_right(said, _SAID)
    return history[len(history) - few :]
