"""Rows of cells -> rows of named values: which row names the columns, and which rows only repeat names."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import TypeVar

from rag.dates.archival_date import parse_date
from rag.errors import SourceError
from rag.ingest.formats.column_mapping import Mapper
from rag.ingest.formats.column_names import LEVELS, WORDS, guess, plain, split_names
from rag.ingest.formats.files import ColumnChoice
from rag.ingest.formats.nested import DESCRIPTIVE
from rag.ingest.formats.protocol import Item, SourceNote, likely_field, numbered

Value = TypeVar("Value", str, "str | list[str]")
Row = TypeVar("Row", bound=Sequence[str])

TOP = 20  # rows of a file among which the names of its columns are looked for: a title or a logo may stand above them

_MARKED = "*†‡©¹²"  # how a footnote begins
_SENTENCE = re.compile(r"\w+(?:\W+\w+){3,}.*\w{3}[.!]")  # of several words; no abbreviation at its end
_WHERE = frozenset({"id", "source", "reference", "container", "hierarchy", "archive", "type"})  # alone, they head rows
_HEADING = re.compile(  # Series II: Letters
    r"([^\W\d_]+(?:[ -][^\W\d_]+)?)\W{1,3}(?:[Nn]o\W{1,2})?(?:(?:\d+|[IVXLC]+)\b|[A-Z](?!\w|\s+\w))"
)
_MOST_BELOW = 5  # lines below a table that may tell of it
_RULED = "-+=:| \t"
_PATTERN = re.compile(r"\(?(?:[ymdjtag]{1,4}([-/.])[ymdjtag]{1,4}\1[ymdjtag]{2,4})\)?", re.IGNORECASE)
_LETTER = frozenset({"senders", "recipients", "date"})  # a list of letters needs no titles
_WRITTEN = frozenset({"authors", "recipients", "date"})
_FEWEST = 2  # known columns that make a table
_FEWEST_BELOW = 3  # the same, in a row below the first
_LONGEST_NAME = 60  # characters


def known(names: Sequence[str], choice: ColumnChoice) -> int:
    """How many of these columns are known or chosen; 0 where they make no table of records.

    A chosen title makes one by itself.
    """
    stripped = [name.strip() for name in names]
    stripped += [of for _, of in split_names(stripped).values()]
    chosen = {field: set(columns) & set(stripped) for field, columns in choice.columns.items()}
    fields = guess(stripped).keys() | {field for field, columns in chosen.items() if columns}
    if any(chosen.get(field) for field in DESCRIPTIVE):
        return max(len(fields), 1)
    return (
        len(fields)
        if len(fields) >= _FEWEST and (fields & DESCRIPTIVE or fields >= _LETTER or fields >= _WRITTEN)
        else 0
    )


def heading(rows: Sequence[Sequence[str]], choice: ColumnChoice) -> tuple[int, int]:
    """Which of the first rows names the columns, and how many of them are known; the first row where none does."""
    first = len(rows) - len(below_caption(rows))
    scores = [
        score if at <= first or score >= _FEWEST_BELOW or not choice.names.isdisjoint(_filled(row)) else 0
        for at, row in enumerate(rows[:TOP])
        for score in [known(row, choice)]
    ]
    best = max(range(len(scores)), key=scores.__getitem__, default=0)
    return best, scores[best] if scores else 0


def below_caption(rows: Sequence[Row]) -> Sequence[Row]:
    """The rows from the first on that has more than one text."""
    return rows[next((at for at, row in enumerate(rows[:TOP]) if len({*_filled(row)}) > 1), 0) :]


def unknown(rows: Sequence[Sequence[str]], choice: ColumnChoice) -> str:
    """Why a table is not read, and what to do about it: its first row has the names, or has none."""
    names = [cell.strip() for cell in below_caption(rows)[0]]
    if not looks_like_names(names):
        return f"its first row does not name its columns ({', '.join(names)[:100]}); put a row of names above it"
    few = ", ".join(name for name in names if guess((name,)))
    seen = f"too few columns of it are known ({few})" if few else "no column of it is known"
    return f"{seen}; it has {', '.join(names)}: {advice(rows, choice)}"


def advice(rows: Sequence[Sequence[str]], choice: ColumnChoice) -> str:
    """What a person may choose of columns that are not known, and which of those chosen are not there."""
    rows = below_caption(rows)
    names = [cell.strip() for cell in rows[0]]
    columns = [[row[at] for row in rows[1:] if at < len(row) and row[at].strip()] for at in range(len(names))]
    likely = {field: name for name, column in zip(names, columns, strict=True) if (field := likely_field(name, column))}
    cure = "".join(f", --map {field}={name}" for field, name in likely.items())
    absent = sorted(choice.names.difference(names))
    return f"choose by --map title=COLUMN{cure}" + "".join(f"; it has no {name!r}" for name in absent)


def looks_like_names(row: Sequence[str]) -> bool:
    """Whether these cells can be names of columns: short, different, and neither numbers nor dates."""
    names = [plain(cell) for cell in row]
    return (
        len(names) > 1
        and all(names)
        and len(set(names)) == len(names)
        and not any(
            len(cell) > _LONGEST_NAME or name.isdecimal() or parse_date(cell).edtf
            for cell, name in zip(row, names, strict=True)
        )
    )


def repeats_names(names: Sequence[str], row: Sequence[str]) -> bool:
    """Whether a row is a second heading: it says its columns' names again, the title's among them, or their others."""
    fields = [
        guess((name,)).keys()
        for name, cell in zip(names, row, strict=False)
        if plain(cell) == plain(name) or guess((cell,)).keys() == guess((name,)).keys() != set()
    ]
    return len(fields) >= _FEWEST and any(field & DESCRIPTIVE for field in fields)


def _is_total(row: Sequence[str]) -> bool:
    """Whether a row adds up the others: words for a sum or for rows, and figures."""
    cells = _filled(row)
    text = " ".join(cells)
    words = [plain(word) for word in re.findall(r"[^\W_]+", text)] if len(text) <= _LONGEST_NAME else []
    figures = sum(map(str.isdecimal, words))
    rest = [word for word in words if not word.isdecimal() and word not in WORDS["joining"]]
    counted = [word for word in rest if word in WORDS["counted"]]
    if not figures or not rest:
        return False
    if len(cells) == 1 and (
        plain(text.partition(":")[0]) in WORDS["sums"] or (words[0] in WORDS["pages"] and figures > 1)
    ):
        return True
    if any(word not in WORDS["sums"] and word not in counted for word in rest):
        return False
    return len(counted) < len(rest) or (len(cells) == 1 and (words[0].isdecimal() or len(counted) > 1))


def _is_remark(text: str, *, pointed: bool) -> bool:
    """Whether a line below a table tells of the table: Source: …, a footnote, who made it when.

    So does a sentence, where the values above it are not `pointed`, which is that one ends with a full stop.
    """
    label, colon, _ = text.partition(":")
    first, second, *_ = (*map(plain, text.split(maxsplit=2)), "", "")
    return (
        text.startswith(tuple(_MARKED))
        or (bool(colon) and plain(label) in WORDS["remarks"])
        or (first in WORDS["made"] and (second in WORDS["made_by"] or second[:1].isdecimal()))
        or (not pointed and _SENTENCE.fullmatch(text) is not None)
    )


def _says_nothing(row: Sequence[str]) -> bool:
    """Whether a row only draws a line, shows how a date is to be written (yyyy-mm-dd), or is one text throughout."""
    filled = _filled(row)
    across = len(filled) > _FEWEST and len(set(filled)) == 1 and not plain(filled[0]).isdecimal()
    return across or not any(cell.strip(_RULED) for cell in filled) or any(map(_PATTERN.fullmatch, filled))


@dataclass(slots=True)
class _Headings:
    """The rows of a table with nothing but a number, a place or the heading of those below them."""

    lines: list[int] = field(default_factory=list)
    path: dict[int, str] = field(default_factory=dict)  # what the rows that follow are a part of, by depth

    def take(self, line: int, row: Sequence[str], following: Sequence[str], last: Sequence[str]) -> bool:
        """Whether a row stands alone as a series or box and heads what follows, which is no other of its kind.

        The first needs a `last` row with more than one value below it: where none has, they are a list of titles.
        """
        heading, *others = _filled(row)
        if others or not following or (depth := _depth(row)) is None:
            return False
        if (below := _depth(following)) is not None and below <= depth:
            return False
        if not self.path and len(_filled(last)) == 1:
            return False
        self.path = {each: text for each, text in self.path.items() if each < depth} | {depth: heading}
        self.lines.append(line)
        return True


def _unmerged(row: list[str]) -> list[str]:
    """A heading that is merged across its row, as one cell; any other row as it is."""
    filled = _filled(row)
    across = len(filled) > 1 and len({*filled}) == 1 and _depth(row) is not None
    return [filled[0], *("" for _ in row[1:])] if across else row


def _filled(row: Sequence[str]) -> list[str]:
    return [cell.strip() for cell in row if cell.strip()]


def _depth(row: Sequence[str]) -> int | None:
    """How deep in an archive lies what this row begins with: 2 for a series, 5 for a box; None for anything else."""
    found = _HEADING.match(next(iter(_filled(row)), ""))
    return LEVELS.get(plain(found[1])) if found else None


def read_rows(
    rows: Iterator[tuple[int, list[str] | str]], mapper: Mapper, header: int
) -> Iterator[Item | SourceError | SourceNote]:
    """A record or a fault from each row below the one that names the columns, which comes after `header` others.

    A row that is a text could not be read: the text says why.
    """
    names: list[str] = []
    above: Sequence[str] = ()
    count = 0
    pointed: set[int] | None = None  # columns of which a value ends with a full stop; None before the first rows
    below: list[tuple[int, list[str]]] = []  # the last rows, if each has one value
    headings = _Headings()
    for line, row in rows:
        if not names and isinstance(row, str):
            yield mapper.fault(line, f"{row}, and no column has a name")
            return
        if not names:
            names = _grouped(row, above) if count == header else []
            above = row
            count += 1
        elif isinstance(row, str):
            yield mapper.fault(line, row)
        elif any(cell.strip() for cell in row[len(names) :]):
            yield mapper.fault(line, f"the row has {len(row)} values for {len(names)} columns; quote its values")
        elif not (repeats_names(names, row := _unmerged(row)) or _is_total(row) or _says_nothing(row)):
            filled = [at for at, cell in enumerate(row) if cell.strip()]
            below.append((line, row))
            if len(filled) > 1 or len(below) > _MOST_BELOW:
                yield from _read(below, names, mapper, headings)
                ends = {at for _, row in below for at, cell in enumerate(row) if cell.rstrip().endswith(".")}
                pointed = ends | (pointed or set())
                below.clear()
    remarks = [
        (line, cell.strip())
        for line, row in below
        for at, cell in enumerate(row)
        if cell.strip() and _is_remark(cell.strip(), pointed=pointed is None or at in pointed)
    ]
    left = {line for line, _ in remarks}
    yield from _read([(line, row) for line, row in below if line not in left], names, mapper, headings)
    for line, text in remarks:
        yield mapper.note(f"row {line} tells of the table and is no record: {text[:100]!r}")
    if headings.lines:
        rows_alone = numbered(len(headings.lines), "row")
        yield mapper.note(
            f"{rows_alone} with a number, place or heading alone are no records, first row {headings.lines[0]}"
        )


def _read(
    rows: Sequence[tuple[int, list[str]]], names: Sequence[str], mapper: Mapper, headings: _Headings
) -> Iterator[Item | SourceError]:
    """A record or a fault from each row, but for those that only head others."""
    persons = split_names(names)
    for (line, row), (_, following) in zip_longest(rows, rows[1:], fillvalue=(0, [])):
        if headings.take(line, row, following, rows[-1][1]):
            continue
        columns = by_column(names, row)
        if headings.path:
            columns.setdefault("hierarchy", [*headings.path.values()])
        for at, (other, of) in persons.items():
            parts = [row[place].strip() for place in (at, other) if place < len(row)]
            columns[of] = ", ".join(filter(None, parts))
        read = mapper.read(line, columns)
        filled = [name for name, cell in zip(names, row, strict=False) if cell.strip()]
        if isinstance(read, SourceError) and len(filled) == 1 and guess(filled).keys() <= _WHERE:
            headings.lines.append(line)
        else:
            yield read


def _grouped(row: Sequence[str], above: Sequence[str]) -> list[str]:
    """The names of the columns; one that is only known below the name of its group is "Dates From"."""
    names: list[str] = []
    group = ""
    for at, cell in enumerate(row):
        group = above[at].strip() if at < len(above) and above[at].strip() else group
        name = cell.strip()
        whole = f"{group} {name}"
        names.append(whole if name and group and not guess((name,)) and guess((whole,)) else name)
    return names


def by_column(names: Sequence[str], row: Sequence[Value]) -> dict[str, Value | list[Value]]:
    """Pair values with columns; a name that occurs twice gets both values."""
    columns: dict[str, list[Value]] = {}
    for name, value in zip(names, row, strict=False):
        if name:
            columns.setdefault(name, []).append(value)
    return {name: values[0] if len(values) == 1 else values for name, values in columns.items()}
