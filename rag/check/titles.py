"""A sentence and the records near to it -> the titles that it gives, each judged with its date."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.check.candidates import LEAST, titled, weight
from rag.check.date_compare import dated, off
from rag.check.extract import references
from rag.check.text_compare import is_dated, parts, same, title_words
from rag.check.title_span import whole
from rag.check.verdicts import ClaimKind, ComparedRecord, JudgedClaim, Verdict, worst
from rag.check.word_diff import named
from rag.dates.archival_date import dates_in
from rag.language.english.document_types import document_type

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rag.check.candidates import TextWindow
    from rag.check.extract import Dated, TextSentence
    from rag.dates.archival_date import ArchivalDate
    from rag.record import Record

PLAINLY = 0.95
"""Share from which on it is a title even where it is worded like prose."""

_LEAST = 2.0  # weight of the words that must agree
_BRIEF = 3  # words of a title, at least, or of one that is shortened: "Cable from Moscow"
_BESIDE = 48  # characters between a title and its date
_MOST = 12  # titles in one sentence


@dataclass(frozen=True, slots=True)
class _Fit:
    """A run of words as a title."""

    window: TextWindow
    record: Record
    days: int  # by which the date given is off; huge where none fits


def titles(sentence: TextSentence, near: Sequence[Record], free: list[bool]) -> Iterator[JudgedClaim]:
    """Each title of the sentence that is like a record's; its words are then no longer free."""
    for _ in range(_MOST):
        best = _best(sentence, near, free)
        if best is None:
            return
        window = best.window
        free[window.start : window.end] = [False] * (window.end - window.start)
        yield _judged(sentence, best, near, free)


def _best(sentence: TextSentence, near: Sequence[Record], free: Sequence[bool]) -> _Fit | None:
    found: list[_Fit] = []
    for record in near:
        window = titled(sentence.words, free, record)
        if window is not None and window.score >= LEAST / 4:
            window = whole(sentence, window, title_words(record.title), free)
        if window is None or window.score < LEAST / 4:
            continue
        given = _date(sentence, window, free)
        apart = off(given, record) if given else None
        if window.score < LEAST and not (apart == 0 and _begins(sentence, window, record)):
            continue
        if not _is_title(sentence, window, record):
            continue
        found.append(_Fit(window, record, 1_000_000 if apart is None else apart))
    # Words first; where they say the same of several records, the date tells which is meant.
    return min(
        found,
        key=lambda each: (-round(each.window.score, 1), each.days > 0, -each.window.score, each.days),
        default=None,
    )


def _begins(sentence: TextSentence, window: TextWindow, record: Record) -> bool:
    """Whether the words are a title's first ones, as a note shortens it."""
    words = [each.word for each in sentence.words[window.start : window.end]]
    return len(words) >= _BRIEF and words == [each.word for each in title_words(record.title)[: len(words)]]


def _is_title(sentence: TextSentence, window: TextWindow, record: Record) -> bool:
    words = sentence.words[window.start : window.end]
    held = {each.word for each in title_words(record.title)}
    if sum(weight(each.word) for each in words if each.word in held) < _LEAST:
        return False
    quoted = any(each.start <= words[0].start and words[-1].end <= each.end for each in sentence.quotes)
    run = sentence.text[words[0].start - sentence.start : words[-1].end - sentence.start]
    worded = run[0].isupper() and document_type(run) is not None
    return quoted or worded or window.score >= PLAINLY or (sentence.alone and len(words) * 2 >= len(sentence.words))


def _date(sentence: TextSentence, window: TextWindow, free: Sequence[bool]) -> ArchivalDate | None:
    """The date that goes with a title: the one that follows it, else the one before it."""
    first, last = sentence.words[window.start].start, sentence.words[window.end - 1].end
    outside = [each for each in sentence.dates if each.end <= first or each.start >= last]
    after = [
        each
        for each in outside
        if last <= each.start <= last + _BESIDE and not _between(sentence, last, each.start, free)
    ]
    before = [each for each in outside if first - _BESIDE <= each.end <= first]
    chosen: Dated | None = after[0] if after else before[-1] if before else None
    return chosen.date if chosen else None


def _between(sentence: TextSentence, start: int, end: int, free: Sequence[bool]) -> bool:
    """Whether another title stands between."""
    return any(not open_ and start <= word.start < end for word, open_ in zip(sentence.words, free, strict=True))


def _judged(sentence: TextSentence, fit: _Fit, near: Sequence[Record], free: Sequence[bool]) -> JudgedClaim:
    window, record = fit.window, fit.record
    words = sentence.words[window.start : window.end]
    held = title_words(record.title)
    start, end = _bounds(sentence, words[0].start, words[-1].end, record)
    given = sentence.text[start - sentence.start : end - sentence.start]
    told = {each.word for each in held}
    days = [each.text for each in words if is_dated(each.word) and each.word not in told]
    dates = [date for text in days for date in dates_in(text)[:1]]
    if (beside := _date(sentence, window, free)) is not None:
        dates.append(beside)
    judged = [dated(date, record) for date in dates]
    by_words, reasons = (Verdict.EXACT, ()) if same(given, record.title) else named(words, held)
    verdict = worst((by_words, *(each for each, _ in judged)))
    said = [*reasons, *(reason for _, reason in judged if reason)]
    if by_words is Verdict.ALTERED and (other := _merged(given, record, near)):
        said.insert(0, f"It joins words of two titles; the other is “{other.title}”.")
    if not judged and (twins := sum(each.title == record.title for each in near)) > 1:
        said.append(f"{twins} records bear this title; a date would tell which is meant.")
    off_by = next((date for date, (each, _) in zip(dates, judged, strict=True) if each is not Verdict.EXACT), None)
    shown = parts(given, record.title)
    if off_by is not None and off_by is beside and record.date is not None:
        shown = parts(f"{given}, {off_by.text}", f"{record.title}, {record.date.text}")
    held_ = ComparedRecord(record, window.score, record.title)
    reasons = tuple(dict.fromkeys(said)) or ("The title is the record's.",)
    return JudgedClaim(ClaimKind.TITLE, verdict, start, end, reasons, shown, (held_,))


def _bounds(sentence: TextSentence, start: int, end: int, record: Record) -> tuple[int, int]:
    """The title's characters: brackets and quotation marks at its edges belong to it where the record has them."""
    text, base = sentence.text, sentence.start
    for mark in ")'’”\"":
        if record.title.endswith(mark) and text[end - base : end - base + 1] in {")", "'", "’", "”", '"'}:
            return start, end + 1
    return start, end


def _merged(given: str, record: Record, near: Sequence[Record]) -> Record | None:
    """Another record whose title has the words given that this one's has not."""
    lacking = {each.word for each in title_words(given)} - {each.word for each in title_words(record.title)}
    lacking = {word for word in lacking if weight(word) == 1.0 and not is_dated(word)}
    if len(lacking) <= 1:  # a slip or a lie, not another title
        return None
    return next((each for each in near if lacking <= {token.word for token in title_words(each.title)}), None)


def invented(sentence: TextSentence, near: Sequence[Record], free: list[bool]) -> Iterator[JudgedClaim]:
    """What is worded like a title and dated, or stands alone, and is like none of the collection's."""
    for span in references(sentence):
        at = [index for index, word in enumerate(sentence.words) if span.start <= word.start < span.end]
        if len(at) < _BRIEF or not all(free[index] for index in at):
            continue
        quoted = any(each.start <= span.start < each.end for each in sentence.quotes)
        if not (
            sentence.dates or quoted or (sentence.alone and sentence.words[at[0]].start - sentence.start < _BESIDE)
        ):
            continue
        for index in at:
            free[index] = False
        ranked = [
            (window.score, record)
            for record in near
            if (window := titled(sentence.words, [index in at for index in range(len(sentence.words))], record))
        ]
        best = max(ranked, key=lambda each: each[0], default=None)
        yield JudgedClaim(
            ClaimKind.TITLE,
            Verdict.NOT_FOUND,
            span.start,
            span.end,
            ("No record of this collection bears a title like it.",),
            held=(ComparedRecord(best[1], best[0], best[1].title),) if best else (),
        )
