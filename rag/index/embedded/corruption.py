"""What reading a generation raises -> a GenerationError of one line: which file, what is wrong, what to do."""

import errno
from pathlib import Path
from sqlite3 import DatabaseError
from zipfile import BadZipFile

from rag.errors import GenerationError, printable

CURE = "run `rag build` to make a new one"

_ALLOW = "allow this user to read it (chmod -R a+rX)"
_FEWER = "let programs keep fewer files open, or raise the limit (ulimit -n)"
# What to do about a file that the system refuses, by error number; else CURE.
_CURES = {
    errno.EACCES: _ALLOW,
    errno.EPERM: _ALLOW,
    errno.ENOTDIR: "correct RAG_VECTORS, or make it readable",
    errno.EMFILE: _FEWER,
    errno.ENFILE: _FEWER,
}

_RAISED = (ValueError, TypeError, LookupError, RuntimeError, BadZipFile, DatabaseError)  # over damaged data
_PANIC = "PanicException"  # tantivy's; it is not an Exception and cannot be imported
_SHOWN = 200  # characters shown of a library's message


def damaged(place: Path, fault: str) -> GenerationError:
    """What only a new build repairs."""
    return GenerationError(f"{place}: {fault}; {CURE}")


def unreadable(place: Path, error: OSError) -> GenerationError:
    """What the system refuses, with the cure that fits."""
    return GenerationError(f"{place}: cannot be read ({error.strerror}); {_CURES.get(error.errno or 0, CURE)}")


class ReadGuard:
    """A context that turns what a library raises over a damaged file into a GenerationError; cheap at every read."""

    __slots__ = ("_done", "_place")

    def __init__(self, place: Path, done: str = "read") -> None:
        self._place, self._done = place, done

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if error is None:
            return
        if isinstance(error, OSError):
            raise unreadable(self._place, error) from error
        if isinstance(error, _RAISED) or type(error).__name__ == _PANIC:
            raise damaged(self._place, f"cannot be {self._done} ({printable(str(error))[:_SHOWN]})") from error
