"""Text -> words as the index has them.

A word is a run of letters and digits, lower-cased, Latin letters without their marks: Gomułka is gomulka. The lexical
engine does the same, and a test compares the two.
"""

import re
import unicodedata
from functools import cache, lru_cache
from typing import NamedTuple

from anyascii import anyascii

_WORD = re.compile(r"[^\W_]+")
_KEPT, _SHORT = 256, 1000  # texts whose words are kept, and their characters at most: 3 MB


class Token(NamedTuple):
    """One word and its place; a tuple, because a large archive has hundreds of millions."""

    word: str  # as the index has it
    text: str  # as it is written
    start: int  # offset of its first character
    end: int  # offset after its last


def tokens(text: str) -> tuple[Token, ...]:
    """Every word of a text (in Unicode's composed form, NFC), in order."""
    return _kept_tokens(text) if len(text) <= _SHORT else _tokens(text)


def _tokens(text: str) -> tuple[Token, ...]:
    if text.isascii():
        low = text.lower()
        return tuple([Token(low[start:end], text[start:end], start, end) for start, end in places(text)])
    return tuple([Token(folded(text[start:end]), text[start:end], start, end) for start, end in places(text)])


def places(text: str) -> list[tuple[int, int]]:
    """Where each word of a text begins and ends."""
    return [m.span() for m in _WORD.finditer(text)]


def as_written(text: str) -> list[str]:
    """Every word of a text as it stands there, in order."""
    return _WORD.findall(text)


def words(text: str) -> tuple[str, ...]:
    """Every word of a text as the index has it, in order."""
    return _kept_words(text) if len(text) <= _SHORT else _words(text)


def _words(text: str) -> tuple[str, ...]:
    if text.isascii():
        return tuple(_WORD.findall(text.lower()))
    return tuple([folded(word) for word in _WORD.findall(unicodedata.normalize("NFC", text))])


# A question's own words, and those of the sentences weighed for it, are read at many places.
_kept_tokens, _kept_words = lru_cache(_KEPT)(_tokens), lru_cache(_KEPT)(_words)


def folded(word: str) -> str:
    """One word in lower case, its Latin letters without marks; other scripts stay."""
    if word.isascii():
        return word.lower()
    return "".join(letter if letter.isascii() else _plain(letter) for letter in word.lower())


@cache
def _plain(letter: str) -> str:
    """ASCII for a Latin letter (ł, ß, œ); another script's letter as it is."""
    name = unicodedata.name(letter, "")
    if unicodedata.combining(letter):
        return ""
    return "".join(filter(str.isalnum, anyascii(letter).lower())) if "LATIN" in name else letter
