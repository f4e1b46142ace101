"""What reading a generation raises -> one line: which file, what is wrong, what to do."""

from __future__ import annotations

import errno
from sqlite3 import DatabaseError
from typing import TYPE_CHECKING
from zipfile import BadZipFile

from rag.errors import GenerationError, printable

if TYPE_CHECKING:
    from pathlib import Path

CURE = "run `rag build` to make a new one"

_ALLOW = "allow this user to read it (chmod -R a+rX)"
_FEWER = "let programs hold fewer files open, or raise the limit (ulimit -n)"
_CURES = {
    errno.EACCES: _ALLOW,
    errno.EPERM: _ALLOW,
    errno.ENOTDIR: "correct RAG_VECTORS, or make it readable",
    errno.EMFILE: _FEWER,
    errno.ENFILE: _FEWER,
}
"""What to do about a file that the system refuses; about any other, CURE."""

_RAISED = (ValueError, TypeError, LookupError, RuntimeError, BadZipFile, DatabaseError)
_PANIC = "PanicException"  # of tantivy's; it is no Exception, and importable from nowhere
_SHOWN = 200  # characters of what a library says


def damaged(place: Path, fault: str) -> GenerationError:
    """What only a build mends."""
    return GenerationError(f"{place}: {fault}; {CURE}")


def unreadable(place: Path, error: OSError) -> GenerationError:
    """What the system refuses, with the cure that fits."""
    return GenerationError(f"{place}: cannot be read ({error.strerror}); {_CURES.get(error.errno or 0, CURE)}")


class ReadGuard:
    """A context in which what a library raises over a damaged file is a GenerationError; it costs 0.2 us."""

    __slots__ = ("_done", "_place")

    def __init__(self, place: Path, done: str = "read") -> None:
        """Remember what is read, and what is done to it."""
        self._place, self._done = place, done

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        """Tell of damage; anything else is raised as it is."""
        if error is None:
            return
        if isinstance(error, OSError):
            raise unreadable(self._place, error) from error
        if isinstance(error, _RAISED) or type(error).__name__ == _PANIC:
            raise damaged(self._place, f"cannot be {self._done} ({printable(str(error))[:_SHOWN]})") from error
