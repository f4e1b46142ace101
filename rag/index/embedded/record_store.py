"""Records and the texts of their passages -> one SQLite file, read by id and by row."""

import json
import sqlite3
import weakref
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache, partial
from pathlib import Path
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from rag.errors import RecordNotFound
from rag.index.embedded.corruption import ReadGuard
from rag.index.json_values import dumped, loaded
from rag.record import BELOW, Record

_CACHED = 512  # records, and texts of as many, in memory: a question reads the same few dozen several times; 4 MB

_SCHEMA = """
    CREATE TABLE record (
        row INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        json TEXT NOT NULL,
        passages TEXT NOT NULL,  -- a JSON list of texts
        first INTEGER NOT NULL   -- row of the first passage's vector; the others follow
    );
    CREATE TABLE value (
        code INTEGER PRIMARY KEY,
        field TEXT NOT NULL,
        value TEXT NOT NULL,
        UNIQUE (field, value)
    );
"""


def encode(record: Record) -> bytes:
    """A record as JSON; equal records give equal bytes."""
    return dumped(record)


def decode(encoded: bytes | str) -> Record:
    """The record of that JSON."""
    return loaded(Record, encoded)


class RecordStoreWriter:
    """Writes one new file."""

    def __init__(self, file: Path) -> None:
        """Create it; SQLite need not journal, since the build syncs finished files."""
        self._connection = sqlite3.connect(file, isolation_level=None)
        self._connection.executescript(f"PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; {_SCHEMA} BEGIN;")

    def add(self, row: int, record_id: str, encoded: bytes, passages: Sequence[str], first: int) -> None:
        """Write one record with the texts of its passages; the vectors of these begin at row `first` of theirs."""
        self._connection.execute(
            "INSERT INTO record VALUES (?, ?, ?, ?, ?)",
            (row, record_id, encoded.decode(), json.dumps(passages), first),
        )

    def save(self, values: Mapping[tuple[str, str], int]) -> None:
        """Write the code of each (field, value) and close the file."""
        self._connection.executemany(
            "INSERT INTO value VALUES (?, ?, ?)", ((code, field, value) for (field, value), code in values.items())
        )
        # With this index, opening reads every id without the records.
        self._connection.execute("CREATE INDEX head ON record (row, id, first)")
        self._connection.execute("COMMIT")
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._connection.close()


class RecordStore:
    """Such a file, read without writing beside it. Safe under threads."""

    def __init__(self, file: Path) -> None:
        """Open it; it is closed when nothing refers to this object any more."""
        self._reading = ReadGuard(file)
        self._connection = sqlite3.connect(
            f"{file.resolve().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False
        )
        self._one_at_a_time = Lock()
        self._values: dict[str, tuple[NDArray[np.int64], list[str]]] = {}
        found = partial(_found, self._connection, self._one_at_a_time)  # without this object, which it would keep open
        self._record = lru_cache(_CACHED)(lambda row: decode(found("json", row)))
        self._texts = lru_cache(_CACHED)(lambda row: tuple[str, ...](json.loads(found("passages", row))))
        self.close = weakref.finalize(self, self._connection.close)
        # To copy a page from the system's cache is faster than to find it in a larger cache of SQLite's own.
        self._connection.execute("PRAGMA cache_size = -128")  # KiB
        # A question looks up about a thousand ids. If the file is not a database, this query fails.
        heads = self._connection.execute("SELECT id, first FROM record ORDER BY row").fetchall()
        self._ids = [record_id for record_id, _ in heads]
        self._rows = {record_id: row for row, record_id in enumerate(self._ids)}
        self.first = np.array([first for _, first in heads], np.int64)  # (n,) row of each record's first passage

    def rows(self, ids: Iterable[str]) -> list[int]:
        """The row of each id; RecordNotFound."""
        try:
            return [self._rows[record_id] for record_id in ids]
        except KeyError as error:
            raise RecordNotFound(str(error.args[0])) from error

    def known(self, ids: Iterable[str]) -> list[int | None]:
        """The row of each id, None for an unknown one."""
        return [self._rows.get(record_id) for record_id in ids]

    def records(self, rows: Iterable[int]) -> list[Record]:
        """The record of each row."""
        with self._reading:
            return [*map(self._record, rows)]

    def texts(self, rows: Iterable[int]) -> list[tuple[str, ...]]:
        """The texts of each row's passages."""
        with self._reading:
            return [*map(self._texts, rows)]

    def ids(self, rows: Iterable[int]) -> list[str]:
        """The id of each row."""
        return [self._ids[row] for row in rows]

    def codes(self, field: str, values: Iterable[str]) -> tuple[int, ...]:
        """The codes of these values, without values that no record has; a branch may be named by its last title."""
        query = "SELECT code FROM value WHERE field = ? AND value = ?"
        below = "SELECT code FROM value WHERE field = 'inside' AND substr(value, -length(?1)) = ?1"
        found: list[tuple[int]] = []
        with self._one_at_a_time:
            for value in values:
                codes = self._connection.execute(query, (field, value)).fetchall()
                if not codes and field == "inside":
                    codes = self._connection.execute(below, (f"{BELOW}{value}",)).fetchall()
                found += codes
        return tuple(code for (code,) in found)

    def values(self, field: str) -> tuple[NDArray[np.int64], list[str]]:
        """Every code and value of the field, by value; cached, since the file never changes."""
        with self._one_at_a_time:
            if field not in self._values:
                query = "SELECT code, value FROM value WHERE field = ? ORDER BY value"
                found = self._connection.execute(query, (field,)).fetchall()
                codes = np.array([code for code, _ in found], np.int64)
                self._values[field] = (codes, [value for _, value in found])
            return self._values[field]


def _found(connection: sqlite3.Connection, one_at_a_time: Lock, column: str, row: int) -> str:
    with one_at_a_time:
        found: str = connection.execute(f"SELECT {column} FROM record WHERE row = ?", (row,)).fetchone()[0]  # noqa: S608 - one of two
        return found
