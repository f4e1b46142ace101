"""Quoted words and the records near to them -> whether a record has them so."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.check.candidates import covered, passage
from rag.check.text_compare import compared, summary_words, title_words, verbatim
from rag.check.verdicts import ClaimKind, ComparedRecord, JudgedClaim, Verdict
from rag.check.word_diff import content, quoted
from rag.language.tokens import tokens

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.check.extract import TextSpan
    from rag.language.tokens import Token
    from rag.record import Record

LIKE = 0.6
"""Share of the words from which on a quotation is taken for a passage of the collection, however changed."""

TOLD = 3
"""Words that say something, below which a quotation may stand anywhere."""

SHORTEST = 4
"""Words of a quotation, at least."""

_STITCHED = 0.75  # share of a quotation that runs of a record's words make up, wherever they stand in it
_LEFT_OUT = re.compile(r"\s*[\[(]?\s*(?:…|\.(?:\s?\.){2,})\s*[\])]?\s*")
_INSERTED = re.compile(r"\s*\[[^\[\]]*\]\s*")


@dataclass(frozen=True, slots=True)
class _Near:
    """The passage of a record that is most like a quotation."""

    record: Record
    text: str
    words: tuple[Token, ...]
    score: float

    def held(self) -> ComparedRecord:
        return ComparedRecord(self.record, self.score, self.text)


def quotation(span: TextSpan, near: Sequence[Record], kind: ClaimKind = ClaimKind.QUOTATION) -> JudgedClaim | None:
    """The verdict on quoted words; None where there are none."""
    words = tokens(span.text)
    if not words:
        return None
    whole = _whole(span.text, near)
    if len(words) < SHORTEST or content(words) < TOLD:
        return _short(span, whole, kind)
    if whole:
        told = "These are the curator's words, to the letter."
        reasons = (told, f"{len(whole)} records have them.") if len(whole) > 1 else (told,)
        held = tuple(ComparedRecord(record, 1.0, found) for record, found in whole)
        return JudgedClaim(kind, Verdict.EXACT, span.start, span.end, reasons, compared(span.text, whole[0][1]), held)
    joined = _marked(span, near, kind) or (_stitched(span, words, near, kind) if near else None)
    return joined or _compared(span, words, near, kind)


def _short(span: TextSpan, whole: Sequence[tuple[Record, str]], kind: ClaimKind) -> JudgedClaim:
    if whole:
        reason = "Too short to tell: these words do stand in a record, as they might in any text."
    else:
        reason = "Too short to tell: words like these stand in many texts."
    held = tuple(ComparedRecord(record, 1.0, found) for record, found in whole[:1])
    return JudgedClaim(kind, Verdict.UNDECIDED, span.start, span.end, (reason,), held=held)


def _compared(span: TextSpan, words: Sequence[Token], near: Sequence[Record], kind: ClaimKind) -> JudgedClaim:
    """The quotation against the passage that is most like it."""
    best = _best(words, near)
    if best is None or best.score < LIKE:
        reason = "No record of this collection has words like these."
        held = (best.held(),) if best else ()
        return JudgedClaim(kind, Verdict.NOT_FOUND, span.start, span.end, (reason,), held=held)
    verdict, reasons = quoted(words, best.words)
    return JudgedClaim(kind, verdict, span.start, span.end, reasons, compared(span.text, best.text), (best.held(),))


def whole_texts(record: Record) -> tuple[str, ...]:
    """What of a record can be quoted."""
    return (record.summary, record.title) if record.summary else (record.title,)


def _whole(text: str, near: Sequence[Record]) -> list[tuple[Record, str]]:
    """The records that have the words to the letter, and their own spelling of them."""
    found = []
    for record in near:
        for held in whole_texts(record):
            if verbatim(text, held) is not None:
                found.append((record, _spelt(text, held)))
                break
    return found


def _spelt(text: str, held: str) -> str:
    """The record's own letters of words that it has."""
    words, own = tokens(text), summary_words(held)
    sought = [each.word for each in words]
    for at in range(len(own) - len(sought) + 1):
        if [each.word for each in own[at : at + len(sought)]] == sought:
            return _cut(held, own, at, at + len(sought))
    return text


def _cut(held: str, own: Sequence[Token], first: int, last: int) -> str:
    """Words [first, last) of a record with the marks that open and close them."""
    start, end = own[first].start, own[last - 1].end
    return held[start:end] + (held[end : end + 1] if held[end : end + 1] in {".", ",", "!", "?", ";"} else "")


def _marked(span: TextSpan, near: Sequence[Record], kind: ClaimKind) -> JudgedClaim | None:
    """A quotation with marked omissions or insertions, if each of its parts is a record's to the letter."""
    inserted = _INSERTED.search(_LEFT_OUT.sub(" … ", span.text)) is not None
    pieces = [each for part in _LEFT_OUT.split(span.text) for each in _INSERTED.split(part) if tokens(each)]
    if not pieces or (len(pieces) == 1 and not inserted) or any(len(tokens(each)) == 1 for each in pieces):
        return None
    for record in near:
        for held in whole_texts(record):
            at: int | None = 0
            for piece in pieces:
                at = verbatim(piece, held, at) if at is not None else None
            if at is None:
                continue
            best = passage([each.word for each in tokens(span.text)], [each.word for each in summary_words(held)])
            own = _cut(held, summary_words(held), best.first, best.last) if best.last > best.first else held
            reason = (
                "The words in square brackets are the quoter's; the others are the curator's."
                if inserted
                else "These are the curator's words; words are left out, and the omission is marked."
            )
            verdict = Verdict.NEAR if inserted else Verdict.EXACT
            return JudgedClaim(
                kind,
                verdict,
                span.start,
                span.end,
                (reason,),
                compared(span.text, own),
                (ComparedRecord(record, best.score, own),),
            )
    homes = [next((record for record in near if _whole(piece, [record])), None) for piece in pieces]
    if all(homes):
        records = list(dict.fromkeys(record for record in homes if record is not None))
        reason = (
            f"Its parts stand in {len(records)} records, not in one."
            if len(records) > 1
            else "Its parts stand in the record, but not in this order."
        )
        held_ = tuple(
            ComparedRecord(record, 1 / len(records), next(p for p, h in zip(pieces, homes, strict=True) if h is record))
            for record in records
        )
        return JudgedClaim(kind, Verdict.ALTERED, span.start, span.end, (reason,), held=held_)
    return None


def _best(words: Sequence[Token], near: Sequence[Record]) -> _Near | None:
    best: _Near | None = None
    given = [each.word for each in words]
    for record in near:
        for text in whole_texts(record):
            own = summary_words(text)
            window = passage(given, [each.word for each in own])
            if window.last > window.first and (best is None or window.score > best.score):
                cut = own[window.first : window.last]
                best = _Near(record, _cut(text, own, window.first, window.last), cut, window.score)
    return best


def _stitched(span: TextSpan, words: Sequence[Token], near: Sequence[Record], kind: ClaimKind) -> JudgedClaim | None:
    """Runs of a record's words joined without a mark, or of two records' words."""
    given = [each.word for each in words]
    shares = []
    for record in near:
        held = [each.word for text in whole_texts(record) for each in (*summary_words(text), _BREAK)]
        found = covered(given, held)
        shares.append((sum(found), record, found))
    shares.sort(key=lambda each: -each[0])
    first = shares[0]
    if first[0] >= _STITCHED * len(given) and len(given) > 2 * SHORTEST:
        best = _best(words, [first[1]])
        gaps = best is not None and len(best.words) - len(words) > 1
        if best is not None and gaps:
            _, reasons = quoted(words, best.words)
            reason = "It joins passages of the record, and does not mark what it leaves out."
            return JudgedClaim(
                kind,
                Verdict.ALTERED,
                span.start,
                span.end,
                (reason, *reasons),
                compared(span.text, best.text),
                (best.held(),),
            )
        return None
    for count, record, found in shares[1:]:
        both = sum(a or b for a, b in zip(first[2], found, strict=True))
        if (
            count >= SHORTEST
            and first[0] >= SHORTEST
            and both >= _STITCHED * len(given)
            and both - first[0] >= SHORTEST
        ):
            held_ = (_share(words, first[1]), _share(words, record))
            reason = "It joins words of two records into one quotation."
            return JudgedClaim(kind, Verdict.ALTERED, span.start, span.end, (reason,), held=held_)
    return None


_BREAK = next(iter(title_words("¶x")))._replace(word="¶")


def _share(words: Sequence[Token], record: Record) -> ComparedRecord:
    best = _best(words, [record])
    return ComparedRecord(record, best.score if best else 0.0, best.text if best else "")
