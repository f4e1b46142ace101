"""A run of words that is like a title -> all the words that claim to be one.

A true title with more words behind it is another document's: "Memorandum of Conversation between Castro and Mikoyan on
the Sugar Harvest". So a run goes on to the quotation marks around it, or as far as its words go on as titles do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.check.candidates import TextWindow, alikeness
from rag.check.extract import boilerplate
from rag.check.text_compare import is_dated
from rag.language.english.document_types import document_type
from rag.language.english.stopwords import FUNCTION_WORDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.check.extract import TextSentence
    from rag.language.tokens import Token


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_GOES_ON = _words("""
    about after against and at before between by concerning during for from in into of on over regarding to under
    via with without
""")
_PROSE = _words("a an he her his it its she that the their there these they this those we what which who whom whose")
_BEFORE = _words("also cf cited citing compare e g i note per quoted read see source sources via viz")
_FURTHEST = 16  # words


def whole(sentence: TextSentence, window: TextWindow, held: Sequence[Token], free: Sequence[bool]) -> TextWindow:
    """The window with the words that belong to the same claim, and its score with them."""
    words = sentence.words
    start, end = window.start, window.end
    around = [each for each in sentence.quotes if each.start <= words[start].start and words[end - 1].end <= each.end]
    if around:
        quote = max(around, key=lambda each: each.end - each.start)
        while start and words[start - 1].start >= quote.start and free[start - 1]:
            start -= 1
        while end < len(words) and words[end].end <= quote.end and free[end]:
            end += 1
    else:
        while start and free[start - 1] and _belongs(sentence, words[start - 1], words[start]):
            start -= 1
        end = _end(sentence, end, held, free)
    if (start, end) == (window.start, window.end):
        return window
    given = [each.word for each in words[start:end]]
    return TextWindow(start, end, alikeness(given, [each.word for each in held]))


def _belongs(sentence: TextSentence, word: Token, following: Token) -> bool:
    """Whether a word before a title is of it: a capital, and no mark between."""
    between = sentence.text[word.end - sentence.start : following.start - sentence.start]
    return (
        between == " "
        and word.text[0].isupper()
        and not is_dated(word.word)
        and (word.word not in FUNCTION_WORDS or document_type(word.text) is not None)
        and word.word not in _BEFORE
    )


def _end(sentence: TextSentence, end: int, held: Sequence[Token], free: Sequence[bool]) -> int:
    words = sentence.words
    if end >= len(words) or not free[end]:
        return end
    if after := _instead(sentence, end, held):
        return after
    if not _goes_on(sentence, end):
        return end
    last = end + 1
    while last < len(words) and last - end < _FURTHEST and free[last] and not is_dated(words[last].word):
        between = sentence.text[words[last - 1].end - sentence.start : words[last].start - sentence.start]
        if between not in {" ", "-", ". "} or boilerplate(sentence.text, words[last].start - sentence.start):
            break
        last += 1
    while last > end and words[last - 1].word in {"of", "on", "from", "dated"}:  # what leads to the date
        last -= 1
    return last


def _instead(sentence: TextSentence, end: int, held: Sequence[Token]) -> int:
    """The end of words that stand, after a comma, where the title's own last ones are missing; 0 for none."""
    words = sentence.words
    given = {each.word for each in words[max(0, end - 2 * len(held)) : end]}
    lacking = 0
    for each in reversed(held):
        if each.word in given:
            break
        lacking += not is_dated(each.word)
    last = end
    while last < len(words) and last - end < lacking and words[last].text[0].isupper():
        between = sentence.text[words[last - 1].end - sentence.start : words[last].start - sentence.start]
        if between != (", " if last == end else " ") or boilerplate(sentence.text, words[last].start - sentence.start):
            break
        if is_dated(words[last].word) or document_type(words[last].text):
            break
        last += 1
    return last if last > end else 0


def _goes_on(sentence: TextSentence, end: int) -> bool:  # noqa: PLR0911 - one for each way to end
    """Whether the words after a title go on as a title does: "to Brezhnev", "on the Sugar Harvest", ", Moscow"."""
    words = sentence.words
    between = sentence.text[words[end - 1].end - sentence.start : words[end].start - sentence.start]
    word, following = words[end], words[end + 1] if end + 1 < len(words) else None
    if is_dated(word.word) or boilerplate(sentence.text, word.start - sentence.start):
        return False
    if between.strip(" '’\")") or " " not in between:
        return False
    if word.word not in _GOES_ON:
        return word.text[0].isupper() and word.word not in FUNCTION_WORDS
    if following is None or is_dated(following.word):
        return False
    rest = sentence.text[following.start - sentence.start :]
    if word.word == "and":  # another title may follow
        return following.text[0].isupper() and document_type(rest.split(",")[0][:40]) is None
    if word.word not in {"in", "at", "of", "by"} or following.word not in _PROSE:
        return True
    return following.word == "the" and boilerplate(rest, 4) is False and _capital(words, end + 2)


def _capital(words: Sequence[Token], at: int) -> bool:
    return at < len(words) and words[at].text[0].isupper()
