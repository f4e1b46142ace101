"""JSON Lines, a JSON list, or one object that is a record or holds a list of them -> listings."""

from __future__ import annotations

import json
import re
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeAlias

from rag.sources.columns import guess
from rag.sources.mapping import Mapper
from rag.sources.opened import LARGEST

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TextIO

    from rag.errors import SourceError
    from rag.sources.item import Choice, Item, Told
    from rag.sources.opened import Opened

    Row: TypeAlias = dict[str, Any]

SUFFIXES = frozenset({".json", ".jsonl", ".ndjson"})

_BEGIN = re.compile(r'\s*(?:\{\s*["}]|\[\s*[\[{\]])')
_LONGEST = 4 * 2**20  # characters of one line, or of one entry of a list
_CHUNK = 1 << 18  # characters
_BETWEEN = re.compile(r"[\s,]*")
_DEEP = 3  # how many objects deep the list of records may lie
_LOST = "and what follows could not be read; correct it"
_DECODER = json.JSONDecoder(parse_constant=lambda _: None)  # NaN and the like are no JSON, yet pandas writes them


def sniff(opened: Opened, choice: Choice) -> bool:
    """See Kind."""
    del choice
    return _BEGIN.match(opened.head.decode("utf-8-sig", "replace")) is not None


def read(opened: Opened, choice: Choice) -> Iterator[Told]:
    """See Kind."""
    with opened.text() as text:
        early = [line for _, line in islice(_lines(text), 2)]
    if early and early[0].lstrip().startswith("["):
        mapper, rows = Mapper(opened.file, "JSON list", choice), _each_entry
    elif len(early) > 1 and any(map(_is_row, early)):
        mapper, rows = Mapper(opened.file, "JSON Lines", choice), _each_line
    else:
        mapper, rows = Mapper(opened.file, "JSON object", choice), _within
    with opened.text() as text:
        yield from rows(text, mapper)
    yield from mapper.end()


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


def _within(text: TextIO, mapper: Mapper) -> Iterator[Item | SourceError]:
    """The object as one record; or those of the longest list of objects within it, which have no lines of their own."""
    content = text.read(LARGEST + 1)
    if len(content) > LARGEST:
        yield mapper.fault(0, "the object is too large to be read as one piece; save its list as JSON Lines")
        return
    try:
        row = _row(content)
    except _NoRow as fault:
        yield mapper.fault(fault.line, fault.reason)
        return
    rows = [row] if guess(row).keys() & {"title", "summary"} else max(_lists(row, _DEEP), key=len, default=[row])
    for each in rows:
        yield mapper.read(0, each)


def _lists(row: Row, deep: int) -> Iterator[list[Row]]:
    """Every list of objects in an object."""
    for value in row.values():
        if isinstance(value, list) and value and all(isinstance(each, dict) for each in value):
            yield value
        elif isinstance(value, dict) and deep > 1:
            yield from _lists(value, deep - 1)


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
