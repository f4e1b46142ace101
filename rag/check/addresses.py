"""An address or a record's id -> the record that it names."""

import re
from collections.abc import Sequence
from urllib.parse import unquote, urlsplit

from rapidfuzz.fuzz import ratio

from rag.check.candidates import LEAST, find_candidates, similarity
from rag.check.extract import TextSpan
from rag.check.text_compare import compare, title_words
from rag.check.verdicts import ClaimKind, ComparedRecord, JudgedClaim, Verdict
from rag.errors import RecordNotFound
from rag.index.ports import IndexReader
from rag.language.message import worded
from rag.language.tokens import Token, words
from rag.record import Record

_OWN = re.compile(r"(?:^|/)records/([^/?#]+)|^(\d{4}-\d\d-\d\d-.+|undated-.+)$")
_MANGLED = 0.85  # similarity of an id to a record's from which on it is that id, miscopied
_WHOLE = 0.9  # similarity of an address to a title above which it has lost a small word or none
_TITLED = 3  # words of an address from which on they are a title


def address(reader: IndexReader, span: TextSpan, beside: Sequence[Record]) -> JudgedClaim | None:
    """The verdict on an address; None where it has no title and the text gives one beside it.

    Args:
        reader: The collection.
        span: The address.
        beside: The records whose titles the sentence gives.
    """
    path = unquote(urlsplit(span.text).path if "://" in span.text else span.text)
    if own := _OWN.search(path):
        return _own(reader, span, own[1] or own[2])
    known = [record for record in beside if record.source_url and _bare(record.source_url) == _bare(span.text)]
    if known:
        return _judged(span, Verdict.EXACT, "This is the archive's own address of the record.", known[0], 1.0)
    last = path.rstrip("/").rpartition("/")[2]
    slug = words(last.rpartition(".")[0] or last)
    if len(slug) >= _TITLED:
        return _by_words(reader, span, slug)
    if beside:
        return None
    reason = worded("The address names no record of this collection; give the record's title and date beside it.")
    return _judged(span, Verdict.UNDECIDED, reason, None, 0.0)


def _by_words(reader: IndexReader, span: TextSpan, slug: Sequence[str]) -> JudgedClaim:
    record, score = _nearest(reader, slug)
    if record is None or score < LEAST:
        return _judged(span, Verdict.NOT_FOUND, "No record of this collection has an address like it.", record, score)
    if score > _WHOLE:
        reason = worded(
            "The words of the address are the record's title; the collection does not keep the address itself."
        )
        return _judged(span, Verdict.NEAR, reason, record, score)
    return _judged(span, Verdict.ALTERED, "The words of the address differ from the record's title.", record, score)


def _own(reader: IndexReader, span: TextSpan, record_id: str) -> JudgedClaim:
    """The verdict on an address of this site, or on a record's id."""
    try:
        record = reader.records([record_id])[0]
    except RecordNotFound:
        near, _ = _nearest(reader, words(re.sub(r"^\d{4}-\d\d-\d\d-|-[0-9a-f]{6}$", "", record_id)))
        score = ratio(record_id, near.id) / 100 if near else 0.0
        if score >= _MANGLED:
            return _judged(span, Verdict.ALTERED, "No record has this id; one has an id like it.", near, score)
        return _judged(span, Verdict.NOT_FOUND, "No record of this collection has this id.", near, score)
    return _judged(span, Verdict.EXACT, "This is the record's address here.", record, 1.0)


def _nearest(reader: IndexReader, slug: Sequence[str]) -> tuple[Record | None, float]:
    """The record whose title is most like these words, and how like it is."""
    scored = [
        (similarity(slug, [part for word in title_words(record.title) for part in words(word.text)]), record)
        for record in find_candidates(reader, [Token(word, word, 0, 0) for word in slug], ())
    ]
    score, record = max(scored, key=lambda pair: pair[0], default=(0.0, None))
    return record, score


def _bare(address: str) -> str:
    """An address without its scheme and the "www.", for comparison."""
    parts = urlsplit(address if "://" in address else f"https://{address}")
    return f"{parts.netloc.removeprefix('www.')}{parts.path.rstrip('/')}?{parts.query}".lower()


def _judged(span: TextSpan, verdict: Verdict, reason: str, record: Record | None, score: float) -> JudgedClaim:
    compared = () if record is None else (ComparedRecord(record, score),)
    differs = verdict is Verdict.ALTERED and "records/" not in span.text
    parts = compare(span.text, record.id) if differs and record else ()
    return JudgedClaim(ClaimKind.ADDRESS, verdict, span.start, span.end, (reason,), parts, compared)
