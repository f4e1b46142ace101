"""The folder of generations -> a reader of the one to use now."""

from __future__ import annotations

import logging
import math
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING

from rag.errors import GenerationError
from rag.index.embedded.generation import POINTER, current, names
from rag.index.embedded.reader import FolderReader

if TYPE_CHECKING:
    from pathlib import Path

logger = logging.getLogger(__name__)

_RETRY = 30.0  # seconds until a refused generation is tried again: it may be allowed or put back meanwhile

_Stamp = tuple[int, int]


class PublishedIndex:
    """Follows the pointer. A reader stays open as long as any request uses it."""

    def __init__(self, vectors: Path, *, weights: str | None = None) -> None:
        """Note where to look; nothing is opened yet. `weights` is that of `rag.index.open.open_index`."""
        self._vectors = vectors
        self._weights = weights
        self._one_at_a_time = Lock()
        self._reader: FolderReader | None = None
        self._seen: _Stamp | None = None
        self._due = 0.0  # when to look at what is published, even if the pointer has not moved
        self._fault: str | None = None

    @property
    def fault(self) -> str | None:
        """See Index."""
        return self._fault

    @property
    def opened(self) -> FolderReader | None:
        """See Index."""
        return self._reader

    def reader(self) -> FolderReader:
        """See Index."""
        if self._reader is not None and self._stamp() == self._seen and monotonic() < self._due:
            return self._reader
        # While one thread opens a new generation, the others go on with the old one, if there is any.
        if self._one_at_a_time.acquire(blocking=self._reader is None):
            try:
                self._follow()
            finally:
                self._one_at_a_time.release()
        if self._reader is None:
            raise GenerationError(self._fault)
        return self._reader

    def _follow(self) -> None:
        """Open what the pointer names; again, if the pointer has moved meanwhile."""
        while (stamp := self._stamp()) != self._seen or monotonic() >= self._due:
            self._seen, self._due = stamp, monotonic() + _RETRY
            try:
                self._reader, self._fault, self._due = self._published(), None, math.inf
            except GenerationError as error:
                if self._stamp() != stamp:
                    continue  # it was removed because a newer one has been published
                reported, self._fault = self._fault, str(error)
                self._reader = self._reader or self._other()
                if self._reader and self._fault != reported:  # without a reader, `reader` raises it
                    logger.warning("%s; in use is %s", error, self._reader.generation)

    def _published(self) -> FolderReader:
        name = current(self._vectors)
        if name is None:
            message = f"{self._vectors}: no generation is published; run `rag build`"
            raise GenerationError(message)
        return self._open(name)

    def _other(self) -> FolderReader | None:
        """The newest good generation before the published one, else after it: a rollback may have left that behind."""
        try:
            kept = names(self._vectors)
        except GenerationError:
            return None
        try:
            published = current(self._vectors)
        except GenerationError:
            published = None
        for name in sorted(kept, key=lambda name: (published is None or name < published, name), reverse=True):
            try:
                return self._open(name)
            except GenerationError as error:
                logger.info("%s", error)
        return None

    def _open(self, name: str) -> FolderReader:
        reader = FolderReader(self._vectors / name, weights=self._weights)
        logger.info("opened generation %s: %d records", name, len(reader))
        return reader

    def _stamp(self) -> _Stamp | None:
        """Inode and time of the pointer: they change whenever it is replaced."""
        try:
            status = (self._vectors / POINTER).stat()
        except OSError:
            return None
        return status.st_ino, status.st_mtime_ns
