"""The words of a collection -> the words most similar to each: computed by a build, looked up for a question.

The most frequent words of a collection can be expansions of any other word: a record about missiles then matches a
question about rockets. The build saves the expansions of each word and its vector (`rag.embeddings.word_vectors`), by
which words of a text are compared with those of a question.
"""

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache, partial
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from rag.embeddings import Vectors
from rag.embeddings.quantize import dequantize, dtype_fields, quantize
from rag.embeddings.word_vectors import NO_WORD_VECTORS, WordVectors

WordTable = NDArray[np.void]  # (n,) for each word its quantized vector and its expansions


class StoredWordTable(Protocol):
    """The same, wherever it is stored."""

    def __len__(self) -> int: ...

    def __getitem__(self, rows: slice | Sequence[int], /) -> WordTable: ...


Rows = NDArray[np.intp]
Expansions = tuple[tuple[str, float], ...]  # words similar to one, each with its cosine, falling

MIN_COSINE = 0.35
"""Cosine that makes a word an expansion of another; it is also the share of its score that counts.

Measured by a copy of the fusion (nDCG@10 on the development questions / Cranfield / every fifth heading of FRUS):
without expansions .957 / .580 / .302, from .35 on .962 / .585 / .303, from .40 on .961 / .583 / .303, from .50 on
.960 / .583 / .302.
"""

_EXPANSIONS = 3  # of one word, at most
_BATCH = 128  # words compared at once
_LETTERS = 3  # of a word that has expansions or is one, at least
_COMMONEST = 4096  # words of a collection that may be expansions
_SAVED = 65_536  # words of a collection that have a row, at most; 26 MB at 384 dimensions
_CACHED = 256  # other words; 400 KB
_KNOWN = 4096  # words whose rows are known without a search, as texts repeat their words


def word_table_of(words: Mapping[str, int], word_vectors: WordVectors) -> WordTable:
    """The rows of a collection's words, each given with its number of records; none without word vectors."""
    listed, places, able = _by_frequency(words)
    order = [listed[place] for place in places]
    common = word_vectors.vectors(order[:able])  # (c, dim)
    if not common.any():
        return NO_WORD_TABLE
    word_table = np.zeros(len(order), _row_type(common.shape[1]))
    for begin in range(0, len(order), _BATCH):
        end = min(begin + _BATCH, len(order))
        batch = word_table[begin:end]
        vectors = common[begin:end] if end <= able else word_vectors.vectors(order[begin:end])
        quantize(vectors, batch)
        word, rank, other, cosine = _most_similar(vectors @ common.T, np.arange(begin, end))
        batch["others"][word, rank], batch["cosines"][word, rank] = other, cosine
    return word_table


def _row_type(dimensions: int) -> np.dtype[np.void]:
    """A word's row: its vector, and its expansions by their rows; a cosine of 0 means none."""
    return np.dtype([*dtype_fields(dimensions), ("others", "<u2", _EXPANSIONS), ("cosines", "<f4", _EXPANSIONS)])


NO_WORD_TABLE: WordTable = np.zeros(0, _row_type(1))


def _by_frequency(words: Mapping[str, int]) -> tuple[list[str], Rows, int]:
    """The words in alphabetical order, the place of each row's word in it, and how many first rows can be expansions.

    Frequent words come first, so that the rows that are read lie close together in the file.
    """
    listed = sorted(words)
    usable = np.fromiter((len(word) >= _LETTERS and word.isalpha() for word in listed), np.bool_, len(listed))
    records = np.fromiter(map(words.__getitem__, listed), np.int64, len(listed))
    places = np.lexsort((-records, ~usable))[:_SAVED]
    return listed, places, int(np.count_nonzero(usable[places[:_COMMONEST]]))


def _most_similar(cosines: Vectors, own: Rows) -> tuple[Rows, Rows, Rows, Vectors]:
    """Cosines (w, n) -> word, rank, column and cosine of each expansion; a word's `own` column is none."""
    word, other = np.divmod(np.flatnonzero(cosines >= MIN_COSINE), cosines.shape[1])  # faster than `nonzero`
    foreign = own[word] != other
    word, other = word[foreign], other[foreign]
    falling = np.lexsort((-cosines[word, other], word))
    word, other = word[falling], other[falling]
    rank = np.arange(len(word)) - np.searchsorted(word, word)
    first = rank < _EXPANSIONS
    word, other = word[first], other[first]
    return word, rank[first], other, cosines[word, other]


class Thesaurus:
    """The words of one collection and their expansions. Thread-safe."""

    def __init__(self, word_vectors: WordVectors, words: Mapping[str, int], word_table: StoredWordTable) -> None:
        """Take the collection's words, each with its number of records, and what `word_table_of` returned for them."""
        self._word_table = word_table
        self._words, places, able = _by_frequency(words)  # for bisection: a dictionary takes several times the memory
        self._rows = np.full(len(words), -1, np.int32)  # of each word in `word_table`; -1 for none
        self._rows[places[: len(word_table)]] = np.arange(len(word_table), dtype=np.int32)
        self._others = [self._words[place] for place in places[: min(able, len(word_table))]]
        self._row = lru_cache(_KNOWN)(partial(_row, self._words, self._rows))
        self._vector = lru_cache(_CACHED)(lambda word: word_vectors.vectors([word])[0])
        self._computed = lru_cache(_CACHED)(partial(_computed, word_table, len(self._others), self._vector))

    def expansions(self, words: Sequence[str]) -> list[Expansions]:
        """For each word the most similar words of the collection."""
        rows = map(self._row, words)
        found = [self._saved(row) if row >= 0 else self._computed(word) for word, row in zip(words, rows, strict=True)]
        return [tuple((self._others[place], cosine) for place, cosine in pairs) for pairs in found]

    def cosines(self, words: Sequence[str], others: Sequence[str]) -> Vectors:
        """(len(words), len(others)) in [-1, 1]; 0 for a word without a vector."""
        if not words or not others:
            return np.zeros((len(words), len(others)), np.float32)
        vectors = self._vectors([*words, *others])
        cosines: Vectors = vectors[: len(words)] @ vectors[len(words) :].T
        return cosines

    def _vectors(self, words: Sequence[str]) -> Vectors:
        """(len(words), dim)."""
        rows = [self._row(word) for word in words]
        if not len(self._word_table):
            return np.array([self._vector(word) for word in words])
        stored = self._word_table[[max(row, 0) for row in rows]]
        vectors: Vectors = dequantize(stored)
        for place in [place for place, row in enumerate(rows) if row < 0]:
            vectors[place] = self._vector(words[place])
        return vectors

    def _saved(self, row: int) -> list[tuple[int, float]]:
        (stored,) = self._word_table[[row]]
        pairs = zip(stored["others"].tolist(), stored["cosines"].tolist(), strict=True)
        return [(place, cosine) for place, cosine in pairs if cosine]


def _row(words: Sequence[str], rows: NDArray[np.int32], word: str) -> int:
    """A word's row in the table, -1 for none."""
    place = bisect_left(words, word)
    return rows.item(place) if place < len(words) and words[place] == word else -1


def _computed(
    word_table: StoredWordTable, able: int, vector_of: Callable[[str], Vectors], word: str
) -> list[tuple[int, float]]:
    """The expansions of a word without a row, as rows among the first `able`."""
    vector = vector_of(word)
    if not able or not vector.any():  # built or served without word vectors
        return []
    cosines = np.zeros(able, np.float32)
    for begin in range(0, able, _BATCH):  # a batch fits a core's cache
        batch = word_table[begin : min(begin + _BATCH, able)]
        cosines[begin : begin + _BATCH] = (batch["numbers"].astype(np.float32) @ vector) * batch["scale"]
    _, _, others, near = _most_similar(cosines[np.newaxis], np.array([-1]))
    return list(zip(others.tolist(), near.tolist(), strict=True))


NO_THESAURUS = Thesaurus(NO_WORD_VECTORS, {}, NO_WORD_TABLE)  # no words are similar
