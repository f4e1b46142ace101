"""txtai as its introduction shows it, with the texts kept beside the vectors: dense only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from txtai import Embeddings  # type: ignore[import-not-found]  # it is in the peer's environment alone

from tests.bench.peers.model import FOLDER, NEAREST

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def write(texts: Sequence[str], home: Path, *, hybrid: bool = False) -> None:
    """Save an index of the texts."""
    embeddings = Embeddings(path=FOLDER, content=True, hybrid=hybrid)
    embeddings.index(enumerate(texts))
    embeddings.save(str(home))


class Library:
    """The saved index, open."""

    def __init__(self, home: Path) -> None:
        """Open it."""
        self._embeddings = Embeddings()
        self._embeddings.load(str(home))

    def nearest(self, question: str) -> list[int]:
        """See `tests.bench.peers.__main__.Library`."""
        return [int(each["id"]) for each in self._embeddings.search(question, NEAREST)]
