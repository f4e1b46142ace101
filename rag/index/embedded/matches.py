"""A Matching -> the rows that match. A page asks for the same one several times, each time among other rows."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.index.embedded.bitmaps import Mask
    from rag.index.embedded.fulltext import FullText
    from rag.index.embedded.vectors import VectorIndex
    from rag.index.embedded.word_masks import WordMasks
    from rag.index.ports import Matching, QueryTerm


class Matches:
    """Caches the last Matching, and which rows were compared with it. Safe under threads."""

    def __init__(self, words: FullText, masks: WordMasks, vectors: VectorIndex) -> None:
        """Compare nothing yet."""
        self._words, self._masks, self._vectors = words, masks, vectors
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
        return self._masks.any({terms for word in words for terms in self._words.phrases(word)})


def key_of(matching: Matching | None) -> object:
    """A value that is equal for equal ones."""
    return matching and (matching.words, matching.floor, None if matching.vector is None else matching.vector.tobytes())
