"""Unit vectors, one a record -> files of them, and the nearest rows.

Up to FLAT vectors, `Flat` compares all that pass, in a file as FAISS writes it. Larger collections have
`inverted_lists`, which compares likely ones.
"""

import struct
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag.embeddings import Vectors
from rag.index.embedded import files
from rag.index.embedded.bitmaps import Mask
from rag.index.embedded.filters import Criteria
from rag.index.embedded.record_vectors import FLAT, Found, RecordVectors, check_unit, greatest

# Of FAISS's IndexFlatIP: its mark, dimensions, vectors, two unused numbers, whether it is trained, the metric (inner
# product), and how many numbers follow. Read and written without FAISS, which takes 14 MB and 50 ms to import.
_HEADER = struct.Struct("<4siqqqBiQ")
_MARK, _UNUSED, _TRAINED, _INNER_PRODUCT = b"IxFI", 2**20, 1, 0


class Flat(RecordVectors):
    """All vectors, float32, in memory: the file does not align the numbers as numpy needs them."""

    def __init__(self, vectors: Vectors) -> None:
        """Take them, (n, dim)."""
        super().__init__(*vectors.shape)
        self._vectors = vectors

    @staticmethod
    def write(vectors: Vectors, folder: Path) -> None:
        """Write vectors (n, dim)."""
        count, dimensions = vectors.shape
        head = (_MARK, dimensions, count, _UNUSED, _UNUSED, _TRAINED, _INNER_PRODUCT, vectors.size)
        with (folder / files.VECTORS).open("wb") as opened:
            opened.write(_HEADER.pack(*head))
            opened.write(memoryview(vectors).cast("B"))

    @classmethod
    def read(cls, file: Path) -> "Flat":
        """Read what `write` wrote; ValueError where it is something else."""
        with file.open("rb") as opened:
            _, dimensions, count, *_, metric, numbers = _HEADER.unpack(opened.read(_HEADER.size))
            vectors = np.fromfile(opened, np.float32)
        if metric != _INNER_PRODUCT or dimensions * count != numbers or numbers != vectors.size:
            raise ValueError(f"{vectors.size} numbers are no {count} vectors of {dimensions}")
        return cls(vectors.reshape(count, dimensions))

    def take(self, rows: list[int] | NDArray[np.int64]) -> Vectors:
        return self._vectors.take(np.asarray(rows, np.int64), axis=0, mode="clip")  # the default checks twice

    def _search(
        self, question: Vectors, k: int, mask: Mask | None, passing: int, criteria: Criteria | None
    ) -> Found | None:
        del passing, criteria
        cosines: Vectors = np.vecdot(self._vectors, question)
        if mask is not None:
            cosines[~mask] = -np.inf
        best = greatest(cosines, k)
        return best, cosines[best]


def open_vectors(folder: Path) -> RecordVectors:
    """Open what a VectorsWriter saved; ValueError where it is something else."""
    file = folder / files.VECTORS
    with file.open("rb") as opened:
        mark = opened.read(len(_MARK))
    if mark == _MARK:
        return Flat.read(file)
    from rag.index.embedded.inverted_lists import Lists  # noqa: PLC0415 - faiss, for large collections alone

    return Lists.read(folder)


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
        if len(vectors) <= FLAT:
            Flat.write(vectors, self._folder)
        else:
            from rag.index.embedded.inverted_lists import Lists  # noqa: PLC0415 - see `open_vectors`

            Lists.write(vectors, self._folder)
        kind = "flat" if len(vectors) <= FLAT else "lists"
        del vectors  # Windows removes nothing that is mapped
        plain.unlink()
        return kind

    def close(self) -> None:
        """Close the file."""
        self._opened.close()
