"""The folder of generations -> an Index."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.index.embedded import generation, rollback
from rag.index.embedded.current import PublishedIndex
from rag.index.embedded.writer import FolderWriter

if TYPE_CHECKING:
    from rag.index.ports import Generation, Identity


class FolderIndex(PublishedIndex):
    """One collection in a folder."""

    @property
    def location(self) -> str:
        """See Index."""
        return str(self._vectors)

    def published(self) -> str | None:
        """See Index."""
        return generation.current(self._vectors)

    def names(self) -> list[str]:
        """See Index."""
        return generation.names(self._vectors)

    def identity(self, name: str) -> Identity:
        """See Index."""
        return generation.made_of(self._vectors / name)

    def verify(self, name: str) -> int:
        """See Index."""
        return generation.verify(self._vectors / name, all_digests=True).records

    def generations(self) -> list[Generation]:
        """See Index."""
        return rollback.history(self._vectors)

    def roll_back(self, name: str | None = None) -> str:
        """See Index."""
        return rollback.roll_back(self._vectors, name)

    def lock(self) -> generation.BuildLock:
        """See Index."""
        return generation.BuildLock(self._vectors)

    def writer(self, identity: Identity, *, keep: int = 2, lock: object = None) -> FolderWriter:
        """See Index."""
        return FolderWriter(self._vectors, identity, keep=keep, lock=lock)
