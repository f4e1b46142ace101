"""CSV or TSV, with any of the usual separators -> listings. The first line names the columns."""

from __future__ import annotations

import csv
import io
from itertools import islice
from typing import TYPE_CHECKING

from rag.sources.columns import guess
from rag.sources.mapping import Mapper

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rag.sources.item import Choice, Told
    from rag.sources.opened import Opened

SUFFIXES = frozenset({".csv", ".tsv", ".tab"})

_SEPARATORS = {"\t": "TSV", ",": "CSV", ";": "CSV with semicolons", "|": "CSV with bars"}
_LONGEST = 2**20  # characters of one value: a quotation mark that is never closed costs no more than this
_ALIKE = 20  # rows of as many values as there are columns by which an unknown table is told
_FEWEST = 2  # known columns by which a table is told


def sniff(opened: Opened, choice: Choice) -> bool:
    """See Kind."""
    return _separator(opened, choice) is not None


def read(opened: Opened, choice: Choice) -> Iterator[Told]:
    """See Kind."""
    separator = _separator(opened, choice) or ","
    mapper = Mapper(opened.file, _SEPARATORS[separator], choice)
    csv.field_size_limit(_LONGEST)
    with opened.text() as text:
        rows = csv.reader(text, delimiter=separator, strict=True)
        names = next(filter(any, rows))
        while True:
            line = rows.line_num + 1
            try:
                row = next(rows)
            except StopIteration:
                break
            except csv.Error as error:
                yield mapper.fault(
                    line, f"the row is no {_SEPARATORS[separator]} ({error}); correct its quotation marks"
                )
                continue
            if any(row[len(names) :]):
                yield mapper.fault(line, f"the row has {len(row)} values for {len(names)} columns; quote its values")
            elif any(row):
                yield mapper.read(line, _named(names, row))
    yield from mapper.end()


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
    rows = csv.reader(io.StringIO(opened.head.decode("utf-8-sig", "replace"), newline=""), delimiter=separator)
    try:
        alike = len({len(row) for row in islice(filter(any, rows), _ALIKE)}) == 1
    except csv.Error:
        return []
    return names if len(names) > 1 and alike else []


def _separator(opened: Opened, choice: Choice) -> str | None:
    """What stands between the names of columns, where some of them are known; else None."""
    chosen = {name for names in choice.columns.values() for name in names}
    best = (0, "")
    for separator, names in _heads(opened).items():
        guessed, also = guess(names).keys(), chosen & set(names)
        if len(guessed) + len(also) >= _FEWEST and (also or guessed & {"title", "summary"}):
            best = max(best, (len(guessed) + len(also), separator))
    return best[1] or None


def _heads(opened: Opened) -> dict[str, list[str]]:
    """The first row, as each separator would part it."""
    start = opened.head.decode("utf-8-sig", "replace")
    heads = {}
    for separator in _SEPARATORS:
        rows = csv.reader(io.StringIO(start, newline=""), delimiter=separator)
        try:
            heads[separator] = next(filter(any, rows), [])
        except csv.Error:
            heads[separator] = []
    return heads
