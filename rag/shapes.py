"""Nouns -> the JSON that the API returns and that `--json` prints: one shape, whoever asks."""

import datetime as dt
from collections.abc import Iterable
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field

from rag.answer import Answer, Citation, Sentence, Status
from rag.assistant import Found
from rag.check import Checked, Claim, Finding, Verdict, Where
from rag.dates import ArchivalDate, Fit
from rag.marks import Mark, Side
from rag.names.reading import Respelling
from rag.question import Understood
from rag.receipt import Receipt
from rag.record import Hit, Listing, Record
from rag.relate import Related
from rag.replay import Change, Kind, Replay
from rag.spread import Spread, Unit
from rag.writing.gate import Judged, Reason
from rag.writing.gate import Kind as Fault
from rag.writing.writer import Outcome, Written

# No `from __future__ import annotations` here: pydantic reads annotations at run time.

Known = Annotated[list[str], Field(default_factory=list, exclude_if=lambda known: not known)]
KnownText = Annotated[str | None, Field(default=None, exclude_if=lambda known: known is None)]


class Shape(BaseModel):
    """A JSON object that is read or written whole and never changed."""

    model_config = ConfigDict(frozen=True)


class DateOut(Shape):
    """A date as the source gives it, and as far as it is understood."""

    text: str = Field(description="The source's own spelling.")
    edtf: str | None = Field(description="EDTF level 0 or 1; null where it cannot be understood.")
    start: dt.date | None = Field(description="The earliest day it can mean.")
    end: dt.date | None = Field(description="The latest day it can mean.")

    @classmethod
    def of(cls, date: ArchivalDate) -> Self:
        """Shape a date."""
        return cls(text=date.text, edtf=date.edtf, start=date.start, end=date.end)


class ListingOut(Shape):
    """Where a source lists the record."""

    file: str = Field(description="The path below the source given.")
    position: int = Field(description="Its place among the file's listings, from 1.")
    page: str | None = Field(description='The page\'s own range line ("1 - 10 of 31").')

    @classmethod
    def of(cls, listing: Listing) -> Self:
        """Shape a listing."""
        return cls(file=listing.file, position=listing.position, page=listing.page)


class RecordOut(Shape):
    """One document, as its curators describe it; never the document itself."""

    id: str
    title: str
    summary: str = Field(description="The curators' summary; empty where there is none.")
    date: DateOut | None = Field(description="The listed date; null where the source gives none.")
    dates_in_title: list[DateOut]
    listings: list[ListingOut]
    url: str = Field(description="This site's path of the record.")
    source_url: str | None = Field(description="The archive's own address.")
    people: Known
    places: Known
    subjects: Known
    languages: Known
    type: KnownText
    archive: KnownText
    source: KnownText
    rights: KnownText

    @classmethod
    def of(cls, record: Record) -> Self:
        """Shape a record; what is not known of it is left out."""
        return cls(
            id=record.id,
            title=record.title,
            summary=record.summary,
            date=None if record.date is None else DateOut.of(record.date),
            dates_in_title=[DateOut.of(date) for date in record.dates_in_title],
            listings=[ListingOut.of(listing) for listing in record.listings],
            url=record.url,
            source_url=record.source_url,
            people=list(record.people),
            places=list(record.places),
            subjects=list(record.subjects),
            languages=list(record.languages),
            type=record.type,
            archive=record.archive,
            source=record.source,
            rights=record.rights,
        )


FIT: Fit | None = Field(
    default=None,
    description="Where days are asked for: whether its dates lie in them certainly, or possibly.",
    exclude_if=lambda fit: fit is None,
)


class PartsOut(Shape):
    """What a score is made of; further parts by name, each in [0, 1]."""

    model_config = ConfigDict(frozen=True, extra="allow")
    __pydantic_extra__: dict[str, float]

    dense: float | None = Field(description="Cosine of question and record, in [-1, 1].")
    lexical: float | None = Field(description="BM25 score, at least 0.")


class HitOut(Shape):
    """A record and the evidence that it is what was asked for."""

    record: RecordOut
    score: float | None = Field(description="Fused evidence, in [0, 1], higher is nearer; null in lists by date.")
    parts: PartsOut
    fit: Fit | None = FIT
    copy_of: str | None = Field(
        default=None,
        exclude_if=lambda copy_of: copy_of is None,
        description="Id of the record whose place it shares as a near copy; absent where it has its own.",
    )

    @classmethod
    def of(cls, hit: Hit) -> Self:
        """Shape a hit."""
        parts = PartsOut.model_validate({"dense": hit.dense, "lexical": hit.lexical, **dict(hit.parts)})
        return cls(record=RecordOut.of(hit.record), score=hit.score, parts=parts, fit=hit.fit, copy_of=hit.copy_of)


class RelatedOut(HitOut):
    """A related record, and why."""

    reasons: list[str]

    @classmethod
    def why(cls, related: Related) -> Self:
        """Shape a related record."""
        hit = HitOut.of(related.hit)
        return cls(record=hit.record, score=hit.score, parts=hit.parts, reasons=list(related.reasons))


class CorrectionOut(Shape):
    """A spelling given, and the collection's own that is searched beside it."""

    given: str
    found: str

    @classmethod
    def of(cls, correction: Respelling) -> Self:
        """Shape a correction."""
        return cls(given=correction.given, found=correction.found)


class UnderstoodOut(Shape):
    """What the words were taken to ask."""

    text: str = Field(description="The question as it stands alone.")
    date_from: dt.date | None
    date_to: dt.date | None
    mentions_from: dt.date | None = Field(description="Days named without being asked for; they raise records.")
    mentions_to: dt.date | None
    names: list[str]
    corrections: list[CorrectionOut]
    rewritten: bool = Field(description="Whether `text` was completed from the turns before.")

    @classmethod
    def of(cls, understood: Understood) -> Self:
        """Shape what was understood."""
        when, mentions = understood.when, understood.mentions
        return cls(
            text=understood.text,
            date_from=None if when is None else when.start,
            date_to=None if when is None else when.end,
            mentions_from=None if mentions is None else mentions.start,
            mentions_to=None if mentions is None else mentions.end,
            names=list(understood.names),
            corrections=[CorrectionOut.of(correction) for correction in understood.corrections],
            rewritten=understood.rewritten,
        )


class MarkOut(Shape):
    """A part of a sentence that answers to a word of the question."""

    start: int = Field(description="Offset of its first character in `text`, in Unicode characters, from 0.")
    end: int = Field(description="Offset after its last.")
    asked: str = Field(description="The question's own word.")
    side: Side = Field(description="`word`: it is that word, by stem or spelling; `meaning`: it is used alike.")

    @classmethod
    def of(cls, mark: Mark) -> Self:
        """Shape a mark."""
        return cls(start=mark.start, end=mark.end, asked=mark.asked, side=mark.side)


class SentenceOut(Shape):
    """One sentence, to the letter from each record that it cites."""

    text: str
    citations: list[int]
    marks: list[MarkOut]

    @classmethod
    def of(cls, sentence: Sentence) -> Self:
        """Shape a sentence."""
        return cls(
            text=sentence.text,
            citations=list(sentence.citations),
            marks=[MarkOut.of(mark) for mark in sentence.marks],
        )


class CitationOut(Shape):
    """A record quoted in the answer."""

    number: int
    record: RecordOut
    score: float | None
    quotes: list[str]
    fit: Fit | None = FIT

    @classmethod
    def of(cls, citation: Citation) -> Self:
        """Shape a citation."""
        hit = citation.hit
        return cls(
            number=citation.number,
            record=RecordOut.of(hit.record),
            score=hit.score,
            quotes=list(citation.quotes),
            fit=hit.fit,
        )


class AnswerOut(Shape):
    """The curators' own words, cited, or an honest no."""

    status: Status
    question: str
    understood: UnderstoodOut
    answer: list[SentenceOut]
    citations: list[CitationOut]
    nearest: list[HitOut]
    notes: list[str]
    by_date: bool = Field(description="Whether the sentences go by date; else the best evidence comes first.")
    receipt: str = Field(description="A line by which the answer can be replayed; see `/api/v1/replay`.")

    @classmethod
    def of(cls, answer: Answer) -> Self:
        """Shape an answer."""
        return cls(
            status=answer.status,
            question=answer.question,
            understood=UnderstoodOut.of(answer.understood),
            answer=[SentenceOut.of(sentence) for sentence in answer.sentences],
            citations=[CitationOut.of(citation) for citation in answer.citations],
            nearest=[HitOut.of(hit) for hit in answer.nearest],
            notes=list(answer.notes),
            by_date=answer.by_date,
            receipt=answer.receipt,
        )


class ReasonOut(Shape):
    """Why a sentence was struck."""

    kind: Fault
    text: str

    @classmethod
    def of(cls, reason: Reason) -> Self:
        """Shape a reason."""
        return cls(kind=reason.kind, text=reason.text)


class JudgedOut(Shape):
    """A sentence that a model wrote, held against the records that it cites."""

    text: str = Field(description="Without its citation marks.")
    citations: list[int]
    stands: bool
    reasons: list[ReasonOut] = Field(description="Why it was struck; empty where it stands.")

    @classmethod
    def of(cls, judged: Judged) -> Self:
        """Shape a sentence."""
        reasons = [ReasonOut.of(reason) for reason in judged.reasons]
        return cls(text=judged.text, citations=list(judged.citations), stands=judged.stands, reasons=reasons)


class WrittenOut(Shape):
    """What became of a model's reply, once it has ended."""

    outcome: Outcome = Field(
        description="`extractive`: nothing written is given, the curators' own words are the answer."
    )
    model: str
    stand: int
    struck: int
    notes: list[str]

    @classmethod
    def of(cls, written: Written) -> Self:
        """Shape the end."""
        return cls(
            outcome=written.outcome,
            model=written.model,
            stand=written.stand,
            struck=written.struck,
            notes=list(written.notes),
        )


class ChangeOut(Shape):
    """One thing that is not as it was when the receipt was given."""

    kind: Kind
    record: str | None = Field(description="The id of the record concerned.")
    text: str = Field(description="What changed, for a reader; of a record, what follows its name.")
    lost: list[str] = Field(description="Its sentences quoted then, still standing in it, and not quoted now.")

    @classmethod
    def of(cls, change: Change) -> Self:
        """Shape a change."""
        return cls(kind=change.kind, record=change.record_id, text=change.text, lost=list(change.lost))


class ReplayOut(Shape):
    """What a receipt's question is answered now, and whether that is the same."""

    same: bool = Field(description="Whether the same records are quoted, in the same order, with the same sentences.")
    changes: list[ChangeOut]
    then: Receipt = Field(description="What the receipt says; it is compared, never believed.")
    now: AnswerOut

    @classmethod
    def of(cls, replay: Replay) -> Self:
        """Shape a replay."""
        return cls(
            same=replay.same,
            changes=[ChangeOut.of(change) for change in replay.changes],
            then=replay.receipt,
            now=AnswerOut.of(replay.answer),
        )


class CountOut(Shape):
    """How many of the records found have a value."""

    value: str
    count: int


class StretchOut(Shape):
    """A day, month, year, decade or century, and the records whose listed date lies within it."""

    start: dt.date
    end: dt.date
    days: int = Field(description="Those known to a day.")
    within: int = Field(description="Those known less closely.")


class TimelineOut(Shape):
    """All records found, each once, by listed date."""

    unit: Unit | None = Field(description="What one stretch is; null where no record is dated.")
    stretches: list[StretchOut]
    across: int = Field(description="Records that may lie in several stretches or beyond them.")
    outside: int = Field(description="Records found by the date in their title, though listed outside the stretches.")
    certain: int | None = Field(description="Records certainly of the days asked for; null where none are.")
    possible: int | None = Field(description="Records possibly of them.")
    undated: int = Field(description="Records that would be found if they were dated.")

    @classmethod
    def of(cls, spread: Spread) -> Self:
        """Shape how what is found lies in time."""
        return cls(
            unit=spread.unit,
            stretches=[
                StretchOut(start=each.start, end=each.end, days=each.days, within=each.within)
                for each in spread.stretches
            ],
            across=spread.across,
            outside=spread.outside,
            certain=spread.certain,
            possible=spread.possible,
            undated=spread.undated,
        )


class FoundOut(Shape):
    """One page of a search."""

    hits: list[HitOut]
    total: int = Field(description="Records that pass the filters and show any evidence.")
    next: str | None = Field(description="Cursor of the following page.")
    understood: UnderstoodOut | None
    notes: list[str]
    facets: dict[str, list[CountOut]] | None = Field(
        default=None,
        description="Where asked for: records by value of each field, that field's own condition set aside.",
        exclude_if=lambda facets: facets is None,
    )
    timeline: TimelineOut | None = Field(
        default=None, description="Where facets are asked for.", exclude_if=lambda timeline: timeline is None
    )

    @classmethod
    def of(cls, found: Found) -> Self:
        """Shape a page of hits."""
        return cls(
            hits=[HitOut.of(hit) for hit in found.hits],
            total=found.total,
            next=found.next,
            understood=None if found.understood is None else UnderstoodOut.of(found.understood),
            notes=list(found.notes),
            facets=None
            if found.spread is None
            else {
                field: [CountOut(value=value, count=count) for value, count in counted.items()]
                for field, counted in found.spread.fields.items()
            },
            timeline=None if found.spread is None else TimelineOut.of(found.spread),
        )


class RecordsOut(Shape):
    """One page of all records, by date."""

    records: list[RecordOut]
    total: int
    next: str | None

    @classmethod
    def of(cls, found: Found) -> Self:
        """Shape a page of records."""
        return cls(records=[RecordOut.of(hit.record) for hit in found.hits], total=found.total, next=found.next)


class HitsOut(Shape):
    """Nearest records."""

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
        return cls(hits=[RelatedOut.why(each) for each in related])


class PartOut(Shape):
    """A run of letters: in both, only in the text checked ("given"), or only in the record ("held")."""

    side: Where
    text: str


class FindingOut(Shape):
    """One reference or quotation of the text, and how it stands to the collection."""

    kind: Claim
    verdict: Verdict
    text: str = Field(description="To the letter as in `text` of the whole, from `start` to `end`.")
    start: int = Field(description="Offset of its first character, in Unicode code points.")
    end: int = Field(description="Offset after its last.")
    reasons: list[str]
    differences: list[PartOut] = Field(description="The finding against the record, letter by letter.")
    citations: list[int] = Field(description="The records compared, the nearest first.")

    @classmethod
    def of(cls, finding: Finding) -> Self:
        """Shape a finding."""
        return cls(
            kind=finding.kind,
            verdict=finding.verdict,
            text=finding.text,
            start=finding.start,
            end=finding.end,
            reasons=list(finding.reasons),
            differences=[PartOut(side=part.side, text=part.text) for part in finding.parts],
            citations=list(finding.citations),
        )


class CheckOut(Shape):
    """Each reference and quotation of a text, held against the collection."""

    text: str = Field(description="In Unicode's composed form, without control characters.")
    findings: list[FindingOut] = Field(description="In the order of the text.")
    citations: list[CitationOut] = Field(description="Records compared; `quotes` are the words compared with.")
    notes: list[str]

    @classmethod
    def of(cls, checked: Checked) -> Self:
        """Shape what came of a check."""
        return cls(
            text=checked.text,
            findings=[FindingOut.of(finding) for finding in checked.findings],
            citations=[CitationOut.of(citation) for citation in checked.citations],
            notes=list(checked.notes),
        )
