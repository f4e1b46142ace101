"""JSON Lines, a JSON list, or one object that is a record or holds a list of them -> listings."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeAlias

from rag.errors import printable
from rag.ingest.formats.column_mapping import Mapper
from rag.ingest.formats.column_names import MANY, guess
from rag.ingest.formats.files import LARGEST
from rag.ingest.formats.protocol import Mapped

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TextIO

    from rag.errors import SourceError
    from rag.ingest.formats.files import Opened
    from rag.ingest.formats.protocol import ColumnChoice, Item, Told

    Row: TypeAlias = dict[str, Any]

SUFFIXES = frozenset({".json", ".jsonl", ".ndjson"})

_BEGIN = re.compile(r'\s*(?:\{\s*["}]|\[\s*[\[{\]])')
_OBJECT = re.compile(r'^[ \t]*\{\s*"', re.MULTILINE)
_LONGEST = 4 * 2**20  # characters of one line, or of one entry of a list
_CHUNK = 1 << 18  # characters
_BETWEEN = re.compile(r"[\s,]*")
_DEEP = 3  # how many objects deep the list of records may lie
_SHOWING = 20  # lines, or entries, by which a list is told
_CALLED = {"title", "summary"}
_ANYTHING = {"id", "type", "source_url"}  # fields that not only documents have
# What lists of records are called, and lists of what belongs to one.
_ANSWERS = frozenset({"results", "records", "docs", "hits", "items"})
_PARTS = frozenset({"attachments", "files", "images", "media", "pages", "related", "translations"})
_LOST = "and what follows could not be read; correct it"
_DECODER = json.JSONDecoder(parse_constant=lambda _: None)  # NaN and the like are no JSON, yet pandas writes them


def sniff(opened: Opened, choice: ColumnChoice) -> bool:
    """See Kind."""
    del choice
    start = opened.start
    return _BEGIN.match(start) is not None or (_OBJECT.search(start) is not None and _are_lines(_early(opened)))


def read(opened: Opened, choice: ColumnChoice) -> Iterator[Told]:
    """See Kind."""
    if (begin := _BEGIN.match(opened.start)) and begin[0].lstrip().startswith("["):
        mapper, rows = Mapper(opened.file, "JSON list", choice, _chosen_there(opened, choice)), _each_entry
    elif _are_lines(_early(opened)):
        mapper, rows = Mapper(opened.file, "JSON Lines", choice, _chosen_there(opened, choice)), _each_line
    else:
        yield from _within(opened, choice)
        return
    with opened.text() as text:
        yield from rows(text, mapper)
    yield from mapper.end()


def _early(opened: Opened) -> list[str]:
    """Its first lines."""
    with opened.text() as text:
        return [line for _, line in islice(_lines(text), _SHOWING)]


def _are_lines(early: list[str]) -> bool:
    """Whether these are lines of objects, though some may be broken or say something else."""
    return len(early) > 1 and (_is_row(early[0]) or 2 * sum(map(_is_row, early)) >= len(early))


def _each_line(text: TextIO, mapper: Mapper) -> Iterator[Item | SourceError]:
    """A record from every line; a line that holds none costs nothing but itself."""
    for number, line in _lines(text):
        try:
            yield mapper.read(number, _row(line))
        except _NoRow as fault:
            yield mapper.fault(number, fault.reason)


def _each_entry(text: TextIO, mapper: Mapper) -> Iterator[Item | SourceError]:
    """A record from every entry of a list, of which no more than one entry is held."""
    buffer = text.read(_CHUNK)
    end = buffer.index("[") + 1
    line = 1 + buffer.count("\n", 0, end)
    while True:
        begin = end + len(_BETWEEN.match(buffer, end)[0])  # type: ignore[index]  # nothing at all matches too
        line += buffer.count("\n", end, begin)
        if buffer.startswith("]", begin):
            break
        try:
            entry, end = _DECODER.raw_decode(buffer, begin)
        except RecursionError:
            yield mapper.fault(line, f"the entry is nested too deeply, {_LOST}")
            return
        except ValueError as error:  # broken, or only cut off by the end of the buffer
            if len(buffer) - begin > _LONGEST or not (more := text.read(max(_CHUNK, len(buffer) - begin))):
                yield mapper.fault(line, f"the entry is no JSON ({getattr(error, 'msg', error)}), {_LOST}")
                return
            buffer, end = buffer[begin:] + more, 0
            continue
        yield mapper.read(line, entry) if isinstance(entry, dict) else mapper.fault(line, "the entry is no object")
        line += buffer.count("\n", begin, end)
    if (buffer[begin + 1 :] + text.read(_CHUNK)).strip():
        yield mapper.fault(line, f"the list ends here, {_LOST}")


def _within(opened: Opened, choice: ColumnChoice) -> Iterator[Told]:
    """The object as one record; or those of a list within it, which have no lines of their own."""
    with opened.text() as text:
        content = text.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise opened.fault(0, "the object is too large to be read as one piece; save its list as JSON Lines")
    try:
        row = _row(content)
    except _NoRow as fault:
        raise opened.fault(fault.line, fault.reason) from fault
    lists = dict(_lists(row, "", _DEEP))
    best = max(lists, key=lambda name: _worth(name, lists[name], choice), default="")
    if not lists or _is_record(row, best, lists[best], choice):
        mapper = Mapper(opened.file, "JSON object", choice)
        yield mapper.read(0, row)
        yield from mapper.end()
        return
    mapper = Mapper(opened.file, f"JSON object, list {best}", choice, _chosen_there(opened, choice))
    for number, each in enumerate(lists.pop(best), 1):
        if isinstance(each, dict):
            yield mapper.read(0, each)
        else:
            yield mapper.fault(0, f"entry {number} of {best} is no object; take it out, or write it as one")
    for told in mapper.end():
        if isinstance(told, Mapped):
            others = (printable(f"{name} (a list of {len(rows)})") for name, rows in lists.items())
            yield replace(told, unused=(*told.unused, *others))
        else:
            yield told


def _lists(row: Row, path: str, deep: int) -> Iterator[tuple[str, list[Any]]]:
    """Every list in an object that holds objects, by the names that lead to it; no people, places and the like."""
    for name, value in row.items():
        if isinstance(value, list) and any(isinstance(each, dict) for each in value):
            if not guess([name]).keys() & set(MANY):
                yield path + name, value
        elif isinstance(value, dict) and deep > 1:
            yield from _lists(value, f"{path}{name}.", deep - 1)


def _names(rows: list[Any]) -> set[str]:
    """The names of the first values of a list."""
    return {name for row in rows[:_SHOWING] if isinstance(row, dict) for name in row}


def _worth(path: str, rows: list[Any], choice: ColumnChoice) -> tuple[int, bool, bool, int, int]:
    """How much a list looks like one of records; more is better."""
    names = _names(rows)
    told = guess(names).keys()
    chosen = {name for columns in choice.columns.values() for name in columns}
    return len(chosen & names), bool(told & _CALLED), _is_answer(path), len(told - _ANYTHING), len(rows)


def _is_record(row: Row, path: str, rows: list[Any], choice: ColumnChoice) -> bool:
    """Whether an object is a record itself, and not what holds the list of them.

    What has date, title and summary is a record. What is only called something is one, unless the list is named as
    answers name theirs, or those in it have summaries and tell all that the object tells, and more.
    """
    title, names = set(choice.columns.get("title", ())), _names(rows)
    if (chosen := not title.isdisjoint(row)) != (not title.isdisjoint(names)):
        return chosen
    told, within = guess(name for name, value in row.items() if value is not rows).keys(), guess(names).keys()
    if not told & _CALLED or not within & _CALLED:
        return bool(told & _CALLED)
    if _is_answer(path):
        return told >= {*_CALLED, "date"}
    return _last(path) in _PARTS or "summary" not in within or not told < within - _ANYTHING


def _is_answer(path: str) -> bool:
    return _last(path) in _ANSWERS


def _last(path: str) -> str:
    return path.rpartition(".")[2].casefold()


def _chosen_there(opened: Opened, choice: ColumnChoice) -> set[str]:
    """Those of the columns chosen that any row has, or seems to have: rows before the first such need to know."""
    names = {name for columns in choice.columns.values() for name in columns}
    if not names:
        return set()
    with opened.text() as text:
        lines = iter(lambda: text.readline(_LONGEST), "")
        return {name for line in lines for name in names if f'"{name}"' in line or json.dumps(name) in line}


def _lines(text: TextIO) -> Iterator[tuple[int, str]]:
    """Every line that is not blank, with its number; of one that is far too long only the beginning."""
    number = 0
    while line := text.readline(_LONGEST):
        number += 1
        rest = line
        while len(rest) == _LONGEST and not rest.endswith("\n"):
            rest = text.readline(_LONGEST)
        if not line.isspace():
            yield number, line


class _NoRow(ValueError):
    """A text that is no JSON object."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line


def _row(text: str) -> Row:
    """The object that a text is; _NoRow."""
    if len(text) == _LONGEST and not text.endswith("\n"):
        raise _NoRow(1, f"the line is longer than the {_LONGEST >> 20} MiB that are read; shorten it")
    try:
        row = _DECODER.decode(text)
    except RecursionError as error:
        raise _NoRow(1, "it is nested too deeply; write it flatter") from error
    except json.JSONDecodeError as error:
        raise _NoRow(error.lineno, f"it is no JSON: {error.msg} in column {error.colno}; correct it") from error
    except ValueError as error:
        raise _NoRow(1, f"it is no JSON: {error}; correct it") from error
    if not isinstance(row, dict):
        raise _NoRow(1, 'it is no JSON object; write one such as {"title": ..., "date": ...}')
    return row


def _is_row(text: str) -> bool:
    try:
        _row(text)
    except _NoRow:
        return False
    return True
