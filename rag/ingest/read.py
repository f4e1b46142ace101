"""Sources -> listings -> records. What cannot be read becomes a fault with its place, and the rest is read."""

import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rag.errors import SourceError, escaped, printable
from rag.ingest.deduplicate import merge
from rag.ingest.formats import (
    catalogue_records,
    delimited,
    ead,
    html_pages,
    json_records,
    listing_pages,
    marc,
    notes,
    references,
    spreadsheets,
    sqlite,
    tei,
    xml_tables,
)
from rag.ingest.formats.files import LARGEST, NO_CHOICE, ColumnChoice, SourceFile
from rag.ingest.formats.protocol import (
    CollectionTitle,
    ColumnMapping,
    Extracted,
    Item,
    Revision,
    SourceFormat,
    SourceNote,
    lines_of,
    shortened,
    unstorable,
)
from rag.ingest.formats.tables import advice
from rag.ingest.formats.xml_reader import root
from rag.record import ListingPage, Record

__all__ = ["FORMATS", "LARGEST", "Collected", "SourceContents", "read"]

# In the order in which they are tried; the first format that recognizes a file reads it.
FORMATS: tuple[SourceFormat, ...] = (
    spreadsheets, sqlite, tei, ead, html_pages, catalogue_records, xml_tables, marc, references, json_records, notes,
    delimited, listing_pages,
)  # fmt: skip

_BLANK = b"\xef\xbb\xbf \t\r\n\f\v"
_PROGRESS_EVERY = 500  # listings
_MOST_FAULTY = 3  # of the rows of a file, one in so many may be faulty
_PACKED = (".gz", ".xz", ".bz2")


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceContents:
    """What the sources contain beside records."""

    faults: tuple[SourceError, ...]  # whatever could not be read, in reading order
    files: int  # how many files were opened, the faulty ones included
    listings: int  # how many listings the records have in all
    pages: tuple[ListingPage, ...]  # each listing page, with the range it says it shows
    mappings: tuple[ColumnMapping, ...] = ()  # how the columns of each file with columns were read
    skipped: tuple[str, ...] = ()  # files in folders whose endings no format takes
    notes: tuple[SourceNote, ...] = ()  # what a person must know of how the files were read, though nothing is faulty


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected(SourceContents):
    """All that the sources contain."""

    records: tuple[Record, ...]  # in the order of their first listing; their ids differ
    title: str = ""  # the title that every source gives the collection; empty where they differ or one gives none


def read(
    paths: Sequence[Path],
    chosen: Mapping[Path, ColumnChoice] | None = None,
    progress: Callable[[int], None] | None = None,
    *,
    tolerant: bool = True,
) -> Collected:
    """Read files in the order given, and from folders, sorted, all files whose endings a format takes.

    Follows links to folders, and reads a file once even if it is reached twice. Raises nothing, whatever the sources
    contain.

    Args:
        chosen: By source, what a person chose in place of guesses.
        progress: Called now and then with how many listings were read.
        tolerant: Whether to read the rest of a table of which more than a third of the rows is faulty.
    """
    reader = _SourceReader(progress or (lambda _: None), tolerant)
    records, repeated = merge(reader.items(paths, chosen or {}))
    columns = {mapping.file: dict(mapping.fields).get("id", ("id",)) for mapping in reader.mappings}
    for file, rows in repeated.items():
        of = f"{rows} of {sum(mapping.rows for mapping in reader.mappings if mapping.file == file)} rows"
        reason = "so what differs was added to it"
        reader.notes.append(SourceNote(file, f"{' or '.join(columns.get(file, ('id',)))} repeats in {of}, {reason}"))
    return Collected(
        records=records,
        faults=(*reader.missing, *reader.faults),
        files=len(reader.files),
        listings=sum(len(record.listings) for record in records),
        pages=tuple(reader.pages),
        mappings=tuple(reader.mappings),
        skipped=tuple(reader.skipped),
        title=reader.title,
        notes=tuple(reader.notes),
    )


@dataclass(slots=True)
class _SourceReader:
    """Yields the listings of the sources one at a time, and collects whatever else they contain."""

    progress: Callable[[int], None]
    tolerant: bool
    given: frozenset[str] = frozenset()  # the names of files that are sources themselves
    listings: int = 0
    files: set[str] = field(default_factory=set)  # by real path
    missing: list[SourceError] = field(default_factory=list)
    faults: list[SourceError] = field(default_factory=list)
    pages: list[ListingPage] = field(default_factory=list)
    mappings: list[ColumnMapping] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    titles: list[set[str]] = field(default_factory=list)  # by source
    notes: list[SourceNote] = field(default_factory=list)

    @property
    def title(self) -> str:
        """The one title that every source gives the collection."""
        titles = set[str]().union(*self.titles)
        return titles.pop() if len(titles) == 1 and all(self.titles) else ""

    def items(self, paths: Sequence[Path], chosen: Mapping[Path, ColumnChoice]) -> Iterator[Item]:
        """Every listing of every file."""
        sources = [(source, self._new_files(source)) for source in paths]
        names = _distinct_names({path: file for _, files in sources for path, file in files})
        self.given = frozenset(names[source] for source in paths if source in names)
        for source, files in sources:
            self.titles.append(set())
            choice, before = chosen.get(source, NO_CHOICE), len(self.mappings)
            for path, _ in files:
                yield from self._file(path, names[path], choice)
            self.faults += _absent_columns(source, choice, self.mappings[before:])

    def _new_files(self, source: Path) -> list[tuple[Path, str]]:
        """The files of a source that no earlier source has."""
        files, skipped, faults = _files(source)
        self.missing += faults
        self.skipped += skipped
        new: list[tuple[Path, str]] = []
        for path, file in files:
            real = os.path.realpath(path)
            if real not in self.files:
                self.files.add(real)
                new.append((path, file))
        return new

    def _file(self, path: Path, file: str, choice: ColumnChoice) -> Iterator[Item]:
        """The listings of one file; none of a table of which too many rows are faulty."""
        items: list[Item] = []
        faults, mappings = len(self.faults), len(self.mappings)
        try:
            for part in self._parts(SourceFile(path, file, choice)):
                if isinstance(part, Item):
                    items.append(part)
                    self.listings += 1
                    if self.listings % _PROGRESS_EVERY == 0:
                        self.progress(self.listings)
                elif isinstance(part, Revision):
                    items = list(map(part.revised, items))
                else:
                    self._collect(part)
        except SourceError as fault:
            self.faults.append(fault)
        self._join_alike(faults, items)
        faulty = len(self.faults) - faults
        if (
            not self.tolerant
            and items
            and len(self.mappings) > mappings
            and _MOST_FAULTY * faulty > faulty + len(items)
        ):
            reason = f"{faulty} of {faulty + len(items)} rows are faulty, so none of it is read"
            self.faults.append(SourceError(file, 0, f"{reason}; correct them, or allow so many by --max-faults"))
            return
        yield from items

    def _join_alike(self, first: int, items: Sequence[Item]) -> None:
        """Say once what is wrong with every row of a file."""
        own = self.faults[first:]
        if not items and len(own) > 1 and len({fault.reason for fault in own}) == 1:
            self.faults[first:] = [
                SourceError(own[0].file, own[0].line, f"of all its {len(own)} rows: {own[0].reason}")
            ]

    def _parts(self, opened: SourceFile) -> Iterator[Extracted]:
        """All of one file. A format that finds neither listing nor fault leaves the file to the next."""
        found = False
        if not opened.head.strip(_BLANK):
            raise opened.fault(0, "it is empty; save it again or take it out of the source")
        for source_format in FORMATS:
            for part in source_format.read(opened) if source_format.sniff(opened) else ():
                found = found or isinstance(part, Item | SourceError)
                yield part
            if found:
                if opened.old_encoding:
                    reading = f"it is not UTF-8 and was read as {opened.old_encoding}; look at its accents"
                    yield SourceNote(opened.file, reading)
                if opened.mended:
                    yield SourceNote(opened.file, "bytes that are not UTF-8 were read as Windows-1252 or left out")
                return
        if opened.path.suffix.lower() in notes.SUFFIXES and opened.file not in self.given:
            self.skipped.append(opened.file)  # a README beside the sources
            return
        raise _unrecognized(opened)

    def _collect(self, part: SourceError | ListingPage | ColumnMapping | CollectionTitle | SourceNote) -> None:
        match part:
            case SourceError():
                self.faults.append(part)
            case ListingPage():
                self.pages.append(part)
            case ColumnMapping():
                self.mappings.append(part)
            case CollectionTitle():
                self.titles[-1].add(part.title)
            case SourceNote():
                self.notes.append(part)


def _absent_columns(source: Path, choice: ColumnChoice, mappings: Sequence[ColumnMapping]) -> Iterator[SourceError]:
    """A fault for each column chosen for a source that no row of its files has."""
    tables = [mapping for mapping in mappings if mapping.rows]
    present = tuple(dict.fromkeys(name for table in tables for name in table.columns))
    place = tables[0].file if len(tables) == 1 else str(source)
    for field_name, names in choice.columns.items():
        for name in names:
            if tables and printable(name) not in present:
                reason = f"no row has the column {name!r} chosen for {field_name}; choose one of: {shortened(present)}"
                yield SourceError(place, 0, reason)


def _unrecognized(opened: SourceFile) -> SourceError:
    """Why no format reads this file."""
    if html_pages.sniff(opened):
        reason = "the page has no listing (a date alone on its line, beside a title), no table and no data of its own"
        return opened.fault(0, f"{reason}; save its list as CSV, or take it out of the source")
    if (outermost := root(opened)) is not None:
        reason = f"it is XML, but no format reads <{outermost or '?'}>"
        if columns := xml_tables.unknown_columns(opened):
            cure = f"no column of its rows is known; they have {shortened(columns)}: {advice([columns], opened.choice)}"
            return opened.fault(0, f"{reason}, and {cure}")
        return opened.fault(0, f"{reason}; take it out of the source")
    lines = lines_of(opened.whole())
    if broken := next((number for number, line in enumerate(lines, 1) if unstorable(line)), 0):
        return opened.fault(broken, "it is not UTF-8 text; save it as UTF-8 or take it out of the source")
    reason = "it has no listing (a date alone on its line, then a title), no table and no list of records"
    return opened.fault(
        0, f"{reason}; give a note a line such as 'Date: 27 October 1962', or take it out of the source"
    )


def _files(source: Path) -> tuple[list[tuple[Path, str]], list[str], list[SourceError]]:
    """The files of a source, each with its path below it; the files to skip; what is missing. Ignores hidden files."""
    if not os.path.exists(source):  # noqa: PTH110 - unlike Path.exists it raises for no name at all
        return [], [], [SourceError(str(source), 0, "there is no such file or folder; correct the path")]
    if not source.is_dir():
        return [(source, _as_text(source.name))], [], []
    faults: list[SourceError] = []

    def blame(error: OSError) -> None:
        faults.append(SourceError(str(error.filename), 0, f"the folder cannot be read ({error.strerror}); allow it"))

    suffixes = frozenset[str]().union(*(source_format.SUFFIXES for source_format in FORMATS))
    files: list[tuple[Path, str]] = []
    skipped: list[str] = []
    for path in _walk(source, blame):
        name = _as_text(path.relative_to(source).as_posix())
        if _suffix(path) in suffixes:
            files.append((path, name))
        else:
            skipped.append(name)
    if not files and not faults:
        reason = f"the folder has no {' or '.join(sorted(suffixes))} file; put the files to read there"
        faults.append(SourceError(str(source), 0, reason))
    return sorted(files, key=lambda entry: entry[1]), sorted(skipped), faults


def _walk(source: Path, blame: Callable[[OSError], None]) -> Iterator[Path]:
    """Every file below a folder but hidden ones. Follows links to folders last, and reads each real folder once."""
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


def _distinct_names(files: Mapping[Path, str]) -> dict[Path, str]:
    """Each file's path below its source; where paths are equal, with as many folders above as make them differ."""
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
            names[path] = _as_text(Path(*parts[path][-shown[path] :]).as_posix())


def _suffix(path: Path) -> str:
    """The file's ending, without that of its packing."""
    name = path.name.lower()
    ending = next((packed for packed in _PACKED if name.endswith(packed)), "")
    return os.path.splitext(name.removesuffix(ending))[1]  # noqa: PTH122 - of a name, not of a path


def _as_text(name: str) -> str:
    """A file's name as one line of text: on some systems it may contain any bytes."""
    return escaped(os.fsencode(name).decode("utf-8", "replace"))
