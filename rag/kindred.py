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
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from rag.embed import Vectors

logger = logging.getLogger(__name__)

_TABLE = "embeddings.word_embeddings.weight"
_BLOCK = 4096  # rows of the table read at once
_REMEMBERED = 4096  # words; 6 MB at 384 dimensions


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

    def _vector_of(self, word: str) -> Vectors:
        pieces = self._look_up(word)
        mean = pieces.mean(axis=0) if len(pieces) else np.zeros(pieces.shape[1], np.float32)
        norm = float(np.linalg.norm(mean))
        unit: Vectors = (mean / norm if norm else mean).astype(np.float32)
        return unit

    @cached_property
    def _look_up(self) -> Callable[[str], Vectors]:
        """A word's pieces, each (dim,), centred."""
        nothing = np.empty((0, 1), np.float32)
        if self._model is None:
            return lambda _: nothing
        try:
            tokenizer = Tokenizer.from_file(str(self._model / "tokenizer.json"))
            table = safe_open(self._model / "model.safetensors", "np")
            rows = table.get_slice(_TABLE)  # type: ignore[no-untyped-call]  # its stub forgets the types
            centre = _centre(self._model / "model.safetensors", rows.get_shape()[0])  # (dim,)
        # The tokenizer's library raises bare Exceptions.
        except (OSError, SafetensorError, Exception) as error:  # noqa: BLE001
            logger.info("%s: no table of words (%s); only words of one stem count as alike", self._model, error)
            return lambda _: nothing
        tokenizer.no_padding()
        tokenizer.no_truncation()

        def look_up(word: str) -> Vectors:
            ids = tokenizer.encode(word, add_special_tokens=False).ids
            found = [rows[row : row + 1] for row in ids]
            return np.concatenate(found) - centre if found else np.empty((0, len(centre)), np.float32)

        return look_up


def _centre(file: Path, rows: int) -> Vectors:
    """The mean of the table's rows, (dim,). Each block is mapped and let go: the whole would stay in memory."""
    total = np.zeros(1)
    for begin in range(0, rows, _BLOCK):
        with safe_open(file, "np") as opened:
            total = total + opened.get_slice(_TABLE)[begin : min(begin + _BLOCK, rows)].sum(axis=0, dtype=np.float64)
    centre: Vectors = (total / rows).astype(np.float32)
    return centre


NOBODY = Kindred(None)
"""Where no table is, no words are alike."""
