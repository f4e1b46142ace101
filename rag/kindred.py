"""Words -> how alike they are used, by the table in which the embedding model looks words up.

The model cuts a text into pieces of words and begins with one vector for each piece, before any context. What it has
learnt there of single words is enough to tell that rockets are like missiles, and costs microseconds where a pass
through the model costs milliseconds. Cosines of the centred vectors: some .40 and more between words used alike
(missiles and rockets .41, flights and planes .44, deliveries and shipments .59), under .15 between unrelated ones.
"""

from __future__ import annotations

import logging
from functools import cached_property, lru_cache
from threading import RLock
from typing import TYPE_CHECKING

import numpy as np
from safetensors import SafetensorError, safe_open
from tokenizers import Tokenizer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from rag.embed import Vectors

logger = logging.getLogger(__name__)

_TABLE = "embeddings.word_embeddings.weight"
_BLOCK = 4096  # rows of the table read at once
_REMEMBERED = 4096  # words; 6 MB at 384 dimensions

STANDS_IN = 0.35
"""Cosine of two words from which on one may stand in for the other, and with that share of its score.

Measured by a copy of the fusion (nDCG@10 on the development questions / Cranfield / every fifth heading of FRUS):
without stand-ins .957 / .580 / .302, from .35 on .962 / .585 / .303, from .40 on .961 / .583 / .303, from .50 on
.960 / .583 / .302.
"""

_STAND_INS = 3  # for one word, at most
_BATCH = 256  # words looked up at once
_LETTERS = 3  # a word needs to be told by its use
_COMMONEST = 4096  # words of a collection that may stand in; 6 MB at 384 dimensions


class Kindred:
    """The table of one model. Safe under threads; nothing is read until the first word is asked for."""

    def __init__(self, model: Path | None) -> None:
        """Remember the model's folder; with None, or one without such a table, no words are alike."""
        self._model = model
        self._one_at_a_time = RLock()
        self._vector = lru_cache(_REMEMBERED)(self._vector_of)

    def alike(self, some: Sequence[str], others: Sequence[str]) -> Vectors:
        """(len(some), len(others)) cosines in [-1, 1]; 0 for a word that the table does not know."""
        with self._one_at_a_time:
            left, right = ([self._vector(word) for word in words] for words in (some, others))
        if not left or not right:
            return np.zeros((len(left), len(right)), np.float32)
        cosines: Vectors = np.stack(left) @ np.stack(right).T
        return cosines

    def vectors(self, words: Sequence[str]) -> Vectors:
        """(len(words), dim) of unit length, zeros for a word that the table does not know; nothing is remembered."""
        with self._one_at_a_time:
            return self._look_up(words)

    def _vector_of(self, word: str) -> Vectors:
        vector: Vectors = self._look_up([word])[0]
        return vector

    @cached_property
    def _look_up(self) -> Callable[[Sequence[str]], Vectors]:
        """Words -> the unit vectors of the mean of each one's pieces, centred."""
        if self._model is None:
            return _unknown
        try:
            tokenizer = Tokenizer.from_file(str(self._model / "tokenizer.json"))
            file = self._model / "model.safetensors"
            centre = _centre(file)  # (dim,)
        # The tokenizer's library raises bare Exceptions.
        except (OSError, SafetensorError, Exception) as error:  # noqa: BLE001
            logger.info("%s: no table of words (%s); only words of one stem count as alike", self._model, error)
            return _unknown
        tokenizer.no_padding()
        tokenizer.no_truncation()

        def look_up(words: Sequence[str]) -> Vectors:
            pieces = [each.ids for each in tokenizer.encode_batch(list(words), add_special_tokens=False)]
            of_word = np.repeat(np.arange(len(words)), [len(ids) for ids in pieces])  # (p,) piece -> its word
            of_table = [row for ids in pieces for row in ids]  # (p,) piece -> its row
            vectors = np.zeros((len(words), len(centre)), np.float32)
            # What is mapped counts as memory until it is let go.
            with safe_open(file, "np") as opened:
                table = opened.get_slice(_TABLE)
                for word, row in zip(of_word, of_table, strict=True):
                    vectors[word] += table[row : row + 1][0] - centre
            # The mean of the pieces has their sum's direction.
            norms = np.linalg.norm(vectors, axis=1, keepdims=True)
            np.divide(vectors, norms, out=vectors, where=norms > 0.0)
            return vectors

        return look_up


class Thesaurus:
    """The words of one collection, ready to stand in for a question's. Safe under threads."""

    def __init__(self, kindred: Kindred, words: Mapping[str, int]) -> None:
        """Take the collection's words, each with how many records hold it; they are looked up when first needed."""
        self._kindred = kindred
        able = [word for word in words if word.isalpha() and len(word) >= _LETTERS]
        self._words = sorted(able, key=lambda word: -words[word])[:_COMMONEST]
        self._one_at_a_time = RLock()
        self.stand_ins = lru_cache(_REMEMBERED)(self._stand_ins)
        """A word -> those used most like it, each with their cosine, falling."""

    @cached_property
    def _vectors(self) -> Vectors:
        batches = [self._words[begin : begin + _BATCH] for begin in range(0, len(self._words), _BATCH)]
        return np.vstack([self._kindred.vectors(batch) for batch in batches or [[]]])  # (n, dim)

    def _stand_ins(self, word: str) -> tuple[tuple[str, float], ...]:
        with self._one_at_a_time:
            vectors = self._vectors
        cosines = vectors @ self._kindred.vectors([word])[0]  # (n,)
        found = sorted(
            ((float(cosines[row]), self._words[row]) for row in np.flatnonzero(cosines >= STANDS_IN)), reverse=True
        )
        return tuple((other, cosine) for cosine, other in found if other != word)[:_STAND_INS]


def _unknown(words: Sequence[str]) -> Vectors:
    return np.zeros((len(words), 1), np.float32)


def _centre(file: Path) -> Vectors:
    """The mean of the table's rows, (dim,). Each block is mapped and let go: the whole would stay in memory."""
    with safe_open(file, "np") as opened:
        rows, dimensions = opened.get_slice(_TABLE).get_shape()
    total = np.zeros(dimensions)
    for begin in range(0, rows, _BLOCK):
        with safe_open(file, "np") as opened:
            total += opened.get_slice(_TABLE)[begin : min(begin + _BLOCK, rows)].sum(axis=0, dtype=np.float64)
    centre: Vectors = (total / rows).astype(np.float32)
    return centre


NOBODY = Kindred(None)
"""Where no table is, no words are alike."""
