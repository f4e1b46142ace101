"""Text -> its phrases that are dates: of a date field as a whole, or inside a title or a question.

Everything in a date field means a date. In a sentence, digits may number or count something else, a question mark ends
a question, and "about 1962" names a subject; so fewer words are a date there.
"""

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, islice

from lark import Token

from rag.dates.date_tokens import tokens
from rag.dates.edtf import Point
from rag.dates.grammar import sayings
from rag.dates.other_languages import in_english
from rag.dates.spans import DateSpan
from rag.dates.vocabulary import DATING, YEARLY
from rag.language.tables import any_of, table

# Every date has a word of one of these kinds, unless its year comes from outside.
_DATING = frozenset(
    {"YEAR", "YY", "DECADE", "_CENTURY", "YMD", "NUMERIC", "HYPHENED", "MONTH_SLASH_YEAR", "UNSPECIFIED"},
)
_YEARLY = frozenset({"MONTH", "SEASON"})
_LONGEST = 24  # tokens; the longest phrase of the grammar has fewer
# Part of a date only in a date field.
_FIELD_ONLY = frozenset({"_QUERY", "_ABOUT", "_PERHAPS", "UNSPECIFIED"})
_FIELD_SHAPE = ("NUM", "MONTH", "NUM")  # 27 OCT 12
_BESIDE = {place: any_of(listed) for place, listed in table("date_words")["numbers"].items()}
_NUMBERED = re.compile(rf"(?:\b(?:{_BESIDE['before']})\.?|[#№$£€+/])\s*$", re.IGNORECASE)
_NUMBERED_IN_TITLES = re.compile(rf"\b(?:{_BESIDE['before_in_titles']})\s*$", re.IGNORECASE)
_COUNTED = re.compile(rf"\s*-?(?:%|°|(?:{_BESIDE['after']})\b)", re.IGNORECASE)
_UNDATED = re.compile(table("date_words")["signs"]["undated"], re.IGNORECASE)
_BEFORE_OUR_ERA, _OTHER_ERA, _OUR_STYLE, _OLD_STYLE, _ROMAN_DAYS = (
    re.compile(table("date_words")["signs"][sign].replace("\n", ""))
    for sign in ("before_our_era", "other_era", "our_style", "old_style", "roman_days")
)
_REACH = 16  # characters before a date that may make it a number
_BARE = frozenset({"YEAR", "YMD", "NUMERIC", "MONTH_SLASH_YEAR", "DECADE", "_CIRCA"})
_PLAUSIBLE = range(1400, 2050)  # a year alone in a sentence; other numbers of four digits count things


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words of a text that are a date."""

    start: int  # where they begin in the text
    end: int  # where they end, exclusive
    spans: tuple[DateSpan, ...]  # what they mean: one span, or two in "3 and 5 May 1961"
    shapes: tuple[str, ...]  # the kinds of their tokens, in order

    @property
    def hull(self) -> DateSpan:
        """The one span that contains all of them."""
        return _hull(self.spans)


def field(text: str) -> DateSpan | None:
    """The date of a date field, whatever words stand beside it; None where it has none.

    Several phrases ("October 27, 1962; November 2, 1962") give the span that contains all of them. Digits and months
    beside the date may be a part of it that is not understood, so only its years remain. A day of the Julian calendar
    is vague.
    """
    if (phrase := whole(text)) or _BEFORE_OUR_ERA.search(text):
        return phrase.hull if phrase else None
    plain = _OUR_STYLE.sub(" ", text)
    if plain != (text := _OLD_STYLE.sub(" ", plain)):
        span = field(text.strip(" ,;:"))
        return span and DateSpan(*(end and replace(end, mark=end.mark or "~") for end in (span.low, span.high)))
    text = in_english(text.strip(" ,;:")) or text
    if phrase := whole(text):
        return phrase.hull
    sure = text.replace("?", " ")
    found = list(phrases(sure, asked=True))
    if not found or _OTHER_ERA.search(text):
        return None
    span = _hull([span for phrase in found for span in phrase.spans])
    if span.low is None and span.high is None:  # before one day and after another
        return None
    beside = [
        word for word in tokens(sure) if not any(said.start <= (word.start_pos or 0) < said.end for said in found)
    ]
    if _ROMAN_DAYS.search(text) or any(word.type == "MONTH" or any(map(str.isdigit, word)) for word in beside):
        days = span.days
        span = DateSpan(*(Point(f"{day.year:04}") if day else None for day in (days.start, days.end)))
    if any(word.type == "_CIRCA" for word in beside):
        span = DateSpan(*(replace(end, mark="~") if end else None for end in (span.low, span.high)))
    if sure != text or _UNDATED.search(text):
        span = DateSpan(*(replace(end, mark="?") if end else None for end in (span.low, span.high)))
    return span


def whole(text: str) -> Phrase | None:
    """The date that the whole text is, if it is one."""
    words = list(islice(tokens(text), _LONGEST + 1))
    for said, count in sayings(words):
        if count == len(words) and (spans := said.spans()):
            return _phrase(words, spans)
    return None


def phrases(text: str, *, asked: bool = False, year: int | None = None) -> Iterator[Phrase]:
    """The dates in a running text, in its order.

    Args:
        text: A title or a question.
        asked: Whether "before", "after", "since", "until" or "by" a date mean the days before or after it, as in a
            question; otherwise they mean the date itself.
        year: The year of days and months that give none; without it they are no dates.
    """
    if not (DATING.search(text) or (year and YEARLY.search(text))):  # true of most titles and questions
        return
    for other, run in groupby(tokens(text), key=lambda word: word.type == "OTHER"):
        words = [] if other else list(run)
        if any(word.type in _DATING for word in words) or (year and any(word.type in _YEARLY for word in words)):
            yield from _phrases_of_run(text, words, asked=asked, year=year)


def _phrases_of_run(text: str, words: Sequence[Token], *, asked: bool, year: int | None) -> Iterator[Phrase]:
    at = 0
    while at < len(words):
        for said, count in sayings(words[at : at + _LONGEST]):
            taken = words[at : at + count]
            if _only_in_a_field(taken) or (said.open and not asked):
                continue
            if spans := said.spans(year):
                found = _phrase(taken, spans)
                if not _is_a_number(text, found, asked=asked):
                    yield found
                at += count
                break
        else:
            at += 1


def _only_in_a_field(words: Sequence[Token]) -> bool:
    """Whether a sentence would mean something else by these words."""
    kinds = tuple(word.type for word in words)
    left_open = kinds[0] == "_TO" or kinds[-1] in {"_DASH", "_TO"}
    return kinds == _FIELD_SHAPE or left_open or not _FIELD_ONLY.isdisjoint(kinds)


def _hull(spans: Sequence[DateSpan]) -> DateSpan:
    """The span that contains all of them; only a single one can be open."""
    first = min(spans, key=lambda span: span.days.start or dt.date.min)
    last = max(spans, key=lambda span: span.days.end or dt.date.max)
    return DateSpan(first.low, last.high)


def _phrase(words: Sequence[Token], spans: tuple[DateSpan, ...]) -> Phrase:
    return Phrase(words[0].start_pos or 0, words[-1].end_pos or 0, spans, tuple(word.type for word in words))


def _is_a_number(text: str, phrase: Phrase, *, asked: bool) -> bool:
    """Whether its digits are a number of something else: Protocol No. 1960, 1500 tons, in his sixties."""
    before = (text, max(0, phrase.start - _REACH), phrase.start)
    if phrase.shapes[0] in _BARE and (
        _NUMBERED.search(*before) or not (asked or _NUMBERED_IN_TITLES.search(*before) is None)
    ):
        return True
    if phrase.shapes[-1] == "YEAR" and _COUNTED.match(text, phrase.end):
        return True
    if _BEFORE_OUR_ERA.match(text, phrase.end + text.startswith(" ", phrase.end)):
        return True
    first = phrase.hull.days.start
    return phrase.shapes == ("YEAR",) and first is not None and first.year not in _PLAUSIBLE
