"""A file of equal rows -> an array that is read from the disk on demand and keeps little in this process's memory.

The system maps 64 KB around every place that is read, so scattered reads would soon count the whole of a large file to
this process. After some thousand reads its pages are let go of: the system keeps them as long as it has memory to
spare, and the next read maps them again.
"""

import mmap
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

_AROUND = 2**16  # bytes mapped for one read
_MAPPED = 2**26  # bytes of a file that may stay mapped


class MappedFile:
    """Such a file. Safe under threads."""

    def __init__(self, file: Path, dtype: DTypeLike) -> None:
        """Map it; ValueError where it ends within a row."""
        self._pages: mmap.mmap | None = None
        with file.open("rb") as opened:
            if file.stat().st_size:  # an empty file cannot be mapped
                self._pages = mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ)
        self.rows: NDArray[Any] = np.frombuffer(self._pages or b"", dtype)  # (n,); say by `has_read` how many were read
        self._read = 0

    def has_read(self, places: int) -> None:
        """Note reads of so many places; after many the pages are let go of."""
        self._read += places * _AROUND
        if self._read > _MAPPED:
            self._read = 0
            if self._pages and len(self._pages) > _MAPPED and hasattr(mmap, "MADV_DONTNEED"):
                self._pages.madvise(mmap.MADV_DONTNEED)
