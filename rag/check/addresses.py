"""An address or a record's id -> the record that it names, if one does."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from rapidfuzz.fuzz import ratio

from rag.check.candidates import LEAST, alikeness, candidates
from rag.check.text_compare import parts, title_words
from rag.check.verdicts import ClaimKind, ComparedRecord, JudgedClaim, Verdict
from rag.errors import RecordNotFound
from rag.language.tokens import Token, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rag.check.extract import TextSpan
    from rag.index.ports import IndexReader
    from rag.record import Record

_OWN = re.compile(r"(?:^|/)records/([^/?#]+)|^(\d{4}-\d\d-\d\d-.+|undated-.+)$")
_MANGLED = 85  # per cent of an id's letters that a record's has too
_WHOLE = 0.9  # share of the words of a title and an address above which only a small one was lost on the way
_SAYING = 3  # words of an address from which on it says a title


def address(reader: IndexReader, span: TextSpan, beside: Sequence[Record]) -> JudgedClaim | None:
    """The verdict on an address; None where it says nothing and a title beside it does."""
    path = unquote(urlsplit(span.text).path if "://" in span.text else span.text)
    if own := _OWN.search(path):
        return _own(reader, span, own[1] or own[2])
    known = [record for record in beside if record.source_url and _bare(record.source_url) == _bare(span.text)]
    if known:
        return _judged(span, Verdict.EXACT, "This is the archive's own address of the record.", known[0], 1.0)
    slug = words(path.rstrip("/").rpartition("/")[2].rpartition(".")[0] or path.rstrip("/").rpartition("/")[2])
    if len(slug) < _SAYING:
        if beside:
            return None
        reason = "The address names no record of this collection; give its title and date beside it."
        return JudgedClaim(ClaimKind.ADDRESS, Verdict.UNDECIDED, span.start, span.end, (reason,))
    return _by_words(reader, span, slug)


def _by_words(reader: IndexReader, span: TextSpan, slug: Sequence[str]) -> JudgedClaim:
    record, score = _nearest(reader, slug)
    if record is None or score < LEAST:
        return _judged(span, Verdict.NOT_FOUND, "No record of this collection has an address like it.", record, score)
    if score > _WHOLE:
        reason = "The words of the address are the record's title; the address itself is not kept here."
        return _judged(span, Verdict.NEAR, reason, record, score)
    reason = "The words of the address are like the record's title, but others."
    return _judged(span, Verdict.ALTERED, reason, record, score)


def _own(reader: IndexReader, span: TextSpan, record_id: str) -> JudgedClaim:
    try:
        record = reader.records([record_id])[0]
    except RecordNotFound:
        found, _ = _nearest(reader, words(re.sub(r"^\d{4}-\d\d-\d\d-|-[0-9a-f]{6}$", "", record_id)))
        score = ratio(record_id, found.id) / 100 if found else 0.0
        if found is not None and score * 100 >= _MANGLED:
            reason = "No record has this id; one like it is here."
            return _judged(span, Verdict.ALTERED, reason, found, score)
        return _judged(span, Verdict.NOT_FOUND, "No record of this collection has this id.", found, score)
    return _judged(span, Verdict.EXACT, "This is the record's address here.", record, 1.0)


def _nearest(reader: IndexReader, slug: Iterable[str]) -> tuple[Record | None, float]:
    """The record whose title has the most of these words."""
    given = [*slug]
    near = candidates(reader, [Token(word, word, 0, 0) for word in given], ())
    scored = [
        (alikeness(given, [each for word in title_words(record.title) for each in words(word.text)]), record)
        for record in near
    ]
    score, record = max(scored, key=lambda each: each[0], default=(0.0, None))
    return record, score


def _bare(address: str) -> str:
    parted = urlsplit(address if "://" in address else f"https://{address}")
    return f"{parted.netloc.removeprefix('www.')}{parted.path.rstrip('/')}?{parted.query}".lower()


def _judged(span: TextSpan, verdict: Verdict, reason: str, record: Record | None, score: float) -> JudgedClaim:
    held = () if record is None else (ComparedRecord(record, score),)
    shown = parts(span.text, record.id) if verdict is Verdict.ALTERED and record and "records/" not in span.text else ()
    return JudgedClaim(ClaimKind.ADDRESS, verdict, span.start, span.end, (reason,), shown, held)
