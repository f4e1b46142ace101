"""A sentence and its candidate records -> the titles that it gives, each judged with its date."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.check.candidates import LEAST, TextWindow, best_title_window, weight
from rag.check.date_compare import days_apart, judge_date
from rag.check.extract import TextDate, TextSentence, references
from rag.check.text_compare import compare, is_date_word, same_text, title_words
from rag.check.title_span import whole_title
from rag.check.verdicts import ClaimKind, ComparedRecord, JudgedClaim, Verdict, worst
from rag.check.word_diff import judge_title
from rag.dates.archival_date import ArchivalDate, dates_in
from rag.language.document_types import document_type
from rag.language.message import worded
from rag.record import Record

CERTAIN = 0.95  # similarity to a record's title from which on words are a title even where they read like prose
_LEAST = 2.0  # weight of the words that must agree
_SHORTEST = 3  # words of a title, also of a shortened one: "Cable from Moscow"
_BESIDE = 48  # characters between a title and its date
_MOST = 12  # titles in one sentence


@dataclass(frozen=True, slots=True)
class _TitleMatch:
    """A run of words as the title of a record."""

    window: TextWindow
    record: Record
    days: int  # days between the date given and the record's; huge where either is unknown


def titles(sentence: TextSentence, records: Sequence[Record], free: list[bool]) -> Iterator[JudgedClaim]:
    """Each title of the sentence that is like a record's; its words are then no longer free."""
    for _ in range(_MOST):
        best = _best(sentence, records, free)
        if best is None:
            return
        window = best.window
        free[window.start : window.end] = [False] * (window.end - window.start)
        yield _judged(sentence, best, records, free)


def _best(sentence: TextSentence, records: Sequence[Record], free: Sequence[bool]) -> _TitleMatch | None:
    matches = [match for record in records if (match := _match(sentence, record, free))]
    # Words first; where the words of several records agree as well, the date decides.
    return min(
        matches,
        key=lambda match: (-round(match.window.score, 1), match.days > 0, -match.window.score, match.days),
        default=None,
    )


def _match(sentence: TextSentence, record: Record, free: Sequence[bool]) -> _TitleMatch | None:
    window = best_title_window(sentence.words, free, record)
    if window is None or window.score < LEAST / 4:
        return None
    window = whole_title(sentence, window, title_words(record.title), free)
    if window.score < LEAST / 4:
        return None
    date = _date(sentence, window, free)
    days = days_apart(date, record) if date else None
    if window.score < LEAST and not (days == 0 and _begins_title(sentence, window, record)):
        return None
    if not _is_title(sentence, window, record):
        return None
    return _TitleMatch(window, record, 1_000_000 if days is None else days)


def _begins_title(sentence: TextSentence, window: TextWindow, record: Record) -> bool:
    """Whether the words are the first ones of a title, as a note shortens it."""
    words = [token.word for token in sentence.words[window.start : window.end]]
    return len(words) >= _SHORTEST and words == [token.word for token in title_words(record.title)[: len(words)]]


def _is_title(sentence: TextSentence, window: TextWindow, record: Record) -> bool:
    words = sentence.words[window.start : window.end]
    title = {token.word for token in title_words(record.title)}
    if sum(weight(token.word) for token in words if token.word in title) < _LEAST:
        return False
    start, end = words[0].start, words[-1].end
    quoted = any(span.start <= start and end <= span.end for span in sentence.quotes)
    text = sentence.between(start, end)
    typed = text[0].isupper() and document_type(text) is not None
    return quoted or typed or window.score >= CERTAIN or (sentence.alone and len(words) * 2 >= len(sentence.words))


def _date(sentence: TextSentence, window: TextWindow, free: Sequence[bool]) -> ArchivalDate | None:
    """The date of a title: the one that follows it, else the one before it."""
    first, last = sentence.words[window.start].start, sentence.words[window.end - 1].end
    after = [
        date
        for date in sentence.dates
        if last <= date.start <= last + _BESIDE and not _title_between(sentence, last, date.start, free)
    ]
    before = [date for date in sentence.dates if first - _BESIDE <= date.end <= first]
    chosen: TextDate | None = after[0] if after else before[-1] if before else None
    return chosen.date if chosen else None


def _title_between(sentence: TextSentence, start: int, end: int, free: Sequence[bool]) -> bool:
    """Whether another title stands between two offsets."""
    return any(not is_free and start <= word.start < end for word, is_free in zip(sentence.words, free, strict=True))


def _judged(sentence: TextSentence, match: _TitleMatch, records: Sequence[Record], free: Sequence[bool]) -> JudgedClaim:
    window, record = match.window, match.record
    words = sentence.words[window.start : window.end]
    title = title_words(record.title)
    start, end = words[0].start, _closed(sentence, words[-1].end, record)
    given = sentence.between(start, end)
    known = {token.word for token in title}
    within = [token.text for token in words if is_date_word(token.word) and token.word not in known]
    dates = [date for text in within for date in dates_in(text)[:1]]
    if (beside := _date(sentence, window, free)) is not None:
        dates.append(beside)
    judged = [judge_date(date, record) for date in dates]
    by_words, differences = (Verdict.EXACT, ()) if same_text(given, record.title) else judge_title(words, title)
    verdict = worst(by_words, *(by_date for by_date, _ in judged))
    reasons = [*differences, *(reason for _, reason in judged if reason)]
    if by_words is Verdict.ALTERED and (other := _second_title(given, record, records)):
        reasons.insert(0, worded("It joins words of two titles; the other is “%(title)s”.", title=other.title))
    if not judged and (twins := sum(other.title == record.title for other in records)) > 1:
        reasons.append(
            worded("%(records)s records have this title; a date would say which one is meant.", records=twins)
        )
    differing = next(
        (date for date, (by_date, _) in zip(dates, judged, strict=True) if by_date is not Verdict.EXACT), None
    )
    parts = compare(given, record.title)
    if differing is not None and differing is beside and record.date is not None:
        parts = compare(f"{given}, {differing.text}", f"{record.title}, {record.date.text}")
    compared = (ComparedRecord(record, window.score, record.title),)
    unique = tuple(dict.fromkeys(reasons)) or (worded("The title is the same as the record's."),)
    return JudgedClaim(ClaimKind.TITLE, verdict, start, end, unique, parts, compared)


def _closed(sentence: TextSentence, end: int, record: Record) -> int:
    """The end of a title: with the bracket or quotation mark after it, where the record's title ends in one."""
    marks = (")", "'", "’", "”", '"')
    return end + (record.title.endswith(marks) and sentence.between(end, end + 1) in marks)


def _second_title(given: str, record: Record, records: Sequence[Record]) -> Record | None:
    """Another record whose title has the words given that this one's lacks."""
    lacking = {token.word for token in title_words(given)} - {token.word for token in title_words(record.title)}
    lacking = {word for word in lacking if weight(word) == 1.0 and not is_date_word(word)}
    if len(lacking) <= 1:  # one changed word, not another title
        return None
    return next((other for other in records if lacking <= {token.word for token in title_words(other.title)}), None)


def unknown_titles(sentence: TextSentence, records: Sequence[Record], free: list[bool]) -> Iterator[JudgedClaim]:
    """Titles of no record: words put like a title, with a date, in quotation marks, or at the start of a line."""
    for span in references(sentence):
        at = sentence.words_in(span)
        if len(at) < _SHORTEST or not all(free[index] for index in at):
            continue
        quoted = any(quote.start <= span.start < quote.end for quote in sentence.quotes)
        first = sentence.words[at[0]].start - sentence.start
        if not (sentence.dates or quoted or (sentence.alone and first < _BESIDE)):
            continue
        for index in at:
            free[index] = False
        words = sentence.words[at[0] : at[-1] + 1]
        nearest = [
            ComparedRecord(record, window.score, record.title)
            for record in records
            if (window := best_title_window(words, [True] * len(words), record))
        ]
        yield JudgedClaim(
            ClaimKind.TITLE,
            Verdict.NOT_FOUND,
            span.start,
            span.end,
            ("No record of this collection has a title like it.",),
            compared=tuple(sorted(nearest, key=lambda compared: -compared.score)[:1]),
        )
