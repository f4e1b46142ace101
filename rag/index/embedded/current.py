"""The folder of generations -> a Reader of the one to use now."""

from __future__ import annotations

import logging
import math
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING

from rag.errors import GenerationError
from rag.index.embedded import FolderReader
from rag.index.embedded.generation import POINTER, current, names

if TYPE_CHECKING:
    from pathlib import Path

logger = logging.getLogger(__name__)

_AGAIN = 30.0  # seconds until a generation that was refused is tried again: it may be allowed or put back meanwhile

_Stamp = tuple[int, int]


class PublishedIndex:
    """Follows the pointer. A reader that a request still holds stays open; nobody closes it under its hands."""

    def __init__(self, vectors: Path, *, weights: str | None = None) -> None:
        """Remember where to look; nothing is opened yet.

        `weights` is the SHA-256 of those that questions are embedded by: generations made by others are refused, unless
        it is None.
        """
        self._vectors = vectors
        self._weights = weights
        self._one_at_a_time = Lock()
        self._reader: FolderReader | None = None
        self._seen: _Stamp | None = None
        self._due = 0.0  # when to look at what is published, even if the pointer has not moved
        self._fault: str | None = None

    @property
    def fault(self) -> str | None:
        """Why the published generation is not the one in use; None while it is."""
        return self._fault

    @property
    def opened(self) -> FolderReader | None:
        """The generation last used, without a look at what is published now."""
        return self._reader

    def reader(self) -> FolderReader:
        """The published generation, or the last good one while that is refused; cheap, one call a request.

        Raises:
            GenerationError: There is none to fall back on. It is tried again when the pointer moves, or in a while.
        """
        if self._reader is not None and self._stamp() == self._seen and monotonic() < self._due:
            return self._reader
        # While one thread opens a new generation the others go on with the old one, if there is any.
        if self._one_at_a_time.acquire(blocking=self._reader is None):
            try:
                self._follow()
            finally:
                self._one_at_a_time.release()
        if self._reader is None:
            raise GenerationError(self._fault)
        return self._reader

    def _follow(self) -> None:
        """Open what the pointer names, until it no longer moves meanwhile."""
        while (stamp := self._stamp()) != self._seen or monotonic() >= self._due:
            self._seen, self._due = stamp, monotonic() + _AGAIN
            try:
                self._reader, self._fault, self._due = self._published(), None, math.inf
            except GenerationError as error:
                if self._stamp() != stamp:
                    continue  # it was removed because a newer one has been published
                told, self._fault = self._fault, str(error)
                self._reader = self._reader or self._other()
                if self._reader and self._fault != told:  # whoever asks is told where there is none
                    logger.warning("%s; in use is %s", error, self._reader.generation)

    def _published(self) -> FolderReader:
        name = current(self._vectors)
        if name is None:
            message = f"{self._vectors}: no generation is published; run `rag build`"
            raise GenerationError(message)
        return self._open(name)

    def _other(self) -> FolderReader | None:
        """The newest good generation before the published one, or else after it: it may have been rolled back from."""
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
        """What changes whenever the pointer is replaced."""
        try:
            status = (self._vectors / POINTER).stat()
        except OSError:
            return None
        return status.st_ino, status.st_mtime_ns
