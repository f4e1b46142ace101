"""Records and hits -> JSON."""

import datetime as dt
from collections.abc import Iterable
from typing import Annotated, Self

from pydantic import ConfigDict, Field, ValidationInfo, field_validator

from rag.dates.archival_date import Fit
from rag.record import Hit, Match
from rag.schemas.base import Shape
from rag.search.related import Related

Known = Annotated[list[str], Field(default_factory=list, exclude_if=lambda known: not known)]
KnownText = Annotated[str | None, Field(default=None, exclude_if=lambda known: known is None)]
KnownFit = Annotated[
    Fit | None,
    Field(
        description="With a filter of dates: whether the record's dates are certainly or possibly within them.",
        exclude_if=lambda fit: fit is None,
    ),
]


class DateOut(Shape):
    """A date as the source writes it, and the days that it can mean."""

    text: str = Field(description="The source's own spelling.")
    edtf: str | None = Field(description="EDTF level 0 or 1; null where the text is not readable as a date.")
    start: dt.date | None = Field(description="The earliest day that it can mean.")
    end: dt.date | None = Field(description="The latest day that it can mean.")


class ListingOut(Shape):
    """Where a source lists the record."""

    file: str = Field(description="Path within the source.")
    position: int = Field(description="Place among the listings of the file, from 1.")
    page: str | None = Field(description='The range that the page gives ("1 - 10 of 31").')


class RecordOut(Shape):
    """One document as its curators describe it; never the document itself."""

    id: str
    title: str
    summary: str = Field(description="The curators' summary, or what `text_kind` says; empty where there is none.")
    text_kind: KnownText = Field(
        description="What the summary is: `summary`, `scope`, `abstract`, `note`, or the document's own `opening`."
    )
    date: DateOut | None = Field(description="The listed date; null where the source gives none.")
    dates_in_title: list[DateOut]
    listings: list[ListingOut]
    url: str = Field(description="The record's path on this site.")
    source_url: str | None = Field(description="The archive's own address.")
    people: Known
    places: Known
    subjects: Known
    languages: Known
    type: KnownText
    archive: KnownText
    source: KnownText
    rights: KnownText
    senders: Known
    recipients: Known
    sent_from: Known
    hierarchy: Annotated[Known, Field(description="The titles of what it is a part of, from the fonds down.")]
    dates: list[DateOut] = Field(
        default=[],
        description="All of its dates, where there are several: the one shown, others, those in its title.",
        exclude_if=lambda dates: len(dates) < 2,  # noqa: PLR2004 - several
    )
    source_urls: Annotated[Known, Field(description="All of the archive's own addresses, where there are several.")]
    images: Annotated[Known, Field(description="Pictures of the document, or a IIIF manifest of its pages.")]

    @field_validator("text_kind")
    @classmethod
    def _kind_of_a_text(cls, kind: str | None, read: ValidationInfo) -> str | None:
        """None where there is no text."""
        return kind if read.data.get("summary") else None


class PartsOut(Shape):
    """The parts of a score; further ones have names of their own, each in [0, 1]."""

    model_config = ConfigDict(frozen=True, extra="allow")
    __pydantic_extra__: dict[str, float]

    dense: float | None = Field(description="Cosine of question and record, in [-1, 1].")
    lexical: float | None = Field(description="BM25 score, at least 0.")


class HitOut(Shape):
    """A record and the evidence that it matches."""

    record: RecordOut
    score: float | None = Field(description="Fused evidence, in [0, 1], higher is nearer; null in lists by date.")
    parts: PartsOut
    fit: KnownFit = None
    copy_of: str | None = Field(
        default=None,
        exclude_if=lambda copy_of: copy_of is None,
        description="Id of the record whose rank it shares as a near duplicate; absent where it has its own.",
    )

    match: Match | None = Field(
        default=None,
        exclude_if=lambda match: match is None,
        description="In a search: whether it contains the words, or does not but is near in meaning.",
    )

    @classmethod
    def of(cls, hit: Hit) -> Self:
        """Shape a hit."""
        parts = PartsOut.model_validate({"dense": hit.dense, "lexical": hit.lexical, **dict(hit.parts)})
        return cls(
            record=RecordOut.of(hit.record),
            score=hit.score,
            parts=parts,
            fit=hit.fit,
            copy_of=hit.copy_of,
            match=hit.match,
        )


class RelatedOut(HitOut):
    """A related record and the reasons."""

    reasons: list[str]

    @classmethod
    def why(cls, related: Related) -> Self:
        """Shape a related record."""
        hit = HitOut.of(related.hit)
        return cls(record=hit.record, score=hit.score, parts=hit.parts, reasons=list(related.reasons))


class HitsOut(Shape):
    """The nearest records."""

    hits: list[HitOut]

    @classmethod
    def of(cls, hits: Iterable[Hit]) -> Self:
        """Shape hits."""
        return cls(hits=[HitOut.of(hit) for hit in hits])


class RelatedListOut(Shape):
    """Related records with their reasons."""

    hits: list[RelatedOut]

    @classmethod
    def of(cls, related: Iterable[Related]) -> Self:
        """Shape related records."""
        return cls(hits=[RelatedOut.why(record) for record in related])
