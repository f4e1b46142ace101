"""A numpy file of word vectors (`rag.embeddings.similar_words`) -> the rows asked for, read from the disk one by one.

A question looks up some twenty scattered rows. In a mapped file each would keep 64 KB of neighbours in memory.
"""

import weakref
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from rag.embeddings.similar_words import WordTable
from rag.index.embedded.corruption import damaged
from rag.platform import read_at


class WordVectorFile:
    """Such a file, open for reading. Safe under threads."""

    def __init__(self, file: Path) -> None:
        """Open it; it is closed when nothing refers to this object any more. ValueError where it is truncated."""
        with file.open("rb") as opened:
            np.lib.format.read_magic(opened)
            (self._count,), _, self._dtype = np.lib.format.read_array_header_1_0(opened)
            self._begin = opened.tell()
        if file.stat().st_size != self._begin + self._count * self._dtype.itemsize:
            raise ValueError(f"{file} does not contain the vectors of {self._count} words")
        self._place = file
        self._file = file.open("rb", buffering=0)
        weakref.finalize(self, self._file.close)

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, rows: slice | Sequence[int]) -> WordTable:
        if isinstance(rows, slice):
            first, after, _ = rows.indices(self._count)
            read = self._read(first, after - first)
        else:
            read = b"".join([self._read(row, 1) for row in rows])
        return np.frombuffer(read, self._dtype)

    def _read(self, first: int, count: int) -> bytes:
        size = self._dtype.itemsize
        read = read_at(self._file, count * size, self._begin + first * size)
        if len(read) < count * size:
            raise damaged(self._place, "it has been cut short")
        return read
