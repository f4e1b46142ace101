"""A text -> each reference and quotation in it, compared with the collection: exact, near, altered, or not here.

extract       text -> sentences, what is quoted in them, their addresses and dates
text_compare  two texts -> the same letters, or where they part
candidates    words -> the records that contain most of them
title_span    a run of words like a title -> all the words that claim to be one
word_diff, date_compare          two runs of words, two dates -> how far one is from the other
titles, quotations, addresses    a claim and the records near to it -> the verdict
judge         a sentence -> its claims, judged together

`verdicts` says what each verdict means. Records are found by their words alone; no encoder is needed.
What is not compared is not called right: a paraphrase gets the nearest record and no verdict.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rag.answer.answer import Citation
from rag.check.candidates import candidates
from rag.check.extract import read, readable
from rag.check.judge import credited, judge
from rag.check.verdicts import Checked, ClaimKind, ComparedRecord, Finding, JudgedClaim, Verdict, Where
from rag.errors import QuestionError
from rag.record import Hit

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rag.check.extract import TextSentence
    from rag.index.ports import IndexReader
    from rag.record import Record

__all__ = ["LONGEST", "Checked", "ClaimKind", "Finding", "Verdict", "Where", "check"]

LONGEST = 20_000
"""Characters of a text, at most."""

_MARKS = 8  # characters beside a quotation below which they are but its marks, its number and a stop


def check(reader: IndexReader, text: str, nearest: Callable[[str], Record | None] | None = None) -> Checked:
    """Hold every reference and quotation of a text against the collection; QuestionError for one that has none.

    Args:
        reader: The collection.
        text: At most LONGEST characters.
        nearest: Finds the record nearest by meaning to a text that has neither; without it words do.
    """
    text = text.replace("\r\n", "\n")  # as forms send what is one character in their box
    if len(text) > LONGEST:
        message = f"text: it has {len(text):,} characters; check at most {LONGEST:,} at a time"
        raise QuestionError(message)
    text = readable(text)
    if not any(map(str.isalnum, text)):
        message = "text: it is empty; paste a reference, a quotation, or a paragraph that has some"
        raise QuestionError(message)
    sentences = read(text)
    judged: list[JudgedClaim] = []
    silent = 0
    quoting: list[JudgedClaim] = []
    for sentence in sentences:
        found = judge(reader, sentence)
        named = [each for each in found if each.kind in {ClaimKind.TITLE, ClaimKind.ADDRESS}]
        if quoting and named and len(named) == len(found):  # “...” Title, date.
            judged[-len(quoting) :] = [credited(each, named) for each in quoting]
        quoting = found if found and _only_quotes(sentence, found) else []
        silent += not found and len(sentence.words) > 1
        judged += found
        if quoting:
            judged[-len(quoting) :] = quoting
    notes = [_silence(silent)] if judged and silent else []
    if not judged:
        judged = [_passage(reader, text, sentences, nearest)]
    judged.sort(key=lambda each: (each.start, each.end))
    return _numbered(text, judged, notes, reader.generation)


def _only_quotes(sentence: TextSentence, found: Sequence[JudgedClaim]) -> bool:
    """Whether a sentence is a quotation and nothing else, so that the next may say whose."""
    told = sum(each.end - each.start for each in found if each.kind is not ClaimKind.TITLE)
    return len(sentence.text) - told < _MARKS and all(each.kind is ClaimKind.QUOTATION for each in found)


def _silence(sentences: int) -> str:
    if sentences == 1:
        return "One sentence has neither a quotation nor a reference; nothing in it was checked."
    return f"{sentences} sentences have neither a quotation nor a reference; nothing in them was checked."


def _passage(
    reader: IndexReader, text: str, sentences: Sequence[TextSentence], nearest: Callable[[str], Record | None] | None
) -> JudgedClaim:
    """A text in which nothing is quoted or referred to: no verdict, but the nearest record."""
    near = [found] if nearest and (found := nearest(text)) else []
    near = near or candidates(reader, [word for each in sentences for word in each.words], ())
    reason = "No quotation or reference found, so nothing can be held against the letter of a record."
    return JudgedClaim(
        ClaimKind.PASSAGE,
        Verdict.UNDECIDED,
        0,
        len(text),
        (reason,),
        held=tuple(ComparedRecord(each, 0.0) for each in near[:1]),
    )


def _numbered(text: str, judged: Sequence[JudgedClaim], notes: Sequence[str], generation: str) -> Checked:
    citations: dict[str, Citation] = {}
    findings = []
    for each in judged:
        numbers = []
        for held in each.held:
            hit = Hit(held.record, score=round(held.score, 4))
            known = citations.setdefault(held.record.id, Citation(len(citations) + 1, hit, ()))
            quotes = dict.fromkeys([*known.quotes, *([held.quote] if held.quote else [])])
            best = max((known.hit, hit), key=lambda hit: hit.score or 0.0)
            citations[held.record.id] = replace(known, hit=best, quotes=tuple(quotes))
            numbers.append(known.number)
        findings.append(
            Finding(
                each.kind,
                each.verdict,
                text[each.start : each.end],
                each.start,
                each.end,
                each.reasons,
                each.parts,
                tuple(numbers),
            )
        )
    return Checked(text, tuple(findings), tuple(citations.values()), tuple(notes), generation)
