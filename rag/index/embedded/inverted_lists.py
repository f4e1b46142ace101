"""More than FLAT unit vectors -> the nearest rows, by FAISS. The only importer of faiss.

It keeps a sketch of one bit a number of each vector (RaBitQ: Gao and Long, SIGMOD 2024) in one of sqrt(n) inverted
lists, and a search reads the sketches of the nearest lists. A filter acts inside the search: the fewer rows pass, the
more lists are read, and where few pass, all of these are compared. What is compared lies beside the lists in half
precision: cosines are within .0001 of exact at 384 dimensions.
"""

import math
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
from rag.index.embedded.record_vectors import FLAT, Found, RecordVectors

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
_LISTS = faiss.IO_FLAG_MMAP_IFC | faiss.IO_FLAG_READ_ONLY  # mapped, shared by every process that reads the file


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
        for begin in range(0, count, _CHUNK):
            index.add(np.ascontiguousarray(vectors[begin : begin + _CHUNK]))
        faiss.write_index(index, str(folder / files.VECTORS))
        with (folder / files.HALVES).open("wb") as opened:
            for begin in range(0, count, _CHUNK):
                opened.write(vectors[begin : begin + _CHUNK].astype("<f2").tobytes())

    @classmethod
    def read(cls, folder: Path) -> "Lists":
        """Open what `write` saved; ValueError where it is something else."""
        file = str(folder / files.VECTORS)
        index = faiss.read_index(file, _LISTS)
        if not isinstance(index, faiss.IndexIVF):
            message = f"{file} contains {type(index).__name__}, neither all vectors nor lists of them"
            raise ValueError(message)  # noqa: TRY004 - a file has no type
        halves = folder / files.HALVES
        beside = (halves, "<f2") if halves.exists() else (folder / files.PLAIN, "<f4")  # of a generation made before
        return cls(index, MappedFile(beside[0], np.dtype((beside[1], index.d))))

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
