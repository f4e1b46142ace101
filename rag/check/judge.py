"""A sentence -> every claim in it, judged, and each quotation held against what it is credited to."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rag.check.addresses import address
from rag.check.candidates import candidates
from rag.check.date_compare import dated
from rag.check.extract import TextSpan
from rag.check.quotations import SHORTEST, quotation
from rag.check.text_compare import same, verbatim
from rag.check.titles import invented, titles
from rag.check.verdicts import ClaimKind, ComparedRecord, JudgedClaim, Verdict, worst
from rag.check.word_diff import content
from rag.dates.archival_date import dates_in
from rag.language.tokens import tokens

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rag.check.extract import TextSentence
    from rag.index.ports import IndexReader
    from rag.record import Record

_PASSAGE = 6  # words from which on a whole sentence may be a curator's without quotation marks
_NICKNAME = 2  # words
_COPIED = 0.8  # share of the words from which on it is held against the curator's
_STANDING = frozenset({Verdict.EXACT, Verdict.NEAR})


def judge(reader: IndexReader, sentence: TextSentence) -> list[JudgedClaim]:
    """Every claim of the sentence, in no order."""
    near = candidates(reader, sentence.words, (each.date for each in sentence.dates))
    if (copied := _copied(sentence, near, Verdict.EXACT)) is not None:
        return [copied]
    free = [True] * len(sentence.words)
    near_to = {quote: _near(reader, quote, near) for quote in sentence.quotes}
    told = [quote for quote in sentence.quotes if _told(quote, near_to[quote])]
    for quote in told:
        _take(sentence, quote, free)
    named = [*titles(sentence, near, free), *invented(sentence, near, free)]
    rest = [quote for quote in sentence.quotes if quote not in told and _take(sentence, quote, free)]
    if named:  # a nickname beside a title is no quotation
        rest = [quote for quote in rest if len(tokens(quote.text)) > _NICKNAME]
    quotations = [judged for quote in (*told, *rest) if (judged := quotation(quote, near_to[quote]))]
    beside = [each.record for judged in named for each in judged.held[:1] if judged.verdict is not Verdict.NOT_FOUND]
    addresses = [judged for span in sentence.addresses if (judged := address(reader, span, beside))]
    if not named and not quotations and (copied := _copied(sentence, near, Verdict.ALTERED)) is not None:
        return [*addresses, copied]
    named += addresses
    return [*named, *(credited(_dated(sentence, each), named) for each in quotations)]


def _copied(sentence: TextSentence, near: Sequence[Record], furthest: Verdict) -> JudgedClaim | None:
    """A whole sentence that is a curator's, though it does not say so."""
    text = sentence.text
    if len(sentence.words) < _PASSAGE or content(tokens(text)) < _PASSAGE / 2:
        return None
    span = TextSpan(sentence.start, sentence.end, text)
    if furthest is Verdict.EXACT and not any(verbatim(text, record.summary) is not None for record in near):
        return None
    judged = quotation(span, near, ClaimKind.PASSAGE)
    if judged is None or not judged.held or judged.verdict in {Verdict.NOT_FOUND, Verdict.UNDECIDED}:
        return None
    if judged.verdict is not Verdict.EXACT and judged.held[0].score < _COPIED:
        return None
    return replace(judged, reasons=(*judged.reasons, "The text does not mark them as a quotation."))


def _near(reader: IndexReader, quote: TextSpan, near: Sequence[Record]) -> list[Record]:
    """Records near to the quotation's own words, then those near to the sentence."""
    return list(dict.fromkeys([*candidates(reader, tokens(quote.text), ()), *near]))


def _told(quote: TextSpan, near: Iterable[Record]) -> bool:
    """Whether a summary has the words, and they are no title."""
    found = [record for record in near if verbatim(quote.text, record.summary) is not None]
    return (
        bool(found)
        and len(tokens(quote.text)) >= SHORTEST
        and not any(same(quote.text, record.title) for record in near)
    )


def _take(sentence: TextSentence, quote: TextSpan, free: list[bool]) -> bool:
    """Take the words of a quotation; False where a title has taken some of them before."""
    at = [index for index, word in enumerate(sentence.words) if quote.start <= word.start < quote.end]
    if not all(free[index] for index in at):
        return False
    for index in at:
        free[index] = False
    return True


def credited(judged: JudgedClaim, named: Sequence[JudgedClaim]) -> JudgedClaim:
    """The verdict on a quotation, given what the text says it is from."""
    if judged.verdict not in _STANDING or not named:
        return judged
    homes = {each.record.id for each in judged.held}
    known = [held for each in named if each.verdict is not Verdict.NOT_FOUND for held in each.held[:1]]
    if any(held.record.id in homes for held in known):
        held = sorted(judged.held, key=lambda each: each.record.id not in {other.record.id for other in known})
        return replace(judged, held=tuple(held))
    of = f"“{judged.held[0].record.title}”"
    if known:
        reason = f"The words stand in {of}, not in the record to which the text credits them."
        also = tuple(ComparedRecord(each.record, 0.0) for each in known[:1])
    elif all(each.verdict is Verdict.NOT_FOUND for each in named):
        reason = f"The words stand in {of}; what the text credits them to is not in this collection."
        also = ()
    else:
        return judged
    return replace(judged, verdict=Verdict.ALTERED, reasons=(reason,), held=(*judged.held[:1], *also))


def _dated(sentence: TextSentence, judged: JudgedClaim) -> JudgedClaim:
    """The verdict on a quotation, given the day that its sentence names, where it names one."""
    if judged.verdict not in _STANDING:
        return judged
    days = [
        each.date
        for each in sentence.dates
        if each.date.start is not None
        and each.date.start == each.date.end
        and not judged.start <= each.start < judged.end
    ]
    told = [
        [
            (verdict, reason)
            for day in days
            if day.start not in {date.start for date in dates_in(held.record.summary)}
            for verdict, reason in [dated(day, held.record)]
        ]
        for held in judged.held
    ]
    if not days or any(all(verdict is Verdict.EXACT for verdict, _ in each) for each in told):
        return judged
    verdict, reason = max(told[0], key=lambda each: each[0] is not Verdict.EXACT)
    return replace(judged, verdict=worst((judged.verdict, verdict)), reasons=(reason, *judged.reasons))
