"""The nouns: Record, Listing, ListingPage, Collection, Hit, Filter. Frozen values that every other module passes on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import Literal, TypeAlias, get_args

from rag.dates.archival_date import ArchivalDate, Fit, Interval, fit

# What the text of a record is: of its curators, or the document's own opening.
TextKind: TypeAlias = Literal["summary", "scope", "abstract", "note", "opening"]

TEXT_KINDS: tuple[TextKind, ...] = get_args(TextKind)  # all of them


BELOW = " > "  # between the titles of a branch of the hierarchy


@dataclass(frozen=True, slots=True)
class Listing:
    """Where a source lists a record."""

    file: str  # the path below the source given; where two sources have the same, with the folders that tell them apart
    position: int  # its place among the file's listings, from 1
    page: str | None = None  # the page's own range line ("1 - 10 of 31"), or None


@dataclass(frozen=True, slots=True)
class ListingPage:
    """A saved page and what it says it is a part of."""

    file: str
    page: str | None  # the range line ("1 - 10 of 31"), or None where it has none
    listings: int  # how many listings it yielded


@dataclass(frozen=True, slots=True)
class Collection:
    """What the collection as a whole is called; each is empty where neither settings nor pages say it."""

    title: str = ""  # its name
    institution: str = ""  # who keeps it
    rights: str = ""  # under what terms it may be used


@dataclass(frozen=True, slots=True)
class Record:
    """One document of the archive, as its curators describe it; never the document itself."""

    id: str  # URL-safe, readable, the same after every rebuild
    title: str  # the curators' title, white space folded
    summary: str  # the curators' summary, white space folded; empty where there is none
    date: ArchivalDate | None  # the listed date, or None where the source gives none
    dates_in_title: tuple[ArchivalDate, ...] = ()  # dates that the title itself names, in its order
    listings: tuple[Listing, ...] = ()  # every place that lists this record, in reading order; at least one
    source_url: str | None = None
    people: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    type: str | None = None
    archive: str | None = None
    source: str | None = None
    rights: str | None = None
    senders: tuple[str, ...] = ()  # who wrote it: people as `people` has them, else offices and bodies as written
    recipients: tuple[str, ...] = ()  # to whom, likewise
    sent_from: tuple[str, ...] = ()  # the places from which it was sent
    # What `summary` is: a curator's summary, scope note, abstract or note, or the document's own opening.
    text_kind: TextKind = "summary"
    hierarchy: tuple[str, ...] = ()  # the titles of what it is a part of, from the fonds down
    other_dates: tuple[ArchivalDate, ...] = ()  # further dates that the source gives it
    # All addresses of the archive's own, where there are several; the first is `source_url`.
    source_urls: tuple[str, ...] = ()
    images: tuple[str, ...] = ()  # addresses of pictures of the document, or of a IIIF manifest of its pages

    @property
    def text(self) -> str:
        """What is embedded for ranking. Change this and vectors/ must be rebuilt."""
        return f"{self.title}\n{self.summary}" if self.summary else self.title

    @property
    def dates(self) -> tuple[ArchivalDate, ...]:
        """Every date known of the record: as listed, then as in the title."""
        return (*(() if self.date is None else (self.date,)), *self.other_dates, *self.dates_in_title)

    @property
    def branches(self) -> tuple[str, ...]:
        """Every branch of the hierarchy that it lies inside, from the fonds down: "Fonds", "Fonds > Series"."""
        return tuple(BELOW.join(self.hierarchy[:depth]) for depth in range(1, len(self.hierarchy) + 1))

    @property
    def url(self) -> str:
        """This site's path of the record."""
        return f"/records/{self.id}"


# The fields of filters and facets; `rag.index.ports` says what each means.
FIELDS = (
    "people", "places", "type", "year", "precision", "file", "summary", "subjects", "languages", "archive",
    "sender", "recipient", "sent_from", "inside",
)  # fmt: skip

# Fields of filters whose values are too various to be counted: where the archive keeps a record.
UNCOUNTED = ("source",)

EXCLUSIONS = ("not_people", "not_places", "not_type")  # conditions that a record may not have a value of a field


@dataclass(frozen=True, slots=True)
class Filter:
    """What a record must satisfy to be found at all; a value, never engine syntax."""

    when: Interval | None = None  # days into which one of the record's dates must possibly fall; None for any
    # Pairs of one of FIELDS or UNCOUNTED and its accepted values; the record must have one of the values.
    fields: tuple[tuple[str, frozenset[str]], ...] = ()
    only: Fit | None = None  # the fit of dates and days to require, certain or possible; None for either
    # Spans of days into one of which one of the record's dates must certainly fall; empty for any.
    on: tuple[Interval, ...] = ()
    listed: bool = False  # whether of a record's dates only the one by which lists are sorted is compared
    # Groups of spellings; the record must contain a spelling of each group, in its title or its summary, by the stems
    # of its words. A spelling of several words is a phrase. One without a letter or digit is in none.
    words: tuple[tuple[str, ...], ...] = ()
    not_words: tuple[str, ...] = ()  # spellings that it must not contain
    # Pairs of one of FIELDS and the values that it must not have.
    not_fields: tuple[tuple[str, frozenset[str]], ...] = ()
    # Days to leave out. A record is left out if it has dates and each lies certainly in one of these spans; one that is
    # undated, or may lie elsewhere by any of its dates, stays.
    not_when: tuple[Interval, ...] = ()
    ids: frozenset[str] | None = None  # Ids of the only records that can pass; unknown ones are ignored. None for all.
    not_ids: frozenset[str] = frozenset()  # ids of records to leave out; unknown ones are ignored

    def __bool__(self) -> bool:
        asked = self.fields, self.on, self.words, self.not_words, self.not_fields, self.not_when, self.not_ids
        return any(asked) or self.when is not None or self.ids is not None

    def joined(self, other: Filter) -> Filter:
        """What passes this filter and all of the other's conditions but its days."""
        if not other:
            return self
        return replace(
            self,
            fields=(*self.fields, *other.fields),
            words=tuple(dict.fromkeys((*self.words, *other.words))),
            not_words=tuple(dict.fromkeys((*self.not_words, *other.not_words))),
            not_fields=(*self.not_fields, *other.not_fields),
            not_when=tuple(dict.fromkeys((*self.not_when, *other.not_when))),
            not_ids=self.not_ids | other.not_ids,
            ids=self.ids if other.ids is None else other.ids if self.ids is None else self.ids & other.ids,
        )

    def having(self, values: Mapping[str, Iterable[str]]) -> Filter:
        """Return the filter with these values of FIELDS and EXCLUSIONS."""
        pairs = [(field, frozenset(wanted)) for field, wanted in values.items()]
        return replace(
            self,
            fields=tuple(pair for pair in pairs if pair[0] in FIELDS),
            not_fields=tuple((field.removeprefix("not_"), wanted) for field, wanted in pairs if field in EXCLUSIONS),
        )

    def without(self, field: str) -> Filter:
        """Return the filter without its condition on the values of this field that a record must have."""
        return replace(self, fields=tuple((name, values) for name, values in self.fields if name != field))

    def timeless(self) -> Filter:
        """Return the filter without its days, those to leave out among them."""
        return replace(self, when=None, only=None, on=(), not_when=())

    def fit(self, record: Record) -> Fit | None:
        """How a record's dates lie to the days asked for; None where no days are."""
        return None if self.when is None else fit(record.dates, self.when)


EVERYTHING = Filter()  # the filter that every record passes


class Match(Enum):
    """Why a search lists a record."""

    WORDS = "words"  # it contains the words that were asked for
    MEANING = "meaning"  # it does not, but shows as much evidence as an answer demands


@dataclass(frozen=True, slots=True)
class Hit:
    """A record and the evidence that it is what was asked for."""

    record: Record
    score: float | None = None  # fused evidence, in [0, 1], higher is nearer; None in lists ordered by date
    dense: float | None = None  # cosine similarity of question and record, in [-1, 1]; None where not computed
    lexical: float | None = None  # BM25 score, at least 0; None where not computed
    parts: tuple[tuple[str, float], ...] = ()  # every further part of the score, by name, each in [0, 1]
    fit: Fit | None = None  # how the record's dates lie to the days that were asked for; None where none were
    # Id of the record of which this is a near copy and whose place in the ranking it shares, or None.
    copy_of: str | None = None
    match: Match | None = None  # why a search lists it; None where nothing was searched for
