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

from rag.index import runs

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

K1, B = 1.2, 0.75
"""BM25's constants, as the index of words has them."""

_BYTES = 8  # of a word's number: that no two words of a collection share one is as good as certain
_NUMBER = np.dtype(f"<u{_BYTES}")
_REMEMBERED = 65_536  # words whose numbers are, while a collection is written
_EXACT, _STEPS = 24, 4  # words counted exactly; bits kept of what a longer text has more

Phrase = tuple[str, ...]


@lru_cache(_REMEMBERED)
def _number(word: str) -> int:
    return int.from_bytes(blake2b(word.encode(), digest_size=_BYTES).digest(), "little")


class TextsWriter:
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


class Texts:
    """Reads such a file from the disk as it is used."""

    def __init__(self, file: Path, records: int) -> None:
        """Map it; ValueError where it does not hold so many records."""
        whole = np.asarray(np.memmap(file, _NUMBER, "r"))
        self._words, self._begins = whole[: -records - 1], whole[-records - 1 :].view(np.int64)
        if len(self._begins) != records + 1 or self._begins[-1] != len(self._words):
            message = f"{file} does not hold the words of {records} records"
            raise ValueError(message)
        self._mean = len(self._words) / records  # words in a record

    def saturation(self, phrases: Sequence[Phrase], rows: NDArray[np.int64]) -> NDArray[np.float64]:
        """(len(phrases), len(rows)) in [0, K1 + 1): what BM25 multiplies with a phrase's rarity."""
        first, after = self._begins[rows], self._begins[rows + 1]
        every, ends = runs.places(first, after)
        words = self._words[every]
        numbers = [np.array([_number(word) for word in phrase], _NUMBER) for phrase in phrases]
        # Few words of a text are any of the question's; by two of their bytes nearly all others are passed over.
        likely = np.zeros(2**16, np.bool_)
        likely[[int(each[0]) % 2**16 for each in numbers]] = True
        places = np.flatnonzero(likely[words.astype(np.uint16)])
        of_row = np.searchsorted(ends, places, side="right")
        often = np.zeros((len(phrases), len(rows)))
        for at, each in enumerate(numbers):
            begins = places + len(each) <= ends[of_row]  # the others would reach into the next record's
            for offset, number in enumerate(each):
                begins[begins] = words[places[begins] + offset] == number
            often[at] = np.bincount(of_row[begins], minlength=len(rows))
        length = _counted(after - first)
        return often * (K1 + 1) / (often + K1 * (1 - B + B * length / max(self._mean, 1.0)))


def _counted(lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    """How long texts count as: as the index of words keeps it, in one byte."""
    more = np.maximum(lengths - _EXACT, 0)
    dropped = np.maximum(np.frexp(more.astype(np.float64))[1] - _STEPS, 0)  # bits
    counted: NDArray[np.int64] = np.minimum(lengths, _EXACT) + (more >> dropped << dropped)
    return counted
