"""What one system has and another lacks -> the same few calls on Linux, macOS and Windows.

macOS lacks `os.sched_getaffinity` and `prctl`; Windows lacks `fcntl`, `os.pread` and `select.poll` too, and opens no
folder.
"""

import logging
import os
import select
import signal
import sys
from contextlib import suppress
from functools import cache
from io import FileIO
from pathlib import Path
from threading import Lock
from typing import IO

logger = logging.getLogger(__name__)

_SEEKING = Lock()

MOST_FILES = 8192  # files and connections open at once, at most

_PR_SET_PDEATHSIG = 1  # of Linux's <sys/prctl.h>


def cpus() -> int:
    """How many cores this process may use; where the system does not say, how many there are."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def memory_folder() -> str | None:
    """Where small files need no room on a disk, which may be full; None for the usual place."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK | os.X_OK) else None  # noqa: S108


def end_with_parent() -> None:
    """Have Linux kill this process in the moment in which the one that began it ends; elsewhere do nothing."""
    if sys.platform == "linux":
        import ctypes  # noqa: PLC0415

        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


@cache
def open_files() -> int:
    """How many files this process may have open, as many as the system grants it, up to MOST_FILES."""
    try:
        import resource  # noqa: PLC0415
    except ImportError:
        return MOST_FILES
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, MOST_FILES)
    if 0 <= soft < wanted:
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
            return wanted
    return wanted if soft == resource.RLIM_INFINITY else min(soft, MOST_FILES)


def lock_file(file: IO[bytes], *, shared: bool = False) -> None:
    """Lock a file that nothing was read from yet, until it is closed; BlockingIOError where another has locked it."""
    try:
        import fcntl  # noqa: PLC0415
    except ImportError:
        _lock_first_byte(file)
    else:
        fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)


def _lock_first_byte(file: IO[bytes]) -> None:
    """Lock as Windows does, which knows no shared locks."""
    try:
        import msvcrt  # noqa: PLC0415
    except ImportError:
        logger.warning("%s: this system locks no files; run one build at a time", file.name)
        return
    try:
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]  # only Windows has them
    except PermissionError as error:
        raise BlockingIOError(error.errno, error.strerror, file.name) from error


def read_at(file: FileIO, size: int, offset: int) -> bytes:
    """Read so many bytes at this place, whatever other threads read of the same file; fewer at its end."""
    if hasattr(os, "pread"):
        return os.pread(file.fileno(), size, offset)
    with _SEEKING:
        file.seek(offset)
        return file.read(size)


def sync(path: Path) -> None:
    """Wait until a file, or a folder's list of names, is on the disk; Windows sees to folders by itself."""
    try:
        # Windows writes out only what was opened to be written, and opens no folder.
        descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    except PermissionError:
        if path.is_dir():
            return
        raise
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def is_unread(descriptor: int) -> bool:
    """Whether the reader of a pipe has turned away, known to be so of some pipe that was written to."""
    if not hasattr(select, "poll"):
        return True
    poll = select.poll()
    poll.register(descriptor, 0)
    return bool(poll.poll(0))
