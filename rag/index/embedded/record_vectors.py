"""Unit vectors, one a record -> the nearest rows, however they are kept: what all kinds of them have in common."""

from abc import ABC, abstractmethod

import numpy as np
from numpy.typing import NDArray

from rag.embeddings import Vectors
from rag.index.embedded.bitmaps import Mask
from rag.index.embedded.filters import Criteria

FLAT = 10_000  # vectors up to which all are compared; in a larger collection, passing vectors

_UNIT = 1e-3  # how far from 1 a norm may lie
Found = tuple[NDArray[np.int64], NDArray[np.float32]]


def check_unit(vectors: Vectors, dimensions: int) -> None:
    """ValueError unless vectors are (n, dimensions) of unit length."""
    if vectors.ndim != 2 or vectors.shape[1] != dimensions:  # noqa: PLR2004 rows and columns
        raise ValueError(f"vectors must be (n, {dimensions}), not {vectors.shape}")
    norms = np.linalg.norm(vectors, axis=1)  # (n,)
    if not (np.abs(norms - 1) <= _UNIT).all():
        raise ValueError(f"vectors must be of unit length; norms span {norms.min()}..{norms.max()}")


def greatest(cosines: Vectors, k: int) -> NDArray[np.int64]:
    """The places of the k greatest of at least k, falling; of equal ones the first comes first."""
    best = np.sort(np.argpartition(-cosines, k - 1)[:k])
    return best[np.argsort(-cosines[best], kind="stable")]


class RecordVectors(ABC):
    """One vector a record, by row, wherever they are kept. Safe under threads."""

    at_once = 256  # rows compared; so many of 384 numbers stay in a core's cache

    def __init__(self, count: int, dimensions: int) -> None:
        """Note how many there are, and their length."""
        self._count, self._dimensions = count, dimensions

    def __len__(self) -> int:
        return self._count

    def nearest(self, vector: Vectors, k: int, criteria: Criteria | None, mask: Mask | None) -> Found:
        """Up to k rows and their cosines, falling; only rows in `mask` (n,), which are those that meet the criteria.

        ValueError for what is no vector of this index.
        """
        if vector.shape != (self._dimensions,) or not np.isfinite(vector).all():
            raise ValueError(f"the vector must be {self._dimensions} finite numbers, not of shape {vector.shape}")
        passing = len(self) if mask is None else int(np.count_nonzero(mask))
        k = min(k, passing)
        if k < 1:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        question = np.ascontiguousarray(vector, dtype=np.float32)
        found = self._search(question, k, mask, passing, criteria)
        if found is None:
            found = self._compared(question, np.arange(len(self)) if mask is None else np.flatnonzero(mask), k)
        return found

    @abstractmethod
    def take(self, rows: list[int] | NDArray[np.int64]) -> Vectors:
        """(len(rows), dim)."""

    @abstractmethod
    def _search(
        self, question: Vectors, k: int, mask: Mask | None, passing: int, criteria: Criteria | None
    ) -> Found | None:
        """The k nearest of at least k passing rows; None where all of these should be compared."""

    def _compared(self, question: Vectors, rows: NDArray[np.int64], k: int) -> Found:
        """The k of these rows with the greatest cosine, falling; it never depends on the other rows."""
        blocks = (rows[begin : begin + self.at_once] for begin in range(0, len(rows), self.at_once))
        cosines: Vectors = np.concatenate([np.vecdot(self.take(block), question) for block in blocks])
        best = greatest(cosines, k)
        return rows[best], cosines[best]
