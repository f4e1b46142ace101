"""Pairs of a code and a row -> which rows have a code, how many of some rows have each.

What many records have is kept as a bit a record: it takes less room than their rows, and is counted in less time than
to look these up one by one. Of FRUS' 7,868 codes in 32,178 records 28 make half of all pairs.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int32]
Mask = NDArray[np.bool_]

_ROW, _WORD = 32, 64  # bits of a row's number, and of what bits are counted by


class Bitmaps:
    """Which rows have each code."""

    def __init__(self, pairs: Integers, rows: int) -> None:
        """Take pairs (m, 2) of a code and one of so many rows, sorted; every code is some row's."""
        codes, of_code = (np.ascontiguousarray(column) for column in pairs.T)
        sizes = np.bincount(codes)
        common = sizes * _ROW > rows
        self._common, self._rare = np.flatnonzero(common), np.flatnonzero(~common)
        self._length = rows
        self._bits = np.empty((len(self._common), -(-rows // _WORD)), np.uint64)
        ends = np.cumsum(sizes)
        for place, code in enumerate(self._common.tolist()):
            mask = np.zeros(rows, np.bool_)
            mask[of_code[ends[code] - sizes[code] : ends[code]]] = True
            self._bits[place] = _packed(mask)
        self._rows = of_code[~common[codes]]  # of the rare ones, code by code
        self._bounds = np.append(0, np.cumsum(np.where(common, 0, sizes)))  # where each code's begin; where all end

    def mark(self, code: int, mask: Mask) -> None:
        """Set those that have the code in a mask (rows,)."""
        place = int(np.searchsorted(self._common, code))
        if place < len(self._common) and self._common[place] == code:
            bits = self._bits[place].view(np.uint8)
            mask |= np.unpackbits(bits, count=self._length).view(np.bool_)
        else:
            mask[self._rows[self._bounds[code] : self._bounds[code + 1]]] = True

    def counts(self, mask: Mask) -> Integers:
        """(codes,) how many of the rows in a mask (rows,) have each."""
        counts = np.empty(len(self._bounds) - 1, np.int32)
        having = mask.view(np.uint8).take(self._rows)
        counts[self._rare] = np.add.reduceat(having, self._bounds[self._rare], dtype=np.int32) if having.size else 0
        counts[self._common] = np.bitwise_count(self._bits & _packed(mask)).sum(axis=1, dtype=np.int32)
        return counts


def _packed(mask: Mask) -> NDArray[np.uint64]:
    """A bit each, as many whole words as hold them."""
    words = np.zeros(-(-len(mask) // _WORD), np.uint64)
    bits = np.packbits(mask)
    words.view(np.uint8)[: len(bits)] = bits
    return words
