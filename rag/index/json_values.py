"""Frozen dataclasses <-> JSON, by the types of their fields: what this program wrote itself, under a checksum.

What others send or may have forged is read by pydantic, which also says what is wrong with it; to import that takes an
eighth of the time to a first answer.
"""

import datetime as dt
import json
from collections.abc import Callable, Hashable
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from types import NoneType
from typing import Any, Literal, NoReturn, TypeVar, cast, get_args, get_origin, get_type_hints

_Value = TypeVar("_Value")
_Read = Callable[[Any], Any]


def dumped(value: object) -> bytes:
    """A value as JSON; equal values give equal bytes. ValueError for what no file can hold."""
    return json.dumps(value, default=_plain, ensure_ascii=False, separators=(",", ":")).encode()


def loaded(kind: type[_Value], encoded: str | bytes) -> _Value:
    """The value of a dataclass that such JSON is; TypeError, ValueError or KeyError for anything else."""
    return restored(kind, json.loads(encoded))


def restored(kind: type[_Value], plain: object) -> _Value:
    """The same of what `json.loads` gave. Names that the class has no field for are ignored."""
    value: _Value = _reader(cast("Hashable", kind))(plain)
    return value


def _plain(value: object) -> object:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, dt.date):
        return value.isoformat()
    if is_dataclass(value):
        return {field.name: getattr(value, field.name) for field in fields(value)}
    raise TypeError(f"{type(value).__name__} is nothing that JSON has")


@cache
def _reader(kind: Any) -> _Read:  # noqa: ANN401 - any type of a field
    """What makes a value of this type of what JSON has."""
    origin, inner = get_origin(kind), get_args(kind)
    if isinstance(kind, type) and is_dataclass(kind):
        return _of_fields({name: _reader(each) for name, each in get_type_hints(kind).items()}, kind)
    if origin is tuple and inner[-1] is Ellipsis:
        each = _reader(inner[0])
        return lambda values: (
            tuple([each(value) for value in values]) if isinstance(values, list) else _no(list, values)
        )
    if origin is tuple:
        readers = [*map(_reader, inner)]
        return lambda values: tuple([read(value) for read, value in zip(readers, values, strict=True)])
    if NoneType in inner:
        (some,) = (_reader(each) for each in inner if each is not NoneType)
        return lambda value: None if value is None else some(value)
    if kind is dt.date:
        return dt.date.fromisoformat
    expected = str if origin is Literal else kind
    return lambda value: value if isinstance(value, expected) else _no(expected, value)


def _of_fields(readers: dict[str, _Read], kind: Callable[..., Any]) -> _Read:
    def read(plain: object) -> Any:  # noqa: ANN401 - see `_reader`
        named = plain if isinstance(plain, dict) else _no(dict, plain)
        return kind(**{name: readers[name](value) for name, value in named.items() if name in readers})

    return read


def _no(expected: type, value: object) -> NoReturn:
    raise TypeError(f"{type(value).__name__} stands where {expected.__name__} should")
