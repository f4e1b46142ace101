"""An object whose description lies in an object within it -> one row: the description, with what stands around it.

Catalogues wrap their records: {"_id": 7, "_source": {"record": {"title": ...}}}, {"isShownAt": ..., "sourceResource":
{"title": ...}}. What is described there must be the document itself, not its archive, series or authors.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from rag.ingest.formats.column_names import guess, is_wrapper

if TYPE_CHECKING:
    from collections.abc import Mapping

DESCRIPTIVE = frozenset({"title", "summary"})
"""A row with neither is no record."""

_DEPTH = 4  # objects within objects
_SHAPES = 1 << 12
_OF_THE_RECORD = frozenset({"id", "type"})


def unwrapped(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """The row itself where it describes something, else with the values of the nearest object in it that does."""
    if _describes(tuple(row)):
        return _filled(row, _DEPTH)
    inner = _nearest(row, _DEPTH)
    if inner is None:
        return row
    around = {name: value for name, value in row.items() if not (isinstance(value, dict) and name.startswith("_"))}
    return {**around, **inner}


def _filled(row: Mapping[str, Any], depth: int) -> Mapping[str, Any]:
    """The row with the fields that only objects of it have, whose names say that they describe the same document."""
    for name, value in row.items():
        if isinstance(value, dict) and depth and is_wrapper(name):
            known = guess(column for column in row if not (isinstance(row[column], dict) and is_wrapper(column))).keys()
            inner = _filled(value, depth - 1)
            more = {column for field, columns in guess(inner).items() if field not in known for column in columns}
            row = {**{column: part for column, part in inner.items() if column in more}, **row}
    return row


def _nearest(row: Mapping[str, Any], depth: int) -> Mapping[str, Any] | None:
    within = [value for name, value in row.items() if isinstance(value, dict) and not _names_a_field(name)]
    if described := next((value for value in within if _describes(tuple(value))), None):
        return described
    deeper = (_nearest(value, depth - 1) for value in within if depth > 1)
    return next((found for found in deeper if found is not None), None)


@lru_cache(maxsize=_SHAPES)
def _describes(names: tuple[str, ...]) -> bool:
    return not DESCRIPTIVE.isdisjoint(guess(names))


@lru_cache(maxsize=_SHAPES)
def _names_a_field(name: str) -> bool:
    """Whether an object of this name is a value of the record, such as its archive or its date."""
    return not name.startswith("_") and bool(guess((name,)).keys() - DESCRIPTIVE - _OF_THE_RECORD)
