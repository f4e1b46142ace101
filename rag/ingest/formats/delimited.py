"""CSV or TSV, with any of the usual separators -> listings. The first row names the columns."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import suppress
from typing import TextIO

from rag.ingest.formats.column_mapping import Mapper
from rag.ingest.formats.files import HEAD, SourceFile
from rag.ingest.formats.protocol import Extracted
from rag.ingest.formats.tables import TOP, heading, looks_like_names, read_rows, unknown

SUFFIXES = frozenset({".csv", ".tsv", ".tab"})

_SEPARATORS = {"\t": "TSV", ",": "CSV", ";": "CSV with semicolons", "|": "CSV with bars"}
_SEPARATOR_LINE = re.compile(r'\A"?sep=([\t,;|])"?(?:\r\n?|\n)', re.IGNORECASE)  # Excel's own first line
_LONGEST = 4 * 2**20  # characters of one row, so that an unclosed quotation mark does not fill the memory
_SAMPLE = 200  # rows that must be equally wide to make a table, where no column is known
_FEWEST_BY_SHAPE = 2  # a text with more columns than these is a table; with these, only if its name says so


def sniff(opened: SourceFile) -> bool:
    return _layout(opened) is not None or bool(_unknown(opened))


def read(opened: SourceFile) -> Iterator[Extracted]:
    layout = _layout(opened)
    if layout is None:
        rows = _unknown(opened)
        raise opened.fault(1, f"it is a table, but {unknown(rows, opened.choice)}")
    separator, top, spaced = layout
    mapper = Mapper(opened, _SEPARATORS[separator])
    with opened.text() as text:
        lines = _Lines(text)
        if _SEPARATOR_LINE.match(opened.start):
            next(lines)
        lines.after_quotes = re.compile(rf'(?<=")[ ]+(?={re.escape(separator)}|[\r\n]|$)') if spaced else None
        yield from read_rows(_rows(lines, separator, spaced=spaced), mapper, top)
    yield from mapper.end()


def _rows(lines: _Lines, separator: str, *, spaced: bool) -> Iterator[tuple[int, list[str] | str]]:
    """Yield the first line and the values of each row that is not blank; for a broken row, the reason for its fault.

    After a broken row a quotation mark may still be open. Then lines are skipped up to a row as wide as most rows
    before it. No mark is open if the broken line is itself that wide and closes a value before a separator.
    """
    broken: csv.Error | None = None
    widths: Counter[int] = Counter()  # the header row counts only while there is no other
    width = first = last = in_quotes = 0
    as_written: list[str] = []  # the values of a broken row that is whole all the same
    for line, row in _parsed(lines, separator, spaced=spaced):
        if broken and in_quotes and not isinstance(row, csv.Error) and (len(row) != width or lines.quotes % 2):
            last, in_quotes = lines.number, in_quotes ^ lines.quotes % 2
            continue
        if broken:
            yield first, as_written or _reason(broken, first, last, separator)
        broken = None
        if isinstance(row, csv.Error):
            broken, first, last = row, line, lines.number
            width = max(widths, key=widths.__getitem__, default=0)
            complete = line == last and lines.closes_value(separator) and lines.last.count(separator) + 1 == width
            in_quotes = 0 if complete else lines.quotes % 2
            # Programs write tabs without quotation marks of their own: those that are there belong to the values.
            plain = separator == "\t" and line == last and lines.last.count("\t") + 1 == width
            as_written = lines.last.rstrip("\r\n").split("\t") if plain else []
        else:
            widths[len(row)] += bool(widths)
            yield line, row
    if broken:
        yield first, as_written or _reason(broken, first, last, separator)


def _parsed(lines: _Lines, separator: str, *, spaced: bool) -> Iterator[tuple[int, list[str] | csv.Error]]:
    """Yield the first line of each row that is not blank, with its values or its error."""
    csv.field_size_limit(_LONGEST)
    rows = csv.reader(lines, delimiter=separator, strict=True, skipinitialspace=spaced)
    while True:
        line = lines.begin_row()
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            if isinstance(error, _TooLong):
                lines.skip_row()
            elif lines.quotes % 2 and lines.at_end:
                lines.go_back()
            yield line, error
        else:
            if any(row):
                yield line, row


def _reason(error: csv.Error, first: int, last: int, separator: str) -> str:
    """Say what is wrong with the row that begins in this line, and which lines are lost with it."""
    lost = "" if first == last else f", what follows to line {last} is lost with it"
    cure = "shorten it or close its quotation mark" if isinstance(error, _TooLong) else "correct its quotation marks"
    return f"the row is not {_SEPARATORS[separator]} ({error}){lost}; {cure}"


class _TooLong(csv.Error):
    """A row of more than _LONGEST characters."""


class _Lines:
    """The lines of a text, at most _LONGEST characters for one row.

    Attributes:
        number: How many lines were read.
        quotes: How many quotation marks this row has so far; after an odd number, one may be open.
        last: The last line.
        at_end: Whether this row went on to the end of the text.
        after_quotes: The blanks to leave out after a value in quotation marks.
    """

    def __init__(self, text: TextIO) -> None:
        self._text = text
        self._length = self.number = self.quotes = 0
        self.last = ""
        self._row: list[str] = []  # the lines of this row
        self._again: deque[str] = deque()  # lines to read once more
        self.at_end = False
        self.after_quotes: re.Pattern[str] | None = None
        self._ended = True  # whether the last line was read to its end

    def begin_row(self) -> int:
        """Begin a row with the next line; return that line's number."""
        self._length = self.quotes = 0
        self._row = []
        return self.number + 1

    def go_back(self) -> None:
        """Read the lines of this row again but the first: its quotation mark opens nothing."""
        first, *others = self._row
        self._again.extend(others)
        self.number -= len(others)
        self.at_end, self.quotes, self.last = False, 0, first

    def skip_row(self) -> None:
        """Skip the rest of a row that is too long."""
        while (self.quotes % 2 or not self._ended) and (line := self._text.readline(_LONGEST)):
            self._count(line)

    def closes_value(self, separator: str) -> bool:
        """Whether a separator follows the last quotation mark of the last line."""
        _, mark, after = self.last.rpartition('"')
        return bool(mark) and after.startswith(separator)

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else self._text.readline(_LONGEST + 1)
        if not line:
            self.at_end = True
            raise StopIteration
        self._row.append(line)
        self._count(line)
        self._length += len(line)
        if self._length > _LONGEST:
            raise _TooLong(f"it is longer than the {_LONGEST >> 20} MiB that are read")
        return self.after_quotes.sub("", line) if self.after_quotes else line

    def _count(self, line: str) -> None:
        self.number += self._ended
        self._ended = line.endswith(("\n", "\r"))
        self.quotes += line.count('"')
        self.last = line


def _unknown(opened: SourceFile) -> list[list[str]]:
    """The first rows of what is a table by its shape, though no name may be known; none for anything else."""
    named = f".{opened.file.rpartition('.')[2].lower()}" in SUFFIXES
    best: list[list[str]] = [[]]
    for rows in _first_rows(opened).values():
        even = len(rows) > 1 and len({len(row) for row in rows}) == 1
        if even and len(rows[0]) > len(best[0]) and (named or looks_like_names(rows[0])):
            best = rows
    return best if len(best[0]) > (1 if named else _FEWEST_BY_SHAPE) else []


def _layout(opened: SourceFile) -> tuple[str, int, bool] | None:
    """The separator that yields the most known columns, and how many rows stand above their names; None for none.

    Also whether a blank follows each separator, so that quotation marks come after it.
    """
    best = (0, "", 0)
    samples = _first_rows(opened)
    for separator, rows in samples.items():
        top, count = heading(rows[:TOP], opened.choice)
        best = max(best, (count, separator, top))
    count, separator, top = best
    return (separator, top, all(name.startswith(" ") for name in samples[separator][top][1:])) if count else None


def _first_rows(opened: SourceFile) -> dict[str, list[list[str]]]:
    """The first rows that are not blank, by possible separator; of a head that is cut, without the last."""
    stated = _SEPARATOR_LINE.match(opened.start)
    head = opened.start[stated.end() if stated else 0 :]
    samples: dict[str, list[list[str]]] = {}
    for separator in stated[1] if stated else _SEPARATORS:
        with suppress(csv.Error):
            rows = list(filter(any, csv.reader(io.StringIO(head, newline=""), delimiter=separator)))
            whole = rows[:-1] if len(opened.head) >= HEAD and len(rows) > 1 else rows
            samples[separator] = whole[:_SAMPLE]
    return samples
