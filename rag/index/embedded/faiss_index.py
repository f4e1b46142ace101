"""Unit vectors -> the rows nearest to another, by one of two FAISS indexes; the only importer of faiss.

`Flat` contains all vectors and compares each. `Lists`, for larger collections, gives candidates: it keeps every vector
as a sketch of one bit a number (RaBitQ: Gao and Long, SIGMOD 2024) in one of sqrt(n) inverted lists, and a search reads
the sketches of the nearest lists. A filter acts inside the search: the fewer rows pass, the more lists are read.
"""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from rag.embeddings import Vectors
from rag.index.embedded.bitmaps import Mask

SHARE = 0.35
"""Share of the lists that a search reads; under a filter, divided by the fourth root of the share of rows that pass.

Recall@10 against comparing all, on vectors of real texts (FRUS, SciFact, Cranfield), with 200 questions each of FRUS
index, FRUS summaries and SciFact:

    share       20,000 vectors      60,000           201,165
      .30      .978  .968  .995   .982  .973  .997   .988  .973  .998
      .35      .984  .973  .995   .986  .979  .998   .993  .980  .998
      .40      .987  .982  .996   .990  .983  .998   .994  .983  .998

With filters that pass a half to a sixteenth of 190,220 vectors, recall at .35 is at least .992 for ranges of years,
.994 for random rows and .981 for the rows most similar to one of them. Reading all lists gives 1.000 of the nearest 10
of 201,165, and .95 to .97 of the nearest 100.
"""

MORE = 4
"""Candidates for each row wanted: sketches order them only roughly."""

_SAMPLE = 80  # vectors for each list, to train the lists on
_ROUNDS = 10  # of k-means
_CHUNK = 16_384  # vectors in memory at once: 25 MB at 384 dimensions
_MAPPED = faiss.IO_FLAG_MMAP_IFC | faiss.IO_FLAG_READ_ONLY  # shared by every process that reads the file


class Flat:
    """All vectors, float32: half precision takes several times as long to compare. Safe under threads."""

    def __init__(self, index: faiss.IndexFlat) -> None:
        """Take what `write` saved, in memory: the file does not align the numbers as numpy needs them."""
        self._index = index
        self.vectors: Vectors = faiss.rev_swig_ptr(index.get_xb(), len(self) * index.d).reshape(len(self), index.d)

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @staticmethod
    def write(vectors: Vectors, file: Path) -> None:
        """Index vectors (n, dim)."""
        index = faiss.IndexFlatIP(vectors.shape[1])  # the inner product of unit vectors is their cosine
        _fill(index, vectors)
        faiss.write_index(index, str(file))

    def nearest(self, vector: Vectors, k: int, mask: Mask | None) -> tuple[NDArray[np.int64], Vectors]:
        """The k nearest rows in `mask` (which has at least k) and their cosines with `vector` (dim,), falling."""
        params = None if mask is None else faiss.SearchParameters(sel=_selector(mask))  # type: ignore[call-arg]  # see _selector
        with _one_thread():
            cosines, rows = self._index.search(vector[np.newaxis], k, params=params)
        return rows[0], cosines[0]


class Lists:
    """Rows in lists of similar vectors. Safe under threads."""

    def __init__(self, index: faiss.IndexIVF) -> None:
        self._index = index
        self.dimensions = int(index.d)

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @staticmethod
    def write(vectors: Vectors, file: Path) -> None:
        """Sort vectors (n, dim) into lists, trained on a sample of them."""
        count, dimensions = vectors.shape
        lists = round(math.sqrt(count))
        index = faiss.IndexIVFRaBitQFastScan(
            faiss.IndexFlatIP(dimensions), dimensions, lists, faiss.METRIC_INNER_PRODUCT
        )
        index.cp.niter = _ROUNDS
        index.cp.spherical = True
        index.cp.min_points_per_centroid = 1  # fewer would be a warning on the standard error
        index.cp.max_points_per_centroid = _SAMPLE
        sample = np.random.default_rng(0).choice(count, min(count, _SAMPLE * lists), replace=False)
        index.train(vectors[np.sort(sample)])
        _fill(index, vectors)
        faiss.write_index(index, str(file))

    def near(self, vector: Vectors, k: int, mask: Mask | None) -> NDArray[np.int64]:
        """Up to MORE * k candidates in `mask` for the nearest rows to `vector` (dim,), from the lists read."""
        passing = 1.0 if mask is None else float(mask.mean())
        probes = min(self._index.nlist, math.ceil(self._index.nlist * SHARE / passing**0.25))
        params = faiss.SearchParametersIVF(nprobe=probes, sel=_selector(mask))  # type: ignore[call-arg]  # see _selector
        with _one_thread():
            _, found = self._index.search(vector[np.newaxis], min(k * MORE, len(self)), params=params)
        rows: NDArray[np.int64] = found[0][found[0] >= 0]
        return rows


def open_index(file: Path) -> Flat | Lists:
    """Open the file of either."""
    index = faiss.read_index(str(file), _MAPPED)
    if isinstance(index, faiss.IndexIVF):
        return Lists(index)
    index = faiss.read_index(str(file))
    if not isinstance(index, faiss.IndexFlat):
        message = f"{file} contains {type(index).__name__}, neither all vectors nor lists of them"
        raise ValueError(message)  # noqa: TRY004 - a file has no type
    return Flat(index)


def _fill(index: faiss.Index, vectors: Vectors) -> None:
    for begin in range(0, len(vectors), _CHUNK):
        index.add(np.ascontiguousarray(vectors[begin : begin + _CHUNK]))


@contextmanager
def _one_thread() -> Iterator[None]:
    """Search in one thread: faiss gives it the whole of a single question, and others would only spin."""
    threads = faiss.omp_get_max_threads()  # each thread of this process has its own setting
    faiss.omp_set_num_threads(1)
    try:
        yield
    finally:
        faiss.omp_set_num_threads(threads)


def _selector(mask: Mask | None) -> faiss.IDSelector | None:
    """Let faiss see only these rows, inside the search."""
    # faiss's stubs know the C++ signatures of this and of the parameters, not the ones its Python wrappers give them.
    return None if mask is None else faiss.IDSelectorBitmap(np.packbits(mask, bitorder="little"))  # type: ignore[call-arg, arg-type]
