"""CSV or TSV, with any of the usual separators -> listings. The first row names the columns."""

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

    from rag.ingest.formats.files import SourceFile
    from rag.ingest.formats.protocol import ColumnChoice, Extracted

SUFFIXES = frozenset({".csv", ".tsv", ".tab"})

_SEPARATORS = {"\t": "TSV", ",": "CSV", ";": "CSV with semicolons", "|": "CSV with bars"}
_SEPARATOR_LINE = re.compile(r'\A"?sep=([\t,;|])"?(?:\r\n?|\n)', re.IGNORECASE)  # Excel's own first line
_LONGEST = 4 * 2**20  # characters of one row, so that an unclosed quotation mark does not fill the memory
_SAMPLE = 20  # rows that must be equally wide to make a table, where no column is known
_FEWEST = 2  # known columns that make a table


def sniff(opened: SourceFile, choice: ColumnChoice) -> bool:
    """See SourceFormat."""
    return _separator(opened, choice) is not None


def read(opened: SourceFile, choice: ColumnChoice) -> Iterator[Extracted]:
    """See SourceFormat."""
    separator = _separator(opened, choice) or ","
    format_name = _SEPARATORS[separator]
    mapper = Mapper(opened.file, format_name, choice)
    names: list[str] = []
    with opened.text() as text:
        lines = _Lines(text)
        if _SEPARATOR_LINE.match(opened.start):
            next(lines)
        for line, row in _rows(lines, separator):
            if isinstance(row, str) and not names:
                raise opened.fault(line, f"the line that names the columns is not {format_name} {row}")
            if isinstance(row, str):
                yield mapper.fault(line, f"the row is not {format_name} {row}")
            elif not names:
                names = row
            elif any(row[len(names) :]):
                yield mapper.fault(line, f"the row has {len(row)} values for {len(names)} columns; quote its values")
            else:
                yield mapper.read(line, _by_column(names, row))
    yield from mapper.end()


def _rows(lines: _Lines, separator: str) -> Iterator[tuple[int, list[str] | str]]:
    """Yield the first line and the values of each row that is not blank; for a broken row, the reason for its fault.

    After a broken row a quotation mark may still be open. Then lines are skipped up to a row as wide as most rows
    before it. No mark is open if the broken line is itself that wide and closes a value before a separator.
    """
    broken: csv.Error | None = None
    widths: Counter[int] = Counter()  # the header row counts only while there is no other
    width = first = last = in_quotes = 0
    for line, row in _parsed(lines, separator):
        if broken and in_quotes and not isinstance(row, csv.Error) and (len(row) != width or lines.quotes % 2):
            last, in_quotes = lines.number, in_quotes ^ lines.quotes % 2
            continue
        if broken:
            yield first, _reason(broken, first, last)
        broken = None
        if isinstance(row, csv.Error):
            broken, first, last = row, line, lines.number
            width = max(widths, key=widths.__getitem__, default=0)
            complete = line == last and lines.closes_value(separator) and lines.last.count(separator) + 1 == width
            in_quotes = 0 if complete else lines.quotes % 2
        else:
            widths[len(row)] += bool(widths)
            yield line, row
    if broken:
        yield first, _reason(broken, first, last)


def _parsed(lines: _Lines, separator: str) -> Iterator[tuple[int, list[str] | csv.Error]]:
    """Yield the first line of each row that is not blank, with its values or its error."""
    csv.field_size_limit(_LONGEST)
    rows = csv.reader(lines, delimiter=separator, strict=True)
    while True:
        line = lines.begin_row()
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            if isinstance(error, _TooLong):
                lines.skip_row()
            yield line, error
        else:
            if any(row):
                yield line, row


def _reason(error: csv.Error, first: int, last: int) -> str:
    """Say what is wrong with the row that begins in this line, and which lines are lost with it."""
    lost = "" if first == last else f", what follows to line {last} is lost with it"
    cure = "shorten it or close its quotation mark" if isinstance(error, _TooLong) else "correct its quotation marks"
    return f"({error}){lost}; {cure}"


class _TooLong(csv.Error):
    """A row of more than _LONGEST characters."""


class _Lines:
    """The lines of a text, at most _LONGEST characters for one row.

    Attributes:
        number: How many lines were read.
        quotes: How many quotation marks this row has so far; after an odd number, one may be open.
        last: The last line.
    """

    def __init__(self, text: TextIO) -> None:
        self._text = text
        self._length = self.number = self.quotes = 0
        self.last = ""

    def begin_row(self) -> int:
        """Begin a row with the next line; return that line's number."""
        self._length = self.quotes = 0
        return self.number + 1

    def skip_row(self) -> None:
        """Skip the rest of a row that is too long."""
        while self.quotes % 2 and (line := next(self._text, "")):
            self._count(line)

    def closes_value(self, separator: str) -> bool:
        """Whether a separator follows the last quotation mark of the last line."""
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


def _by_column(names: Sequence[str], row: Sequence[str]) -> dict[str, str | list[str]]:
    """Pair values with columns; a name that occurs twice gets both values."""
    columns: dict[str, list[str]] = {}
    for name, value in zip(names, row, strict=False):
        if name:
            columns.setdefault(name, []).append(value)
    return {name: values[0] if len(values) == 1 else values for name, values in columns.items()}


def header(opened: SourceFile) -> list[str]:
    """Return the column names of what looks like a table, known or not; none for anything else."""
    headers = _headers(opened)
    separator, names = max(headers.items(), key=lambda entry: len(entry[1]))
    try:
        even = len({len(row) for row in islice(_sample(opened, separator), _SAMPLE)}) == 1
    except csv.Error:
        return []
    return names if len(names) > 1 and even else []


def _separator(opened: SourceFile, choice: ColumnChoice) -> str | None:
    """Find the separator that yields the most known columns; None where there are too few."""
    chosen = {name for names in choice.columns.values() for name in names}
    best = (0, "")
    for separator, names in _headers(opened).items():
        guessed, also = guess(names).keys(), chosen & set(names)
        if len(guessed) + len(also) >= _FEWEST and (also or guessed & {"title", "summary"}):
            best = max(best, (len(guessed) + len(also), separator))
    return best[1] or None


def _headers(opened: SourceFile) -> dict[str, list[str]]:
    """The first row as each separator splits it; only one separator where the file names its own."""
    stated = _SEPARATOR_LINE.match(opened.start)
    headers = {}
    for separator in stated[1] if stated else _SEPARATORS:
        try:
            headers[separator] = next(_sample(opened, separator), [])
        except csv.Error:
            headers[separator] = []
    return headers


def _sample(opened: SourceFile, separator: str) -> Iterator[list[str]]:
    """The rows of the head that are not blank."""
    head = io.StringIO(_SEPARATOR_LINE.sub("", opened.start), newline="")
    return filter(any, csv.reader(head, delimiter=separator))
