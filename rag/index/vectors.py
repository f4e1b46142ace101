"""Unit vectors -> the nearest rows; the only importer of faiss.

Exact: every passing vector is compared. 400,000 of them take about 0.1 s on two cores.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import faiss
import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from pathlib import Path

    from rag.embed import Vectors
    from rag.index.columns import Mask

_UNIT = 1e-3  # how far from 1 a norm may lie
Found = tuple[NDArray[np.int64], NDArray[np.float32]]


def check_unit(vectors: Vectors, dimensions: int) -> None:
    """Refuse what is not (n, dimensions) of unit length."""
    if vectors.ndim != 2 or vectors.shape[1] != dimensions:  # noqa: PLR2004 rows and columns
        message = f"vectors must be (n, {dimensions}), not {vectors.shape}"
        raise ValueError(message)
    norms = np.linalg.norm(vectors, axis=1)  # (n,)
    if not (np.abs(norms - 1) <= _UNIT).all():
        message = f"vectors must be of unit length; norms span {norms.min()}..{norms.max()}"
        raise ValueError(message)


class VectorIndex:
    """Vectors by row. Safe under threads once it is only read."""

    def __init__(self, index: faiss.Index) -> None:
        """Take an index; `empty` and `open` make one."""
        self._index = index

    @classmethod
    def empty(cls, dimensions: int) -> VectorIndex:
        """Begin a new one."""
        # The inner product of unit vectors is their cosine, so scores need no conversion.
        return cls(faiss.IndexFlatIP(dimensions))

    @classmethod
    def open(cls, file: Path) -> VectorIndex:
        """Map a saved one into memory; its pages are shared by every process that reads it."""
        return cls(faiss.read_index(str(file), faiss.IO_FLAG_MMAP_IFC | faiss.IO_FLAG_READ_ONLY))

    def __len__(self) -> int:
        """How many vectors it holds."""
        return int(self._index.ntotal)

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        return int(self._index.d)

    def add(self, vectors: Vectors) -> None:
        """Take the next rows' vectors, (n, dim)."""
        check_unit(vectors, self.dimensions)
        self._index.add(np.ascontiguousarray(vectors, dtype=np.float32))

    def save(self, file: Path) -> None:
        """Write all."""
        faiss.write_index(self._index, str(file))

    def nearest(self, vector: Vectors, k: int, mask: Mask | None) -> Found:
        """Up to k rows and their cosines, falling; only rows that `mask` (n,) lets pass."""
        k = min(k, len(self) if mask is None else int(np.count_nonzero(mask)))
        if k < 1:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        cosines, rows = self._index.search(self._question(vector), k, params=_only(mask))  # each (1, k)
        return rows[0], cosines[0]

    def above(self, vector: Vectors, floor: float, mask: Mask) -> NDArray[np.int64]:
        """Every passing row whose cosine is at least `floor`, in no order."""
        # faiss keeps what is strictly above its radius.
        radius = float(np.nextafter(np.float32(floor), np.float32(-2)))
        _, _, rows = self._index.range_search(self._question(vector), radius, params=_only(mask))
        return rows

    def take(self, rows: list[int]) -> Vectors:
        """(len(rows), dim)."""
        if not rows:
            return np.empty((0, self.dimensions), np.float32)
        return self._index.reconstruct_batch(np.array(rows, np.int64))

    def _question(self, vector: Vectors) -> Vectors:
        """(1, dim), checked."""
        if vector.shape != (self.dimensions,) or not np.isfinite(vector).all():
            message = f"the vector must be {self.dimensions} finite numbers, not of shape {vector.shape}"
            raise ValueError(message)
        return np.ascontiguousarray(vector, dtype=np.float32)[np.newaxis]


def _only(mask: Mask | None) -> faiss.SearchParameters | None:
    """Let faiss see only these rows, inside the search."""
    if mask is None:
        return None
    # faiss's stubs know the C++ signatures of these two, not the ones its Python wrappers give them.
    only = faiss.IDSelectorBitmap(np.packbits(mask, bitorder="little"))  # type: ignore[call-arg, arg-type]
    return faiss.SearchParameters(sel=only)  # type: ignore[call-arg]
