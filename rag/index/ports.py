"""The ports of the index: all that the rest of the program knows of an engine.

Vectors are float32 rows of unit length, so an inner product is a cosine in [-1, 1].
EngineUnavailable, from any call, where a server does not answer; no other call is wrong for that.
Filters are values (`rag.record.Filter`); an adapter applies them inside its searches, never after. Filters and facets
know the fields `rag.record.FIELDS`: people, places, subjects, languages, type, archive; sender, recipient, sent_from;
inside (a branch of the hierarchy: its titles from the fonds down, or the last of them alone);
source (the note that says where it is kept);
file (of a listing); summary ("with" or "without"); year (of the listed date: "1962"; a date that spans two years has
none); precision (of the date by which lists are sorted: "day", "month", "year", "loose" or "undated"). ValueError
for any other field, for days that end before they begin and for a vector of another length.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from rag.dates.archival_date import Interval
from rag.embeddings import Vectors
from rag.embeddings.similar_words import StoredWordTable, WordTable
from rag.record import Filter, ListingPage, Record

Scores = NDArray[np.float64]


def any_weights(_: str) -> bool:
    """Accept the generations of every model."""
    return True


class Order(Enum):
    """Orders of a list that is not ranked."""

    DATE = "date"
    DATE_DESCENDING = "-date"
    ENTERED = "entered"  # the last to enter the collection first


@dataclass(frozen=True, slots=True)
class QueryTerm:
    """One word of a question, with the spellings that count as the same word."""

    spellings: tuple[str, ...]  # At least one. They count as one word: a record's best-scoring spelling decides.
    weight: float = 1.0  # factor on its BM25 score, above 0
    is_name: bool = False  # whether it names a person, place or body of the collection
    # Expansion terms with a weight in [0, 1]. A record that lacks the word earns that share of the term's BM25 score,
    # with the term's IDF capped at the word's.
    expansions: tuple[tuple[str, float], ...] = ()

    @property
    def has_synonyms(self) -> bool:
        """Whether similar words may count for it. They never do for a name: a similar name is another one."""
        return not self.is_name and len(self.spellings) == 1 and " " not in self.spellings[0]


@dataclass(frozen=True, slots=True)
class Matching:
    """What makes a record a match: it contains enough of these words, or is one of some records."""

    words: tuple[tuple[str, ...], ...]  # groups of spellings, as in a filter
    at_least: int  # how many of the groups it must contain; with 0 all records match
    also: tuple[str, ...] = ()  # ids of records that match, whatever they contain


@dataclass(frozen=True, slots=True)
class Passages:
    """A record's own sentences and their vectors: the title first, then each sentence of the summary."""

    texts: tuple[str, ...]  # n parts of title or summary, verbatim
    vectors: Vectors  # (n, dim), rows of unit length


@dataclass(frozen=True, slots=True)
class ValueCounts:
    """Records counted by the values of a field."""

    counts: Mapping[str, int]  # records by value, for the values listed
    omitted: int  # how many further values occur


@dataclass(frozen=True, slots=True)
class Timeline:
    """Records counted by period, each once, by the date that lists are sorted by."""

    days: tuple[int, ...]  # for each period, the records dated to one of its days
    within: tuple[int, ...]  # for each period, the records dated less precisely, but certainly to this period
    across: int  # records whose date may fall in several periods, or partly outside all
    outside: int  # records dated outside all periods
    undated: int  # records without an understood date


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """One record for the writer."""

    record: Record
    vector: Vectors  # (dim,)
    passages: Passages


@dataclass(frozen=True, slots=True)
class Identity:
    """What a generation was made from; it stands in the manifest, `rag doctor` and /about show it."""

    model: str  # name or path of the embedding model
    weights: str  # SHA-256 of the model's weights
    dimensions: int  # length of a vector
    sources: tuple[str, ...]  # the collection's sources, as absolute paths
    pages: tuple[ListingPage, ...] = ()  # the saved pages read, with the range that each says it covers
    chosen: tuple[tuple[str, str], ...] = ()  # sources with the choices made for them, as given: "title=Headline"
    title: str = ""  # what the pages of every source call the collection, or empty


@dataclass(frozen=True, slots=True)
class Generation:
    """A generation that is kept."""

    name: str
    published: dt.datetime
    records: int | None  # number of records, None where it is damaged
    current: bool  # whether it is the published one
    fault: str | None = None  # what is wrong with it, None where it is whole


class Index(Protocol):
    """One collection, wherever its generations are kept. Safe under threads."""

    @property
    def location(self) -> str:
        """Where it is, for messages."""

    @property
    def engine(self) -> str:
        """Which engine keeps it, and what does what; EngineUnavailable."""

    @property
    def fault(self) -> str | None:
        """Why the published generation is not the one in use; None while it is."""

    @property
    def opened(self) -> IndexReader | None:
        """The reader last used, without a look at what is published now."""

    def reader(self) -> IndexReader:
        """The published generation, or the last good one while that is refused; cheap, one call a request.

        Raises:
            GenerationError: There is none to fall back on. It is tried again when the pointer moves, or in a while.
        """

    def published(self) -> str | None:
        """Name of the published generation, None where there is none; GenerationError where it cannot be read."""

    def names(self) -> list[str]:
        """Every generation, the oldest first."""

    def identity(self, name: str) -> Identity:
        """What a generation was made from, even where other parts of it are damaged or foreign; GenerationError."""

    def verify(self, name: str) -> int:
        """Check every byte of a generation; its number of records. GenerationError names what is damaged or foreign."""

    def generations(self) -> list[Generation]:
        """Every generation, the newest first; warns where the published one is missing."""

    def roll_back(self, name: str | None = None) -> str:
        """Publish this generation, or the newest whole one before the published one; its name.

        Where the published one is lost, all count as earlier.

        Raises:
            GenerationError: There is no such generation, or it is damaged; what was published stays so.
        """

    def lock(self) -> AbstractContextManager[object]:
        """Keep other builds out until the context ends; RagError while another is running.

        The context gives what `writer` takes as `lock`.
        """

    def writer(self, identity: Identity, *, keep: int = 2, lock: object = None) -> IndexWriter:
        """Begin a new generation; once it is published, the newest `keep` stay, with the published one among them.

        It takes the lock itself unless `lock` is given; RagError while another build is running.
        """


class IndexReader(Protocol):
    """One published generation, open for reading. Safe under threads."""

    @property
    def generation(self) -> str:
        """The generation's name."""

    @property
    def identity(self) -> Identity:
        """What it was made from."""

    @property
    def content(self) -> str:
        """SHA-256 over its records and the model's weights: the same for every build of the same records."""

    def __len__(self) -> int:
        """Number of records."""

    def nearest(self, vector: Vectors, k: int, where: Filter) -> dict[str, float]:
        """Up to k records that pass the filter, by falling cosine to `vector` (dim,)."""

    def search_words(self, words: Sequence[QueryTerm], k: int, where: Filter) -> dict[str, float]:
        """Up to k records that pass the filter, by falling BM25 score; empty for no words."""

    def scores(self, words: Sequence[QueryTerm], ids: Sequence[str]) -> tuple[Scores, Scores]:
        """BM25 scores of these records, (len(ids),) each: without and with expansion terms; 0.0 where none occurs."""

    def idf(self, words: Sequence[QueryTerm]) -> list[float]:
        """BM25's inverse document frequency of each word, above 0, all its spellings counted as one word.

        A word that no record contains has the highest.
        """

    def records(self, ids: Sequence[str]) -> list[Record]:
        """These records, in this order; RecordNotFound for an unknown id."""

    def date_spans(self, ids: Sequence[str]) -> list[list[tuple[int, int]]]:
        """For each record, first and last day (as ordinals) of each of its dates that is open on neither side."""

    def entered(self, ids: Sequence[str]) -> list[dt.datetime]:
        """When each of these records entered the collection, in UTC; RecordNotFound for an unknown id."""

    def ids(self, offset: int, limit: int) -> list[str]:
        """Ids of records, in the order in which they were added."""

    def vectors(self, ids: Sequence[str]) -> Vectors:
        """(len(ids), dim); RecordNotFound for an unknown id."""

    def passages(self, ids: Sequence[str]) -> list[Passages]:
        """Each record's title and sentences with their vectors, in this order."""

    def passage_cosines(self, vector: Vectors, ids: Sequence[str]) -> Vectors:
        """(len(ids),) cosine of `vector` (dim,) and each record's nearest passage."""

    def most_words(self, words: Sequence[Sequence[str]], where: Filter) -> int:
        """How many of these groups of spellings any record contains, at most, of those that pass the filter."""

    def matches(self, ids: Sequence[str], matching: Matching) -> list[bool]:
        """Whether each of these records matches; RecordNotFound for an unknown id."""

    def page(
        self, where: Filter, order: Order, offset: int, limit: int, matching: Matching | None = None
    ) -> list[Record]:
        """Records that pass the filter and match, in this order, those of one day by id.

        A record's day is the earliest known day of its listed date, or else of the first understood date in its title;
        undated records come last.
        """

    def count(self, where: Filter, matching: Matching | None = None) -> int:
        """How many records pass the filter and match."""

    def count_undated(self, where: Filter, matching: Matching | None = None) -> int:
        """How many matching records fail the filter only because they have no understood date."""

    def count_certain(self, where: Filter, matching: Matching | None = None) -> int:
        """How many of the records counted by `count` certainly fall in its days (`rag.dates.archival_date.fit`)."""

    def facets(self, field: str, where: Filter, matching: Matching | None = None) -> Mapping[str, int]:
        """Records that pass the filter and match, by value of `field`; values in order, without zero counts."""

    def top_values(
        self, field: str, where: Filter, k: int, matching: Matching | None = None, including: Collection[str] = ()
    ) -> ValueCounts:
        """The same for the k values with most records (ties in order of value) and those of `including` that occur."""

    def extent(self, where: Filter, matching: Matching | None = None) -> Interval | None:
        """First and last known day of the dates that these records are sorted by; None without any."""

    def timeline(self, where: Filter, edges: Sequence[dt.date], matching: Matching | None = None) -> Timeline:
        """These records, counted in the periods from each edge to the day before the next; edges rise."""

    def neighbours(self, record_id: str) -> tuple[str | None, str | None]:
        """The ids of the records before and after this one in the order of dates; RecordNotFound."""

    def profile(self) -> bytes:
        """What the build stored about the collection as a whole (see `rag.names.profile`)."""

    def word_table(self) -> StoredWordTable:
        """Vector and expansions of each word of the profile (see `rag.embeddings.similar_words`)."""

    def read_ahead(self) -> None:
        """Read once what questions look up in many places, so that they need not wait for the disk."""

    def close(self) -> None:
        """Let go of files; a closed reader must not be used."""


class IndexWriter(AbstractContextManager["IndexWriter"], Protocol):
    """Writes one new generation beside the published one; nothing is seen until `publish`.

    A context: what was not published at its end is discarded.
    """

    def add(self, entries: Iterable[IndexEntry]) -> None:
        """Write these records; ValueError for a duplicate id and for a vector not of unit length."""

    def publish(self, profile: bytes, word_table: WordTable, entered: Sequence[dt.datetime] | None = None) -> str:
        """Finish and publish in one atomic step; the generation's name. NothingToBuild without a record.

        Args:
            entered: When each record entered the collection; None for as in the published generation, or now.
        """
