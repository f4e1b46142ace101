"""Each record's words in their order -> how well a few given records tell of a word or phrase, as BM25 counts it.

An index of words finds records; to score given ones it decodes what lies around each in every list of postings, which
at a million records takes ten milliseconds. To look into three hundred texts of a hundred words themselves takes one,
at any size. The scores are those of the index to within its rounding.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

K1, B = 1.2, 0.75
"""BM25's constants, as the index of words has them."""

_BYTES = 8  # of a word's number: that no two words of a collection share one is as good as certain
_NUMBER = np.dtype(f"<u{_BYTES}")
_REMEMBERED = 65_536  # words whose numbers are, while a collection is written
_SIEVE = 2**12 - 1  # of those bits, as many as a small table is looked up by
_EXACT, _STEPS = 24, 4  # words counted exactly; bits kept of what a longer text has more

Phrase = tuple[str, ...]


@lru_cache(_REMEMBERED)
def _number(word: str) -> int:
    return int.from_bytes(blake2b(word.encode(), digest_size=_BYTES).digest(), "little")


class ForwardIndexWriter:
    """Writes the words of one record after another, then where those of each begin."""

    def __init__(self, file: Path) -> None:
        """Begin."""
        self._file = file.open("wb")
        self._begins = [0]

    def add(self, words: Sequence[str]) -> None:
        """Take the next record's."""
        self._file.write(np.fromiter(map(_number, words), _NUMBER, len(words)).tobytes())
        self._begins.append(self._begins[-1] + len(words))

    def save(self) -> None:
        """Write the rest and let go of the file."""
        self._file.write(np.array(self._begins, _NUMBER).tobytes())
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()


class ForwardIndex:
    """Reads such a file from the disk as it is used."""

    def __init__(self, file: Path, records: int) -> None:
        """Map it; ValueError where it does not hold so many records."""
        whole = np.asarray(np.memmap(file, _NUMBER, "r"))
        words, self._begins = whole[: -records - 1], whole[-records - 1 :].view(np.int64)
        # Read and not mapped, so that it stays in nobody's memory.
        begins = np.fromfile(file, np.int64, offset=words.nbytes)
        if len(begins) != records + 1 or begins[-1] != len(words) or begins[0] or (begins[1:] < begins[:-1]).any():
            message = f"{file} does not hold the words of {records} records"
            raise ValueError(message)
        self._words = words.data
        self._mean = len(words) / records  # words in a record

    def saturation(self, phrases: Sequence[Phrase], rows: NDArray[np.int64]) -> NDArray[np.float64]:
        """(len(phrases), len(rows)) in [0, K1 + 1): what BM25 multiplies with a phrase's rarity."""
        first, after = self._begins[rows], self._begins[rows + 1]
        ends = np.cumsum(after - first)
        # To join hundreds of runs takes half the time that it takes to gather their words one by one.
        runs = [self._words[begin:end] for begin, end in zip(first.tolist(), after.tolist(), strict=True)]
        words = np.frombuffer(b"".join(runs), _NUMBER)
        sought = sorted({_number(word) for phrase in phrases for word in phrase})
        places, which = _found(words, np.array(sought, _NUMBER))
        of_row = np.searchsorted(ends, places, side="right")
        counts = np.bincount(which * len(rows) + of_row, minlength=len(sought) * len(rows))
        often = counts.reshape(len(sought), len(rows))[[sought.index(_number(phrase[0])) for phrase in phrases]]
        for at, (begin, *others) in enumerate(phrases):
            if others:
                of_it = which == sought.index(_number(begin))
                begins, begun = places[of_it], of_row[of_it]
                whole = begins + len(others) < ends[begun]  # the others would reach into the next record's
                for offset, word in enumerate(others, 1):
                    whole[whole] = words[begins[whole] + offset] == _number(word)
                often[at] = np.bincount(begun[whole], minlength=len(rows))
        length = _counted(after - first)
        return often * (K1 + 1) / (often + K1 * (1 - B + B * length / max(self._mean, 1.0)))


def _found(words: NDArray[np.uint64], sought: NDArray[np.uint64]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The places of all words that are any of those sought, which rise, and which of these each is."""
    # Few words of a text are any of the question's; by some of their bits nearly all others are passed over.
    likely = np.zeros(_SIEVE + 1, np.bool_)
    likely[sought.view(np.int64) & _SIEVE] = True
    places = np.flatnonzero(likely.take(words.view(np.int64) & _SIEVE))
    which = np.searchsorted(sought[:-1], words[places])  # the last where it is greater than all before it
    sure = sought[which] == words[places]
    return places[sure], which[sure]


def _counted(lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    """How long texts count as: as the index of words keeps it, in one byte."""
    more = np.maximum(lengths - _EXACT, 0)
    dropped = np.maximum(np.frexp(more.astype(np.float64))[1] - _STEPS, 0)  # bits
    counted: NDArray[np.int64] = np.minimum(lengths, _EXACT) + (more >> dropped << dropped)
    return counted
