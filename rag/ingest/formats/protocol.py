"""A file -> what it tells: listings as they stand, faults, pages held, columns. Every kind is read into these."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, TypeAlias

from rag.errors import SourceError
from rag.record import PageHeld

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rag.ingest.formats.files import Opened
    from rag.record import Record

_UNTELLABLE = re.compile("[\0\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Item:
    """One listing as its source gives it, before equal ones become one record.

    Attributes:
        line: Where it begins in its file, from 1.
        record: All that the listing tells, with itself as the only listing. Its id is the source's own, or empty
            where the source gives none; dates in the title are left to `rag.ingest.deduplicate`.
    """

    line: int
    record: Record


@dataclass(frozen=True, slots=True)
class Mapped:
    """Which columns of a file were taken for which fields of a record.

    Attributes:
        kind: What the file is: "JSON Lines", "CSV", ...
        rows: How many it holds, the faulty ones included.
        fields: Each field with its columns; of several the first that is not empty counts, or all of them together
            where a record may have several values.
        unused: The other columns.
    """

    file: str
    kind: str
    rows: int
    fields: tuple[tuple[str, tuple[str, ...]], ...]
    unused: tuple[str, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """All of them, those that are used first."""
        return (*(name for _, names in self.fields for name in names), *self.unused)

    def lines(self) -> Iterator[str]:
        """What was taken for what, for people."""
        fields = (
            field if columns == (field,) else f"{field} = {' + '.join(columns)}" for field, columns in self.fields
        )
        yield f"  {self.file}: {self.kind}, {self.rows} rows: {', '.join(fields) or 'no known column'}"
        if self.unused:
            yield f"    not used: {shortened(self.unused)}"


@dataclass(frozen=True, slots=True)
class Titled:
    """What a file calls the collection that it is of."""

    title: str


Told: TypeAlias = Item | SourceError | PageHeld | Mapped | Titled
"""What a file can tell; whatever could not be read is a SourceError."""


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """What a person chose for a source that would otherwise be guessed.

    Attributes:
        columns: Field of a record -> the columns that tell it, in each file that has one of them; none at all leaves
            the field empty.
        table: The table to read of a database.
    """

    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    table: str | None = None


GUESSED = ColumnChoice()
"""Nothing was chosen."""


class SourceFormat(Protocol):
    """A kind of source: a module with these three, named in `rag.ingest.read.FORMATS`.

    Attributes:
        SUFFIXES: Endings of the files that are taken from a folder. A file given by its own path may have any.
    """

    SUFFIXES: frozenset[str]

    def sniff(self, opened: Opened, choice: ColumnChoice) -> bool:
        """Whether a file with this content is of this kind; SourceError alone is raised."""
        ...

    def read(self, opened: Opened, choice: ColumnChoice) -> Iterator[Told]:
        """Read all of it, bit by bit; SourceError alone is raised, and ends the file.

        Bytes that were no UTF-8 arrive as lone surrogates: a listing in which something is `untellable` is a fault.
        """
        ...


def shortened(names: tuple[str, ...], most: int = 30) -> str:
    """These names in one line."""
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")


def fold(text: str) -> str:
    """The text on one line: every run of white space, form feeds and the like included, is one space."""
    return " ".join(text.split())


def lines_of(text: str) -> list[str]:
    """The lines that an editor counts; `splitlines` would also break at the form feeds, NEL and U+2028 of OCR."""
    return re.split(r"\r{0,2}\n|\r", text)


def untellable(text: str) -> bool:
    """Whether it holds what no page, no JSON and no database can repeat: a zero byte, or one that was no UTF-8."""
    return _UNTELLABLE.search(text) is not None
