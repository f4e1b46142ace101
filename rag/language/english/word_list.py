"""The English word list: which words anybody may write."""

from __future__ import annotations

import lzma
from collections import defaultdict
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_WORDS = Path(__file__).with_name("words.txt.xz")


@cache
def _english() -> Mapping[bytes, bytearray]:
    """83,000 English words and well-known names, in British spelling, a line each, by their first two letters.

    They take 1 MB; as a set they would take 8.
    """
    listed: dict[bytes, bytearray] = defaultdict(lambda: bytearray(b"\n"))
    for line in BytesIO(lzma.decompress(_WORDS.read_bytes())):
        listed[line[:2].rstrip()] += line
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
