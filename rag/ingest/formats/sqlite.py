"""A table of an SQLite database -> listings. The database is opened read-only, and no code in it is trusted."""

import sqlite3
import tempfile
from codecs import utf_8_decode
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from rag.ingest.formats.column_mapping import Mapper
from rag.ingest.formats.column_names import guess
from rag.ingest.formats.files import ColumnChoice, SourceFile
from rag.ingest.formats.protocol import Extracted, shortened

SUFFIXES = frozenset({".sqlite", ".sqlite3", ".db"})

_MAGIC = b"SQLite format 3\0"
_LONGEST = 1 << 20  # characters read of one value: more than a field may have, so that a cut value is refused
_LARGEST = 8 * 2**30  # bytes of a database that is unpacked
_CHUNK = 1 << 20  # bytes


def sniff(opened: SourceFile) -> bool:
    return opened.head.startswith(_MAGIC)


def read(opened: SourceFile) -> Iterator[Extracted]:
    choice = opened.choice
    with _unpacked(opened) as file:
        try:
            with closing(_connected(file)) as connection:
                tables, unreadable = _tables(connection)
                if choice.table and choice.table not in tables:
                    listed = ", ".join(tables) or "none"
                    fault = f"it has no table {choice.table!r}"
                    fault += " that can be read" if choice.table in unreadable else ""
                    raise opened.fault(0, f"{fault}; choose one of: {listed}")
                table = choice.table or max(tables, key=lambda name: _score(tables[name], choice), default=None)
                if table is None:
                    raise opened.fault(0, "the database has no table that can be read; take it out of the source")
                others = [name for name in tables if name != table and _has_records(tables[name])]
                skipped = () if choice.table else (*others, *unreadable)
                format_name = f"SQLite, table {table}" + (f" (not read: {shortened(skipped)})" if skipped else "")
                mapper = Mapper(opened, format_name)
                for number, row in enumerate(_rows(connection, table, tables[table], choice), 1):
                    yield mapper.read(number, dict(zip(tables[table], map(_decoded, row), strict=True)))
                yield from mapper.end()
        except (sqlite3.Error, UnicodeDecodeError) as error:  # its messages may be no text
            raise opened.fault(0, f"the database cannot be read ({error}); repair it or fetch it again") from error


@contextmanager
def _unpacked(opened: SourceFile) -> Iterator[Path]:
    """The path of the database, unpacked."""
    journal = Path(f"{opened.path}-wal")
    if not opened.packed:
        if journal.exists() and journal.stat().st_size:
            raise opened.fault(
                0, f"{journal.name} has changes that are not in it yet; close the program that writes it first"
            )
        yield opened.path
        return
    with tempfile.TemporaryDirectory() as folder:
        unpacked = Path(folder) / "unpacked.sqlite"
        with unpacked.open("wb") as file, opened.bytes() as stream:
            while chunk := stream.read(_CHUNK):
                file.write(chunk)
                if file.tell() > _LARGEST:
                    raise opened.fault(0, f"it unpacks to more than {_LARGEST >> 30} GiB; unpack it yourself")
        yield unpacked


def _connected(file: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
    # Invalid UTF-8 makes one row faulty, not the whole table.
    connection.text_factory = lambda value: value.decode("utf-8", "surrogateescape")
    connection.executescript("PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;")
    return connection


def _tables(connection: sqlite3.Connection) -> tuple[dict[str, list[str]], list[str]]:
    """Each table with its columns, and the tables whose module is missing; no views, which are programs."""
    found = connection.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'"
    )
    tables: dict[str, list[str]] = {}
    unreadable: list[str] = []
    for (name,) in found.fetchall():
        try:
            columns = connection.execute("SELECT name FROM pragma_table_xinfo(?) WHERE hidden <> 1", (name,))
            tables[name] = [column for (column,) in columns]
        except sqlite3.OperationalError:
            unreadable.append(name)
    return tables, unreadable


def _has_records(columns: list[str]) -> bool:
    """Whether a table looks like a table of records."""
    return bool(guess(columns).keys() & {"title", "summary"})


def _score(columns: list[str], choice: ColumnChoice) -> tuple[int, bool, int]:
    """How much a table looks like a table of records; more is better."""
    return len(choice.names & set(columns)), _has_records(columns), len(guess(columns))


def _rows(
    connection: sqlite3.Connection, table: str, columns: list[str], choice: ColumnChoice
) -> Iterator[tuple[object, ...]]:
    """Every row, with long values cut and columns without a field, such as pictures, left NULL."""
    used = choice.names.union(*guess(columns).values())
    selected = ", ".join(
        f"CASE WHEN typeof({name}) IN ('text', 'blob') THEN substr({name}, 1, {_LONGEST}) ELSE {name} END"
        if column in used
        else "NULL"
        for column, name in zip(columns, map(_quoted, columns), strict=True)
    )
    return connection.execute(f"SELECT {selected} FROM {_quoted(table)}")  # noqa: S608 - every name is quoted


def _decoded(value: object) -> object:
    """The value; of a BLOB its text in UTF-8, or None where it is anything else, such as a picture."""
    if not isinstance(value, bytes):
        return value
    try:
        text, _ = utf_8_decode(value, "strict", len(value) < _LONGEST)  # a cut may fall within a character
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else text


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
