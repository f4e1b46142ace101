"""Run `rag` as if on another system: what that lacks is taken away, what it refuses is refused.

Usage: elsewhere.py windows|unknown ARGUMENT ...; the unknown system is as Windows, but locks no files at all.
"""

import errno
import fcntl
import os
import select
import shutil
import subprocess  # noqa: F401 - imported later, it would take a system with msvcrt for Windows
import sys
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn


def main(system: str, arguments: list[str]) -> int:
    """The exit status of the command."""
    del os.sched_getaffinity, os.pread, os.fchmod, os.fork, select.poll
    sys.modules |= {"fcntl": None, "resource": None}  # type: ignore[dict-item]  # so that to import them fails
    if system == "windows":
        sys.modules["msvcrt"] = Msvcrt("msvcrt")
    os.symlink = _refuse_link
    shutil._use_fd_functions = False  # type: ignore[attr-defined]  # noqa: SLF001 - they open folders
    sys.addaudithook(_refuse)

    from rag.cli import main as rag  # noqa: PLC0415 - by now the system is another

    return rag(arguments)


class Msvcrt(ModuleType):
    """Python's module of Windows, as far as it locks."""

    LK_NBLCK = 2

    def locking(self, descriptor: int, mode: int, _: int) -> None:
        """Lock, and say it as Windows does if another has."""
        assert mode == self.LK_NBLCK
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise PermissionError(errno.EACCES, "Permission denied") from error


def _refuse_link(*_: object, **__: object) -> NoReturn:
    raise OSError(errno.EINVAL, "A required privilege is not held by the client")


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    """Open no folder, and rename and remove no file that is open, nor a folder of such a file."""
    if event == "open" and arguments[1] is None and Path(arguments[0]).is_dir():
        raise PermissionError(errno.EACCES, "Access is denied", arguments[0])
    if event in {"os.rename", "os.remove"}:
        path = Path(os.fsdecode(arguments[0])).absolute()
        opened = [link.readlink() for link in Path("/proc/self/fd").iterdir() if link.is_symlink()]
        mapped = [Path(line[73:]) for line in Path("/proc/self/maps").read_text(encoding="utf-8").splitlines()]
        if any(each.is_relative_to(path) for each in [*opened, *mapped]):
            raise PermissionError(errno.EACCES, "It is used by another process", str(path))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
