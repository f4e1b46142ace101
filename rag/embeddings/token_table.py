"""Token numbers -> their rows in a model's input embeddings, read from the file of weights."""

import json
import weakref
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag.platform import read_at

_NAME = "embeddings.word_embeddings.weight"
# numpy has no other type that safetensors writes, such as BF16.
_TYPES: Mapping[str, np.dtype[np.floating]] = {"F32": np.dtype("<f4"), "F16": np.dtype("<f2")}
_HEADER = 100_000_000  # bytes of a header, at most
_BLOCK = 1024  # rows read at once


class TokenTable:
    """Reads each row from the file when it is needed.

    A memory map would keep 64 KiB around each row in memory, and in the end the whole table.
    """

    def __init__(self, file: Path) -> None:
        """Find the table in a safetensors file (https://huggingface.co/docs/safetensors: a length, JSON, numbers).

        OSError, ValueError or LookupError where there is none.
        """
        self._file = file
        with file.open("rb") as opened:
            length = int.from_bytes(opened.read(8), "little")
            header = json.loads(opened.read(min(length, _HEADER)))[_NAME]
        self._type = _TYPES[header["dtype"]]
        self._rows, self.dimensions = map(int, header["shape"])
        self._begin: int = 8 + length + header["data_offsets"][0]  # bytes before the first row
        self._opened = file.open("rb", buffering=0)
        weakref.finalize(self, self._opened.close)

    def rows(self, numbers: NDArray[np.integer]) -> NDArray[np.floating]:
        """(...) -> (..., dim)."""
        size = self.dimensions * self._type.itemsize
        read = [read_at(self._opened, size, self._begin + size * number) for number in numbers.ravel().tolist()]
        return np.frombuffer(b"".join(read), self._type).reshape(*numbers.shape, self.dimensions)

    def mean(self) -> NDArray[np.float32]:
        """(dim,) the mean of all rows, read in blocks to save memory; EOFError where the file is cut short."""
        total = np.zeros(self.dimensions)
        block = np.empty((_BLOCK, self.dimensions), self._type)
        with self._file.open("rb", buffering=0) as opened:
            opened.seek(self._begin)
            for begin in range(0, self._rows, _BLOCK):
                rows = block[: self._rows - begin]
                if opened.readinto(rows.data.cast("B")) != rows.nbytes:
                    raise EOFError(f"{self._file} ends within the token table")
                total += rows.sum(axis=0, dtype=np.float32)
        return (total / self._rows).astype(np.float32)
