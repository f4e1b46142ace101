"""The files of a generation in use -> whether something has happened to them.

What is cut short under its mapping ends the process (SIGBUS), and what is written over answers wrongly: a reader is let
go of as soon as one of its files was written to.
"""

from enum import Enum
from pathlib import Path


class Harm(Enum):
    """What happened to the files of a generation since it was opened."""

    NONE = "none"
    REPLACED = "replaced"  # some are gone or other files; those that were opened are as they were
    WRITTEN = "written"  # some that were opened have been written to or cut short


class FileStates:
    """Which files a generation has, and when they were last written to."""

    def __init__(self, folder: Path) -> None:
        self._noted = {file: _state(file) for file in folder.rglob("*") if not file.is_dir()}

    def harm(self) -> Harm:
        """What happened since; cheap."""
        harm = Harm.NONE
        for file, noted in self._noted.items():
            if (now := _state(file)) == noted:
                continue
            if now and noted and now[0] == noted[0]:
                return Harm.WRITTEN
            harm = Harm.REPLACED
        return harm


def _state(file: Path) -> tuple[int, int, int] | None:
    """Inode, size and time of the last write; None for a file that is gone."""
    try:
        status = file.stat()
    except OSError:
        return None
    return status.st_ino, status.st_size, status.st_mtime_ns
