"""Unit vectors -> the nearest rows; the only importer of faiss.

Up to FLAT vectors every passing one is compared. More of them are kept as sketches too, a bit a number (RaBitQ: Gao and
Long, SIGMOD 2024), in sqrt(n) inverted lists. A search reads the sketches of the lists that lie nearest to the
question, and scores the best by the vectors themselves. A filter acts within both: where few rows pass, each of them is
compared; else the fewer pass, the more lists are read. `above` compares all.

The vectors are kept in float32: faiss takes seven times as long to compare those of half precision.
"""

from __future__ import annotations

import math
from contextlib import contextmanager
from typing import TYPE_CHECKING, Self

import faiss
import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from rag.embed import Vectors
    from rag.index.columns import Mask

FLAT = 10_000
"""Vectors up to which all are compared; of a larger collection, passing ones. 2 ms on one core."""

FEW = 1 / 20
"""Share of a larger collection up to which passing ones are: to look for them among sketches takes longer."""

SHARE = 0.35
"""Share of the lists that a search reads; of a collection of which a part passes, over the part's square root.

Recall of the nearest 10 against comparing all, on vectors of real texts (FRUS, SciFact, Cranfield) and 200 questions
each to FRUS index, FRUS summaries and SciFact that none of them is made of:

    share       20,000 vectors      60,000           201,165
      .30      .978  .968  .995   .982  .973  .997   .988  .973  .998
      .35      .984  .973  .995   .986  .979  .998   .993  .980  .998
      .40      .987  .982  .996   .990  .983  .998   .994  .983  .998

Where half or a fifth of the vectors pass, by chance or those likest to one of them, it is .988 and more at .35. All
lists hold 1.000 of the nearest 10 of 201,165, and .95 to .97 of the nearest 100. Comparing all of a million sketches
takes 18 ms on one core.
"""

MORE = 4
"""Rows scored by their vectors for each one wanted: sketches order them roughly."""

_SAMPLE = 80  # vectors for each list that the lists are made by
_ROUNDS = 10  # of k-means
_CHUNK = 16_384  # vectors in memory at once: 25 MB at 384 dimensions
_UNIT = 1e-3  # how far from 1 a norm may lie
_MAPPED = faiss.IO_FLAG_MMAP_IFC | faiss.IO_FLAG_READ_ONLY  # shared by every process that reads the file
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


class VectorsWriter:
    """Takes vectors row by row onto the disk; in the end it makes of them the index that suits their number."""

    def __init__(self, file: Path, lists: Path, dimensions: int) -> None:
        """Begin; `lists` is written only for more than FLAT vectors."""
        self._file, self._lists, self._dimensions = file, lists, dimensions
        self._raw = file.with_suffix(".raw")
        self._opened = self._raw.open("wb")
        self._count = 0

    def add(self, vectors: Vectors) -> None:
        """Take the next rows' vectors, (n, dim)."""
        check_unit(vectors, self._dimensions)
        self._opened.write(np.ascontiguousarray(vectors, dtype=np.float32).tobytes())
        self._count += len(vectors)

    def save(self) -> str:
        """Write all; the kind of index, "flat" or "lists"."""
        self._opened.close()
        raw = np.memmap(self._raw, np.float32, "r", shape=(self._count, self._dimensions))
        # The inner product of unit vectors is their cosine, so scores need no conversion.
        flat = faiss.IndexFlatIP(self._dimensions)
        _fill(flat, raw)
        faiss.write_index(flat, str(self._file))
        del flat  # before the lists are made: it takes a gigabyte and a half for a million vectors
        small = self._count <= FLAT
        if not small:
            lists = _listed(raw)
            _fill(lists, raw)
            faiss.write_index(lists, str(self._lists))
        self._raw.unlink()
        return "flat" if small else "lists"

    def close(self) -> None:
        """Let go of the file."""
        self._opened.close()


def _listed(vectors: Vectors) -> faiss.IndexIVF:
    """Empty lists, made by a sample of these vectors."""
    count, dimensions = vectors.shape
    lists = round(math.sqrt(count))
    index = faiss.IndexIVFRaBitQFastScan(faiss.IndexFlatIP(dimensions), dimensions, lists, faiss.METRIC_INNER_PRODUCT)
    index.cp.niter = _ROUNDS
    index.cp.spherical = True
    index.cp.min_points_per_centroid = 1  # it would warn of fewer on the standard error
    index.cp.max_points_per_centroid = _SAMPLE
    sample = np.random.default_rng(0).choice(count, min(count, _SAMPLE * lists), replace=False)
    index.train(vectors[np.sort(sample)])
    return index


def _fill(index: faiss.Index, vectors: Vectors) -> None:
    for begin in range(0, len(vectors), _CHUNK):
        index.add(np.ascontiguousarray(vectors[begin : begin + _CHUNK]))


class VectorIndex:
    """Vectors by row. Safe under threads."""

    def __init__(self, rows: faiss.Index, lists: faiss.IndexIVF | None) -> None:
        """Take an index by row and, for many vectors, the lists of the same; `open` finds them."""
        self._rows = rows
        self._lists = lists

    @classmethod
    def open(cls, file: Path, lists: Path) -> Self:
        """Map what a VectorsWriter saved into memory."""
        return cls(faiss.read_index(str(file), _MAPPED), _mapped_lists(lists) if lists.exists() else None)

    def __len__(self) -> int:
        """How many vectors it holds."""
        return int(self._rows.ntotal)

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        return int(self._rows.d)

    def nearest(self, vector: Vectors, k: int, mask: Mask | None) -> Found:
        """Up to k rows and their cosines, falling; only rows that `mask` (n,) lets pass."""
        question = self._question(vector)
        passing = len(self) if mask is None else int(np.count_nonzero(mask))
        k = min(k, passing)
        if k < 1:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        if self._lists is not None and passing > max(FLAT, FEW * len(self)):
            rows, cosines = self._by_lists(question, k, mask, len(self) / passing)
            if len(rows) == k:
                return rows, cosines
        with _alone():
            found, rows = self._rows.search(question, k, params=_only(mask))  # each (1, k)
        return rows[0], found[0]

    def _by_lists(self, question: Vectors, k: int, mask: Mask | None, rarity: float) -> Found:
        """Up to k rows of the lists that are likeliest to hold them, scored by the vectors themselves."""
        index = self._lists
        if index is None:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        probes = min(index.nlist, math.ceil(index.nlist * SHARE * math.sqrt(rarity)))
        params = faiss.SearchParametersIVF(nprobe=probes, sel=_selector(mask))  # type: ignore[call-arg]  # see _selector
        with _alone():
            _, found = index.search(question, min(k * MORE, len(self)), params=params)
            rows = found[0][found[0] >= 0]
            cosines = self._rows.reconstruct_batch(rows) @ question[0]  # (rows,)
        best = np.argsort(-cosines, kind="stable")[:k]
        return rows[best], cosines[best]

    def above(self, vector: Vectors, floor: float, mask: Mask) -> NDArray[np.int64]:
        """Every passing row whose cosine is at least `floor`, in no order."""
        # faiss keeps what is strictly above its radius.
        radius = float(np.nextafter(np.float32(floor), np.float32(-2)))
        with _alone():
            _, _, rows = self._rows.range_search(self._question(vector), radius, params=_only(mask))
        return rows

    def take(self, rows: list[int]) -> Vectors:
        """(len(rows), dim)."""
        if not rows:
            return np.empty((0, self.dimensions), np.float32)
        with _alone():
            return self._rows.reconstruct_batch(np.array(rows, np.int64))

    def _question(self, vector: Vectors) -> Vectors:
        """(1, dim), checked."""
        if vector.shape != (self.dimensions,) or not np.isfinite(vector).all():
            message = f"the vector must be {self.dimensions} finite numbers, not of shape {vector.shape}"
            raise ValueError(message)
        return np.ascontiguousarray(vector, dtype=np.float32)[np.newaxis]


@contextmanager
def _alone() -> Iterator[None]:
    """One thread: faiss gives all of a single question to one, and the others spin until it is done, and after."""
    threads = faiss.omp_get_max_threads()  # each thread of this process has a number of its own
    faiss.omp_set_num_threads(1)
    try:
        yield
    finally:
        faiss.omp_set_num_threads(threads)


def _mapped_lists(file: Path) -> faiss.IndexIVF:
    index = faiss.read_index(str(file), _MAPPED)
    if not isinstance(index, faiss.IndexIVF):
        message = f"{file} holds {type(index).__name__}, not inverted lists"
        raise TypeError(message)
    return index


def _only(mask: Mask | None) -> faiss.SearchParameters | None:
    """Let faiss see only these rows, inside the search."""
    return None if mask is None else faiss.SearchParameters(sel=_selector(mask))  # type: ignore[call-arg]  # see _selector


def _selector(mask: Mask | None) -> faiss.IDSelector | None:
    # faiss's stubs know the C++ signatures of this and of the parameters, not the ones its Python wrappers give them.
    return None if mask is None else faiss.IDSelectorBitmap(np.packbits(mask, bitorder="little"))  # type: ignore[call-arg, arg-type]
