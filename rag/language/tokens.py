"""Text -> words as the index has them.

A word is a run of letters and digits, lower-cased, Latin letters without their marks: Gomułka is gomulka. The lexical
engine does the same, and a test compares the two.
"""

import re
import unicodedata
from functools import cache
from typing import NamedTuple

from anyascii import anyascii

_WORD = re.compile(r"[^\W_]+")


class Token(NamedTuple):
    """One word and its place; a tuple, because a large archive has hundreds of millions.

    Attributes:
        word: As the index has it.
        text: As it is written.
        start: Offset of its first character.
        end: Offset after its last.
    """

    word: str
    text: str
    start: int
    end: int


def tokens(text: str) -> list[Token]:
    """Every word of a text (in Unicode's composed form, NFC), in order."""
    if text.isascii():
        low = text.lower()
        return [Token(low[start:end], text[start:end], start, end) for start, end in places(text)]
    return [Token(folded(text[start:end]), text[start:end], start, end) for start, end in places(text)]


def places(text: str) -> list[tuple[int, int]]:
    """Where each word of a text begins and ends."""
    return [m.span() for m in _WORD.finditer(text)]


def words(text: str) -> list[str]:
    """Every word of a text as the index has it, in order."""
    if text.isascii():
        return _WORD.findall(text.lower())
    return [folded(word) for word in _WORD.findall(unicodedata.normalize("NFC", text))]


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
