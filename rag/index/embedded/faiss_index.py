"""Unit vectors -> the rows nearest to another, by one of two FAISS indexes; the only importer of faiss.

`Flat` holds all vectors and compares each. `Lists`, for many of them, tell likely ones: each is kept as a sketch, a bit
a number (RaBitQ: Gao and Long, SIGMOD 2024), in one of sqrt(n) inverted lists. A search reads the sketches of the lists
that lie nearest to the question. A filter acts within it: the fewer pass, the more lists are read.
"""

from __future__ import annotations

import math
from contextlib import contextmanager
from typing import TYPE_CHECKING

import faiss
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from rag.embeddings import Vectors
    from rag.index.embedded.bitmaps import Mask

SHARE = 0.35
"""Share of the lists that a search reads; of a collection of which a part passes, over the part's fourth root.

Recall of the nearest 10 against comparing all, on vectors of real texts (FRUS, SciFact, Cranfield) and 200 questions
each to FRUS index, FRUS summaries and SciFact that none of them is made of:

    share       20,000 vectors      60,000           201,165
      .30      .978  .968  .995   .982  .973  .997   .988  .973  .998
      .35      .984  .973  .995   .986  .979  .998   .993  .980  .998
      .40      .987  .982  .996   .990  .983  .998   .994  .983  .998

Where half to a sixteenth of 190,220 vectors pass, it is .992 and more at .35 for those of some years, .994 for those by
chance, .981 for the likest to one of them. All lists hold 1.000 of the nearest 10 of 201,165, and .95 to .97 of the
nearest 100. Comparing all of a million sketches takes 18 ms on one core.
"""

MORE = 4
"""Rows told for each one wanted: sketches order them roughly."""

_SAMPLE = 80  # vectors for each list that the lists are made by
_ROUNDS = 10  # of k-means
_CHUNK = 16_384  # vectors in memory at once: 25 MB at 384 dimensions
_MAPPED = faiss.IO_FLAG_MMAP_IFC | faiss.IO_FLAG_READ_ONLY  # shared by every process that reads the file


class Flat:
    """All vectors, float32: to compare those of half precision takes several times as long. Safe under threads."""

    def __init__(self, index: faiss.IndexFlat) -> None:
        """Take what `write` saved, in memory: in its file the numbers do not lie where numpy can reckon with them."""
        self._index = index
        self.vectors: Vectors = faiss.rev_swig_ptr(index.get_xb(), len(self) * index.d).reshape(len(self), index.d)

    def __len__(self) -> int:
        """How many there are."""
        return int(self._index.ntotal)

    @staticmethod
    def write(vectors: Vectors, file: Path) -> None:
        """Index vectors (n, dim)."""
        index = faiss.IndexFlatIP(vectors.shape[1])  # the inner product of unit vectors is their cosine
        _fill(index, vectors)
        faiss.write_index(index, str(file))

    def nearest(self, vector: Vectors, k: int, mask: Mask | None) -> tuple[NDArray[np.int64], Vectors]:
        """The k passing rows nearest to `vector` (dim,) and their cosines, falling; at least k pass."""
        params = None if mask is None else faiss.SearchParameters(sel=_selector(mask))  # type: ignore[call-arg]  # see _selector
        with _alone():
            cosines, rows = self._index.search(vector[np.newaxis], k, params=params)
        return rows[0], cosines[0]


class Lists:
    """Rows by likeness. Safe under threads."""

    def __init__(self, index: faiss.IndexIVF) -> None:
        """Take what `write` saved, mapped into memory."""
        self._index = index
        self.dimensions = int(index.d)

    def __len__(self) -> int:
        """How many rows there are."""
        return int(self._index.ntotal)

    @staticmethod
    def write(vectors: Vectors, file: Path) -> None:
        """Sort vectors (n, dim) into lists, made by a sample of them."""
        count, dimensions = vectors.shape
        lists = round(math.sqrt(count))
        index = faiss.IndexIVFRaBitQFastScan(
            faiss.IndexFlatIP(dimensions), dimensions, lists, faiss.METRIC_INNER_PRODUCT
        )
        index.cp.niter = _ROUNDS
        index.cp.spherical = True
        index.cp.min_points_per_centroid = 1  # it would warn of fewer on the standard error
        index.cp.max_points_per_centroid = _SAMPLE
        sample = np.random.default_rng(0).choice(count, min(count, _SAMPLE * lists), replace=False)
        index.train(vectors[np.sort(sample)])
        _fill(index, vectors)
        faiss.write_index(index, str(file))

    def near(self, vector: Vectors, k: int, mask: Mask | None) -> NDArray[np.int64]:
        """MORE * k passing rows, or all that the lists read hold, likely the nearest to `vector` (dim,) among them."""
        passing = 1.0 if mask is None else float(mask.mean())
        probes = min(self._index.nlist, math.ceil(self._index.nlist * SHARE / passing**0.25))
        params = faiss.SearchParametersIVF(nprobe=probes, sel=_selector(mask))  # type: ignore[call-arg]  # see _selector
        with _alone():
            _, found = self._index.search(vector[np.newaxis], min(k * MORE, len(self)), params=params)
        rows: NDArray[np.int64] = found[0][found[0] >= 0]
        return rows


def open_index(file: Path) -> Flat | Lists:
    """Whichever was written."""
    index = faiss.read_index(str(file), _MAPPED)
    if isinstance(index, faiss.IndexIVF):
        return Lists(index)
    index = faiss.read_index(str(file))
    if not isinstance(index, faiss.IndexFlat):
        message = f"{file} holds {type(index).__name__}, neither all vectors nor lists of them"
        raise ValueError(message)  # noqa: TRY004 - of a file, not of an argument
    return Flat(index)


def _fill(index: faiss.Index, vectors: Vectors) -> None:
    for begin in range(0, len(vectors), _CHUNK):
        index.add(np.ascontiguousarray(vectors[begin : begin + _CHUNK]))


@contextmanager
def _alone() -> Iterator[None]:
    """One thread: faiss gives all of a single question to one, and the others spin until it is done, and after."""
    threads = faiss.omp_get_max_threads()  # each thread of this process has a number of its own
    faiss.omp_set_num_threads(1)
    try:
        yield
    finally:
        faiss.omp_set_num_threads(threads)


def _selector(mask: Mask | None) -> faiss.IDSelector | None:
    """Let faiss see only these rows, inside the search."""
    # faiss's stubs know the C++ signatures of this and of the parameters, not the ones its Python wrappers give them.
    return None if mask is None else faiss.IDSelectorBitmap(np.packbits(mask, bitorder="little"))  # type: ignore[call-arg, arg-type]
