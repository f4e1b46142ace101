"""Words -> vectors, from the input embeddings of the model.

The model splits a text into word pieces and starts with one vector for each piece, before any context. These vectors
are enough to see that rockets are similar to missiles, and need no pass through the model. Cosines of the centred
vectors are about .40 and more for similar words (missiles and rockets .41, flights and planes .44, deliveries and
shipments .59), and below .15 for unrelated ones.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import cached_property
from itertools import chain
from pathlib import Path
from threading import Lock

import numpy as np
from tokenizers import Encoding

from rag.embeddings import Vectors
from rag.embeddings.token_table import TokenTable
from rag.embeddings.tokenizer import tokenizer

logger = logging.getLogger(__name__)

_MANY = 128  # words from which on it is faster to tokenize on all cores


class WordVectors:
    """Word vectors of one model. Thread-safe; reads nothing before the first call."""

    def __init__(self, model: Path | None) -> None:
        """Keep the model's folder; with None, or without a table in it, all vectors are zero."""
        self._model = model
        self._one_at_a_time = Lock()

    def vectors(self, words: Sequence[str]) -> Vectors:
        """(len(words), dim) of unit length, or zeros for a word without a vector."""
        with self._one_at_a_time:
            pieces = self._pieces
        return np.zeros((len(words), 1), np.float32) if pieces is None else pieces.vectors(words)

    @cached_property
    def _pieces(self) -> _WordPieces | None:
        if self._model is None:
            return None
        try:
            return _WordPieces(self._model)
        # The tokenizer's library raises bare Exceptions.
        except Exception as error:  # noqa: BLE001
            logger.info("%s: no token table (%s); no other words count as similar", self._model, error)
            return None


class _WordPieces:
    """The token table of a model and its tokenizer."""

    def __init__(self, model: Path) -> None:
        self._table = TokenTable(model / "model.safetensors")
        self._tokenizer = tokenizer(model)
        self._mean = self._table.mean()  # (dim,)

    def vectors(self, words: Sequence[str]) -> Vectors:
        """The centred mean of each word's pieces, as unit vectors; zeros for a word without pieces."""
        pieces = [encoding.ids for encoding in self._encode(words)]
        lengths = np.array([len(ids) for ids in pieces], np.int64)  # (w,)
        some = lengths > 0
        centred = self._table.rows(np.array([*chain.from_iterable(pieces)], np.int64)) - self._mean  # (p, dim)
        vectors = np.zeros((len(words), self._table.dimensions), np.float32)
        vectors[some] = np.add.reduceat(centred, (np.cumsum(lengths) - lengths)[some], axis=0)
        # The sum has the direction of the mean.
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        np.divide(vectors, norms, out=vectors, where=norms > 0.0)
        return vectors

    def _encode(self, words: Sequence[str]) -> Sequence[Encoding]:
        if len(words) < _MANY:
            return [self._tokenizer.encode(word, add_special_tokens=False) for word in words]
        return self._tokenizer.encode_batch(list(words), add_special_tokens=False)


NO_WORD_VECTORS = WordVectors(None)  # zero for every word: no words are similar
