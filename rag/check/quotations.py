"""Quoted words and their candidate records -> the verdict: whether a record has these words."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.check.candidates import best_passage, covered
from rag.check.extract import TextSpan
from rag.check.text_compare import compare_quotation, summary_words, verbatim
from rag.check.verdicts import ClaimKind, ComparedRecord, JudgedClaim, Verdict
from rag.check.word_diff import content_words, judge_quotation
from rag.language.message import worded
from rag.language.tokens import Token, tokens
from rag.record import Record

LIKE = 0.6  # similarity to a record's passage from which on a quotation is taken for that passage, however changed
CONTENT = 3  # content words of a quotation, at least; shorter ones may stand anywhere
SHORTEST = 4  # words of a quotation, at least
_JOINED = 0.75  # share of a quotation's words, in runs from a record, from which on it is put together from them
_SPACES = r"(?:(?<!\s)\s++)?"  # a run of white space is tried once, not from each of its characters
_OMISSION = re.compile(rf"{_SPACES}(?:[\[(]\s*+)?(?:…|\.(?:\s?\.){{2,}}+)\s*+(?:[\])]\s*+)?")
_INSERTION = re.compile(rf"{_SPACES}\[[^\[\]]*+\]\s*+")
_BREAK = Token("¶", "", 0, 0)  # between two texts of a record, so that no run crosses it


@dataclass(frozen=True, slots=True)
class _Quoted:
    """A quotation to judge."""

    span: TextSpan
    kind: ClaimKind
    words: tuple[Token, ...]

    def judged(
        self, verdict: Verdict, reasons: tuple[str, ...], *compared: ComparedRecord, shown: bool = False
    ) -> JudgedClaim:
        """The claim with its verdict; `shown` compares it with the first record letter by letter."""
        parts = compare_quotation(self.span.text, compared[0].quote) if shown else ()
        return JudgedClaim(self.kind, verdict, self.span.start, self.span.end, reasons, parts, compared)


@dataclass(frozen=True, slots=True)
class _Passage:
    """The passage of a record that is most like a quotation."""

    compared: ComparedRecord
    words: tuple[Token, ...]


def quotation(span: TextSpan, records: Sequence[Record], kind: ClaimKind = ClaimKind.QUOTATION) -> JudgedClaim | None:
    """The verdict on quoted words; None where there are none."""
    quoted = _Quoted(span, kind, tuple(tokens(span.text)))
    if not quoted.words:
        return None
    sources = tuple(_sources(span.text, records))
    if len(quoted.words) < SHORTEST or content_words(quoted.words) < CONTENT:
        reason = worded("Too short to judge: words like these are in many texts.")
        if sources:
            reason = worded("Too short to judge: a record has these words, as any text might.")
        return quoted.judged(Verdict.UNDECIDED, (reason,), *sources[:1])
    if sources:
        again = (f"{len(sources)} records have them.",) if len(sources) > 1 else ()
        reasons = (worded("These are the curator's exact words."), *again)
        return quoted.judged(Verdict.EXACT, reasons, *sources, shown=True)
    return _in_pieces(quoted, records) or _joined(quoted, records) or _nearest(quoted, records)


def _nearest(quoted: _Quoted, records: Sequence[Record]) -> JudgedClaim:
    """The quotation against the passage that is most like it."""
    best = _best(quoted, records)
    if best is None or best.compared.score < LIKE:
        nearest = (best.compared,) if best else ()
        return quoted.judged(Verdict.NOT_FOUND, ("No record of this collection has words like these.",), *nearest)
    verdict, reasons = judge_quotation(quoted.words, best.words)
    return quoted.judged(verdict, reasons, best.compared, shown=True)


def _texts(record: Record) -> tuple[str, ...]:
    """The texts of a record that can be quoted."""
    return (record.summary, record.title) if record.summary else (record.title,)


def _sources(text: str, records: Sequence[Record]) -> Iterator[ComparedRecord]:
    """The records that have the words to the letter, with their own spelling of them."""
    for record in records:
        source = next((source for source in _texts(record) if verbatim(text, source) is not None), None)
        if source is not None:
            yield ComparedRecord(record, 1.0, _own_spelling(text, source))


def _own_spelling(text: str, source: str) -> str:
    """The record's own letters for words that it has."""
    words, own = [token.word for token in tokens(text)], summary_words(source)
    for at in range(len(own) - len(words) + 1):
        if [token.word for token in own[at : at + len(words)]] == words:
            return _cut(source, own[at : at + len(words)])
    return text


def _cut(source: str, words: Sequence[Token]) -> str:
    """The stretch of a record with these words, and the mark that closes them."""
    start, end = words[0].start, words[-1].end
    return source[start:end] + (source[end : end + 1] if source[end : end + 1] in {".", ",", "!", "?", ";"} else "")


def _in_pieces(quoted: _Quoted, records: Sequence[Record]) -> JudgedClaim | None:
    """A quotation with marked omissions or insertions, if records have each of its pieces to the letter."""
    text = quoted.span.text
    inserted = _INSERTION.search(_OMISSION.sub(" … ", text)) is not None
    pieces = [piece for part in _OMISSION.split(text) for piece in _INSERTION.split(part) if tokens(piece)]
    if not pieces or (len(pieces) == 1 and not inserted) or any(len(tokens(piece)) == 1 for piece in pieces):
        return None
    for record in records:
        for source in _texts(record):
            if not _in_order(pieces, source):
                continue
            best = _passage(quoted, record, source)
            compared = best.compared if best else ComparedRecord(record, 0.0, source)
            if inserted:
                reason = worded("The words in square brackets are the quoter's; the others are the curator's.")
                return quoted.judged(Verdict.NEAR, (reason,), compared, shown=True)
            reason = worded("These are the curator's words; words are left out, and the omission is marked.")
            return quoted.judged(Verdict.EXACT, (reason,), compared, shown=True)
    first_pieces: dict[Record, str] = {}
    for piece in pieces:
        found = next(_sources(piece, records), None)
        if found is None:
            return None
        first_pieces.setdefault(found.record, piece)
    reason = worded("Its parts are in the record, but not in this order.")
    if len(first_pieces) > 1:
        reason = worded("Its parts are in %(records)s records, not in one.", records=len(first_pieces))
    share = 1 / len(first_pieces)
    compared_all = (ComparedRecord(record, share, piece) for record, piece in first_pieces.items())
    return quoted.judged(Verdict.ALTERED, (reason,), *compared_all)


def _in_order(pieces: Sequence[str], source: str) -> bool:
    """Whether a text has these pieces to the letter, one after the other."""
    at: int | None = 0
    for piece in pieces:
        at = verbatim(piece, source, at) if at is not None else None
    return at is not None


def _passage(quoted: _Quoted, record: Record, source: str) -> _Passage | None:
    """The passage of one text of a record that is most like a quotation; None where no word agrees."""
    own = summary_words(source)
    window = best_passage([token.word for token in quoted.words], [token.word for token in own])
    if window.last <= window.first:
        return None
    words = own[window.first : window.last]
    return _Passage(ComparedRecord(record, window.score, _cut(source, words)), words)


def _best(quoted: _Quoted, records: Sequence[Record]) -> _Passage | None:
    """The passage of all these records that is most like a quotation."""
    passages = [
        passage
        for record in records
        for source in _texts(record)
        if (passage := _passage(quoted, record, source)) is not None
    ]
    return max(passages, key=lambda passage: passage.compared.score, default=None)


def _joined(quoted: _Quoted, records: Sequence[Record]) -> JudgedClaim | None:
    """A quotation put together from one record's passages without a mark, or from two records' words."""
    given = [token.word for token in quoted.words]
    shares = []
    for record in records:
        own = [token.word for source in _texts(record) for token in (*summary_words(source), _BREAK)]
        found = covered(given, own)
        shares.append((sum(found), record, found))
    if not shares:
        return None
    (most, first, found), *others = sorted(shares, key=lambda share: -share[0])
    enough = _JOINED * len(given)
    if most >= enough and len(given) > 2 * SHORTEST:
        best = _best(quoted, [first])
        if best is None or len(best.words) - len(given) <= 1:
            return None
        _, reasons = judge_quotation(quoted.words, best.words)
        reason = worded("It joins passages of the record, and does not mark what it leaves out.")
        return quoted.judged(Verdict.ALTERED, (reason, *reasons), best.compared, shown=True)
    for count, record, also in others:
        both = sum(a or b for a, b in zip(found, also, strict=True))
        if min(count, most, both - most) >= SHORTEST and both >= enough:
            reason = worded("It joins words of two records into one quotation.")
            nearest = (_best(quoted, [source]) for source in (first, record))
            return quoted.judged(Verdict.ALTERED, (reason,), *(best.compared for best in nearest if best))
    return None
