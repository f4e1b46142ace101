"""Words -> how alike they are used, by the table in which the embedding model looks words up.

The model cuts a text into pieces of words and begins with one vector for each piece, before any context. What it has
learnt there of single words is enough to tell that rockets are like missiles, and costs microseconds where a pass
through the model costs milliseconds. Cosines of the centred vectors: some .40 and more between words used alike
(missiles and rockets .41, flights and planes .44, deliveries and shipments .59), under .15 between unrelated ones.
"""

from __future__ import annotations

import logging
from functools import cached_property
from itertools import compress
from threading import Lock
from types import MappingProxyType
from typing import TYPE_CHECKING, Generic, TypeVar

import numpy as np

from rag.embed.table import Table
from rag.embed.tokens import tokenizer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from tokenizers import Encoding

    from rag.embed import Vectors

logger = logging.getLogger(__name__)

Value = TypeVar("Value")
StandIns = tuple[tuple[str, float], ...]
"""Words that may stand in for one, each with their cosine, falling."""

_REMEMBERED = 2048  # words; 3 MB at 384 dimensions

STANDS_IN = 0.35
"""Cosine of two words from which on one may stand in for the other, and with that share of its score.

Measured by a copy of the fusion (nDCG@10 on the development questions / Cranfield / every fifth heading of FRUS):
without stand-ins .957 / .580 / .302, from .35 on .962 / .585 / .303, from .40 on .961 / .583 / .303, from .50 on
.960 / .583 / .302.
"""

_STAND_INS = 3  # for one word, at most
_DIGITS = 4  # of a cosine
_BATCH = 256  # words looked up at once
_MANY = 128  # words from which on all cores cut them
_LETTERS = 3  # a word needs to be told by its use
_COMMONEST = 4096  # words of a collection that may stand in; 6 MB at 384 dimensions


class Kindred:
    """The table of one model. Safe under threads; nothing is read until the first word is asked for."""

    def __init__(self, model: Path | None) -> None:
        """Remember the model's folder; with None, or one without such a table, no words are alike."""
        self._model = model
        self._one_at_a_time = Lock()

    def vectors(self, words: Sequence[str]) -> Vectors:
        """(len(words), dim) of unit length, zeros for a word that the table does not know."""
        with self._one_at_a_time:
            table = self._table
        return np.zeros((len(words), 1), np.float32) if table is None else table.vectors(words)

    @cached_property
    def _table(self) -> _Table | None:
        if self._model is None:
            return None
        try:
            return _Table(self._model)
        # The tokenizer's library raises bare Exceptions.
        except Exception as error:  # noqa: BLE001
            logger.info("%s: no table of words (%s); only words of one stem count as alike", self._model, error)
            return None


class _Table:
    """The table in a model's folder, with its tokenizer."""

    def __init__(self, model: Path) -> None:
        """Find both, and the middle of the table."""
        self._rows = Table(model / "model.safetensors")
        self._tokenizer = tokenizer(model)
        self._centre = self._rows.mean()  # (dim,)

    def vectors(self, words: Sequence[str]) -> Vectors:
        """The unit vectors of the mean of each word's pieces, centred; zeros where it has none."""
        pieces = [each.ids for each in self._cut(words)]
        ends = np.cumsum([len(ids) for ids in pieces], dtype=np.int64)  # (w,) where each word's pieces end
        begins = np.append(0, ends[:-1])
        cut = np.flatnonzero(begins < ends)  # the words that have any
        rows, of_row = np.unique(np.concatenate([[], *pieces]).astype(np.int64), return_inverse=True)  # (r,), (p,)
        table = self._rows.rows(rows) - self._centre
        vectors = np.zeros((len(words), self._rows.dimensions), np.float32)
        if len(cut):
            vectors[cut] = np.add.reduceat(table[of_row], begins[cut])
        # The mean of the pieces has their sum's direction.
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        np.divide(vectors, norms, out=vectors, where=norms > 0.0)
        return vectors

    def _cut(self, words: Sequence[str]) -> Sequence[Encoding]:
        if len(words) < _MANY:  # to share few among the cores would take longer
            return [self._tokenizer.encode(word, add_special_tokens=False) for word in words]
        return self._tokenizer.encode_batch(list(words), add_special_tokens=False)


class Thesaurus:
    """The words of one collection and what is used like them. Safe under threads; they are looked up when needed."""

    def __init__(
        self, kindred: Kindred, words: Mapping[str, int], known: Mapping[str, StandIns] = MappingProxyType({})
    ) -> None:
        """Take the collection's words, each with how many records hold it, and what `of_all` told of them before."""
        able = [word for word in words if word.isalpha() and len(word) >= _LETTERS]
        self._words = sorted(able, key=lambda word: -words[word])[:_COMMONEST]
        self._kindred = kindred
        self._one_at_a_time = Lock()
        self._others = _Remembered(kindred.vectors)
        self._stand_ins = _Remembered(self._likest, known)

    def stand_ins(self, words: Sequence[str]) -> list[StandIns]:
        """Of each of these words the collection's words used most like it, each with their cosine, falling."""
        with self._one_at_a_time:
            return self._stand_ins.of(words)

    def of_all(self) -> dict[str, StandIns]:
        """The collection's commonest words -> the stand-ins of each: what a question need not wait for."""
        batches = (self._words[begin : begin + _BATCH] for begin in range(0, len(self._words), _BATCH))
        return {word: each for batch in batches for word, each in zip(batch, self._likest(batch), strict=True)}

    def alike(self, some: Sequence[str], others: Sequence[str]) -> Vectors:
        """(len(some), len(others)) cosines in [-1, 1]; 0 for a word that the table does not know."""
        if not some or not others:
            return np.zeros((len(some), len(others)), np.float32)
        with self._one_at_a_time:
            left, right = self._looked_up(some), self._looked_up(others)
        cosines: Vectors = left @ right.T
        return cosines

    def _looked_up(self, words: Sequence[str]) -> Vectors:
        """(len(words), dim); most words of a record are among the commonest, which need not be looked up again."""
        vectors = np.empty((len(words), self._vectors.shape[1]), np.float32)
        known = [word in self._row for word in words]
        vectors[known] = self._vectors[[self._row[word] for word in compress(words, known)]]
        if others := [place for place, each in enumerate(known) if not each]:
            vectors[others] = self._others.of([words[place] for place in others])
        return vectors

    def _likest(self, words: Sequence[str]) -> Iterator[StandIns]:
        cosines = (self._vectors @ self._looked_up(words).T).T  # (words, n); the other way round it takes twice as long
        for word, likeness in zip(words, cosines, strict=True):
            near = ((float(likeness[row]), self._words[row]) for row in np.flatnonzero(likeness >= STANDS_IN))
            others = [(other, round(cosine, _DIGITS)) for cosine, other in sorted(near, reverse=True) if other != word]
            yield tuple(others[:_STAND_INS])

    @cached_property
    def _row(self) -> Mapping[str, int]:
        return {word: row for row, word in enumerate(self._words)}

    @cached_property
    def _vectors(self) -> Vectors:
        dimensions = self._kindred.vectors([]).shape[1]
        vectors = np.empty((len(self._words), dimensions), np.float32)  # (n, dim)
        for begin in range(0, len(self._words), _BATCH):
            vectors[begin : begin + _BATCH] = self._kindred.vectors(self._words[begin : begin + _BATCH])
        return vectors


class _Remembered(Generic[Value]):
    """What was found for words, up to a number of them beside those `known`; for many at once, in one thread."""

    def __init__(
        self, find: Callable[[Sequence[str]], Iterable[Value]], known: Mapping[str, Value] = MappingProxyType({})
    ) -> None:
        self._find, self._known = find, known
        self._found: dict[str, Value] = {}

    def of(self, words: Sequence[str]) -> list[Value]:
        others = [word for word in dict.fromkeys(words) if word not in self._known]
        new = [word for word in others if word not in self._found]
        if len(self._found) + len(new) > _REMEMBERED:
            self._found.clear()
            new = others
        if new:
            self._found |= zip(new, self._find(new), strict=True)
        return [self._known[word] if word in self._known else self._found[word] for word in words]


NOBODY = Kindred(None)
"""Where no table is, no words are alike."""

NOTHING_ALIKE = Thesaurus(NOBODY, {})
"""Nor are they in no collection."""
