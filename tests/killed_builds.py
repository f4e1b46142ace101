"""Build beside a published generation again and again, each time killed one step later, until one build ends.

Usage: killed_builds.py FOLDER. Copies FOLDER/before to FOLDER/0, FOLDER/1, ... and builds in each. A step is what
makes or changes a name, or waits for the disk: what lies between two of them no reader can tell apart.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from rag.record import Record
from tests.fakes import WordCountEmbedder, shelve

if TYPE_CHECKING:
    from _typeshed import FileDescriptorLike

AFTER = Record("after", "Grain", "Sugar for grain.", None)
_STEPS = {"os.rename", "os.mkdir", "os.rmdir", "sqlite3.connect"}


def main(folder: Path) -> None:
    """Print nothing; the folders tell."""
    step = 0
    while not _survives(folder, step):
        step += 1


def _survives(folder: Path, step: int) -> bool:
    """Let a child build, to be killed before its step of this number, from 0; whether it came to its end."""
    vectors = folder / str(step)
    shutil.copytree(folder / "before", vectors)
    if not (child := os.fork()):
        _build(vectors, step)
    _, status = os.waitpid(child, 0)
    if status not in {0, signal.SIGKILL}:
        message = f"the build ended by {status} at step {step}"
        raise RuntimeError(message)
    return status == 0


def _build(vectors: Path, step: int) -> NoReturn:
    left = step
    sync = os.fsync

    def take() -> None:
        nonlocal left
        if (left := left - 1) < 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        makes = event == "open" and arguments[2] & os.O_CREAT
        if (makes or event in _STEPS) and str(vectors) in str(arguments[0]):
            take()

    def counted_sync(fd: FileDescriptorLike) -> None:
        take()
        sync(fd)

    sys.addaudithook(watch)
    os.fsync = counted_sync
    shelve(vectors, [AFTER], WordCountEmbedder(), keep=1)
    os._exit(0)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
