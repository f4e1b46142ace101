"""A receipt and the answer that the same question gets now -> the same, or what changed since.

What changed is told as causes first (another collection, model or program), then as what came of them: records that
are gone or say something else, that came in or fell out, and other quotes of the same record.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from pathlib import PurePath
from typing import TYPE_CHECKING

from rag.answer.receipt import CitedRecord, Read, Receipt, digest, program
from rag.dates.archival_date import Interval
from rag.language.sentences import sentences

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rag.answer.answer import Answer
    from rag.index.ports import IndexReader
    from rag.query.enquiry import Enquiry
    from rag.record import Record


class ChangeKind(Enum):
    """What can have changed since a receipt was given."""

    COLLECTION = "collection"
    MODEL = "model"
    PROGRAM = "program"
    UNDERSTOOD = "understood"
    GONE = "gone"
    CHANGED = "changed"
    NEW = "new"
    QUOTED = "quoted"
    UNQUOTED = "unquoted"
    FAR = "far"
    QUOTES = "quotes"
    ORDER = "order"


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is not as it was.

    Attributes:
        text: A sentence for the reader; the record is named beside it.
        record_id: The record concerned, or None.
        held: Whether the collection holds that record now.
        lost: Its sentences that were quoted then, still stand in it and are not quoted now.
    """

    kind: ChangeKind
    text: str
    record_id: str | None = None
    held: bool = False
    lost: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Replay:
    """What a receipt's question is answered now.

    Attributes:
        same: Whether the same records are quoted, in the same order and with the same sentences.
        now: What a receipt of the answer says.
        changes: What else changed since, or why they are not the same.
    """

    receipt: Receipt
    answer: Answer
    now: Receipt
    same: bool
    changes: tuple[Change, ...]


def receipt_of(answer: Answer, asked: Enquiry, reader: IndexReader) -> Receipt:
    """What this answer was made of."""
    understood, identity = answer.understood, reader.identity
    when = understood.when or Interval(None, None)
    nearest = [hit for hit in answer.nearest if hit.record.id not in {each.hit.record.id for each in answer.citations}]
    hits = [each.hit for each in answer.citations] + nearest
    by_words = any(hit.score is not None and hit.dense is None for hit in hits)
    return Receipt(
        generation=reader.generation,
        content=reader.content,
        records=len(reader),
        # A model may be named by the path where it lies, which is nobody else's business.
        model="" if by_words else PurePath(identity.model).name[:200],
        weights=identity.weights,
        program=program(),
        asked=asked,
        read=Read(understood.text, when.start, when.end, understood.names),
        entries=(
            *(
                CitedRecord(each.hit.record.id, told(each.hit.record), tuple(map(digest, each.quotes)))
                for each in answer.citations
            ),
            *(CitedRecord(hit.record.id, told(hit.record)) for hit in nearest),
        ),
    )


def told(record: Record) -> str:
    """Digest of all that the curators say of a record."""
    return digest(record.title, record.summary, record.date.text if record.date else "")


def compared(then: Receipt, now: Receipt, held: Mapping[str, Record]) -> tuple[bool, tuple[Change, ...]]:
    """Whether the same is quoted, and what changed; `held` are those of the receipt's records that are still there."""
    quoted, again = ([(entry.id, entry.quotes) for entry in receipt.cited] for receipt in (then, now))
    same = quoted == again
    return same, (*_causes(then, now), *_records(then, now, held), *_quoted(then, now, held))


def _causes(then: Receipt, now: Receipt) -> Iterator[Change]:
    if then.content != now.content:
        yield Change(
            ChangeKind.COLLECTION,
            f"The collection is another: {then.records:,} records then ({then.generation}), "
            f"{now.records:,} now ({now.generation}).",
        )
    if then.weights != now.weights:
        yield Change(
            ChangeKind.MODEL,
            f"The model is another: weights {then.weights[:12]} then, {now.weights[:12]} now ({now.model or 'none'}).",
        )
    elif bool(then.model) != bool(now.model):
        silent = "now" if then.model else "then"
        yield Change(ChangeKind.MODEL, f"Without the encoder, records were found by their words alone {silent}.")
    if then.program != now.program:
        yield Change(ChangeKind.PROGRAM, f"The program is another: {then.program} then, {now.program} now.")
    if then.read != now.read:
        yield Change(
            ChangeKind.UNDERSTOOD, "The question is understood differently: see what was understood, then and now."
        )


def _records(then: Receipt, now: Receipt, held: Mapping[str, Record]) -> Iterator[Change]:
    """Records that are not what they were."""
    before = {entry.id for entry in then.entries}
    new = [entry for entry in now.entries if entry.id not in before]
    # An id ends in a digest of the record's words: one of the same date and title is the same record, told otherwise.
    instead = {_stem(entry.id): entry.id for entry in new}
    named = [*(entry.id for entry in then.entries), *(then.asked.among or ())]
    for record_id in dict.fromkeys(each for each in named if each not in held):
        if other := instead.get(_stem(record_id)):
            yield Change(ChangeKind.CHANGED, f"has another summary than then, and is now {other}", record_id)
        else:
            yield Change(ChangeKind.GONE, "is no longer in the collection", record_id)
    for entry in then.entries:
        if entry.id in held and told(held[entry.id]) != entry.told:
            yield Change(ChangeKind.CHANGED, "has another title, summary or date than then", entry.id, held=True)
    for entry in new:
        place = "is quoted now and was" if entry.quotes else "is among the nearest now and was"
        yield Change(
            ChangeKind.NEW, f"{place} not found then: added or changed since, or nearer now", entry.id, held=True
        )


def _stem(record_id: str) -> str:
    return record_id.rpartition("-")[0]


def _quoted(then: Receipt, now: Receipt, held: Mapping[str, Record]) -> Iterator[Change]:
    """Records of both that are not quoted as they were."""
    after = {entry.id: entry for entry in now.entries}
    for entry in then.entries:
        if entry.id not in held:
            continue
        found = after.get(entry.id)
        quotes = found.quotes if found else ()
        if found is None:
            kind, text = (
                ChangeKind.FAR,
                f"was {'quoted' if entry.quotes else 'near'} then and is not among what is found now",
            )
        elif quotes == entry.quotes:
            continue
        elif not quotes:
            kind, text = ChangeKind.UNQUOTED, "was quoted then and is only near now"
        elif not entry.quotes:
            kind, text = ChangeKind.QUOTED, "was only near then and is quoted now"
        else:
            kept = len(set(quotes) & set(entry.quotes))
            kind = ChangeKind.QUOTES
            text = f"is quoted otherwise: {len(quotes)} sentences now, {kept} of the {len(entry.quotes)} of then"
        yield Change(kind, text, entry.id, held=True, lost=_lost(entry, quotes, held[entry.id]))
    shared = {entry.id for entry in then.cited} & {entry.id for entry in now.cited}
    orders = [[entry.id for entry in receipt.cited if entry.id in shared] for receipt in (then, now)]
    if orders[0] != orders[1]:
        yield Change(ChangeKind.ORDER, "The records are quoted in another order.")


def _lost(entry: CitedRecord, quotes: tuple[str, ...], record: Record) -> tuple[str, ...]:
    """The words of the quotes that are no longer given, where the record still holds them."""
    missing = set(entry.quotes) - set(quotes)
    return tuple(text for text in (record.title, *sentences(record.summary)) if digest(text) in missing)
