"""The table in which a model looks up the pieces of words -> the rows of those that are asked for."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np

from rag.platform import read_at

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

_NAME = "embeddings.word_embeddings.weight"
# Others are no numbers of numpy's.
_TYPES: Mapping[str, np.dtype[np.floating]] = {"F32": np.dtype("<f4"), "F16": np.dtype("<f2")}
_HEADER = 100_000_000  # bytes that a list of weights may take
_BLOCK = 1024  # rows read at once


class Table:
    """A row is read from the model's file whenever it is asked for, in a microsecond.

    Were it mapped, 64 KiB around each row would stay in memory: 6 MiB after 24 questions, in the end all 45.
    """

    def __init__(self, file: Path) -> None:
        """Find it in a file of weights (https://huggingface.co/docs/safetensors: a length, JSON, numbers).

        OSError, ValueError or LookupError where there is none.
        """
        self._file = file
        with file.open("rb") as opened:
            length = int.from_bytes(opened.read(8), "little")
            told = json.loads(opened.read(min(length, _HEADER)))[_NAME]
        self._type = _TYPES[told["dtype"]]
        self._rows, self.dimensions = map(int, told["shape"])
        self._begin: int = 8 + length + told["data_offsets"][0]  # bytes before the first row

    def rows(self, numbers: NDArray[np.integer]) -> NDArray[np.floating]:
        """(...) -> (..., dim)."""
        size = self.dimensions * self._type.itemsize
        with self._file.open("rb", buffering=0) as opened:
            read = [read_at(opened, size, self._begin + size * number) for number in numbers.ravel().tolist()]
        return np.frombuffer(b"".join(read), self._type).reshape(*numbers.shape, self.dimensions)

    def mean(self) -> NDArray[np.float32]:
        """(dim,) of all rows, read in blocks: the whole would take as much memory as the model; EOFError."""
        total = np.zeros(self.dimensions)
        block = np.empty((_BLOCK, self.dimensions), self._type)
        with self._file.open("rb", buffering=0) as opened:
            opened.seek(self._begin)
            for begin in range(0, self._rows, _BLOCK):
                rows = block[: self._rows - begin]
                if opened.readinto(rows.data.cast("B")) != rows.nbytes:
                    message = f"{self._file} ends within the table of words"
                    raise EOFError(message)
                total += rows.sum(axis=0, dtype=np.float32)
        return (total / self._rows).astype(np.float32)
