"""Chroma in a folder, given the vectors (its own default downloads a model): dense only."""

from __future__ import annotations

from typing import TYPE_CHECKING

import chromadb  # type: ignore[import-not-found]  # it is in the peer's environment alone

from tests.bench.peers.model import NEAREST, Model

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_NAME = "records"


def write(texts: Sequence[str], home: Path) -> None:
    """Save an index of the texts."""
    client = chromadb.PersistentClient(str(home))
    collection = client.create_collection(_NAME, embedding_function=None, configuration={"hnsw": {"space": "cosine"}})
    vectors = Model().embed(texts)
    most = client.get_max_batch_size()
    for begin in range(0, len(texts), most):
        end = min(begin + most, len(texts))
        collection.add(
            ids=[str(row) for row in range(begin, end)], embeddings=vectors[begin:end], documents=texts[begin:end]
        )


class Library:
    """The saved index, open."""

    def __init__(self, home: Path) -> None:
        """Open it."""
        self._model = Model()
        self._collection = chromadb.PersistentClient(str(home)).get_collection(_NAME, embedding_function=None)

    def nearest(self, question: str) -> list[int]:
        """See `tests.bench.peers.__main__.Library`."""
        found = self._collection.query(query_embeddings=self._model.embed([question]), n_results=NEAREST)
        return [int(each) for each in found["ids"][0]]
