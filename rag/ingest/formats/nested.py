"""An object whose description lies in an object within it -> one row: the description, with what stands around it.

Catalogues wrap their records: {"_id": 7, "_source": {"record": {"title": ...}}}, {"isShownAt": ..., "sourceResource":
{"title": ...}}. What is described there must be the document itself, not its archive, series or authors.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from rag.ingest.formats.column_names import guess, is_known, is_wrapper
from rag.ingest.formats.row_values import texts_of

DESCRIPTIVE = frozenset({"title", "summary"})  # a row with neither is no record
_DEPTH = 4  # objects within objects
_FEWEST = 2
_PAIRS = (
    ("element", "text"),
    ("key", "value"),
    ("label", "value"),
    ("property", "value"),
    ("name", "value"),
    ("type", "subnotes"),
)
_CHILDREN = ("children", "components", "subcomponents", "descendants")
_CONTENTS = ("items", "records", "documents")
_OF_THE_RECORD = frozenset({"id", "type"})
_OF_A_SET = _OF_THE_RECORD | {"title"}
_OF_THE_DESCRIPTION = DESCRIPTIVE | {"type"}  # what stands around it has these of its own
_IDS = ("@id", "id")
_ABOUT = "about"


def unwrapped(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """The row itself where it describes something, else with the values of the nearest object in it that does."""
    row = {name: _named(value) if isinstance(value, list) else value for name, value in row.items()}
    if describes(name for name, value in row.items() if not (isinstance(value, dict) and _has_title(value))):
        return _filled(row, _DEPTH)
    inner = _nearest(row, _DEPTH)
    if inner is None:
        only = next(iter(row.values()), None)
        return only if isinstance(only, dict) and len(row) == 1 else row
    inner = _filled(inner, _DEPTH)
    return _labelled({**_around(row, inner), **inner, **{name: row[name] for name in _IDS if row.get(name)}})


def leaves(row: Mapping[str, Any], depth: int = _DEPTH) -> Iterator[tuple[str, Any]]:
    """Each column of a row with its value, and in place of an object its own columns, with dotted paths."""
    for name, value in row.items():
        if isinstance(value, dict) and value and depth:
            yield from ((f"{name}.{inner}", part) for inner, part in leaves(value, depth - 1))
        else:
            yield name, value


def _around(row: Mapping[str, Any], inner: Mapping[str, Any]) -> dict[str, Any]:
    """What stands beside the description of a record, and is not said better in it."""
    taken = guess(inner).keys() & _OF_THE_DESCRIPTION

    def beside(name: str, value: object) -> bool:
        if isinstance(value, dict) and (name.startswith("_") or _has_title(value)):
            return False
        return not (guess((name,)).keys() & taken or (isinstance(value, str) and value in row))

    return {name: value for name, value in row.items() if beside(name, value)}


def _labelled(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """The row with the names of the people, places and things that it lists in place of their addresses."""
    lists = (value for value in row.values() if isinstance(value, list))
    things = [thing for several in lists for thing in several if isinstance(thing, dict) and "prefLabel" in thing]
    labels = {thing.get(_ABOUT): thing["prefLabel"] for thing in things if isinstance(thing.get(_ABOUT), str)}

    def named(value: object, depth: int = _DEPTH) -> object:
        match value:
            case str():
                return labels.get(value, value)
            case list() if depth:
                return [named(each, depth - 1) for each in value]
            case dict() if depth and _ABOUT not in value:
                return {name: named(each, depth - 1) for name, each in value.items()}
        return value

    own = {name: value for name, value in row.items() if not (name == _ABOUT and str(value).startswith(("/", "http")))}
    return {name: named(value) for name, value in own.items()} if labels else own


def _has_title(thing: Mapping[str, Any]) -> bool:
    """Whether an object, or the only one in it, has a title: then it does not describe what it stands in."""
    only = next(iter(thing.values())) if len(thing) == 1 else None
    return "title" in guess(thing) or (isinstance(only, dict) and "title" in guess(only))


def family(row: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The row, then what it lists as its parts, each with the titles of what is above it."""
    left: list[tuple[Mapping[str, Any], tuple[str, ...]]] = [(row, ())]
    while left:
        one, above = left.pop()
        parts: list[Any] = next((one[name] for name in _CHILDREN if _all_described(one.get(name))), _contents(one))
        own = {name: value for name, value in one.items() if value is not parts} if parts else one
        yield {**own, "hierarchy": list(above)} if above and "hierarchy" not in guess(own) else own
        if not parts:
            continue
        title = next(filter(None, texts_of(own.get(*guess(own).get("title", ("",))[:1]), "")), "")
        left += [(part, (*above, title)) for part in reversed(parts)]


def _contents(whole: Mapping[str, Any]) -> list[Any]:
    """What is in a set, of which nothing is said but its name; of anything else the items are its own matters."""
    held: list[Any] = next((whole[name] for name in _CONTENTS if _all_described(whole.get(name))), [])
    said = guess(name for name, value in whole.items() if value is not held) if held else {}
    return held if said.keys() <= _OF_A_SET else []


def _all_described(parts: object) -> bool:
    return isinstance(parts, list) and all(isinstance(part, dict) and describes(part) for part in parts)


def keyed(value: object) -> list[dict[str, Any]]:
    """The records of an object that has each under its own id; none where it is anything else."""
    records = list(value.items()) if isinstance(value, dict) else []
    if len(records) < _FEWEST or not all(isinstance(record, dict) and describes(record) for _, record in records):
        return []
    shared = set.intersection(*(set(record) for _, record in records))
    if len(shared) < _FEWEST or not describes(shared) or any(is_wrapper(name) for name, _ in records):
        return []
    return [{"id": own_id, **record} for own_id, record in records]


def _named(several: list[Any]) -> object:
    """An object for a list of names with values: [{"label": "Date", "value": "1887"}]; else the list."""
    pairs = [pair for each in several if isinstance(each, dict) and (pair := _pair(each))]
    if not pairs or len(pairs) < len(several) or not guess(name for name, _ in pairs):
        return several
    named: dict[str, list[object]] = {}
    for name, value in pairs:
        named.setdefault(name, []).append(value)
    return named


def _pair(thing: Mapping[str, Any]) -> tuple[str, object] | None:
    for name, value in _PAIRS:
        found = thing.get(name)
        found = next(iter(texts_of(found, "")), None) if isinstance(found, dict) else found
        if isinstance(found, str) and value in thing:
            return found, thing[value]
    return None


def _filled(row: Mapping[str, Any], depth: int) -> Mapping[str, Any]:
    """The row with the fields that only objects of it have, whose names say that they describe the same document."""
    for name, whole in row.items():
        value = _joined(whole) if isinstance(whole, list) and is_wrapper(name) else whole
        if isinstance(value, dict) and "date" not in guess((name,)):
            dotted = {path: part for column, part in value.items() if is_known(path := f"{name}.{column}")}
            row = {**dotted, **row}
        if isinstance(value, dict) and depth and is_wrapper(name):
            known = guess(column for column in row if not (isinstance(row[column], dict) and is_wrapper(column))).keys()
            inner = _filled(value, depth - 1)
            more = {column for field, columns in guess(inner).items() if field not in known for column in columns}
            row = {**{column: part for column, part in inner.items() if column in more}, **row}
    return row


def _joined(several: list[Any]) -> Mapping[str, Any] | None:
    """The values of all objects in a list, the first of each name; None where it has other things."""
    joined: dict[str, Any] = {}
    for each in several:
        if not isinstance(each, dict):
            return None
        joined = {**each, **joined}
    return joined


def _nearest(row: Mapping[str, Any], depth: int) -> Mapping[str, Any] | None:
    joined = {
        name: _joined(value) if isinstance(value, list) and is_wrapper(name) else value for name, value in row.items()
    }
    within = [
        value
        for name, value in joined.items()
        if isinstance(value, dict) and (len(row) == 1 or not _names_a_field(name) or _has_title(value))
    ]
    if described := next(
        (value for value in within if describes(value) and (len(value) > 1 or _has_title(value))), None
    ):
        return described
    deeper = ((value, _nearest(value, depth - 1)) for value in within if depth > 1)
    return next(({**_around(value, found), **found} for value, found in deeper if found is not None), None)


def describes(names: Iterable[str]) -> bool:
    """Whether a record can have these columns."""
    return not DESCRIPTIVE.isdisjoint(guess(names))


def _names_a_field(name: str) -> bool:
    """Whether an object of this name is a value of the record, such as its archive or its date."""
    return not (name.startswith("_") or is_wrapper(name)) and bool(guess((name,)).keys() - DESCRIPTIVE - _OF_THE_RECORD)
