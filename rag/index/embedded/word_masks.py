"""Words and phrases -> which rows contain them."""

from collections.abc import Iterable
from functools import lru_cache, partial

import numpy as np
from numpy.typing import NDArray

from rag.index.embedded.analyzer import terms_of
from rag.index.embedded.bitmaps import Integers, Mask
from rag.index.embedded.filters import Criteria
from rag.index.embedded.forward_index import Phrase
from rag.index.embedded.fulltext import FullText

# Terms and phrases whose rows are cached: frequent ones take longest and recur. 32 MB at a million records.
CACHED = 256


class WordMasks:
    """The rows of words, from postings. Safe under threads."""

    def __init__(self, words: FullText, count: int) -> None:
        """Take the full-text index of so many rows."""
        self._count = count
        self._bits = lru_cache(CACHED)(partial(_bits, words, count))

    def any(self, phrases: Iterable[Phrase]) -> Mask:
        """(n,) whether each row contains any of these."""
        bits = np.packbits(np.zeros(self._count, np.bool_))
        for terms in phrases:
            bits |= self._bits(terms)
        return np.unpackbits(bits, count=self._count).view(np.bool_)

    def groups(self, groups: Iterable[Iterable[Phrase]]) -> Integers:
        """(n,) how many of these groups each row contains."""
        counts = np.zeros(self._count, np.int32)
        for group in groups:
            counts += self.any(group)
        return counts

    def narrow(self, criteria: Criteria, mask: Mask) -> Mask:
        """The rows in a mask (n,) that meet the criteria's conditions on words; the mask may be changed."""
        for group in criteria.words:
            mask &= self.any(group)
        if criteria.not_words:
            mask &= ~self.any(criteria.not_words)
        return mask


def phrases_of(spellings: Iterable[str]) -> tuple[Phrase, ...]:
    """The terms of each spelling that has any, each once."""
    return tuple(dict.fromkeys(terms for spelling in spellings if (terms := terms_of(spelling))))


def _bits(words: FullText, count: int, terms: Phrase) -> NDArray[np.uint8]:
    mask = np.zeros(count, np.bool_)
    mask[words.rows(terms)] = True
    return np.packbits(mask)
