"""Unit vectors -> eight bits a number and one scale a vector, so that its largest number is ±127."""

import numpy as np
from numpy.typing import NDArray

_LARGEST = 127
_TINY = 1e-9  # smaller than the largest number of any unit vector


def dtype_fields(dimensions: int) -> list[tuple[str, str] | tuple[str, str, int]]:
    """Fields of a numpy dtype for one vector: scale * numbers."""
    return [("scale", "<f4"), ("numbers", "i1", dimensions)]


def dequantize(quantized: NDArray[np.void]) -> NDArray[np.float32]:
    """(n, dim) from n vectors of these fields."""
    vectors: NDArray[np.float32] = quantized["numbers"].astype(np.float32) * quantized["scale"][:, np.newaxis]
    return vectors


def quantize(vectors: NDArray[np.float32], out: NDArray[np.void]) -> None:
    """Fill these fields of an array (n,) from vectors (n, dim), each of unit length or all zeros."""
    largest = np.abs(vectors).max(axis=1, keepdims=True)
    numbers = np.rint(vectors * (_LARGEST / np.maximum(largest, _TINY)))
    out["numbers"], out["scale"] = numbers, 1 / np.maximum(np.linalg.norm(numbers, axis=1), 1.0)
