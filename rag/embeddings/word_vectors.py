"""Words -> how alike they are used, by the table in which the embedding model looks words up.

The model cuts a text into pieces of words and begins with one vector for each piece, before any context. What it has
learnt there of single words is enough to tell that rockets are like missiles, and costs microseconds where a pass
through the model costs milliseconds. Cosines of the centred vectors: some .40 and more between words used alike
(missiles and rockets .41, flights and planes .44, deliveries and shipments .59), under .15 between unrelated ones.
"""

from __future__ import annotations

import logging
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

from rag.embeddings.token_table import Table
from rag.embeddings.tokenizer import tokenizer

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tokenizers import Encoding

    from rag.embeddings import Vectors

logger = logging.getLogger(__name__)

_MANY = 128  # words from which on all cores cut them


class WordVectors:
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
        lengths = np.array([len(ids) for ids in pieces], np.int64)  # (w,)
        begins = np.cumsum(lengths) - lengths
        rows, of_piece = np.unique(np.concatenate([[], *pieces]).astype(np.int64), return_inverse=True)  # (r,), (p,)
        table = self._rows.rows(rows) - self._centre
        vectors = np.zeros((len(words), self._rows.dimensions), np.float32)
        for place in range(lengths.max(initial=0)):
            longer = lengths > place
            vectors[longer] += table[of_piece[begins[longer] + place]]
        # The mean of the pieces has their sum's direction.
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        np.divide(vectors, norms, out=vectors, where=norms > 0.0)
        return vectors

    def _cut(self, words: Sequence[str]) -> Sequence[Encoding]:
        if len(words) < _MANY:  # to share few among the cores would take longer
            return [self._tokenizer.encode(word, add_special_tokens=False) for word in words]
        return self._tokenizer.encode_batch(list(words), add_special_tokens=False)


NO_WORD_VECTORS = WordVectors(None)
"""Where no table is, no words are alike."""
