"""A run of words that is like a title -> all the words that claim to be one.

A true title with more words after it names another document: "Memorandum of Conversation between Castro and Mikoyan on
the Sugar Harvest". So a run extends to the quotation marks around it, or as far as its words continue as titles do.
"""

from collections.abc import Sequence

from rag.check.candidates import TextWindow, similarity
from rag.check.extract import TextSentence
from rag.check.text_compare import is_date_word
from rag.language.document_types import document_type
from rag.language.stopwords import FUNCTION_WORDS
from rag.language.tables import table
from rag.language.tokens import Token

_CONTINUES, _INTO_PROSE, _PROSE, _JOINS, _ARTICLES, _BEFORE, _BEFORE_DATE = (
    frozenset(table("citation_words")[place].split())
    for place in ("continuing", "into_prose", "prose", "joining", "articles", "introducing", "leading")
)
_FURTHEST = 16  # words


def whole_title(sentence: TextSentence, window: TextWindow, title: Sequence[Token], free: Sequence[bool]) -> TextWindow:
    """The window with the words that belong to the same claim, and its score with them."""
    words = sentence.words
    start, end = window.start, window.end
    around = [span for span in sentence.quotes if span.start <= words[start].start and words[end - 1].end <= span.end]
    if around:
        quote = max(around, key=lambda span: span.end - span.start)
        while start and words[start - 1].start >= quote.start and free[start - 1]:
            start -= 1
        while end < len(words) and words[end].end <= quote.end and free[end]:
            end += 1
    else:
        while start and free[start - 1] and _belongs(sentence, words[start - 1], words[start]):
            start -= 1
        end = _end(sentence, end, title, free)
    if (start, end) == (window.start, window.end):
        return window
    given = [token.word for token in words[start:end]]
    return TextWindow(start, end, similarity(given, [token.word for token in title]))


def _belongs(sentence: TextSentence, word: Token, following: Token) -> bool:
    """Whether a word before a title is part of it: it has a capital and no mark follows it."""
    return (
        sentence.between(word.end, following.start) == " "
        and word.text[0].isupper()
        and not is_date_word(word.word)
        and (word.word not in FUNCTION_WORDS or document_type(word.text) is not None)
        and word.word not in _BEFORE
    )


def _end(sentence: TextSentence, end: int, title: Sequence[Token], free: Sequence[bool]) -> int:
    """The end of the claim whose window ends at the word `end`."""
    words = sentence.words
    if end >= len(words) or not free[end]:
        return end
    if replaced := _replaced_end(sentence, end, title):
        return replaced
    if not _continues(sentence, end):
        return end
    last = end + 1
    while last < len(words) and last - end < _FURTHEST and free[last] and not is_date_word(words[last].word):
        between = sentence.between(words[last - 1].end, words[last].start)
        if between not in {" ", "-", ". "} or words[last].start in sentence.sources:
            break
        last += 1
    while last > end and words[last - 1].word in _BEFORE_DATE:
        last -= 1
    return last


def _replaced_end(sentence: TextSentence, end: int, title: Sequence[Token]) -> int:
    """The end of words that stand, after a comma, in place of the title's own last ones; 0 for none."""
    words = sentence.words
    given = {token.word for token in words[max(0, end - 2 * len(title)) : end]}
    missing = 0
    for token in reversed(title):
        if token.word in given:
            break
        missing += not is_date_word(token.word)
    last = end
    while last < len(words) and last - end < missing and words[last].text[0].isupper():
        between = sentence.between(words[last - 1].end, words[last].start)
        if between != (", " if last == end else " ") or words[last].start in sentence.sources:
            break
        if is_date_word(words[last].word) or document_type(words[last].text):
            break
        last += 1
    return last if last > end else 0


def _continues(sentence: TextSentence, end: int) -> bool:  # noqa: PLR0911 - one for each way to end
    """Whether the words after a title continue it: "to Brezhnev", "on the Sugar Harvest", ", Moscow"."""
    words = sentence.words
    word, following = words[end], words[end + 1] if end + 1 < len(words) else None
    between = sentence.between(words[end - 1].end, word.start)
    if is_date_word(word.word) or word.start in sentence.sources:
        return False
    if between.strip(" '’\")") or " " not in between:
        return False
    if word.word not in _CONTINUES:
        return word.text[0].isupper() and word.word not in FUNCTION_WORDS
    if following is None or is_date_word(following.word):
        return False
    rest = sentence.text[following.start - sentence.start :]
    if word.word in _JOINS:  # another title may follow
        return following.text[0].isupper() and document_type(rest.split(",")[0][:40]) is None
    if word.word not in _INTO_PROSE or following.word not in _PROSE:
        return True
    third = words[end + 2] if following.word in _ARTICLES and end + 2 < len(words) else None
    return third is not None and third.text[0].isupper() and third.start not in sentence.sources
