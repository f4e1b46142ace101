"""Each record's terms in their order -> the BM25 saturation of a word or phrase in a few given records.

The full-text index finds records. To score given ones it would decode blocks of every posting list, which grows with
the collection; to read a few hundred texts costs the same at any size. Scores equal those of the index to within its
rounding.
"""

from collections.abc import Sequence
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag.index.embedded.mapped_file import MappedFile

K1, B = 1.2, 0.75  # BM25's constants, those of the full-text index
_BYTES = 8  # of a term's hash: two terms of a collection practically never share one
_HASH = np.dtype(f"<u{_BYTES}")
_BREAK = 0  # stands after a title, in place of a hash, so that no phrase runs on into the summary
_CACHED = 65_536  # hashes in memory while a collection is written
_SIEVE = 2**12 - 1  # the bits of a hash that a small table is indexed by
_EXACT, _STEPS = 24, 4  # terms of a text counted exactly; bits kept of the count beyond

Phrase = tuple[str, ...]


@lru_cache(_CACHED)
def _hash(term: str) -> int:
    return int.from_bytes(blake2b(term.encode(), digest_size=_BYTES).digest(), "little")


class ForwardIndexWriter:
    """Writes the terms of one record after another, then the offsets of the records."""

    def __init__(self, file: Path) -> None:
        self._file = file.open("wb")
        self._begins = [0]

    def add(self, title: Sequence[str], summary: Sequence[str]) -> None:
        """Write those of the next record."""
        hashes = [*map(_hash, title), _BREAK, *map(_hash, summary)]
        self._file.write(np.array(hashes, _HASH).tobytes())
        self._begins.append(self._begins[-1] + len(hashes))

    def save(self) -> None:
        """Write the offsets and close the file."""
        self._file.write(np.array(self._begins, _HASH).tobytes())
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._file.close()


class ForwardIndex:
    """Such a file, read from the disk on demand."""

    def __init__(self, file: Path, records: int) -> None:
        """Map it; ValueError unless it contains so many records."""
        self._file = MappedFile(file, _HASH)
        whole = self._file.rows
        hashes, self._begins = whole[: -records - 1], whole[-records - 1 :].view(np.int64)
        # This check reads the offsets once; through the map they would stay in memory.
        begins = np.fromfile(file, np.int64, offset=hashes.nbytes)
        if len(begins) != records + 1 or begins[-1] != len(hashes) or begins[0] or (begins[1:] < begins[:-1]).any():
            raise ValueError(f"{file} does not contain the words of {records} records")
        self._hashes = hashes.data
        self._mean = len(hashes) / records - 1  # terms in a record

    def saturation(self, phrases: Sequence[Phrase], rows: NDArray[np.int64]) -> NDArray[np.float64]:
        """(len(phrases), len(rows)) in [0, K1 + 1): the factor that BM25 multiplies with a phrase's IDF."""
        first, after = self._begins[rows], self._begins[rows + 1]
        ends = np.cumsum(after - first)
        # To join hundreds of slices takes half the time of gathering their terms one by one.
        texts = [self._hashes[begin:end] for begin, end in zip(first.tolist(), after.tolist(), strict=True)]
        hashes = np.frombuffer(b"".join(texts), _HASH)
        self._file.has_read(2 * len(rows))  # bounds and texts
        sought = sorted({_hash(term) for phrase in phrases for term in phrase})
        places, which = _found(hashes, np.array(sought, _HASH))
        of_row = np.searchsorted(ends, places, side="right")
        counts = np.bincount(which * len(rows) + of_row, minlength=len(sought) * len(rows))
        frequencies = counts.reshape(len(sought), len(rows))[[sought.index(_hash(phrase[0])) for phrase in phrases]]
        for at, (initial, *others) in enumerate(phrases):
            if others:
                starting = which == sought.index(_hash(initial))
                starts, row_of = places[starting], of_row[starting]
                whole = starts + len(others) < ends[row_of]  # the phrase must end within its record
                for offset, term in enumerate(others, 1):
                    whole[whole] = hashes[starts[whole] + offset] == _hash(term)
                frequencies[at] = np.bincount(row_of[whole], minlength=len(rows))
        length = _rounded(after - first - 1)  # without the break
        return frequencies * (K1 + 1) / (frequencies + K1 * (1 - B + B * length / max(self._mean, 1.0)))


def _found(hashes: NDArray[np.uint64], sought: NDArray[np.uint64]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The places of all hashes that are in `sought` (sorted), and the index of each there."""
    # Few terms of a text are in the question; a look at some of their bits excludes nearly all others.
    likely = np.zeros(_SIEVE + 1, np.bool_)
    likely[sought.view(np.int64) & _SIEVE] = True
    places = np.flatnonzero(likely.take(hashes.view(np.int64) & _SIEVE))
    which = np.searchsorted(sought[:-1], hashes[places])  # without the last, so that every result is an index
    equal = sought[which] == hashes[places]
    return places[equal], which[equal]


def _rounded(lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    """Lengths of texts as the full-text index rounds them, to one byte."""
    more = np.maximum(lengths - _EXACT, 0)
    dropped = np.maximum(np.frexp(more.astype(np.float64))[1] - _STEPS, 0)  # bits
    rounded: NDArray[np.int64] = np.minimum(lengths, _EXACT) + (more >> dropped << dropped)
    return rounded
