"""Pairs of a code and a row -> which rows have a code, and how many rows of a selection have each code.

A common code is stored as one bit a record, which takes less room than a list of rows and is counted faster. For the
7,868 codes of 32,178 FRUS records, 28 codes make half of all pairs.
"""

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int32]
Mask = NDArray[np.bool_]

_ROW, _WORD = 32, 64  # bits of a row number, and of the words by which bits are counted


class Bitmaps:
    """Which rows have each code."""

    def __init__(self, pairs: Integers, rows: int) -> None:
        """Take sorted pairs (m, 2) of a code and a row below `rows`; every code occurs."""
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
        self._rows = of_code[~common[codes]]  # of the rare codes, code by code
        self._bounds = np.append(0, np.cumsum(np.where(common, 0, sizes)))  # (codes + 1,) where each code's rows begin

    def mark(self, code: int, mask: Mask) -> None:
        """Set the rows that have this code in a mask (rows,)."""
        place = int(np.searchsorted(self._common, code))
        if place < len(self._common) and self._common[place] == code:
            bits = self._bits[place].view(np.uint8)
            mask |= np.unpackbits(bits, count=self._length).view(np.bool_)
        else:
            mask[self._rows[self._bounds[code] : self._bounds[code + 1]]] = True

    def counts(self, mask: Mask) -> Integers:
        """(codes,) how many rows in a mask (rows,) have each code."""
        counts = np.empty(len(self._bounds) - 1, np.int32)
        having = mask.view(np.uint8).take(self._rows)
        counts[self._rare] = np.add.reduceat(having, self._bounds[self._rare], dtype=np.int32) if having.size else 0
        counts[self._common] = np.bitwise_count(self._bits & _packed(mask)).sum(axis=1, dtype=np.int32)
        return counts


def _packed(mask: Mask) -> NDArray[np.uint64]:
    """One bit a row, padded to whole words."""
    words = np.zeros(-(-len(mask) // _WORD), np.uint64)
    bits = np.packbits(mask)
    words.view(np.uint8)[: len(bits)] = bits
    return words
