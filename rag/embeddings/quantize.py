"""Unit vectors -> eight bits a number and a scale, so that a vector's largest number fills them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_LARGEST = 127
_TINY = 1e-9  # below any number of a unit vector's that is its largest


def dtype_fields(dimensions: int) -> list[tuple[str, str] | tuple[str, str, int]]:
    """How one vector is kept, as fields of a type of numpy's: the numbers times the scale are its own."""
    return [("scale", "<f4"), ("numbers", "i1", dimensions)]


def quantize(vectors: NDArray[np.float32], kept: NDArray[np.void]) -> None:
    """Fill these fields of an array (n,) with vectors (n, dim), each of unit length or all zeros, as it then stays."""
    largest = np.abs(vectors).max(axis=1, keepdims=True)
    numbers = np.rint(vectors * (_LARGEST / np.maximum(largest, _TINY)))
    kept["numbers"], kept["scale"] = numbers, 1 / np.maximum(np.linalg.norm(numbers, axis=1), 1.0)
