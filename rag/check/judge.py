"""A sentence -> every claim in it, judged, and each quotation compared with the source that the text names."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from rag.check.addresses import address
from rag.check.candidates import find_candidates
from rag.check.date_compare import judge_date
from rag.check.extract import TextSentence, TextSpan
from rag.check.quotations import SHORTEST, quotation
from rag.check.text_compare import same_text, verbatim
from rag.check.titles import titles, unknown_titles
from rag.check.verdicts import ClaimKind, ComparedRecord, JudgedClaim, Verdict, worst
from rag.check.word_diff import content_words
from rag.dates.archival_date import dates_in
from rag.index.ports import IndexReader
from rag.language.message import worded
from rag.language.tokens import tokens
from rag.record import Record

_PASSAGE = 6  # words from which on a sentence without quotation marks may be a curator's
_NICKNAME = 2  # words
_DATES = 12  # dates of a sentence with which each of its quotations is compared
_COPIED = 0.8  # similarity to a curator's passage from which on such a sentence is compared with it
_RIGHT = frozenset({Verdict.EXACT, Verdict.NEAR})


def judge(reader: IndexReader, sentence: TextSentence) -> list[JudgedClaim]:
    """Every claim of the sentence, in no order."""
    records = find_candidates(reader, sentence.words, (date.date for date in sentence.dates))
    if any(verbatim(sentence.text, record.summary) is not None for record in records) and (
        copied := _unmarked(sentence, records)
    ):
        return [copied]
    free = [True] * len(sentence.words)
    candidates = {  # those for the quotation's own words, then those for the sentence
        quote: list(dict.fromkeys([*find_candidates(reader, tokens(quote.text), ()), *records]))
        for quote in sentence.quotes
    }
    quotes = [quote for quote in sentence.quotes if _in_summary(quote, candidates[quote])]
    for quote in quotes:
        _take(sentence, quote, free)
    named = [*titles(sentence, records, free), *unknown_titles(sentence, records, free)]
    others = [quote for quote in sentence.quotes if quote not in quotes and _take(sentence, quote, free)]
    if named:  # a nickname beside a title is no quotation
        others = [quote for quote in others if len(tokens(quote.text)) > _NICKNAME]
    quotations = [claim for quote in (*quotes, *others) if (claim := quotation(quote, candidates[quote]))]
    beside = [claim.compared[0].record for claim in named if claim.compared and claim.verdict is not Verdict.NOT_FOUND]
    addresses = [claim for span in sentence.addresses if (claim := address(reader, span, beside))]
    if not named and not quotations and (copied := _unmarked(sentence, records)):
        return [*addresses, copied]
    named += addresses
    return [*named, *(attributed(_dated(sentence, claim), named) for claim in quotations)]


def _unmarked(sentence: TextSentence, records: Sequence[Record]) -> JudgedClaim | None:
    """A whole sentence that is a curator's, without quotation marks."""
    if len(sentence.words) < _PASSAGE or content_words(tokens(sentence.text)) < _PASSAGE / 2:
        return None
    claim = quotation(TextSpan(sentence.start, sentence.end, sentence.text), records, ClaimKind.PASSAGE)
    if claim is None or not claim.compared or claim.verdict in {Verdict.NOT_FOUND, Verdict.UNDECIDED}:
        return None
    if claim.verdict is not Verdict.EXACT and claim.compared[0].score < _COPIED:
        return None
    return replace(claim, reasons=(*claim.reasons, worded("The text does not mark them as a quotation.")))


def _in_summary(quote: TextSpan, records: Iterable[Record]) -> bool:
    """Whether a summary has the words, and they are no title."""
    return (
        any(verbatim(quote.text, record.summary) is not None for record in records)
        and len(tokens(quote.text)) >= SHORTEST
        and not any(same_text(quote.text, record.title) for record in records)
    )


def _take(sentence: TextSentence, quote: TextSpan, free: list[bool]) -> bool:
    """Take the words of a quotation; False where a title has taken one of them."""
    at = sentence.words_in(quote)
    if not all(free[index] for index in at):
        return False
    for index in at:
        free[index] = False
    return True


def attributed(claim: JudgedClaim, named: Sequence[JudgedClaim]) -> JudgedClaim:
    """A quotation, judged with the source that the text names: ALTERED where another record has the words."""
    if claim.verdict not in _RIGHT or not named:
        return claim
    sources = [
        source.compared[0].record for source in named if source.compared and source.verdict is not Verdict.NOT_FOUND
    ]
    ids = {record.id for record in sources}
    if any(compared.record.id in ids for compared in claim.compared):
        return replace(
            claim, compared=tuple(sorted(claim.compared, key=lambda compared: compared.record.id not in ids))
        )
    title = claim.compared[0].record.title
    if sources:
        reason = worded("The words are in “%(title)s”, not in the record that the text names for them.", title=title)
    elif all(source.verdict is Verdict.NOT_FOUND for source in named):
        reason = worded(
            "The words are in “%(title)s”; the source that the text names is not in this collection.", title=title
        )
    else:
        return claim
    compared = (claim.compared[0], *(ComparedRecord(record, 0.0) for record in sources[:1]))
    return replace(claim, verdict=Verdict.ALTERED, reasons=(reason,), compared=compared)


def _dated(sentence: TextSentence, claim: JudgedClaim) -> JudgedClaim:
    """A quotation, judged with the days that its sentence gives outside it."""
    days = [
        found.date
        for found in sentence.dates
        if found.date.start is not None
        and found.date.start == found.date.end
        and not claim.start <= found.start < claim.end
    ][:_DATES]
    if not days or claim.verdict not in _RIGHT:
        return claim
    judged = []  # by record, for each day that its summary does not name
    for compared in claim.compared:
        own = {date.start for date in dates_in(compared.record.summary)}
        judged.append([judge_date(day, compared.record) for day in days if day.start not in own])
    if any(all(verdict is Verdict.EXACT for verdict, _ in verdicts) for verdicts in judged):
        return claim
    verdict, reason = max(judged[0], key=lambda pair: pair[0] is not Verdict.EXACT)
    return replace(claim, verdict=worst(claim.verdict, verdict), reasons=(reason, *claim.reasons))
