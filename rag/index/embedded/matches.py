"""Signs -> the rows that show any of them. A page asks for the same several times, each time of other rows."""

from __future__ import annotations

from functools import lru_cache, partial
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from rag.index.embedded.bitmaps import Mask
    from rag.index.embedded.fulltext import FullText
    from rag.index.embedded.vectors import VectorIndex
    from rag.index.ports import Matching, QueryTerm

HELD = 256
"""Terms whose rows are remembered: common words take longest and come again. 32 MB at a million records."""


class Matches:
    """Remembers the last signs, and of which rows it is known whether they show them. Safe under threads."""

    def __init__(self, words: FullText, vectors: VectorIndex) -> None:
        """Know of no row."""
        self._words, self._vectors = words, vectors
        self._bits = lru_cache(HELD)(partial(_bits, words, len(vectors)))
        self._one_at_a_time = Lock()
        self._key: object = None
        self._shown = self._open = np.zeros(len(vectors), np.bool_)

    def of(self, signs: Matching, rows: Mask) -> Mask:
        """(n,) whether each of these rows shows any."""
        with self._one_at_a_time:
            if self._key != (key := key_of(signs)):
                self._shown = self._holding(signs.words)
                self._open = ~self._shown
                self._key = key
            # Only a row that holds none of the words needs a cosine, and only when it is asked for.
            unknown = rows & self._open
            if signs.vector is not None and unknown.any():
                self._shown[self._vectors.above(signs.vector, signs.floor, unknown)] = True
                self._open &= ~unknown
            return rows & self._shown

    def _holding(self, words: Sequence[QueryTerm]) -> Mask:
        """(n,) whether each row holds any of these words."""
        bits = np.packbits(np.zeros_like(self._shown))
        for terms in {terms for word in words for terms in self._words.spelt(word)}:
            bits |= self._bits(terms)
        return np.unpackbits(bits, count=len(self._shown)).view(np.bool_)


def _bits(words: FullText, count: int, terms: tuple[str, ...]) -> NDArray[np.uint8]:
    mask = np.zeros(count, np.bool_)
    mask[words.rows(terms)] = True
    return np.packbits(mask)


def key_of(signs: Matching | None) -> object:
    """What is equal of equal signs."""
    return signs and (signs.words, signs.floor, None if signs.vector is None else signs.vector.tobytes())
