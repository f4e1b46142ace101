"""Unit vectors, one a record -> the nearest rows, by FAISS. The only importer of faiss.

Up to FLAT vectors, `Flat` compares all that pass. `Lists`, for larger collections, compares likely ones: it keeps a
sketch of one bit a number of each (RaBitQ: Gao and Long, SIGMOD 2024) in one of sqrt(n) inverted lists, and a search
reads the sketches of the nearest lists. A filter acts inside the search: the fewer rows pass, the more lists are read,
and where few pass, all of these are compared. What is compared lies beside the lists in half precision: cosines are
within .0001 of exact at 384 dimensions.
"""

import math
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from rag.embeddings import Vectors
from rag.index.embedded import files
from rag.index.embedded.bitmaps import Mask
from rag.index.embedded.filters import Criteria
from rag.index.embedded.mapped_file import MappedFile

FLAT = 10_000  # vectors up to which all are compared; in a larger collection, passing vectors

# Share of a larger collection up to which all passing vectors are compared: faster than to find them by sketches.
FEW = 1 / 30

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

MORE = 4  # candidates for each row wanted: sketches order them only roughly
_SAMPLE = 80  # vectors for each list, to train the lists on
_ROUNDS = 10  # of k-means
_CHUNK = 16_384  # vectors in memory at once: 25 MB at 384 dimensions
_UNIT = 1e-3  # how far from 1 a norm may lie
_LISTS = faiss.IO_FLAG_MMAP_IFC | faiss.IO_FLAG_READ_ONLY  # mapped, shared by every process that reads the file
Found = tuple[NDArray[np.int64], NDArray[np.float32]]


def check_unit(vectors: Vectors, dimensions: int) -> None:
    """ValueError unless vectors are (n, dimensions) of unit length."""
    if vectors.ndim != 2 or vectors.shape[1] != dimensions:  # noqa: PLR2004 rows and columns
        raise ValueError(f"vectors must be (n, {dimensions}), not {vectors.shape}")
    norms = np.linalg.norm(vectors, axis=1)  # (n,)
    if not (np.abs(norms - 1) <= _UNIT).all():
        raise ValueError(f"vectors must be of unit length; norms span {norms.min()}..{norms.max()}")


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
        best = np.argpartition(-cosines, k - 1)[:k]
        best = best[np.argsort(-cosines[best], kind="stable")]
        return rows[best], cosines[best]


class Flat(RecordVectors):
    """All vectors, float32, in memory: the file does not align the numbers as numpy needs them."""

    def __init__(self, index: faiss.IndexFlat) -> None:
        """Take what `write` saved."""
        super().__init__(int(index.ntotal), int(index.d))
        self._index = index
        self._vectors: Vectors = faiss.rev_swig_ptr(index.get_xb(), len(self) * index.d).reshape(len(self), index.d)

    @staticmethod
    def write(vectors: Vectors, folder: Path) -> None:
        """Index vectors (n, dim)."""
        index = faiss.IndexFlatIP(vectors.shape[1])  # the inner product of unit vectors is their cosine
        _fill(index, vectors)
        faiss.write_index(index, str(folder / files.VECTORS))

    def take(self, rows: list[int] | NDArray[np.int64]) -> Vectors:
        return self._vectors.take(np.asarray(rows, np.int64), axis=0, mode="clip")  # the default checks twice

    def _search(
        self, question: Vectors, k: int, mask: Mask | None, passing: int, criteria: Criteria | None
    ) -> Found | None:
        del passing, criteria
        params = None if mask is None else faiss.SearchParameters(sel=_selector(mask))  # type: ignore[call-arg]  # see _selector
        with _one_thread():
            cosines, rows = self._index.search(question[np.newaxis], k, params=params)
        return rows[0], cosines[0]


class Lists(RecordVectors):
    """Rows in lists of similar vectors, mapped into memory like the vectors beside them."""

    def __init__(self, index: faiss.IndexIVF, beside: MappedFile) -> None:
        """Take what `write` saved; ValueError where the files do not belong together."""
        super().__init__(int(index.ntotal), int(index.d))
        self._index, self._beside = index, beside
        if len(beside.rows) != len(self):
            raise ValueError(f"{len(beside.rows)} vectors lie beside lists of {len(self)}")

    @staticmethod
    def write(vectors: Vectors, folder: Path) -> None:
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
        faiss.write_index(index, str(folder / files.VECTORS))
        with (folder / files.HALVES).open("wb") as opened:
            for begin in range(0, count, _CHUNK):
                opened.write(vectors[begin : begin + _CHUNK].astype("<f2").tobytes())

    def take(self, rows: list[int] | NDArray[np.int64]) -> Vectors:
        taken: Vectors = self._beside.rows.take(np.asarray(rows, np.int64), axis=0, mode="clip").astype(np.float32)
        self._beside.has_read(len(rows))
        return taken

    def _search(
        self, question: Vectors, k: int, mask: Mask | None, passing: int, criteria: Criteria | None
    ) -> Found | None:
        del criteria
        if mask is not None and passing <= max(FLAT, FEW * len(self)):
            return None
        probes = min(self._index.nlist, math.ceil(self._index.nlist * SHARE * (len(self) / passing) ** 0.25))
        params = faiss.SearchParametersIVF(nprobe=probes, sel=_selector(mask))  # type: ignore[call-arg]  # see _selector
        with _one_thread():
            _, found = self._index.search(question[np.newaxis], min(k * MORE, len(self)), params=params)
        rows: NDArray[np.int64] = found[0][found[0] >= 0]
        return self._compared(question, rows, k) if len(rows) >= k else None


def open_vectors(folder: Path) -> Flat | Lists:
    """Open what a VectorsWriter saved; ValueError where it is something else."""
    file = str(folder / files.VECTORS)
    index = faiss.read_index(file, _LISTS)
    if isinstance(index, faiss.IndexIVF):
        halves = folder / files.HALVES
        beside = (halves, "<f2") if halves.exists() else (folder / files.PLAIN, "<f4")  # of a generation made before
        return Lists(index, MappedFile(beside[0], np.dtype((beside[1], index.d))))
    index = faiss.read_index(file)
    if not isinstance(index, faiss.IndexFlat):
        message = f"{file} contains {type(index).__name__}, neither all vectors nor lists of them"
        raise ValueError(message)  # noqa: TRY004 - a file has no type
    return Flat(index)


class VectorsWriter:
    """Writes vectors to the disk row by row, then indexes them as their number demands."""

    def __init__(self, folder: Path, dimensions: int) -> None:
        """Begin."""
        self._folder, self._dimensions = folder, dimensions
        self._opened = (folder / files.PLAIN).open("wb")

    def add(self, vectors: Vectors) -> None:
        """Write the next rows, (n, dim); ValueError where they are not of unit length."""
        check_unit(vectors, self._dimensions)
        self._opened.write(np.ascontiguousarray(vectors, dtype=np.float32).tobytes())

    def save(self) -> str:
        """Finish; the kind of index, "flat" or "lists"."""
        self._opened.close()
        plain = self._folder / files.PLAIN
        vectors = np.asarray(np.memmap(plain, np.float32, "r")).reshape(-1, self._dimensions)
        kind = Flat if len(vectors) <= FLAT else Lists
        kind.write(vectors, self._folder)
        del vectors  # Windows removes nothing that is mapped
        plain.unlink()
        return kind.__name__.lower()

    def close(self) -> None:
        """Close the file."""
        self._opened.close()


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
