"""The folder of generations -> an Index."""

from collections.abc import Callable
from pathlib import Path

from rag.index.embedded.current import PublishedIndex
from rag.index.embedded.generation import POINTER, BuildLock, current, made_of, names, point, verify
from rag.index.embedded.reader import FolderReader
from rag.index.embedded.writer import FolderWriter
from rag.index.ports import Identity, any_weights


class FolderIndex(PublishedIndex):
    """One collection in a folder."""

    def __init__(self, vectors: Path, *, accepts: Callable[[str], bool] = any_weights) -> None:
        super().__init__(accepts=accepts)
        self._vectors = vectors

    @property
    def location(self) -> str:
        return str(self._vectors)

    @property
    def engine(self) -> str:
        return "embedded: FAISS compares vectors, tantivy finds words"

    def published(self) -> str | None:
        return current(self._vectors)

    def names(self) -> list[str]:
        return names(self._vectors)

    def identity(self, name: str) -> Identity:
        return made_of(self._vectors / name)

    def verify(self, name: str) -> int:
        return verify(self._vectors / name, all_digests=True).records

    def lock(self) -> BuildLock:
        return BuildLock(self._vectors)

    def writer(self, identity: Identity, *, keep: int = 2, lock: object = None) -> FolderWriter:
        return FolderWriter(self._vectors, identity, keep=keep, lock=lock)

    def _stamp(self) -> tuple[int, int] | None:
        """Inode and time of the pointer: they change whenever it is replaced."""
        try:
            status = (self._vectors / POINTER).stat()
        except OSError:
            return None
        return status.st_ino, status.st_mtime_ns

    def _opened(self, name: str, *, all_digests: bool) -> FolderReader:
        return FolderReader(self._vectors / name, accepts=self._accepts, all_digests=all_digests)

    def _records(self, name: str) -> int:
        return verify(self._vectors / name).records

    def _point(self, name: str) -> None:
        point(self._vectors, name)
