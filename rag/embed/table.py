"""The table in which a model looks up the pieces of words -> the rows of those that are asked for."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

_NAME = "embeddings.word_embeddings.weight"


class Table:
    """A row is read from the model's file whenever it is asked for, in a microsecond.

    Were it mapped, 64 KiB around each row would stay in memory: 6 MiB after 24 questions, in the end all 45.
    """

    def __init__(self, file: Path) -> None:
        """Find it in a file of weights (https://huggingface.co/docs/safetensors: a length, JSON, numbers)."""
        self._file = file
        with file.open("rb") as opened:
            length = int.from_bytes(opened.read(8), "little")
            told = json.loads(opened.read(length))[_NAME]
        self._dimensions: int = told["shape"][1]
        self._begin: int = 8 + length + told["data_offsets"][0]  # bytes before the first row

    def rows(self, numbers: NDArray[np.int32]) -> NDArray[np.float32]:
        """(...) -> (..., dim)."""
        size = self._dimensions * np.dtype(np.float32).itemsize
        with self._file.open("rb", buffering=0) as opened:
            descriptor = opened.fileno()
            read = [os.pread(descriptor, size, self._begin + size * number) for number in numbers.ravel().tolist()]
        return np.frombuffer(b"".join(read), np.float32).reshape(*numbers.shape, self._dimensions)
