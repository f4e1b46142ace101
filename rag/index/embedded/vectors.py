"""Unit vectors -> the nearest rows.

Up to FLAT vectors a search compares every passing one. Beyond, inverted lists give likely ones and those are compared;
where few rows pass, all of these are.
"""

from pathlib import Path
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

from rag.embeddings import Vectors
from rag.index.embedded.bitmaps import Mask
from rag.index.embedded.faiss_index import Flat, Lists, open_index

FLAT = 10_000  # vectors up to which all are compared; in a larger collection, passing vectors

# Share of a larger collection up to which all passing vectors are compared: faster than to find them by sketches.
FEW = 1 / 30

_BLOCK = 256  # rows gathered at once: 400 KB at 384 dimensions, which stay in a core's cache
_UNIT = 1e-3  # how far from 1 a norm may lie
Found = tuple[NDArray[np.int64], NDArray[np.float32]]


def check_unit(vectors: Vectors, dimensions: int) -> None:
    """ValueError unless vectors are (n, dimensions) of unit length."""
    if vectors.ndim != 2 or vectors.shape[1] != dimensions:  # noqa: PLR2004 rows and columns
        raise ValueError(f"vectors must be (n, {dimensions}), not {vectors.shape}")
    norms = np.linalg.norm(vectors, axis=1)  # (n,)
    if not (np.abs(norms - 1) <= _UNIT).all():
        raise ValueError(f"vectors must be of unit length; norms span {norms.min()}..{norms.max()}")


class RecordVectors(Protocol):
    """One vector a record, by row, wherever they are kept. Safe under threads."""

    def nearest(self, vector: Vectors, k: int, mask: Mask | None) -> Found:
        """Up to k rows and their cosines, falling; only rows in `mask` (n,)."""

    def take(self, rows: NDArray[np.int64]) -> Vectors:
        """(len(rows), dim)."""


class VectorsSink(Protocol):
    """Takes the vectors of a new generation."""

    def add(self, vectors: Vectors) -> None:
        """Write the next rows, (n, dim); ValueError where they are not of unit length."""

    def save(self) -> str:
        """Finish; the kind of index."""

    def close(self) -> None:
        """Let go of files."""


class VectorsWriter:
    """Writes vectors to the disk row by row, then indexes them as their number demands."""

    def __init__(self, index: Path, plain: Path, dimensions: int) -> None:
        """Begin; up to FLAT vectors only the `index` stays, which contains them."""
        self._index, self._plain, self._dimensions = index, plain, dimensions
        self._opened = plain.open("wb")

    def add(self, vectors: Vectors) -> None:
        """Write the next rows, (n, dim)."""
        check_unit(vectors, self._dimensions)
        self._opened.write(np.ascontiguousarray(vectors, dtype=np.float32).tobytes())

    def save(self) -> str:
        """Finish; the kind of index, "flat" or "lists"."""
        self._opened.close()
        vectors = _mapped(self._plain, self._dimensions)
        if len(vectors) > FLAT:
            Lists.write(vectors, self._index)
            return "lists"
        Flat.write(vectors, self._index)
        del vectors  # Windows removes nothing that is mapped
        self._plain.unlink()
        return "flat"

    def close(self) -> None:
        """Close the file."""
        self._opened.close()


class VectorIndex:
    """Vectors by row. Safe under threads.

    Attributes:
        vectors: (n, dim), all of them; do not write to them.
    """

    def __init__(self, vectors: Vectors, index: Flat | Lists) -> None:
        """Take vectors (n, dim) and their index; `open` reads both from files."""
        self.vectors = vectors
        self._index = index

    @classmethod
    def open(cls, index: Path, plain: Path) -> Self:
        """Open what a VectorsWriter saved; ValueError where the files do not belong together."""
        opened = open_index(index)
        vectors = opened.vectors if isinstance(opened, Flat) else _mapped(plain, opened.dimensions)
        if len(vectors) != len(opened):
            raise ValueError(f"{plain} has {len(vectors)} vectors, not the {len(opened)} of {index}")
        return cls(vectors, opened)

    def __len__(self) -> int:
        return len(self.vectors)

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        return int(self.vectors.shape[1])

    def nearest(self, vector: Vectors, k: int, mask: Mask | None) -> Found:
        """Up to k rows and their cosines, falling; only rows in `mask` (n,)."""
        question = checked(vector, self.dimensions)
        passing = len(self) if mask is None else int(np.count_nonzero(mask))
        k = min(k, passing)
        if k < 1:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        if isinstance(self._index, Flat):
            return self._index.nearest(question, k, mask)
        if mask is None or passing > max(FLAT, FEW * len(self)):
            likely = self._index.near(question, k, mask)
            if len(likely) >= k:
                return highest(likely, self._cosines(question, likely), k)
        rows = np.arange(len(self)) if mask is None else np.flatnonzero(mask)
        return highest(rows, self._cosines(question, rows), k)

    def take(self, rows: list[int] | NDArray[np.int64]) -> Vectors:
        """(len(rows), dim)."""
        return self.vectors.take(np.asarray(rows, np.int64), axis=0, mode="clip")  # the default checks each index twice

    def _cosines(self, question: Vectors, rows: NDArray[np.int64]) -> Vectors:
        """(len(rows),); a row's cosine never depends on the other rows, since vecdot sums each row by itself."""
        if 2 * len(rows) > len(self):  # to gather them would take longer
            every: Vectors = np.vecdot(self.vectors, question)
            return every[rows]
        cosines = np.empty(len(rows), np.float32)
        buffer = np.empty((_BLOCK, self.dimensions), np.float32)
        for begin in range(0, len(rows), _BLOCK):
            block = rows[begin : begin + _BLOCK]
            vectors = self.vectors.take(block, axis=0, out=buffer[: len(block)], mode="clip")  # else copied twice
            np.vecdot(vectors, question, out=cosines[begin : begin + _BLOCK])
        return cosines


def checked(vector: Vectors, dimensions: int) -> Vectors:
    """(dim,) of float32; ValueError for what is no vector of this index."""
    if vector.shape != (dimensions,) or not np.isfinite(vector).all():
        raise ValueError(f"the vector must be {dimensions} finite numbers, not of shape {vector.shape}")
    return np.ascontiguousarray(vector, dtype=np.float32)


def _mapped(file: Path, dimensions: int) -> Vectors:
    """(n, dim), as a plain array: access to a memmap costs more."""
    return np.asarray(np.memmap(file, np.float32, "r")).reshape(-1, dimensions)


def highest(rows: NDArray[np.int64], cosines: Vectors, k: int) -> Found:
    """The k rows of greatest cosine, falling."""
    best = np.argpartition(-cosines, k - 1)[:k]
    best = best[np.argsort(-cosines[best], kind="stable")]
    return rows[best], cosines[best]
