"""Rows that say which row they are a part of -> records with the titles and the archive of what is above them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from rag.ingest.formats.column_names import plain
from rag.ingest.formats.protocol import Item, Revision
from rag.record import Record

_SHAPES = 256  # sets of columns cached
_OWN_NUMBERS = ("legacyid", "refno", "referencecode", "objectid", "identifier", "recordid", "id", "refid")
_PARENTS = ("parentid", "parent", "parentrefno", "parentidentifier", "isparentof")
_LEVELS = ("hierarchy", "hierarchicalrelationship")  # how many rows are above it
_BY_PATH = ("refno", "referencecode")  # GB/1/2 is a part of GB/1
_DEEPEST = 3  # digits
_MOST_LEVELS = 100


@dataclass(slots=True)
class RowFamily:
    """The rows of one table by their own numbers."""

    _rows: dict[str, tuple[str, Record]] = field(default_factory=dict)  # the number of the row above, the record
    _early: dict[int, tuple[Record, str, str, tuple[str, ...]]] = field(
        default_factory=dict
    )  # by the record's identity

    def placed(self, row: Mapping[str, Any], record: Record, where: tuple[str, ...]) -> Record:
        """The record below the rows that came before it; `where` is its place in the archive."""
        own_columns, parent, level = _columns(tuple(row))
        own = next(filter(None, (_number(row[name]) for name in own_columns)), "")
        above = _number(row[parent]) if parent else own.rpartition("/")[0]
        if level and (depth := _number(row[level])).isdecimal() and len(depth) < _DEEPEST:
            own, above = depth, str(int(depth) - 1)
        if not own:
            return record
        above = "" if above == own else above
        self._rows[own] = above, record
        below = self._below(own, above, record, where)
        self._rows[own] = above, below
        if above and above not in self._rows:
            self._early[id(below)] = below, own, above, where
        return below

    def end(self) -> Iterator[Revision]:
        """Place the records that came before the rows above them."""
        if any(above in self._rows for _, _, above, _ in self._early.values()):
            yield Revision(self._late)

    def _below(self, own: str, above: str, record: Record, where: tuple[str, ...]) -> Record:
        outer: list[Record] = []
        seen = {own}
        while above in self._rows and above not in seen and len(outer) < _MOST_LEVELS:
            seen.add(above)
            above, whole = self._rows[above]
            outer.append(whole)
        if not outer:
            return record
        path = " > ".join(whole.title for whole in reversed(outer))
        return replace(
            record,
            archive=record.archive or next((whole.archive for whole in outer if whole.archive), None),
            rights=record.rights or next((whole.rights for whole in outer if whole.rights), None),
            source="; ".join(dict.fromkeys(filter(None, (path, *where)))),
            hierarchy=tuple(path.split(" > ")),
        )

    def _late(self, item: Item) -> Item:
        if (early := self._early.get(id(item.record))) is None:
            return item
        _, own, above, where = early
        return replace(item, record=self._below(own, above, item.record, where))


@lru_cache(maxsize=_SHAPES)
def _columns(names: tuple[str, ...]) -> tuple[tuple[str, ...], str, str]:
    """The columns of a row's own number, of the row above it, and of how many rows are above it; empty for none."""
    by_plain = {plain(name): name for name in names}
    parent, level = (next((by_plain[name] for name in known if name in by_plain), "") for known in (_PARENTS, _LEVELS))
    own = _OWN_NUMBERS if parent else _BY_PATH
    return tuple(by_plain[name] for name in own if name in by_plain), parent, level


def _number(value: object) -> str:
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
