"""What a format is, and what it extracts from a file: items, faults, listing pages, column mappings, titles."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from rag.dates.archival_date import parse_date
from rag.errors import SourceError, printable
from rag.ingest.formats.column_names import likely_noted
from rag.ingest.formats.files import SourceFile
from rag.record import ListingPage, Record

_ADDRESS = re.compile(r"https?://\S+")
_PERSON = re.compile(  # Falk, Anna; A. I. Alekseev
    r"[^\W\d_][\w'\u2019-]+, [^\W\d_][\w.'\u2019 -]{0,40}|(?:[^\W\d_]\. ?){1,3}[^\W\d_][\w'\u2019-]+"
)
# Damaged titles that are mended in a file, and of how many rows one more may be; beyond, the file has two encodings.
MOST_MENDED = 10
_NAMES = 30  # in one line, at most
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Item:
    """One listing as its source gives it, before equal listings become one record."""

    line: int  # where it begins in its file, from 1; 0 where the format counts no lines
    # All that the listing says, with itself as the only listing. Its id is the source's own, or empty where the source
    # gives none; `rag.ingest.deduplicate` reads the dates in its title.
    record: Record


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """Which columns of a file give which fields of a record."""

    file: str
    format_name: str  # "JSON Lines", "CSV", ...
    rows: int  # how many rows the file has, the faulty ones included
    # Each field with its columns. A field of one value takes the first column that is not empty, a field of several
    # values takes all columns.
    fields: tuple[tuple[str, tuple[str, ...]], ...]
    unused: tuple[str, ...]  # the other columns
    values: tuple[tuple[str, tuple[str, ...]], ...] = ()  # of each column, the first values, shortened

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns, the used ones first."""
        return (*(name for _, names in self.fields for name in names), *self.unused)

    def lines(self) -> Iterator[str]:
        """The mapping in lines for people."""
        fields = (
            field if columns == (field,) else f"{field} = {' + '.join(columns)}" for field, columns in self.fields
        )
        shape = f"{self.format_name}, {numbered(self.rows, 'row')}"
        yield f"  {self.file}: {shape}: {', '.join(fields) or 'no known column'}"
        if self.unused:
            yield f"    not used: {shortened(self.unused)}"

    def column_lines(self) -> Iterator[str]:
        """Every column, what it was taken for, and what it contains; what an unused one may be."""
        values = dict(self.values)
        yield next(self.lines())
        given = dict(self.fields)
        taken = [(name, gives) for gives, names in self.fields for name in names]
        for name, gives in (*taken, *((name, "") for name in self.unused)):
            seen = values.get(name, ())
            maybe = "" if gives else likely_field(name, seen)
            label = gives or ("not used" if not maybe or maybe in given else f"not used; perhaps --map {maybe}={name}")
            yield f"    {name}: {label}" + (f" ({'; '.join(map(repr, seen))})" if seen else "")


@dataclass(frozen=True, slots=True)
class CollectionTitle:
    """The title that a file gives its collection."""

    title: str


@dataclass(frozen=True, slots=True)
class SourceNote:
    """What a reader of the report must know of how a file was read, though nothing is faulty."""

    file: str
    text: str

    def __str__(self) -> str:
        return f"{self.file}: {printable(self.text)}"


@dataclass(frozen=True, slots=True)
class Revision:
    """What only the whole of a file says of its items: each is replaced by what `revised` makes of it."""

    revised: Callable[[Item], Item]


# What a format can extract from a file; a SourceError stands for what it could not read.
Extracted: TypeAlias = Item | SourceError | ListingPage | ColumnMapping | CollectionTitle | SourceNote | Revision


class SourceFormat(Protocol):
    """A format: a module with these three names, listed in `rag.ingest.read.FORMATS`."""

    # Endings of the files to take from a folder. A file given by its own path may have any ending.
    SUFFIXES: frozenset[str]

    def sniff(self, opened: SourceFile) -> bool:
        """Return whether the content is of this format. Raises nothing but SourceError."""

    def read(self, opened: SourceFile) -> Iterator[Extracted]:
        """Extract everything, piece by piece. Raises nothing but SourceError, which ends the file.

        Invalid UTF-8 arrives as lone surrogates: of a listing with `unstorable` text that is mended, or it is a fault.
        """


def likely_field(name: str, values: Sequence[str]) -> str:
    """Return the field that a column of these values may give: date, source_url or people; empty for none."""
    if values and all(_ADDRESS.match(value) for value in values):
        return "source_url"
    if values and all(parse_date(value).edtf for value in values) and not all(map(str.isdecimal, values)):
        return "" if likely_noted(name) else "date"
    return "people" if values and all(_PERSON.fullmatch(value) for value in values) else ""


def numbered(count: int, noun: str) -> str:
    """1 row, 2 rows."""
    return f"{count} {noun}{'s' * (count != 1)}"


def shortened(names: tuple[str, ...]) -> str:
    """Join names into one line, the first of many."""
    return ", ".join(names[:_NAMES]) + (f" and {len(names) - _NAMES} more" if len(names) > _NAMES else "")


def fold(text: str) -> str:
    """Turn every run of white space, line ends and form feeds included, into one space."""
    return " ".join(text.split())


def lines_of(text: str) -> list[str]:
    """Split into the lines that an editor counts; `splitlines` would also split at form feeds, NEL and U+2028."""
    return re.split(r"\r{0,2}\n|\r", text)


def unstorable(text: str) -> bool:
    """Whether no page, JSON or database can contain it: it has a zero byte or invalid UTF-8."""
    return _UNSTORABLE.search(text) is not None


def repaired(text: str) -> str:
    """The text with bytes of Windows-1252 as its characters, and without what else is unstorable."""
    return _UNSTORABLE.sub(lambda one: _byte(ord(one[0])), text)


def _byte(surrogate: int) -> str:
    """The character of the byte that Python's `surrogateescape` put there; empty for any other."""
    byte = surrogate - 0xDC00
    return bytes([byte]).decode("cp1252", "ignore") if 0x80 <= byte <= 0xFF else ""  # noqa: PLR2004 - all such bytes
