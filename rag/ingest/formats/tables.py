"""Rows of cells -> rows of named values: which row names the columns, and which rows only repeat names."""

import re
from collections.abc import Iterator, Sequence
from typing import TypeVar

from rag.dates.archival_date import parse_date
from rag.errors import SourceError
from rag.ingest.formats.column_mapping import Mapper
from rag.ingest.formats.column_names import guess, plain
from rag.ingest.formats.files import ColumnChoice
from rag.ingest.formats.nested import DESCRIPTIVE
from rag.ingest.formats.protocol import Item, likely_field

Value = TypeVar("Value", str, "str | list[str]")

TOP = 20  # rows of a file among which the names of its columns are looked for: a title or a logo may stand above them

_TOTALS = frozenset({
    "total", "totals", "grandtotal", "subtotal", "sum", "summe", "gesamt", "insgesamt", "totale", "totaux", "totaal",
    "celkem", "razem", "итого",
})  # fmt: skip
_COUNT = re.compile(r"\(?\s*[0-9]+\s+(?:rows?|records?|zeilen|lignes|filas|righe)\s*\)?", re.IGNORECASE)
_RULED = "-+=:| \t"
_PATTERN = re.compile(r"\(?(?:[ymdjtag]{1,4}([-/.])[ymdjtag]{1,4}\1[ymdjtag]{2,4})\)?", re.IGNORECASE)
_LETTER = frozenset({"senders", "recipients", "date"})  # a list of letters needs no titles
_FEWEST = 2  # known columns that make a table
_FEWEST_BELOW = 3  # the same, in a row below the first
_LONGEST_NAME = 60  # characters


def known(names: Sequence[str], choice: ColumnChoice) -> int:
    """How many of these columns are known or chosen; 0 where they make no table of records.

    A chosen title makes one by itself.
    """
    stripped = [name.strip() for name in names]
    chosen = {field: set(columns) & set(stripped) for field, columns in choice.columns.items()}
    fields = guess(stripped).keys() | {field for field, columns in chosen.items() if columns}
    if any(chosen.get(field) for field in DESCRIPTIVE):
        return max(len(fields), 1)
    return len(fields) if len(fields) >= _FEWEST and (fields & DESCRIPTIVE or fields >= _LETTER) else 0


def heading(rows: Sequence[Sequence[str]], choice: ColumnChoice) -> tuple[int, int]:
    """Which of the first rows names the columns, and how many of them are known; the first row where none does."""
    scores = [known(row, choice) for row in rows[:TOP]]
    below = [score if score >= _FEWEST_BELOW else 0 for score in scores[1:]]
    scores[1:] = below
    best = max(range(len(scores)), key=scores.__getitem__, default=0)
    return best, scores[best] if scores else 0


def unknown(rows: Sequence[Sequence[str]], choice: ColumnChoice) -> str:
    """Why a table is not read, and what to do about it: its first row has the names, or has none."""
    names = [cell.strip() for cell in rows[0]]
    if not looks_like_names(names):
        return f"its first row does not name its columns ({', '.join(names)[:100]}); put a row of names above it"
    few = ", ".join(name for name in names if guess((name,)))
    seen = f"too few columns of it are known ({few})" if few else "no column of it is known"
    return f"{seen}; it has {', '.join(names)}: {advice(rows, choice)}"


def advice(rows: Sequence[Sequence[str]], choice: ColumnChoice) -> str:
    """What a person may choose of columns that are not known, and which of those chosen are not there."""
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
    """Whether a row adds up the others: a word for a sum, and figures alone."""
    first, *others = [cell.strip() for cell in row if cell.strip()] or [""]
    if _COUNT.fullmatch(first) and not others:
        return True
    figures = [*re.findall(r"[0-9]+", first), *map(plain, others)]
    return plain(re.sub(r"[0-9]+", "", first)) in _TOTALS and bool(figures) and all(map(str.isdecimal, figures))


def _says_nothing(row: Sequence[str]) -> bool:
    """Whether a row only draws a line, or shows how a date is to be written: yyyy-mm-dd."""
    filled = [cell.strip() for cell in row if cell.strip()]
    return not any(cell.strip(_RULED) for cell in filled) or any(map(_PATTERN.fullmatch, filled))


def read_rows(rows: Iterator[tuple[int, list[str] | str]], mapper: Mapper, header: int) -> Iterator[Item | SourceError]:
    """A record or a fault from each row below the one that names the columns, which comes after `header` others.

    A row that is a text could not be read: the text says why.
    """
    names: list[str] = []
    above: Sequence[str] = ()
    count = 0
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
        elif not (repeats_names(names, row) or _is_total(row) or _says_nothing(row)):
            yield mapper.read(line, by_column(names, row))


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
