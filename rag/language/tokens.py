"""Text -> words as the index sees them, and how a word sounds whoever transliterated it.

A word is a run of letters and digits, lower-cased, Latin letters without their marks: Gomułka is gomulka. That is what
the lexical engine does, and a test holds the two against each other.

A sound is coarser still. Khrushchev, Chruschtschow and Kroutchev are one name that passed through English, German
and French; what the three spellings share is `krusev`. Sibilants are one sound (s, z, sh, zh, ch, ts and all their
clusters), so are k and kh, v and w, i, j and y; vowels stay, for they tell more names apart than they blur.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections import defaultdict
from functools import cache, lru_cache
from importlib.metadata import distribution
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from anyascii import anyascii

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

_WORD = re.compile(r"[^\W_]+")


class Token(NamedTuple):
    """One word where it stands; a tuple, for a large archive has hundreds of millions.

    Attributes:
        word: As the index sees it.
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
    """Where each of the same begins, and where it ends."""
    return [m.span() for m in _WORD.finditer(text)]


def words(text: str) -> list[str]:
    """Every word of a text as the index sees it, in order."""
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


class Phrases:
    """Finds known phrases, words joined by one space, in running words."""

    def __init__(self, phrases: Iterable[str]) -> None:
        """Remember them by their first word."""
        self._phrases = frozenset(phrases)
        self._longest: dict[str, int] = {}
        for phrase in self._phrases:
            first, *rest = phrase.split(" ")
            self._longest[first] = max(self._longest.get(first, 0), 1 + len(rest))

    def spans(self, running: Sequence[str]) -> Iterator[tuple[int, int]]:
        """[first, end) of each phrase found, from left to right, the longest first, none overlapping."""
        if self._longest.keys().isdisjoint(running):
            return
        done = 0
        for first, word in enumerate(running):
            longest = self._longest.get(word)
            if longest is None or first < done:
                continue
            for end in range(min(first + longest, len(running)), first, -1):
                if " ".join(running[first:end]) in self._phrases:
                    yield first, end
                    done = end
                    break


@cache
def _english() -> Mapping[bytes, bytearray]:
    """83,000 English words and well-known names, in British spelling, a line each, by their first two letters.

    They take 1 MB; as a set they would take 8.
    """
    # Found without importing it, which would take another 2 MB.
    file = distribution("symspellpy").locate_file("symspellpy/frequency_dictionary_en_82_765.txt")
    listed: dict[bytes, bytearray] = defaultdict(lambda: bytearray(b"\n"))
    with Path(str(file)).open("rb") as lines:
        for line in lines:
            word = line.removeprefix(codecs.BOM_UTF8).partition(b" ")[0]
            listed[word[:2]] += word + b"\n"
    return dict(listed)


def _is_listed(word: str) -> bool:
    sought = word.encode()
    return b"\n%b\n" % sought in _english().get(sought[:2], b"")


_BRITISH = (("or", "our"), ("er", "re"), ("iz", "is"), ("yz", "ys"), ("l", "ll"), ("ense", "ence"), ("sk", "sc"))
"""American spellings whose British ones are listed: favor, center, organize, analyze, traveled, offense, skeptic."""


def is_english(word: str) -> bool:
    """Whether a word, in lower case, is what a reader may mean as it stands, in this collection or not."""
    return _is_listed(word) or any(
        american in word and _is_listed(word.replace(american, british)) for american, british in _BRITISH
    )


_SPELLINGS = (
    (r"s?chts?ch|shts?ch|s?h?tch|shch|tz?sch|szcz|sch|tsh|sh|sz|cz|dzh?(?=in|er)|zh|ts|tz|z", "s"),
    (r"\bch(?=[lr])|kh|ck|q", "k"),
    (r"ch|c(?=[eiy])|(?<=i)c\b", "s"),
    (r"c", "k"),
    (r"x", "ks"),
    (r"ph", "f"),
    (r"th", "t"),
    (r"gu(?=[eiy])|gh", "g"),
    (r"(?<=[eo])ff?\b|w", "v"),
    (r"(?<=[^aeiou])[jy]o", "e"),
    (r"dj|dzh|[jy]", "i"),
    (r"(?<!\b)h(?![aeiou])", ""),
    (r"ou|oo", "u"),
    (r"oe", "o"),
    (r"ai", "ei"),
    (r"ie", "e"),
    (r"(.)\1+", r"\1"),
    (r"(?<=s)ov\b", "ev"),
    (r"(?<=\w\w)ei\b", "i"),
)
"""Spellings of one sound, in the order in which they must be looked for."""

_RULES = tuple((re.compile(spelling), sound) for spelling, sound in _SPELLINGS)


@lru_cache(maxsize=1 << 16)
def sound(word: str) -> str:
    """How a word sounds, as ASCII letters; equal for spellings of one name. Any script is read."""
    heard = anyascii(word).lower()
    for spelling, letters in _RULES:
        heard = spelling.sub(letters, heard)
    return heard
