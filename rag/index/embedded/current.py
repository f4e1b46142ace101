"""A pointer and the generations it may name -> the reader to use now, what is kept, and the way back.

An engine says how the pointer is read and moved, and how a generation is opened and counted.
"""

import logging
import math
from abc import abstractmethod
from collections.abc import Callable
from contextlib import suppress
from threading import Lock
from time import monotonic

from rag.errors import EngineUnavailable, GenerationError
from rag.index.embedded.file_states import Harm
from rag.index.embedded.generation import published_at
from rag.index.embedded.reader import FolderReader
from rag.index.ports import Generation, Index, any_weights

logger = logging.getLogger(__name__)

_LOOK = 1.0  # seconds between two looks at the files of the generation in use
_RETRY = 30.0  # seconds until a refused generation is tried again: it may be allowed or put back meanwhile
_SOON = 2.0  # seconds until an engine that did not answer is asked again


class PublishedIndex(Index):
    """Follows the pointer. A reader stays open as long as any request uses it."""

    def __init__(self, *, accepts: Callable[[str], bool] = any_weights) -> None:
        """Begin; nothing is opened yet. `accepts` is that of `rag.index.open.open_index`."""
        self._accepts = accepts
        self._one_at_a_time = Lock()
        self._reader: FolderReader | None = None
        self._seen: object = None
        self._due = 0.0  # when to look at the files in use
        self._retry = 0.0  # when to open what is published, even if the pointer has not moved
        self._suspect = ""  # a generation whose files were written to
        self._refusal: GenerationError | None = None

    @abstractmethod
    def _stamp(self) -> object:
        """Something that differs whenever the pointer has moved; cheap."""

    @abstractmethod
    def _opened(self, name: str, *, all_digests: bool) -> FolderReader:
        """Open a generation, after a check of every byte or a quick one; GenerationError."""

    @abstractmethod
    def _records(self, name: str) -> int:
        """How many records a generation has, after a quick check; GenerationError."""

    @abstractmethod
    def _point(self, name: str) -> None:
        """Publish a generation, in one step."""

    @property
    def fault(self) -> str | None:
        return None if self._refusal is None else str(self._refusal)

    @property
    def opened(self) -> FolderReader | None:
        return self._reader

    def reader(self) -> FolderReader:
        reader = self._reader  # another thread may let go of it meanwhile
        if reader is not None and self._stamp() == self._seen and monotonic() < self._due:
            return reader
        # While one thread opens a new generation, the others go on with the old one, if there is any.
        if self._one_at_a_time.acquire(blocking=reader is None):
            try:
                self._follow()
                reader = self._reader
            finally:
                self._one_at_a_time.release()
        if reader is None:
            refusal = self._refusal
            raise (EngineUnavailable if isinstance(refusal, EngineUnavailable) else GenerationError)(str(refusal))
        return reader

    def _follow(self) -> None:
        """Open what the pointer names; again, if the pointer has moved or files in use were written to meanwhile."""
        while (stamp := self._stamp()) != self._seen or monotonic() >= self._due:
            harm = self._reader.harm() if self._reader else Harm.NONE
            self._due = monotonic() + _LOOK
            if stamp == self._seen and harm is Harm.NONE and monotonic() < self._retry:
                return
            if self._reader and harm is not Harm.NONE:
                self._suspect = self._reader.generation
            if harm is Harm.WRITTEN:
                self._reader = None  # what it has mapped is no longer what was verified
            self._seen, self._retry = stamp, monotonic() + _RETRY
            try:
                self._reader, self._refusal, self._retry = self._published(), None, math.inf
            except GenerationError as error:
                if self._stamp() != stamp:
                    continue  # it was removed because a newer one has been published
                if isinstance(error, EngineUnavailable):
                    self._retry = monotonic() + _SOON
                reported, self._refusal = self.fault, error
                self._reader = self._reader or self._other()
                if self._reader and self.fault != reported:  # without a reader, `reader` raises it
                    logger.warning("%s; in use is %s", error, self._reader.generation)

    def _published(self) -> FolderReader:
        name = self.published()
        if name is None:
            raise GenerationError(f"{self.location}: no generation is published; run `rag build`")
        return self._open(name, all_digests=name == self._suspect)

    def _other(self) -> FolderReader | None:
        """The newest good generation before the published one, else after it: a rollback may have left that behind."""
        try:
            kept = self.names()
        except GenerationError:
            return None
        published = self._pointed()
        for name in sorted(kept, key=lambda name: (published is None or name < published, name), reverse=True):
            try:
                return self._open(name, all_digests=True)
            except GenerationError as error:
                logger.info("%s", error)
        return None

    def _open(self, name: str, *, all_digests: bool) -> FolderReader:
        reader = self._opened(name, all_digests=all_digests)
        logger.info("opened generation %s: %d records", name, len(reader))
        return reader

    def generations(self) -> list[Generation]:
        pointed, kept = None, []
        try:
            pointed = self.published()
        except GenerationError as error:
            logger.warning("%s", error)
        for name in reversed(self.names()):
            try:
                records, fault = self._records(name), None
            except GenerationError as error:
                records, fault = None, str(error)
            kept.append(Generation(name, published_at(name), records, name == pointed, fault))
        if pointed is not None and not any(generation.current for generation in kept):
            message = "%s: %s is published but gone; `rag rollback` publishes the newest kept"
            logger.warning(message, self.location, pointed)
        return kept

    def roll_back(self, name: str | None = None) -> str:
        with self.lock():
            known = self.names()
            if name is None:
                pointed = self._pointed()
                name = self._newest_whole([each for each in known if pointed not in known or each < pointed])
            elif name not in known:
                listed = ", ".join(known) or "none"
                raise GenerationError(f"{self.location}: no generation is called {name!r}; kept are {listed}")
            self.verify(name)
            self._point(name)
        return name

    def _pointed(self) -> str | None:
        """The published generation; None where that is lost."""
        with suppress(GenerationError):
            return self.published()
        return None

    def _newest_whole(self, earlier: list[str]) -> str:
        for name in reversed(earlier):
            try:
                self._records(name)
            except GenerationError:
                continue
            return name
        message = f"{self.location}: no earlier generation is kept; raise RAG_KEEP to keep more from now on"
        raise GenerationError(message)
