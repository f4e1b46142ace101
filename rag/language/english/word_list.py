"""The English word list: which words anybody may write."""

from __future__ import annotations

import codecs
from collections import defaultdict
from functools import cache
from importlib.metadata import distribution
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


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
