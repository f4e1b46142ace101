"""A word -> how it sounds, whoever transliterated it."""

from __future__ import annotations

import re
from functools import lru_cache

from anyascii import anyascii

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
