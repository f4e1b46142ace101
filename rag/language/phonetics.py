"""A word -> how it sounds, whoever transliterated it.

Khrushchev, Chruschtschow and Kroutchev are one name in English, German and French: all three sound `krusev`. Sibilants
are one sound (s, z, sh, zh, ch, ts and their clusters), so are k and kh, v and w, i, j and y. Vowels stay, because they
distinguish more names than they confuse.
"""

import re
from functools import lru_cache

from anyascii import anyascii

# Spellings of each sound, in the order in which they are replaced.
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

_RULES = tuple((re.compile(spelling), sound) for spelling, sound in _SPELLINGS)


@lru_cache(maxsize=1 << 16)
def sound(word: str) -> str:
    """How a word sounds, as ASCII letters; equal for spellings of one name. Any script is read."""
    spoken = anyascii(word).lower()
    for spelling, letters in _RULES:
        spoken = spelling.sub(letters, spoken)
    return spoken
