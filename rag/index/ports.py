"""The two ports of the index. What is written here is all that the rest of the program knows of an engine.

Vectors are float32 rows of unit length, so an inner product is a cosine in [-1, 1].
Filters are values (`rag.record.Filter`); an adapter applies them inside its searches, never after. Their fields, and
those that facets count, are `rag.record.FIELDS`: people, places, subjects, languages, type, archive; file (of a
listing); summary ("with", "without"); year (of the listed date, "1962"; a date that can mean two years has none);
precision (how closely the date by which lists go is known: "day", "month", "year", "loose", "undated"). Another field,
days that end before they begin and a vector of another length are each a ValueError.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Protocol, Self

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from rag.dates.archival_date import Interval
    from rag.embeddings import Vectors
    from rag.embeddings.similar_words import KeptUses, Uses
    from rag.record import Filter, PageHeld, Record

Scores = NDArray[np.float64]


class Order(Enum):
    """Orders of a list that is not ranked."""

    DATE = "date"
    DATE_DESCENDING = "-date"
    ENTERED = "entered"
    """The last to enter the collection first."""


@dataclass(frozen=True, slots=True)
class QueryTerm:
    """One word of a question, with the spellings that count as the same word.

    Attributes:
        spellings: At least one; they count as one word, by the best-scoring of them that a record holds.
        weight: Factor on its BM25 score, above 0.
        is_name: Whether it names a person, place or body of the collection.
        stand_ins: Words used like it, with the share, in [0, 1], of their own BM25 score that a record earns by one of
            them that says no more of it; never more than as if they were as rare as the word itself.
    """

    spellings: tuple[str, ...]
    weight: float = 1.0
    is_name: bool = False
    stand_ins: tuple[tuple[str, float], ...] = ()

    @property
    def has_synonyms(self) -> bool:
        """Whether words that are used alike may count for it. A name is only ever itself: one like it is another."""
        return not self.is_name and len(self.spellings) == 1 and " " not in self.spellings[0]


@dataclass(frozen=True, slots=True)
class Matching:
    """What counts as a sign that a record has to do with a question: a shared word, or a cosine of at least `floor`."""

    words: tuple[QueryTerm, ...]
    vector: Vectors | None  # (dim,)
    floor: float


@dataclass(frozen=True, slots=True)
class Passages:
    """A record's own sentences and their vectors: the title first, then each sentence of the summary.

    Attributes:
        texts: n of them, each to the letter a part of title or summary.
        vectors: (n, dim), rows of unit length.
    """

    texts: tuple[str, ...]
    vectors: Vectors


@dataclass(frozen=True, slots=True)
class ValueCounts:
    """Records counted by the values of a field.

    Attributes:
        counts: Of the values told.
        omitted: How many other values any of the records has.
    """

    counts: Mapping[str, int]
    omitted: int


@dataclass(frozen=True, slots=True)
class Timeline:
    """Records counted by when they are, each once, by the date that lists go by.

    Attributes:
        days: Of each stretch of days: those known to one of its days.
        within: Of each stretch: those known less closely that lie wholly within it.
        across: Those that may lie in more than one stretch, or partly outside all.
        outside: Those that lie in none.
        undated: Those without an understood date.
    """

    days: tuple[int, ...]
    within: tuple[int, ...]
    across: int
    outside: int
    undated: int


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """What the writer is given for one record."""

    record: Record
    vector: Vectors  # (dim,)
    passages: Passages


@dataclass(frozen=True, slots=True)
class Identity:
    """What a generation was made by and of; kept in its manifest, shown by `doctor` and /about.

    Attributes:
        model: Name or path of the embedding model.
        weights: SHA-256 of the model's weights.
        dimensions: Length of a vector.
        sources: The sources remembered, as absolute paths.
        pages: The saved pages read, with what each says it is a part of.
        chosen: Sources with what was chosen for them, each as it was given: "title=Headline".
        title: What the pages of every source call the collection, or empty.
    """

    model: str
    weights: str
    dimensions: int
    sources: tuple[str, ...]
    pages: tuple[PageHeld, ...] = ()
    chosen: tuple[tuple[str, str], ...] = ()
    title: str = ""


class IndexReader(Protocol):
    """One published generation, open for reading. Safe under threads."""

    @property
    def generation(self) -> str:
        """The generation's name."""
        ...

    @property
    def identity(self) -> Identity:
        """By what and of what it was made."""
        ...

    @property
    def content(self) -> str:
        """SHA-256 over its records and the model's weights: the same for every build of the same."""
        ...

    def __len__(self) -> int:
        """How many records it holds."""
        ...

    def nearest(self, vector: Vectors, k: int, where: Filter) -> dict[str, float]:
        """Up to k records by falling cosine to `vector` (dim,), among those that pass."""
        ...

    def matching(self, words: Sequence[QueryTerm], k: int, where: Filter) -> dict[str, float]:
        """Up to k records by falling BM25 score, among those that pass; empty for no words."""
        ...

    def scores(self, words: Sequence[QueryTerm], ids: Sequence[str]) -> tuple[Scores, Scores]:
        """The BM25 score of each of these records, (len(ids),), by the words alone, and with what stands in for them.

        0.0 where none matches.
        """
        ...

    def rarity(self, words: Sequence[QueryTerm]) -> list[float]:
        """Inverse document frequency of each word as BM25 counts it, above 0, all its spellings taken for one word.

        A word that no record holds has the highest.
        """
        ...

    def records(self, ids: Sequence[str]) -> list[Record]:
        """These records, in this order; RecordNotFound for an id that is not here."""
        ...

    def spans(self, ids: Sequence[str]) -> list[list[tuple[int, int]]]:
        """First and last day, as ordinals, of each of these records' dates that is open on neither side."""
        ...

    def entered(self, ids: Sequence[str]) -> list[dt.datetime]:
        """When each of these records entered the collection, in UTC; RecordNotFound for an id that is not here."""
        ...

    def ids(self, offset: int, limit: int) -> list[str]:
        """Ids of records, in the order in which they were added."""
        ...

    def vectors(self, ids: Sequence[str]) -> Vectors:
        """(len(ids), dim); RecordNotFound for an id that is not here."""
        ...

    def passages(self, ids: Sequence[str]) -> list[Passages]:
        """Each record's title and sentences with their vectors, in this order."""
        ...

    def nearness(self, vector: Vectors, ids: Sequence[str]) -> Vectors:
        """(len(ids),) cosine of `vector` (dim,) and the nearest passage of each of these records."""
        ...

    def passing(self, ids: Sequence[str], where: Filter) -> list[bool]:
        """Whether each of these records passes."""
        ...

    def page(self, where: Filter, order: Order, offset: int, limit: int, signs: Matching | None = None) -> list[Record]:
        """Records that pass and show any of the signs, by the earliest known day of the listed date, then by id.

        Where the listed date says nothing the first of the title's that does stands in; undated records come last.
        """
        ...

    def count(self, where: Filter, signs: Matching | None = None) -> int:
        """How many records pass and show any of the signs."""
        ...

    def undated(self, where: Filter, signs: Matching | None = None) -> int:
        """How many records that show any of the signs would pass but for having no understood date at all."""
        ...

    def certain(self, where: Filter, signs: Matching | None = None) -> int:
        """How many of those that `count` counts lie certainly in the days asked for (`rag.dates.archival_date.fit`)."""
        ...

    def facets(self, field: str, where: Filter, signs: Matching | None = None) -> Mapping[str, int]:
        """Records that pass and show any of the signs, by value of `field`; values in order, none of which counts 0."""
        ...

    def commonest(
        self, field: str, where: Filter, k: int, signs: Matching | None = None, also: Collection[str] = ()
    ) -> ValueCounts:
        """The same for up to k values, those of most records, and for those of `also` that any has.

        Of equally common ones the first in order are told.
        """
        ...

    def extent(self, where: Filter, signs: Matching | None = None) -> Interval | None:
        """The first and the last known day of the dates by which these records are listed; None without any."""
        ...

    def timeline(self, where: Filter, edges: Sequence[dt.date], signs: Matching | None = None) -> Timeline:
        """These records, counted in the stretches from each edge to the day before the next; edges rise."""
        ...

    def beside(self, record_id: str) -> tuple[str | None, str | None]:
        """The ids of the records before and after this one in the order of dates; RecordNotFound."""
        ...

    def profile(self) -> bytes:
        """What the build stored about the collection as a whole (see `rag.names.profile`)."""
        ...

    def uses(self) -> KeptUses:
        """How the profile's words are used (see `rag.embeddings.similar_words`)."""
        ...

    def read_ahead(self) -> None:
        """Read once what questions look into here and there, so that the disk keeps none of them waiting."""
        ...

    def close(self) -> None:
        """Let go of files; a closed reader must not be used."""
        ...


class IndexWriter(Protocol):
    """Writes one new generation beside the published one; nothing is seen until `publish`.

    A context: what was not published at its end is discarded.
    """

    def __enter__(self) -> Self:
        """Begin."""
        ...

    def __exit__(self, *_: object) -> None:
        """Discard what was not published."""
        ...

    def add(self, entries: Iterable[IndexEntry]) -> None:
        """Write these records; ValueError for an id that is already there and for a vector not of unit length."""
        ...

    def publish(self, profile: bytes, uses: Uses) -> str:
        """Finish, point readers here in one atomic step; the generation's name. NothingToBuild without a record."""
        ...

    def discard(self) -> None:
        """Remove what was written; the published generation stays as it was."""
        ...
