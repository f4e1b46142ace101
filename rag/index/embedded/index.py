"""The folder of generations -> an Index."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from rag.errors import GenerationError
from rag.index.embedded.current import PublishedIndex
from rag.index.embedded.generation import BuildLock, current, made_of, names, point, published_at, verify
from rag.index.embedded.writer import FolderWriter
from rag.index.ports import Generation

if TYPE_CHECKING:
    from rag.index.ports import Identity

logger = logging.getLogger(__name__)


class FolderIndex(PublishedIndex):
    """One collection in a folder."""

    @property
    def location(self) -> str:
        """See Index."""
        return str(self._vectors)

    def published(self) -> str | None:
        """See Index."""
        return current(self._vectors)

    def names(self) -> list[str]:
        """See Index."""
        return names(self._vectors)

    def identity(self, name: str) -> Identity:
        """See Index."""
        return made_of(self._vectors / name)

    def verify(self, name: str) -> int:
        """See Index."""
        return verify(self._vectors / name, all_digests=True).records

    def generations(self) -> list[Generation]:
        """See Index."""
        pointed, kept = None, []
        try:
            pointed = self.published()
        except GenerationError as error:
            logger.warning("%s", error)
        for name in reversed(self.names()):
            try:
                records, fault = verify(self._vectors / name).records, None
            except GenerationError as error:
                records, fault = None, str(error)
            kept.append(Generation(name, published_at(name), records, name == pointed, fault))
        if pointed is not None and not any(generation.current for generation in kept):
            message = "%s: %s is published but gone; `rag rollback` publishes the newest kept"
            logger.warning(message, self._vectors, pointed)
        return kept

    def roll_back(self, name: str | None = None) -> str:
        """See Index."""
        with self.lock():
            known = self.names()
            if name is None:
                name = self._newest_whole(self._earlier(known))
            elif name not in known:
                listed = ", ".join(known) or "none"
                message = f"{self._vectors}: no generation is called {name!r}; kept are {listed}"
                raise GenerationError(message)
            self.verify(name)
            point(self._vectors, name)
        return name

    def lock(self) -> BuildLock:
        """See Index."""
        return BuildLock(self._vectors)

    def writer(self, identity: Identity, *, keep: int = 2, lock: object = None) -> FolderWriter:
        """See Index."""
        return FolderWriter(self._vectors, identity, keep=keep, lock=lock)

    def _earlier(self, known: list[str]) -> list[str]:
        """The generations older than the published one; all of them where that is lost."""
        try:
            pointed = self.published()
        except GenerationError:
            return known
        return [name for name in known if pointed not in known or name < pointed]

    def _newest_whole(self, earlier: list[str]) -> str:
        for name in reversed(earlier):
            try:
                verify(self._vectors / name)
            except GenerationError:
                continue
            return name
        message = f"{self._vectors}: no earlier generation is kept; raise RAG_KEEP to keep more from now on"
        raise GenerationError(message)
