"""Sources -> listings -> records; what cannot be read is a fault that says where, and the rest is read."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from rag.errors import SourceError, escaped, printable
from rag.ingest.deduplicate import merge
from rag.ingest.formats import delimited, ead, json_records, listing_pages, oai_pmh, sqlite, tei
from rag.ingest.formats.files import LARGEST, Opened
from rag.ingest.formats.protocol import GUESSED, Item, Mapped, Titled, lines_of, shortened, untellable
from rag.ingest.formats.xml_reader import root
from rag.record import PageHeld

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from rag.ingest.formats.protocol import ColumnChoice, SourceFormat
    from rag.record import Record

__all__ = ["FORMATS", "LARGEST", "Collected", "read"]

FORMATS: tuple[SourceFormat, ...] = (sqlite, tei, ead, oai_pmh, json_records, delimited, listing_pages)
"""In the order in which a file is shown to them; the first that knows it reads it."""

_BLANK = b"\xef\xbb\xbf \t\r\n\f\v"
_OFTEN = 500  # listings between two calls of what tells the progress
_PACKED = (".gz", ".xz", ".bz2")


@dataclass(frozen=True, slots=True)
class Collected:
    """All that the sources tell.

    Attributes:
        records: In the order of their first listing, no two with the same id.
        faults: Whatever could not be read, in reading order.
        files: How many files were opened, the faulty ones included.
        listings: How many listings the records have in all.
        pages: Each saved page, with what it says it is a part of.
        mapped: Each file that has columns, with what they were taken for.
        passed: Files in folders that were passed over for their endings.
        title: What the collection is called, if every source says so and none calls it otherwise; else empty.
    """

    records: tuple[Record, ...]
    faults: tuple[SourceError, ...]
    files: int
    listings: int
    pages: tuple[PageHeld, ...]
    mapped: tuple[Mapped, ...] = ()
    passed: tuple[str, ...] = ()
    title: str = ""


def read(
    paths: Sequence[Path],
    chosen: Mapping[Path, ColumnChoice] | None = None,
    progress: Callable[[int], None] | None = None,
) -> Collected:
    """Read files, and of folders all files that a kind of source takes: in the order given, folders sorted.

    Links to folders are followed, and a file that is reached twice is read once. Whatever the sources hold, it raises
    nothing.

    Args:
        chosen: By source, what a person chose that would otherwise be guessed.
        progress: Called now and then with how many listings were read.
    """
    reading = _FileReading(progress or (lambda _: None))
    records, clashes = merge(reading.items(paths, chosen or {}))
    return Collected(
        records=records,
        faults=(*reading.missing, *reading.faults, *clashes),
        files=len(reading.files),
        listings=sum(len(record.listings) for record in records),
        pages=tuple(reading.pages),
        mapped=tuple(reading.mapped),
        passed=tuple(reading.passed),
        title=reading.title,
    )


@dataclass(slots=True)
class _FileReading:
    """Sources being read, one listing at a time; whatever else they tell is kept here."""

    progress: Callable[[int], None]
    listings: int = 0
    files: set[str] = field(default_factory=set)  # by real path
    missing: list[SourceError] = field(default_factory=list)
    faults: list[SourceError] = field(default_factory=list)
    pages: list[PageHeld] = field(default_factory=list)
    mapped: list[Mapped] = field(default_factory=list)
    passed: list[str] = field(default_factory=list)
    titles: list[set[str]] = field(default_factory=list)  # by source

    @property
    def title(self) -> str:
        """The one title that every source gives the collection."""
        titles = set[str]().union(*self.titles)
        return titles.pop() if len(titles) == 1 and all(self.titles) else ""

    def items(self, paths: Sequence[Path], chosen: Mapping[Path, ColumnChoice]) -> Iterator[Item]:
        """Every listing of every file."""
        sources = [(source, self._found(source)) for source in paths]
        names = _told_apart({path: file for _, found in sources for path, file in found})
        for source, found in sources:
            self.titles.append(set())
            choice, before = chosen.get(source, GUESSED), len(self.mapped)
            for path, _ in found:
                yield from self._file(path, names[path], choice)
            self.faults += _absent(source, choice, self.mapped[before:])

    def _found(self, source: Path) -> list[tuple[Path, str]]:
        """The files of a source that no source before it has."""
        found, passed, faults = _files(source)
        self.missing += faults
        self.passed += passed
        new: list[tuple[Path, str]] = []
        for path, file in found:
            real = os.path.realpath(path)
            if real not in self.files:
                self.files.add(real)
                new.append((path, file))
        return new

    def _file(self, path: Path, file: str, choice: ColumnChoice) -> Iterator[Item]:
        """The listings of one file. A kind that finds neither listing nor fault leaves it to the next."""
        anything = False
        try:
            opened = Opened(path, file)
            if not opened.head.strip(_BLANK):
                raise opened.fault(0, "it is empty; save it again or take it out of the source")
            for kind in FORMATS:
                for told in kind.read(opened, choice) if kind.sniff(opened, choice) else ():
                    anything = anything or isinstance(told, Item | SourceError)
                    if isinstance(told, Item):
                        self.listings += 1
                        if self.listings % _OFTEN == 0:
                            self.progress(self.listings)
                        yield told
                    else:
                        self._keep(told)
                if anything:
                    return
            raise _unknown(opened)
        except SourceError as fault:
            self.faults.append(fault)

    def _keep(self, told: SourceError | PageHeld | Mapped | Titled) -> None:
        match told:
            case SourceError():
                self.faults.append(told)
            case PageHeld():
                self.pages.append(told)
            case Mapped():
                self.mapped.append(told)
            case Titled():
                self.titles[-1].add(told.title)


def _absent(source: Path, choice: ColumnChoice, mapped: Sequence[Mapped]) -> Iterator[SourceError]:
    """The columns chosen for a source that no row of any of its files has."""
    files = [each for each in mapped if each.rows]
    has = tuple(dict.fromkeys(name for each in files for name in each.columns))
    place = files[0].file if len(files) == 1 else str(source)
    for told, names in choice.columns.items():
        for name in names:
            if files and printable(name) not in has:
                reason = f"no row has the column {name!r} chosen for {told}; choose one of: {shortened(has)}"
                yield SourceError(place, 0, reason)


def _unknown(opened: Opened) -> SourceError:
    """Why no kind of source could read this file."""
    if (outermost := root(opened)) is not None:
        reason = f"it is XML, but <{outermost or '?'}> is neither TEI, EAD nor an answer of OAI-PMH"
        return opened.fault(0, f"{reason}; take it out of the source")
    if named := delimited.head(opened):
        told = ", ".join(named[:12])
        return opened.fault(1, f"no column of it is known; it has {told}: choose by --map title=COLUMN")
    lines = lines_of(opened.whole())
    if strange := next((number for number, line in enumerate(lines, 1) if untellable(line)), 0):
        return opened.fault(strange, "it is not UTF-8 text; save it as UTF-8 or take it out of the source")
    return opened.fault(
        0,
        "it holds no listing (a date alone on its line, then a title), no table and no list of records; "
        "take it out of the source",
    )


def _files(source: Path) -> tuple[list[tuple[Path, str]], list[str], list[SourceError]]:
    """The files of a source, each with its path below it; those passed over, hidden ones apart; and what is missing."""
    if not os.path.exists(source):  # noqa: PTH110 - unlike Path.exists it raises for no name at all
        return [], [], [SourceError(str(source), 0, "there is no such file or folder; correct the path")]
    if not source.is_dir():
        return [(source, _shown(source.name))], [], []
    faults: list[SourceError] = []

    def blame(error: OSError) -> None:
        faults.append(SourceError(str(error.filename), 0, f"the folder cannot be read ({error.strerror}); allow it"))

    suffixes = frozenset[str]().union(*(kind.SUFFIXES for kind in FORMATS))
    found: list[tuple[Path, str]] = []
    passed: list[str] = []
    for path in _walk(source, blame):
        shown = _shown(path.relative_to(source).as_posix())
        if _suffix(path) in suffixes:
            found.append((path, shown))
        else:
            passed.append(shown)
    if not found and not faults:
        reason = f"the folder holds no {' or '.join(sorted(suffixes))} file; put what is to be read there"
        faults.append(SourceError(str(source), 0, reason))
    return sorted(found, key=lambda entry: entry[1]), sorted(passed), faults


def _walk(source: Path, blame: Callable[[OSError], None]) -> Iterator[Path]:
    """Every file below a folder, hidden ones apart. Links to folders are followed last, each real folder once."""
    tops, seen = [str(source)], set[str]()
    for top in tops:
        for folder, folders, names in os.walk(top, onerror=blame):
            real = os.path.realpath(folder)
            if real in seen:
                folders.clear()
                continue
            seen.add(real)
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            tops += [path for name in folders if os.path.islink(path := os.path.join(folder, name))]  # noqa: PTH114, PTH118
            yield from (Path(folder, name) for name in names if not name.startswith("."))


def _told_apart(files: Mapping[Path, str]) -> dict[Path, str]:
    """Each file's path below its source; where two have the same, with as many folders more as tell them apart."""
    names = dict(files)
    parts = {path: Path(os.path.abspath(path)).parts for path in files}  # noqa: PTH100 - resolve() would follow links
    shown = {path: file.count("/") + 1 for path, file in files.items()}
    while True:
        times = Counter(names.values())
        alike = [path for path, name in names.items() if times[name] > 1 and shown[path] < len(parts[path])]
        if not alike:
            return names
        for path in alike:
            shown[path] += 1
            names[path] = _shown(Path(*parts[path][-shown[path] :]).as_posix())


def _suffix(path: Path) -> str:
    """The ending that tells what a file is, packed or not."""
    name = path.name.lower()
    ending = next((packed for packed in _PACKED if name.endswith(packed)), "")
    return os.path.splitext(name.removesuffix(ending))[1]  # noqa: PTH122 - of a name, not of a path


def _shown(name: str) -> str:
    """A file's name as one line of text: on some systems it may hold any bytes."""
    return escaped(os.fsencode(name).decode("utf-8", "replace"))
