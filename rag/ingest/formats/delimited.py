"""CSV or TSV, with any of the usual separators -> listings. The first line names the columns."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING

from rag.ingest.formats.column_mapping import Mapper
from rag.ingest.formats.column_names import guess

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import TextIO

    from rag.ingest.formats.files import Opened
    from rag.ingest.formats.protocol import ColumnChoice, Told

SUFFIXES = frozenset({".csv", ".tsv", ".tab"})

_SEPARATORS = {"\t": "TSV", ",": "CSV", ";": "CSV with semicolons", "|": "CSV with bars"}
_EXCEL = re.compile(r'\A"?sep=([\t,;|])"?(?:\r\n?|\n)', re.IGNORECASE)  # its own first line
_LONGEST = 4 * 2**20  # characters of one row: no more is held where a quotation mark is never closed
_ALIKE = 20  # rows of as many values as there are columns by which an unknown table is told
_FEWEST = 2  # known columns by which a table is told


def sniff(opened: Opened, choice: ColumnChoice) -> bool:
    """See Kind."""
    return _separator(opened, choice) is not None


def read(opened: Opened, choice: ColumnChoice) -> Iterator[Told]:
    """See Kind."""
    separator = _separator(opened, choice) or ","
    kind = _SEPARATORS[separator]
    mapper = Mapper(opened.file, kind, choice)
    names: list[str] = []
    with opened.text() as text:
        lines = _Lines(text)
        if _EXCEL.match(opened.start):
            next(lines)
        for line, row in _rows(lines, separator):
            if isinstance(row, str) and not names:
                raise opened.fault(line, f"the line that names the columns is no {kind} {row}")
            if isinstance(row, str):
                yield mapper.fault(line, f"the row is no {kind} {row}")
            elif not names:
                names = row
            elif any(row[len(names) :]):
                yield mapper.fault(line, f"the row has {len(row)} values for {len(names)} columns; quote its values")
            else:
                yield mapper.read(line, _named(names, row))
    yield from mapper.end()


def _rows(lines: _Lines, separator: str) -> Iterator[tuple[int, list[str] | str]]:
    """Every row that is not blank, with the line where it begins; of what is none, why, and the lines lost with it.

    Where a quotation mark may still be open after a fault, nothing is taken for a row that is not as wide as most
    before it. None is open after a line that is itself as wide as those and closes a value in its midst.
    """
    broken: csv.Error | None = None
    widths: Counter[int] = Counter()  # of the columns' names too, which count only where nothing else is known
    width = first = last = within = 0
    for line, row in _parsed(lines, separator):
        if broken and within and not isinstance(row, csv.Error) and (len(row) != width or lines.quotes % 2):
            last, within = lines.number, within ^ lines.quotes % 2
            continue
        if broken:
            yield first, _told(broken, first, last)
        broken = None
        if isinstance(row, csv.Error):
            broken, first, last = row, line, lines.number
            width = max(widths, key=widths.__getitem__, default=0)
            whole = line == last and lines.closes(separator) and lines.last.count(separator) + 1 == width
            within = 0 if whole else lines.quotes % 2
        else:
            widths[len(row)] += bool(widths)
            yield line, row
    if broken:
        yield first, _told(broken, first, last)


def _parsed(lines: _Lines, separator: str) -> Iterator[tuple[int, list[str] | csv.Error]]:
    """Every row that is not blank, or why there is none, with the line where it begins."""
    csv.field_size_limit(_LONGEST)
    rows = csv.reader(lines, delimiter=separator, strict=True)
    while True:
        line = lines.begin()
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            if isinstance(error, _TooLong):
                lines.close()
            yield line, error
        else:
            if any(row):
                yield line, row


def _told(error: csv.Error, first: int, last: int) -> str:
    """What is wrong with what begins in this line, and what is lost with it."""
    lost = "" if first == last else f", what follows to line {last} is lost with it"
    cure = "shorten it or close its quotation mark" if isinstance(error, _TooLong) else "correct its quotation marks"
    return f"({error}){lost}; {cure}"


class _TooLong(csv.Error):
    """A row of more characters than are read."""


class _Lines:
    """The lines of a text, of which one row is given no more than _LONGEST characters.

    Attributes:
        number: How many were read.
        quotes: How many quotation marks stand in those of this row; where they are odd, one may be open.
        last: The last one.
    """

    def __init__(self, text: TextIO) -> None:
        self._text = text
        self._length = self.number = self.quotes = 0
        self.last = ""

    def begin(self) -> int:
        """A row begins with the next line: its number."""
        self._length = self.quotes = 0
        return self.number + 1

    def close(self) -> None:
        """Pass over the rest of a row that is too long."""
        while self.quotes % 2 and (line := next(self._text, "")):
            self._count(line)

    def closes(self, separator: str) -> bool:
        """Whether the last quotation mark of the last one stands before a separator, where it ends a value."""
        _, mark, after = self.last.rpartition('"')
        return bool(mark) and after.startswith(separator)

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = next(self._text)
        self._count(line)
        self._length += len(line)
        if self._length > _LONGEST:
            message = f"it is longer than the {_LONGEST >> 20} MiB that are read"
            raise _TooLong(message)
        return line

    def _count(self, line: str) -> None:
        self.number += 1
        self.quotes += line.count('"')
        self.last = line


def _named(names: Sequence[str], row: Sequence[str]) -> dict[str, str | list[str]]:
    """The values by column; a column that stands twice has two."""
    named: dict[str, list[str]] = {}
    for name, value in zip(names, row, strict=False):
        if name:
            named.setdefault(name, []).append(value)
    return {name: values[0] if len(values) == 1 else values for name, values in named.items()}


def head(opened: Opened) -> list[str]:
    """The names of columns of what looks like a table, though none may be known; else none."""
    heads = _heads(opened)
    separator, names = max(heads.items(), key=lambda entry: len(entry[1]))
    rows = csv.reader(io.StringIO(_EXCEL.sub("", opened.start), newline=""), delimiter=separator)
    try:
        alike = len({len(row) for row in islice(filter(any, rows), _ALIKE)}) == 1
    except csv.Error:
        return []
    return names if len(names) > 1 and alike else []


def _separator(opened: Opened, choice: ColumnChoice) -> str | None:
    """What stands between the names of columns, where some of them are known; else None."""
    chosen = {name for names in choice.columns.values() for name in names}
    best = (0, "")
    for separator, names in _heads(opened).items():
        guessed, also = guess(names).keys(), chosen & set(names)
        if len(guessed) + len(also) >= _FEWEST and (also or guessed & {"title", "summary"}):
            best = max(best, (len(guessed) + len(also), separator))
    return best[1] or None


def _heads(opened: Opened) -> dict[str, list[str]]:
    """The first row, as each separator would part it, or the one that the file says it has."""
    start = opened.start
    told = _EXCEL.match(start)
    heads = {}
    for separator in told[1] if told else _SEPARATORS:
        rows = csv.reader(io.StringIO(_EXCEL.sub("", start), newline=""), delimiter=separator)
        try:
            heads[separator] = next(filter(any, rows), [])
        except csv.Error:
            heads[separator] = []
    return heads
