"""A text -> each reference and quotation in it, compared with the collection: exact, near, altered, or not here.

archives      text -> where it names an archive, or says how a copy came about
extract       text -> sentences with their quotations, addresses and dates
text_compare  two texts -> whether they have the same letters, or where they differ
candidates    words -> the records that contain most of them
title_span    a run of words like a title -> all the words that claim to be one
word_diff, date_compare          two runs of words, two dates -> how they differ
titles, quotations, addresses    a claim and its candidate records -> the verdict
judge         a sentence -> its claims, judged together

`verdicts` says what each verdict means. Full-text search finds the records; a check needs no encoder.
A paraphrase is never called right: it gets the nearest record and no verdict.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import fields, replace

from rag.answer.answer import Citation
from rag.check.archives import source_finder
from rag.check.candidates import find_candidates
from rag.check.extract import TextSentence, read, readable
from rag.check.judge import attributed, judge
from rag.check.verdicts import Checked, ClaimKind, ComparedRecord, Finding, JudgedClaim, Judgement, TextSide, Verdict
from rag.errors import QuestionError
from rag.index.ports import IndexReader
from rag.language.message import counted, worded
from rag.record import Hit, Record

__all__ = ["LONGEST", "Checked", "ClaimKind", "Finding", "TextSide", "Verdict", "check"]

LONGEST = 20_000  # characters of a text, at most
MOST = 400  # sentences and quotations compared of one text, at most; a page of footnotes has about fifty

_LEFT_OUT = worded(
    "Only the first %(most)s sentences and quotations were compared; check the rest separately.", most=MOST
)
_MARKS = 8  # a sentence with fewer characters beside its quotations is quotations and their marks only


def check(
    reader: IndexReader,
    text: str,
    nearest: Callable[[str], Record | None] | None = None,
    archives: Iterable[str] = (),
) -> Checked:
    """Compare every reference and quotation of a text with the collection; QuestionError for an empty or long text.

    Args:
        reader: The collection.
        text: At most LONGEST characters.
        nearest: Finds the record nearest by meaning to a text without references and quotations; by default its words
            find one.
        archives: Names of archives, besides those that the records give.
    """
    text = text.replace("\r\n", "\n")  # a form sends two characters for one line break
    if len(text) > LONGEST:
        message = worded(
            "the text has %(length)s characters; check at most %(most)s at a time", length=len(text), most=LONGEST
        )
        raise QuestionError(message)
    text = readable(text)
    if not any(map(str.isalnum, text)):
        raise QuestionError(worded("the text is empty; paste a reference, a quotation, or a paragraph that has some"))
    sentences = read(text, source_finder(reader, archives))
    compared = [*_within(MOST, sentences)]
    claims, unchecked = _judged(reader, compared)
    notes: list[str] = []
    if claims and unchecked:
        note = counted(
            "One sentence has neither a quotation nor a reference; nothing in it was checked.",
            "%(num)s sentences have neither a quotation nor a reference; nothing in them was checked.",
            unchecked,
        )
        notes.append(note)
    if [len(each.quotes) for each in compared] != [len(each.quotes) for each in sentences]:
        notes.append(_LEFT_OUT)
    if not claims:
        claims = [_passage(reader, text, sentences, nearest)]
    claims.sort(key=lambda claim: (claim.start, claim.end))
    return _numbered(text, claims, tuple(notes), reader.generation)


def _within(most: int, sentences: Iterable[TextSentence]) -> Iterator[TextSentence]:
    """The first sentences, until they and their quotations are so many; a sentence with too many loses the last."""
    for sentence in sentences:
        if most <= 0:
            return
        most -= 1
        yield replace(sentence, quotes=sentence.quotes[:most])
        most -= len(sentence.quotes)


def _judged(reader: IndexReader, sentences: Sequence[TextSentence]) -> tuple[list[JudgedClaim], int]:
    """The claims of all sentences, and how many sentences have none."""
    claims: list[JudgedClaim] = []
    unchecked = 0
    quotations: list[JudgedClaim] = []  # of the sentence before, where it has nothing else
    for sentence in sentences:
        found = judge(reader, sentence)
        named = [claim for claim in found if claim.kind in {ClaimKind.TITLE, ClaimKind.ADDRESS}]
        if quotations and named and len(named) == len(found):  # “...” Title, date.
            claims[-len(quotations) :] = [attributed(claim, named) for claim in quotations]
        quotations = found if _only_quotes(sentence, found) else []
        unchecked += not found and len(sentence.words) > 1
        claims += found
    return claims, unchecked


def _only_quotes(sentence: TextSentence, claims: Sequence[JudgedClaim]) -> bool:
    """Whether a sentence consists of quotations, so that the next may name their source."""
    quoted = sum(claim.end - claim.start for claim in claims)
    return len(sentence.text) - quoted < _MARKS and all(claim.kind is ClaimKind.QUOTATION for claim in claims)


def _passage(
    reader: IndexReader, text: str, sentences: Sequence[TextSentence], nearest: Callable[[str], Record | None] | None
) -> JudgedClaim:
    """A text without references and quotations: no verdict, but the nearest record."""
    records = [record] if nearest and (record := nearest(text)) else []
    records = records or find_candidates(reader, [word for sentence in sentences for word in sentence.words], ())
    reasons = (worded("No quotation or reference found, so nothing was compared letter by letter."),)
    compared = tuple(ComparedRecord(record, 0.0) for record in records[:1])
    return JudgedClaim(ClaimKind.PASSAGE, Verdict.UNDECIDED, 0, len(text), reasons, compared=compared)


def _numbered(text: str, claims: Sequence[JudgedClaim], notes: tuple[str, ...], generation: str) -> Checked:
    """The claims as findings; their records become citations, numbered in order."""
    citations: dict[str, Citation] = {}
    findings = []
    for claim in claims:
        numbers = []
        for compared in claim.compared:
            hit = Hit(compared.record, score=round(compared.score, 4))
            known = citations.setdefault(compared.record.id, Citation(len(citations) + 1, hit, ()))
            quotes = dict.fromkeys([*known.quotes, *([compared.quote] if compared.quote else [])])
            best = max((known.hit, hit), key=lambda hit: hit.score or 0.0)
            citations[compared.record.id] = replace(known, hit=best, quotes=tuple(quotes))
            numbers.append(known.number)
        own = {each.name: getattr(claim, each.name) for each in fields(Judgement)}
        findings.append(Finding(**own, text=text[claim.start : claim.end], citations=tuple(numbers)))
    return Checked(text, tuple(findings), tuple(citations.values()), notes, generation)
