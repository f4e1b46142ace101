"""The words of a collection -> what is used like them, reckoned when it is built and read when it is asked.

The commonest words may stand in for any other: a record that tells of missiles answers a question about rockets. Of
every word is kept which these are, and its vector (`rag.embeddings.word_vectors`), by which words of a text are
compared with those of a question.
"""

from __future__ import annotations

from bisect import bisect_left
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from rag.embeddings.quantize import dtype_fields, quantize
from rag.embeddings.word_vectors import NO_WORD_VECTORS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from rag.embeddings import Vectors
    from rag.embeddings.word_vectors import WordVectors

Uses = NDArray[np.void]
"""(n,) how words are used: the vector of each in eight bits a number, scaled, and what may stand in for it."""


class KeptUses(Protocol):
    """The same, read from wherever they lie."""

    def __len__(self) -> int:
        """How many words are told of."""
        ...

    def __getitem__(self, rows: slice | Sequence[int], /) -> Uses:
        """These rows, in their order."""
        ...


Rows = NDArray[np.intp]
StandIns = tuple[tuple[str, float], ...]
"""Words that may stand in for one, each with their cosine, falling."""

STANDS_IN = 0.35
"""Cosine of two words from which on one may stand in for the other, and with that share of its score.

Measured by a copy of the fusion (nDCG@10 on the development questions / Cranfield / every fifth heading of FRUS):
without stand-ins .957 / .580 / .302, from .35 on .962 / .585 / .303, from .40 on .961 / .583 / .303, from .50 on
.960 / .583 / .302.
"""

_STAND_INS = 3  # for one word, at most
_BATCH = 128  # words compared at once
_LETTERS = 3  # a word needs to be told by its use
_COMMONEST = 4096  # words of a collection that may stand in
_KEPT = 65_536  # words of a collection whose use is kept; 26 MB at 384 dimensions
_REMEMBERED = 256  # other words; 400 KB


def uses_of(words: Mapping[str, int], kindred: WordVectors) -> Uses:
    """How the words of a collection are used, each told with how many records hold it; of none where no table is."""
    listed, places, able = _by_commonness(words)
    order = [listed[place] for place in places]
    common = kindred.vectors(order[:able])  # (c, dim)
    if not common.any():
        return NOT_TOLD
    uses = np.zeros(len(order), _use(common.shape[1]))
    for begin in range(0, len(order), _BATCH):
        end = min(begin + _BATCH, len(order))
        some = uses[begin:end]
        vectors = common[begin:end] if end <= able else kindred.vectors(order[begin:end])
        quantize(vectors, some)
        word, rank, other, cosine = _likest(vectors @ common.T, np.arange(begin, end))
        some["others"][word, rank], some["cosines"][word, rank] = other, cosine
    return uses


def _use(dimensions: int) -> np.dtype[np.void]:
    """How the use of a word is kept: its vector, and where a cosine is not 0 another word."""
    return np.dtype([*dtype_fields(dimensions), ("others", "<u2", _STAND_INS), ("cosines", "<f4", _STAND_INS)])


NOT_TOLD: Uses = np.zeros(0, _use(1))
"""Of no word."""


def _by_commonness(words: Mapping[str, int]) -> tuple[list[str], Rows, int]:
    """Words as the alphabet has them, their places in the order of uses, and how many of the first may stand in.

    The common come before the rare, so that what is read of a file lies together.
    """
    listed = sorted(words)
    told = np.fromiter((len(word) >= _LETTERS and word.isalpha() for word in listed), np.bool_, len(listed))
    records = np.fromiter(map(words.__getitem__, listed), np.int64, len(listed))
    places = np.lexsort((-records, ~told))[:_KEPT]
    return listed, places, int(np.count_nonzero(told[places[:_COMMONEST]]))


def _likest(cosines: Vectors, own: Rows) -> tuple[Rows, Rows, Rows, Vectors]:
    """Of cosines (w, n) the word, rank, other word and cosine of each that stands in; none does in its `own` column."""
    word, other = np.divmod(np.flatnonzero(cosines >= STANDS_IN), cosines.shape[1])  # `nonzero` takes ten times as long
    foreign = own[word] != other
    word, other = word[foreign], other[foreign]
    falling = np.lexsort((-cosines[word, other], word))
    word, other = word[falling], other[falling]
    rank = np.arange(len(word)) - np.searchsorted(word, word)
    first = rank < _STAND_INS
    word, other = word[first], other[first]
    return word, rank[first], other, cosines[word, other]


class Thesaurus:
    """The words of one collection and what is used like them. Safe under threads."""

    def __init__(self, kindred: WordVectors, words: Mapping[str, int], uses: KeptUses) -> None:
        """Take the collection's words, each with how many records hold it, and what `uses_of` told of them."""
        self._uses = uses
        self._words, places, able = _by_commonness(words)  # to be searched: a dictionary would take several times more
        self._rows = np.full(len(words), -1, np.int32)  # of each word in `uses`; -1 where it is not
        self._rows[places[: len(uses)]] = np.arange(len(uses), dtype=np.int32)
        self._others = [self._words[place] for place in places[: min(able, len(uses))]]
        self._vector = lru_cache(_REMEMBERED)(lambda word: kindred.vectors([word])[0])
        self._reckoned = lru_cache(_REMEMBERED)(partial(_reckoned, uses, len(self._others), self._vector))

    def stand_ins(self, words: Sequence[str]) -> list[StandIns]:
        """Of each of these words the collection's words used most like it, each with their cosine, falling."""
        rows = map(self._row, words)
        told = [self._kept(row) if row >= 0 else self._reckoned(word) for word, row in zip(words, rows, strict=True)]
        return [tuple((self._others[place], cosine) for place, cosine in each) for each in told]

    def alike(self, some: Sequence[str], others: Sequence[str]) -> Vectors:
        """(len(some), len(others)) cosines in [-1, 1]; 0 for a word that the table does not know."""
        if not some or not others:
            return np.zeros((len(some), len(others)), np.float32)
        vectors = self._vectors([*some, *others])
        cosines: Vectors = vectors[: len(some)] @ vectors[len(some) :].T
        return cosines

    def _row(self, word: str) -> int:
        """Where in `uses` a word is, -1 where it is not."""
        place = bisect_left(self._words, word)
        return self._rows.item(place) if place < len(self._words) and self._words[place] == word else -1

    def _vectors(self, words: Sequence[str]) -> Vectors:
        """(len(words), dim)."""
        rows = [self._row(word) for word in words]
        if not len(self._uses):
            return np.array([self._vector(word) for word in words])
        uses = self._uses[[max(row, 0) for row in rows]]
        vectors: Vectors = uses["numbers"].astype(np.float32) * uses["scale"][:, np.newaxis]
        for place in [place for place, row in enumerate(rows) if row < 0]:
            vectors[place] = self._vector(words[place])
        return vectors

    def _kept(self, row: int) -> list[tuple[int, float]]:
        (use,) = self._uses[[row]]
        told = zip(use["others"].tolist(), use["cosines"].tolist(), strict=True)
        return [(place, cosine) for place, cosine in told if cosine]


def _reckoned(uses: KeptUses, able: int, vector_of: Callable[[str], Vectors], word: str) -> list[tuple[int, float]]:
    """The stand-ins of a word whose use is not kept, as places among the first, which are able to stand in."""
    vector = vector_of(word)
    if not able or not vector.any():  # built or served without a table
        return []
    cosines = np.zeros(able, np.float32)
    for begin in range(0, able, _BATCH):  # so few at a time stay in a core's cache
        some = uses[begin : min(begin + _BATCH, able)]
        cosines[begin : begin + _BATCH] = (some["numbers"].astype(np.float32) @ vector) * some["scale"]
    _, _, others, near = _likest(cosines[np.newaxis], np.array([-1]))
    return list(zip(others.tolist(), near.tolist(), strict=True))


NOTHING_ALIKE = Thesaurus(NO_WORD_VECTORS, {}, NOT_TOLD)
"""No words are alike in no collection."""
