"""sentence-transformers and FAISS in a short script: dense only."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import faiss

from tests.bench.peers.model import NEAREST, Model

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_INDEX, _TEXTS = "index.faiss", "texts.json"


def write(texts: Sequence[str], home: Path) -> None:
    """Save an index of the texts."""
    vectors = Model().embed(texts)
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(vectors)
    home.mkdir()
    faiss.write_index(index, str(home / _INDEX))
    (home / _TEXTS).write_text(json.dumps(texts), encoding="utf-8")


class Library:
    """The saved index, open."""

    def __init__(self, home: Path) -> None:
        """Open it."""
        self._model = Model()
        self._index = faiss.read_index(str(home / _INDEX))
        self._texts = json.loads((home / _TEXTS).read_text(encoding="utf-8"))

    def nearest(self, question: str) -> list[int]:
        """See `tests.bench.peers.__main__.Library`."""
        _, rows = self._index.search(self._model.embed([question]), min(NEAREST, len(self._texts)))
        found: list[int] = rows[0].tolist()
        return found
