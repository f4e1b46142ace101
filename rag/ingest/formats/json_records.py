"""JSON Lines, a JSON list, or one object that is a record or contains a list of records -> listings."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import islice
from typing import Any, TextIO, TypeAlias

from rag.errors import SourceError, printable
from rag.ingest.formats import marc
from rag.ingest.formats.column_mapping import Mapper
from rag.ingest.formats.column_names import MULTIVALUED, guess
from rag.ingest.formats.files import LARGEST, ColumnChoice, SourceFile
from rag.ingest.formats.linked_data import documents, what_else
from rag.ingest.formats.nested import DESCRIPTIVE, describes, family, keyed, unwrapped
from rag.ingest.formats.protocol import ColumnMapping, Extracted, Item

Row: TypeAlias = dict[str, Any]

SUFFIXES = frozenset({".json", ".jsonl", ".ndjson"})

_BEGIN = re.compile(r'\s*(?:\{\s*["}]|\[\s*[\[{\]])')
_OBJECT = re.compile(r'^[ \t]*\{\s*"', re.MULTILINE)
_LONGEST = 4 * 2**20  # characters of one line, or of one entry of a list
_CHUNK = 1 << 18  # characters
_BETWEEN = re.compile(r"[\s,]*")
_DEPTH = 3  # objects within objects that are searched for the list of records
_SAMPLE = 20  # lines, or entries, by which a list is recognized
_GENERIC = {"id", "type", "source_url"}  # fields that not only documents have
# Usual names of lists of records, and of lists of the parts of one record.
_RESULT_LISTS = frozenset({"results", "records", "docs", "hits", "items"})
_PART_LISTS = frozenset({
    "aggregations", "attachments", "children", "components", "files", "images", "media", "pages", "proxies", "related",
    "translations",
})  # fmt: skip
_MANIFESTS = ("Manifest", "sc:Manifest")  # in a collection of IIIF, which calls documents by a mere label
_OF_AN_ITEM = ("attachment", "note", "annotation")
_COLUMN_LISTS = ("columns", "fields", "headers", "names")  # beside rows that are mere lists of values
_LOST = "and what follows could not be read; correct it"
_DECODER = json.JSONDecoder(parse_constant=lambda _: None)  # NaN is not JSON, yet pandas writes it


def sniff(opened: SourceFile) -> bool:
    start = opened.start
    return _BEGIN.match(start) is not None or (_OBJECT.search(start) is not None and _are_lines(_first_lines(opened)))


def read(opened: SourceFile) -> Iterator[Extracted]:
    if (begin := _BEGIN.match(opened.start)) and begin[0].lstrip().startswith("["):
        mapper, rows = Mapper(opened, "JSON list", _chosen_present(opened)), _read_list
    elif _are_lines(_first_lines(opened)):
        mapper, rows = Mapper(opened, "JSON Lines", _chosen_present(opened)), _read_lines
    else:
        yield from _read_object(opened)
        return
    with opened.text() as text:
        yield from rows(text, mapper)
    yield from mapper.end()


def _first_lines(opened: SourceFile) -> list[str]:
    with opened.text() as text:
        return [line for _, line in islice(_lines(text), _SAMPLE)]


def _are_lines(lines: list[str]) -> bool:
    """Whether the first line or half of these lines are objects; the others may be broken or remarks."""
    objects = [isinstance(_object(line), dict) for line in lines]
    return len(lines) > 1 and (objects[0] or 2 * sum(objects) >= len(lines))


def _read_lines(text: TextIO, mapper: Mapper) -> Iterator[Item | SourceError]:
    """A record or a fault from every line."""
    for number, line in _lines(text):
        row = _object(line)
        yield from _read_row(mapper, number, row) if isinstance(row, dict) else [mapper.fault(number, row[1])]


def _read_list(text: TextIO, mapper: Mapper) -> Iterator[Item | SourceError]:
    """A record or a fault from every entry of a list; memory contains one entry at a time."""
    buffer = text.read(_CHUNK)
    end = buffer.index("[") + 1
    line = 1 + buffer.count("\n", 0, end)
    names: list[str] = []  # of the values of entries that are lists: the first of these
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
        except ValueError as error:  # broken, or cut off by the end of the buffer
            if len(buffer) - begin > _LONGEST or not (more := text.read(max(_CHUNK, len(buffer) - begin))):
                yield mapper.fault(line, f"the entry is not JSON ({getattr(error, 'msg', error)}), {_LOST}")
                return
            buffer, end = buffer[begin:] + more, 0
            continue
        if isinstance(entry, list) and names:
            entry = dict(zip(names, entry, strict=False))
        if isinstance(entry, dict):
            yield from _read_row(mapper, line, entry)
        elif isinstance(entry, list) and all(isinstance(cell, str) for cell in entry):
            names = entry
        else:
            yield mapper.fault(line, "the entry is not an object")
        line += buffer.count("\n", begin, end)
    if (buffer[begin + 1 :] + text.read(_CHUNK)).strip():
        yield mapper.fault(line, f"the list ends here, {_LOST}")


def _read_object(opened: SourceFile) -> Iterator[Extracted]:
    """The object as one record; or the records of a list within it, all with line 0."""
    with opened.text() as text:
        content = text.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise opened.fault(0, "the object is too large to be read in one piece; save its list as JSON Lines")
    row = _object(content)
    if not isinstance(row, dict):
        raise opened.fault(*row)
    graph = row.get("@graph")
    lists = {"@graph": [*documents(row)]} if isinstance(graph, list) else dict(_lists(row, "", _DEPTH))
    best = max(lists, key=lambda path: _score(path, lists[path], opened.choice), default="")
    if not lists or _is_marc(row) or _is_record(row, best, lists[best], opened.choice):
        mapper = Mapper(opened, "JSON object")
        yield from _read_row(mapper, 0, row)
        yield from mapper.end()
        return
    mapper = Mapper(opened, f"JSON object, list {best}", _chosen_present(opened))
    for number, entry in enumerate(lists.pop(best), 1):
        if isinstance(entry, dict):
            yield from _read_row(mapper, 0, entry)
        else:
            yield mapper.fault(0, f"entry {number} of {best} is not an object; take it out, or write it as one")
    for part in mapper.end():
        if isinstance(part, ColumnMapping):
            others = (printable(f"{path} (a list of {len(rows)})") for path, rows in lists.items())
            yield replace(part, unused=(*part.unused, *others))
        else:
            yield part


def _read_row(mapper: Mapper, line: int, row: Row) -> Iterator[Item | SourceError]:
    """The record of a row; none of a note or an attachment that Zotero lists after its item."""
    if _is_marc(row):
        row = marc.of_json(row) or row
    if kind := what_else(row):
        yield mapper.fault(line, f"it describes no document ({kind}); give the records of documents")
        return
    if (row.get("type") or row.get("@type")) in _MANIFESTS and "title" not in guess(row):
        row = {**row, "title": row.get("label"), "images": row.get("id") or row.get("@id")}
    item = row["data"] if isinstance(row.get("data"), dict) else row
    if not ("parentItem" in item and item.get("itemType") in _OF_AN_ITEM):
        yield from (mapper.read(line, _with_roles(unwrapped(one))) for one in family(row))


def _is_marc(row: Mapping[str, Any]) -> bool:
    return isinstance(row.get("leader"), str) and isinstance(row.get("fields"), list)


def _with_roles(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """The row with the recipients among the creators of Zotero in a column of their own."""
    creators = row.get("creators")
    typed = [each for each in creators if isinstance(each, dict)] if isinstance(creators, list) else []
    recipients = [each for each in typed if each.get("creatorType") == "recipient"]
    others = [each for each in typed if each not in recipients]
    return {**row, "authors": others, "recipients": recipients} if recipients else row


def _lists(row: Row, path: str, depth: int) -> Iterator[tuple[str, list[Any]]]:
    """Every list of objects in an object, with its dotted path; lists of people, places and the like left out.

    Objects under their ids, and rows of values beside a list of their columns, count as such lists.
    """
    if not path and (records := keyed(row)):
        yield "of its objects", records
    columns: list[Any] = next((row[name] for name in _COLUMN_LISTS if isinstance(row.get(name), list)), [])
    columns = [column.get("name") if isinstance(column, dict) else column for column in columns]
    columns = columns if all(isinstance(column, str) for column in columns) else []
    for name, value in row.items():
        if records := keyed(value):
            yield path + name, records
        elif columns and isinstance(value, list) and all(isinstance(each, list) for each in value):
            yield path + name, [dict(zip(columns, each, strict=False)) for each in value]
        elif isinstance(value, list) and any(isinstance(entry, dict) for entry in value):
            if groups := _grouped(value, f"{path}{name}.", depth):
                yield groups
            elif not guess([name]).keys() & set(MULTIVALUED):
                yield path + name, value
        elif isinstance(value, dict) and depth > 1:
            yield from _lists(value, f"{path}{name}.", depth - 1)


def _grouped(groups: list[Any], path: str, depth: int) -> tuple[str, list[Any]] | None:
    """The records of all groups that only hold lists of them; None where the groups are records or hold none."""
    if depth < 1 or any(not isinstance(group, dict) or describes(unwrapped(group)) for group in groups):
        return None
    lists = [
        (name, rows)
        for group in groups
        for name, rows in islice(_lists(group, path, depth), 1)
        if guess(_names(rows)).keys() & DESCRIPTIVE
    ]
    return (lists[0][0], [row for _, rows in lists for row in rows]) if lists else None


def _names(rows: list[Any]) -> set[str]:
    """The names in the first entries of a list."""
    return {name for row in rows[:_SAMPLE] if isinstance(row, dict) for name in unwrapped(row)}


def _score(path: str, rows: list[Any], choice: ColumnChoice) -> tuple[int, bool, bool, int, int]:
    """How much a list looks like a list of records; more is better."""
    names = _names(rows)
    fields = guess(names).keys()
    descriptive, in_results = bool(fields & DESCRIPTIVE), _last(path) in _RESULT_LISTS
    return len(choice.names & names), descriptive, in_results, len(fields - _GENERIC), len(rows)


def _is_record(row: Row, path: str, rows: list[Any], choice: ColumnChoice) -> bool:
    """Whether an object is itself a record, rather than a wrapper around the list of records.

    In a wrapper of search results ("results", "docs", ...), only an object with date, title and summary is a record.
    Any other object with a title or summary is a record, unless its entries have a summary, all its fields and more.
    """
    title, names = set(choice.columns.get("title", ())), _names(rows)
    if (chosen := not title.isdisjoint(row)) != (not title.isdisjoint(names)):
        return chosen
    fields, entry_fields = set(guess(name for name in row if row[name] is not rows)), guess(names).keys()
    name = _last(path)
    if not entry_fields & DESCRIPTIVE or name in _PART_LISTS:
        fields |= guess(unwrapped(row)).keys()
    if not fields & DESCRIPTIVE or not entry_fields & DESCRIPTIVE:
        return bool(fields & DESCRIPTIVE)
    if entry_fields >= {"senders", "recipients", "date"} and "date" not in fields:
        return False  # the title of an edition of letters
    if name in _RESULT_LISTS:
        return fields >= {*DESCRIPTIVE, "date"}
    return name in _PART_LISTS or "summary" not in entry_fields or not fields < entry_fields - _GENERIC


def _last(path: str) -> str:
    return path.rpartition(".")[2].casefold()


def _chosen_present(opened: SourceFile) -> set[str]:
    """The chosen columns that any row seems to have: the mapper must know them from the first row on."""
    names = opened.choice.names
    if not names:
        return set()
    with opened.text() as text:
        lines = iter(lambda: text.readline(_LONGEST), "")
        keys = {name: name.rpartition(".")[2] for name in names}
        return {name for line in lines for name, key in keys.items() if f'"{key}"' in line or json.dumps(key) in line}


def _lines(text: TextIO) -> Iterator[tuple[int, str]]:
    """Every line that is not blank, with its number; only the beginning of a line that is too long."""
    number = 0
    while line := text.readline(_LONGEST):
        number += 1
        rest = line
        while len(rest) == _LONGEST and not rest.endswith("\n"):
            rest = text.readline(_LONGEST)
        if not line.isspace():
            yield number, line


def _object(text: str) -> Row | tuple[int, str]:
    """Parse a JSON object; where the text is anything else, the line of the fault and its reason."""
    if len(text) == _LONGEST and not text.endswith("\n"):
        return 1, f"the line is longer than the {_LONGEST >> 20} MiB that are read; shorten it"
    try:
        row = _DECODER.decode(text)
    except RecursionError:
        return 1, "it is nested too deeply; write it flatter"
    except json.JSONDecodeError as error:
        return error.lineno, f"it is not JSON: {error.msg} in column {error.colno}; correct it"
    except ValueError as error:
        return 1, f"it is not JSON: {error}; correct it"
    return (
        row if isinstance(row, dict) else (1, 'it is not a JSON object; write one such as {"title": ..., "date": ...}')
    )
