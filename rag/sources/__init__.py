"""Files -> listings -> records.

    a file -> (kind) -> item -> merge -> record

A kind of source is a module that knows its own (`sniff`) and reads it (`read`); `pages` is the only one so far. Another
is one module more and its name in KINDS. Whatever cannot be read is a fault that says where, and the rest is read.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rag.errors import SourceError
from rag.sources import pages
from rag.sources.item import Parsed, lines_of, untellable
from rag.sources.merge import merge

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.record import PageHeld, Record
    from rag.sources.item import Kind

KINDS: tuple[Kind, ...] = (pages,)

LARGEST = 64 * 2**20
"""Bytes of the largest file that is read."""


@dataclass(frozen=True, slots=True)
class Collected:
    """All that the sources tell.

    Attributes:
        records: In the order of their first listing, no two with the same id.
        faults: Whatever could not be read, in reading order.
        files: How many files were opened, the faulty ones included.
        listings: How many listings the records have in all.
        pages: Each saved page, with what it says it is a part of.
    """

    records: tuple[Record, ...]
    faults: tuple[SourceError, ...]
    files: int
    listings: int
    pages: tuple[PageHeld, ...]


def read(paths: Sequence[Path]) -> Collected:
    """Read files, and of folders all files that a kind of source takes: in the order given, folders sorted.

    A file that is reached twice is read once. Whatever the sources hold, it raises nothing.
    """
    parsed: dict[str, Parsed] = {}  # by real path
    elsewhere: list[SourceError] = []
    for source in paths:
        found, faults = _files(source)
        elsewhere += faults
        for path, file in found:
            real = os.path.realpath(path)
            if real not in parsed:
                parsed[real] = _parse(path, file)
    records, clashes = merge(item for one in parsed.values() for item in one.items)
    return Collected(
        records=records,
        faults=(*elsewhere, *(fault for one in parsed.values() for fault in one.faults), *clashes),
        files=len(parsed),
        listings=sum(len(record.listings) for record in records),
        pages=tuple(page for one in parsed.values() for page in one.pages),
    )


def _files(source: Path) -> tuple[list[tuple[Path, str]], list[SourceError]]:
    """The files of a source, each with its path below it, hidden ones left out; and what is missing."""
    if not os.path.exists(source):  # noqa: PTH110 - unlike Path.exists it raises for no name at all
        return [], [SourceError(str(source), 0, "there is no such file or folder; correct the path")]
    if not source.is_dir():
        return [(source, _shown(source.name))], []
    faults: list[SourceError] = []

    def blame(error: OSError) -> None:
        faults.append(SourceError(str(error.filename), 0, f"the folder cannot be read ({error.strerror}); allow it"))

    suffixes = frozenset[str]().union(*(kind.SUFFIXES for kind in KINDS))
    found = [
        (path, _shown(path.relative_to(source).as_posix()))
        for folder, _, names in os.walk(source, onerror=blame)
        for path in (Path(folder, name) for name in names)
        if path.suffix.lower() in suffixes and not any(part.startswith(".") for part in path.relative_to(source).parts)
    ]
    if not found and not faults:
        reason = f"the folder holds no {' or '.join(sorted(suffixes))} file; put the saved pages there"
        faults.append(SourceError(str(source), 0, reason))
    return sorted(found, key=lambda entry: entry[1]), faults


def _shown(name: str) -> str:
    """A file's name as text: on some systems it may hold any bytes."""
    return os.fsencode(name).decode("utf-8", "replace")


def _parse(path: Path, file: str) -> Parsed:
    """All that this file tells, or the fault that keeps it from telling anything."""
    try:
        text = _text(path, file)
    except SourceError as fault:
        return Parsed((), (fault,), ())
    for kind in KINDS:
        if kind.sniff(text) and ((parsed := kind.read(text, file)).items or parsed.faults):
            return parsed
    reason = "it holds no listing (a date alone on its line, then a title); take it out of the source"
    strange = next((number for number, line in enumerate(lines_of(text), 1) if untellable(line)), 0)
    if strange:
        reason = "it is not UTF-8 text; save it as UTF-8 or take it out of the source"
    return Parsed((), (SourceError(file, strange, reason),), ())


def _text(path: Path, file: str) -> str:
    """The file's text, as a kind of source is given it; SourceError."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # opening a pipe would wait for ever
            raise SourceError(file, 0, "it is no regular file; save the page into one")
        with path.open("rb") as handle:
            content = handle.read(LARGEST + 1)
    except OSError as error:
        reason = f"it cannot be read ({error.strerror}); make it readable or take it out of the source"
        raise SourceError(file, 0, reason) from error
    if len(content) > LARGEST:
        raise SourceError(file, 0, f"it is larger than the {LARGEST >> 20} MiB that are read of one file; split it")
    # Joined files hold byte-order marks in mid-text. Bytes that are no UTF-8 cost only the listing they stand in.
    text = content.decode("utf-8", "surrogateescape").replace("\ufeff", "")
    if not text.strip():
        raise SourceError(file, 0, "it is empty; save the page again or take it out of the source")
    return text
