"""A Matching -> the rows that match. A page asks for the same one several times, each time among other rows."""

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

CACHED = 256
"""Terms whose rows are cached: frequent words take longest and recur. 32 MB at a million records."""


class Matches:
    """Caches the last Matching, and which rows were compared with it. Safe under threads."""

    def __init__(self, words: FullText, vectors: VectorIndex) -> None:
        """Compare nothing yet."""
        self._words, self._vectors = words, vectors
        self._bits = lru_cache(CACHED)(partial(_bits, words, len(vectors)))
        self._one_at_a_time = Lock()
        self._key: object = None
        self._matched = self._unknown = np.zeros(len(vectors), np.bool_)

    def of(self, matching: Matching, rows: Mask) -> Mask:
        """(n,) whether each of these rows matches."""
        with self._one_at_a_time:
            if self._key != (key := key_of(matching)):
                self._matched = self._containing(matching.words)
                self._unknown = ~self._matched
                self._key = key
            # Only a row that contains none of the words needs a cosine, and only when it is asked for.
            compared = rows & self._unknown
            if matching.vector is not None and compared.any():
                self._matched[self._vectors.above(matching.vector, matching.floor, compared)] = True
                self._unknown &= ~compared
            return rows & self._matched

    def _containing(self, words: Sequence[QueryTerm]) -> Mask:
        """(n,) whether each row contains any of these words."""
        bits = np.packbits(np.zeros_like(self._matched))
        for terms in {terms for word in words for terms in self._words.phrases(word)}:
            bits |= self._bits(terms)
        return np.unpackbits(bits, count=len(self._matched)).view(np.bool_)


def _bits(words: FullText, count: int, terms: tuple[str, ...]) -> NDArray[np.uint8]:
    mask = np.zeros(count, np.bool_)
    mask[words.rows(terms)] = True
    return np.packbits(mask)


def key_of(matching: Matching | None) -> object:
    """A value that is equal for equal ones."""
    return matching and (matching.words, matching.floor, None if matching.vector is None else matching.vector.tobytes())
