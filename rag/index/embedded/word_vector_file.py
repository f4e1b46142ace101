"""A numpy file of word vectors (`rag.embeddings.similar_words`) -> the rows asked for, read from the disk one by one.

A question looks up some twenty scattered rows. In a mapped file each would keep 64 KB of neighbours in memory.
"""

import weakref
from collections.abc import Sequence
from functools import lru_cache, partial
from io import FileIO
from pathlib import Path

import numpy as np

from rag.embeddings.similar_words import WordTable
from rag.index.embedded.corruption import damaged
from rag.platform import read_at

_CACHED = 2048  # rows in memory, as texts repeat their words; 1 MB


class WordVectorFile:
    """Such a file, open for reading. Safe under threads."""

    def __init__(self, file: Path) -> None:
        """Open it; it is closed when nothing refers to this object any more. ValueError where it is truncated."""
        with file.open("rb") as opened:
            np.lib.format.read_magic(opened)
            (self._count,), _, self._dtype = np.lib.format.read_array_header_1_0(opened)
            begin = opened.tell()
        if file.stat().st_size != begin + self._count * self._dtype.itemsize:
            raise ValueError(f"{file} does not contain the vectors of {self._count} words")
        unbuffered = file.open("rb", buffering=0)
        weakref.finalize(self, unbuffered.close)
        self._read = partial(_read, file, unbuffered, self._dtype.itemsize, begin)
        self._row = lru_cache(_CACHED)(self._read)

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, rows: slice | Sequence[int]) -> WordTable:
        if isinstance(rows, slice):
            first, after, _ = rows.indices(self._count)
            return np.frombuffer(self._read(first, after - first), self._dtype)
        return np.frombuffer(b"".join(map(self._row, rows)), self._dtype)


def _read(place: Path, opened: FileIO, size: int, begin: int, first: int, count: int = 1) -> bytes:
    """So many rows of a size from the first on."""
    read = read_at(opened, count * size, begin + first * size)
    if len(read) < count * size:
        raise damaged(place, "it has been cut short")
    return read
