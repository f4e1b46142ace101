"""The nouns: Record, Listing, ListingPage, Collection, Filter, Hit. Frozen values that all other modules pass on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rag.dates.archival_date import fit

if TYPE_CHECKING:
    from rag.dates.archival_date import ArchivalDate, Fit, Interval


@dataclass(frozen=True, slots=True)
class Listing:
    """Where a source lists a record.

    Attributes:
        file: The path below the source; where two sources have the same path, with enough folders above to differ.
        position: Its place among the file's listings, from 1.
        page: The page's own range line ("1 - 10 of 31"), or None.
    """

    file: str
    position: int
    page: str | None = None


@dataclass(frozen=True, slots=True)
class ListingPage:
    """A saved page of listings, and the range it says it shows.

    Attributes:
        page: The range line ("1 - 10 of 31"), or None where it has none.
        listings: How many listings were read from it.
    """

    file: str
    page: str | None
    listings: int


@dataclass(frozen=True, slots=True)
class Collection:
    """The collection as a whole. Each field is empty where neither the settings nor the sources give it.

    Attributes:
        institution: Who keeps it.
        rights: The terms under which it may be used.
    """

    title: str = ""
    institution: str = ""
    rights: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """One document of the archive as its curators describe it, never the document itself.

    Attributes:
        id: URL-safe, readable, the same after every rebuild.
        title: The curators' title, white space folded.
        summary: The curators' summary, white space folded; empty where there is none.
        date: The listed date, or None where the source gives none.
        dates_in_title: The dates that the title names, in its order.
        listings: Every place that lists this record, in reading order; at least one.
        senders: Who wrote it: people as `people` has them, else offices and bodies as written.
        recipients: To whom, likewise.
        sent_from: The places from which it was sent.
    """

    id: str
    title: str
    summary: str
    date: ArchivalDate | None
    dates_in_title: tuple[ArchivalDate, ...] = ()
    listings: tuple[Listing, ...] = ()
    source_url: str | None = None
    people: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    type: str | None = None
    archive: str | None = None
    source: str | None = None
    rights: str | None = None
    senders: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    sent_from: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The text that is embedded for ranking. Change this and vectors/ must be rebuilt."""
        return f"{self.title}\n{self.summary}" if self.summary else self.title

    @property
    def dates(self) -> tuple[ArchivalDate, ...]:
        """All dates of the record: the listed one, then those in its title."""
        return (*(() if self.date is None else (self.date,)), *self.dates_in_title)

    @property
    def url(self) -> str:
        """This site's path of the record."""
        return f"/records/{self.id}"


FIELDS = (
    "people", "places", "type", "year", "precision", "file", "summary", "subjects", "languages", "archive",
    "sender", "recipient", "sent_from",
)  # fmt: skip
"""The fields of filters and facets; `rag.index.ports` says what each means."""


@dataclass(frozen=True, slots=True)
class Filter:
    """The conditions that a record must meet; a value, never engine syntax.

    Attributes:
        when: Days into which one of the record's dates must possibly fall; None for any.
        fields: Pairs of one of FIELDS and its accepted values; the record must have one of the values.
        only: The fit of dates and days to require, certain or possible; None for either.
    """

    when: Interval | None = None
    fields: tuple[tuple[str, frozenset[str]], ...] = ()
    only: Fit | None = None

    def __bool__(self) -> bool:
        """Whether there is any condition."""
        return self.when is not None or bool(self.fields)

    def without(self, field: str) -> Filter:
        """Return the filter without its condition on this field."""
        return replace(self, fields=tuple((name, values) for name, values in self.fields if name != field))

    def timeless(self) -> Filter:
        """Return the filter without its days."""
        return replace(self, when=None, only=None)

    def fit(self, record: Record) -> Fit | None:
        """Return how a record's dates fit the days; None where the filter has no days."""
        return None if self.when is None else fit(record.dates, self.when)


EVERYTHING = Filter()
"""The filter that every record passes."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A record that a search found, with its scores.

    Attributes:
        score: The fused score, in [0, 1], higher is nearer; None in lists ordered by date.
        dense: Cosine similarity of query and record, in [-1, 1]; None where not computed.
        lexical: BM25 score, at least 0; None where not computed.
        parts: Every further part of the score, by name, each in [0, 1].
        fit: How the record's dates fit the days of the filter; None where it has none.
        copy_of: Id of the record that this one nearly copies, sharing its place in the ranking; or None.
    """

    record: Record
    score: float | None = None
    dense: float | None = None
    lexical: float | None = None
    parts: tuple[tuple[str, float], ...] = ()
    fit: Fit | None = None
    copy_of: str | None = None
