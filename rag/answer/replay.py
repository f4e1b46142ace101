"""A receipt and the answer that the same question gets now -> whether they are the same, and what changed since.

Causes come first (another collection, model or program), then their effects: records that are gone, changed or new,
and other quotes from the same record.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import PurePath

from rag.answer.answer import Answer
from rag.answer.receipt import CitedRecord, Read, Receipt, digest, program
from rag.dates.archival_date import Interval
from rag.index.ports import IndexReader
from rag.language.message import worded
from rag.language.sentences import sentences
from rag.query.enquiry import Enquiry
from rag.record import Record


class ChangeKind(Enum):
    """What can have changed since an answer gave a receipt."""

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
    """One difference between then and now."""

    kind: ChangeKind
    text: str  # a sentence for the reader; after a record's id, what follows it
    record_id: str | None = None  # the record concerned, or None
    exists: bool = False  # whether the collection has that record now
    lost: tuple[str, ...] = ()  # its sentences that were quoted then, are still in it, and are not quoted now


@dataclass(frozen=True, slots=True)
class Replay:
    """A receipt's question, answered again."""

    receipt: Receipt
    answer: Answer
    now: Receipt  # the receipt of the answer
    same: bool  # whether it quotes the same records, in the same order and with the same sentences
    changes: tuple[Change, ...]  # what changed since


def receipt_of(answer: Answer, asked: Enquiry, reader: IndexReader) -> Receipt:
    """The receipt of an answer."""
    understood, identity = answer.understood, reader.identity
    when = understood.when or Interval(None, None)
    cited = {citation.hit.record.id for citation in answer.citations}
    nearest = [hit for hit in answer.nearest if hit.record.id not in cited]
    hits = [citation.hit for citation in answer.citations] + nearest
    by_words = any(hit.score is not None and hit.dense is None for hit in hits)
    return Receipt(
        generation=reader.generation,
        content=reader.content,
        records=len(reader),
        # A model's name may be a path on this machine, which no receipt should disclose.
        model="" if by_words else PurePath(identity.model).name[:200],
        weights=identity.weights,
        program=program(),
        asked=asked,
        read=Read(understood.text, when.start, when.end, understood.names),
        entries=(
            *(
                CitedRecord(cited.hit.record.id, text_digest(cited.hit.record), tuple(map(digest, cited.quotes)))
                for cited in answer.citations
            ),
            *(CitedRecord(hit.record.id, text_digest(hit.record)) for hit in nearest),
        ),
    )


def text_digest(record: Record) -> str:
    """Digest of a record's title, summary and date."""
    return digest(record.title, record.summary, record.date.text if record.date else "")


def compare(then: Receipt, now: Receipt, known: Mapping[str, Record]) -> tuple[bool, tuple[Change, ...]]:
    """Whether both quote the same, and what changed; `known` are the receipt's records that still exist."""
    quoted, again = ([(entry.id, entry.quotes) for entry in receipt.cited] for receipt in (then, now))
    return quoted == again, (*_causes(then, now), *_records(then, now, known), *_quoted(then, now, known))


def _causes(then: Receipt, now: Receipt) -> Iterator[Change]:
    if then.content != now.content:
        yield Change(
            ChangeKind.COLLECTION,
            worded(
                "The collection has changed: %(before)s records then (%(then)s), %(after)s now (%(now)s).",
                before=then.records,
                then=then.generation,
                after=now.records,
                now=now.generation,
            ),
        )
    if then.weights != now.weights:
        yield Change(
            ChangeKind.MODEL,
            worded(
                "The model has changed: weights %(before)s then, %(after)s now (%(model)s).",
                before=then.weights[:12],
                after=now.weights[:12],
                model=now.model or worded("none"),
            ),
        )
    elif bool(then.model) != bool(now.model):
        yield Change(
            ChangeKind.MODEL,
            worded("Searching by meaning is not possible now: the records were found by their words alone.")
            if then.model
            else worded("Searching by meaning was not possible then: the records were found by their words alone."),
        )
    if then.program != now.program:
        yield Change(
            ChangeKind.PROGRAM,
            worded("The program has changed: %(then)s then, %(now)s now.", then=then.program, now=now.program),
        )
    if then.read != now.read:
        yield Change(
            ChangeKind.UNDERSTOOD, worded("The program understands the question differently: compare then and now.")
        )


def _records(then: Receipt, now: Receipt, known: Mapping[str, Record]) -> Iterator[Change]:
    """Records that are gone, changed or new."""
    before = {entry.id for entry in then.entries}
    new = [entry for entry in now.entries if entry.id not in before]
    # An id ends in a digest of the record's words; a changed summary changes only that digest.
    successors = {_without_digest(entry.id): entry.id for entry in new}
    named = dict.fromkeys((*(entry.id for entry in then.entries), *(then.asked.among or ())))
    for record_id in (name for name in named if name not in known):
        if other := successors.get(_without_digest(record_id)):
            yield Change(
                ChangeKind.CHANGED,
                worded("has another summary than then, and is now %(record)s", record=other),
                record_id,
            )
        else:
            yield Change(ChangeKind.GONE, worded("is no longer in the collection"), record_id)
    for entry in then.entries:
        if entry.id in known and text_digest(known[entry.id]) != entry.told:
            yield Change(
                ChangeKind.CHANGED, worded("has another title, summary or date than then"), entry.id, exists=True
            )
    for entry in new:
        quoted = worded("is quoted now and was not found then: added or changed since, or nearer now")
        near = worded("is among the nearest now and was not found then: added or changed since, or nearer now")
        yield Change(ChangeKind.NEW, quoted if entry.quotes else near, entry.id, exists=True)


def _without_digest(record_id: str) -> str:
    return record_id.rpartition("-")[0]


def _quoted(then: Receipt, now: Receipt, known: Mapping[str, Record]) -> Iterator[Change]:
    """Records of both receipts with other quotes."""
    after = {entry.id: entry for entry in now.entries}
    for entry in then.entries:
        if entry.id not in known:
            continue
        found = after.get(entry.id)
        quotes = found.quotes if found else ()
        if found is None:
            quoted, near = worded("was quoted then and is not found now"), worded("was near then and is not found now")
            kind, text = ChangeKind.FAR, quoted if entry.quotes else near
        elif quotes == entry.quotes:
            continue
        elif not quotes:
            kind, text = ChangeKind.UNQUOTED, worded("was quoted then and is only near now")
        elif not entry.quotes:
            kind, text = ChangeKind.QUOTED, worded("was only near then and is quoted now")
        else:
            shared = len(set(quotes) & set(entry.quotes))
            kind = ChangeKind.QUOTES
            text = worded(
                "has other quotes: %(now)s sentences now, among them %(shared)s of the %(then)s quoted then",
                now=len(quotes),
                shared=shared,
                then=len(entry.quotes),
            )
        yield Change(kind, text, entry.id, exists=True, lost=_lost(entry, quotes, known[entry.id]))
    both = {entry.id for entry in then.cited} & {entry.id for entry in now.cited}
    order, reordered = ([entry.id for entry in receipt.cited if entry.id in both] for receipt in (then, now))
    if order != reordered:
        yield Change(ChangeKind.ORDER, worded("The answer quotes the records in another order."))


def _lost(entry: CitedRecord, quotes: tuple[str, ...], record: Record) -> tuple[str, ...]:
    """The sentences quoted then and not now that the record still has."""
    missing = set(entry.quotes) - set(quotes)
    return tuple(text for text in (record.title, *sentences(record.summary)) if digest(text) in missing)
