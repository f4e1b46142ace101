"""Texts -> their vectors, each computed once and kept in a file beside the generations, from which they are read."""

from __future__ import annotations

import errno
import logging
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from hashlib import blake2b
from operator import itemgetter
from typing import TYPE_CHECKING, Final, Self

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from rag.embeddings import Embedder, Vectors

logger = logging.getLogger(__name__)

FILE: Final = "embedded.sqlite"
"""What the file is called, in the folder of the generations."""

_BATCH = 256  # texts embedded between two commits, at most: what a killed build has to do again
_CHARACTERS = 65_536  # of them at most: some two seconds' work, after which progress is told
_LONG = 1500  # characters; an encoder reads little more of a text
_READ = 4096  # vectors in memory at once
_UNIT = 1e-3  # how far from 1 the norm of a stored vector may lie before it is taken for damaged
_SCHEMA = """
    CREATE TABLE IF NOT EXISTS embedded (
        key BLOB PRIMARY KEY,  -- BLAKE2b-128 of the text, keyed by the model's weights
        vector BLOB NOT NULL   -- float32, unit length
    );
    CREATE TABLE IF NOT EXISTS used ( -- on its own, so that vectors are not written again with every build
        key BLOB PRIMARY KEY,
        build INTEGER NOT NULL -- the last one that asked for it
    ) WITHOUT ROWID;
    CREATE TEMP TABLE wanted (key BLOB PRIMARY KEY);
"""
# What else SQLite complains of is damage: a flipped bit may as well be a misspelt column or a text for a vector.
_SURROUNDINGS = {
    sqlite3.SQLITE_AUTH,
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_READONLY,
}
# What it says to one who may only read, where a change is not finished.
_UNFINISHED = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_READONLY}


@dataclass(frozen=True, slots=True)
class Embedded:
    """What was done to have the vector of every text.

    Attributes:
        embedded: Distinct texts that were computed now.
        reused: Distinct texts that were known.
    """

    embedded: int
    reused: int


class EmbeddingCache:
    """What one build sees of the file. A context: it is closed at its end.

    Wherever the file is found to be damaged it is put aside, and what was asked for is embedded anew.

    Attributes:
        done: What was done for the last texts that `embed_all` was given, damage found later included.
    """

    def __init__(self, file: Path, embedder: Embedder) -> None:
        """Open the file, or begin it."""
        self.done = Embedded(0, 0)
        self._file = file
        self._embedder = embedder
        self._salt = bytes.fromhex(embedder.weights)
        self._asked: tuple[Sequence[str], Callable[[int, int], None] | None] = ((), None)
        try:
            self._connection, self._build = _opened(file)
        except sqlite3.DatabaseError as error:
            self._connection, self._build = _put_aside(file, error)

    def embed_all(self, texts: Sequence[str], progress: Callable[[int, int], None] | None = None) -> Embedded:
        """Embed what is new and remember it batch by batch; `progress` is told how many texts of how many are done."""
        self._asked = texts, progress
        try:
            self.done = self._embed_all(texts, progress)
        except sqlite3.DatabaseError as error:
            self._begin_anew(error)
            self.done = self._embed_all(texts, progress)
        return self.done

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """(len(texts), dim), rows of unit length, of texts that `embed_all` was given."""
        try:
            return self._vectors(texts)
        except sqlite3.DatabaseError as error:
            self._begin_anew(error)
            self.done = self._embed_all(*self._asked)
            return self._vectors(texts)

    def prune(self, keep: int) -> None:
        """End this build: forget what none of the last `keep` builds used, this one among them."""
        try:
            with self._connection:
                self._connection.execute("DELETE FROM used WHERE build <= ?", (self._build - keep,))
                self._connection.execute("DELETE FROM embedded WHERE key NOT IN (SELECT key FROM used)")
                self._connection.execute(f"PRAGMA user_version = {self._build}")
        except sqlite3.DatabaseError as error:
            self._begin_anew(error)

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(self, *_: object) -> None:
        """Let go of the file."""
        self._connection.close()

    def _key(self, text: str) -> bytes:
        return blake2b(text.encode(), digest_size=16, key=self._salt).digest()

    def _embed_all(self, texts: Sequence[str], progress: Callable[[int, int], None] | None) -> Embedded:
        distinct = {self._key(text): text for text in texts}
        known = self._known(distinct)
        # Texts of about one length stand together, for those of one number of tokens share a pass.
        new = sorted(distinct.keys() - known, key=lambda key: (len(distinct[key]), key), reverse=True)
        done = len(known)
        # And batches of every length are spread over the whole, that the rate so far foretells the rest: a long text
        # takes twenty times as long as a short one. Keys are as good as random.
        for batch in sorted(_batches(new, distinct), key=itemgetter(0)):
            self._remember(batch, self._embedder.embed_documents([distinct[key] for key in batch]))
            done += len(batch)
            if progress is not None:
                progress(done, len(distinct))
        return Embedded(embedded=len(new), reused=len(known))

    def _vectors(self, texts: Sequence[str]) -> Vectors:
        ask = self._connection.execute
        rows = [ask("SELECT vector FROM embedded WHERE key = ?", (self._key(text),)).fetchone() for text in texts]
        found = [row[0] for row in rows if row is not None and self._is_whole(row[0])]
        if len(found) < len(rows):
            message = "vectors that were there are missing"
            raise sqlite3.DatabaseError(message)
        return self._rows(found)

    def _known(self, keys: Iterable[bytes]) -> set[bytes]:
        """Those of these keys whose vectors are remembered, and whole."""
        known: set[bytes] = set()
        with self._connection:
            ask = self._connection.execute
            ask("DELETE FROM wanted")
            self._connection.executemany("INSERT INTO wanted VALUES (?)", ((key,) for key in keys))
            ask("INSERT OR REPLACE INTO used SELECT key, ? FROM wanted", (self._build,))
            found = ask("SELECT key, vector FROM embedded JOIN wanted USING (key)")
            while some := found.fetchmany(_READ):
                whole = [(key, vector) for key, vector in some if self._is_whole(vector)]
                norms = np.linalg.norm(self._rows([vector for _, vector in whole]), axis=1)  # (len(whole),)
                # A damaged vector is made anew.
                known.update(key for (key, _), norm in zip(whole, norms, strict=True) if abs(norm - 1) < _UNIT)
        return known

    def _is_whole(self, vector: object) -> bool:
        size = self._embedder.dimensions * np.dtype(np.float32).itemsize
        return isinstance(vector, bytes) and len(vector) == size

    def _rows(self, vectors: Sequence[bytes]) -> Vectors:
        return np.frombuffer(b"".join(vectors), np.float32).reshape(len(vectors), self._embedder.dimensions)

    def _remember(self, keys: Sequence[bytes], vectors: Vectors) -> None:
        rows = ((key, vector.tobytes()) for key, vector in zip(keys, vectors, strict=True))
        with self._connection:
            self._connection.executemany("INSERT OR REPLACE INTO embedded VALUES (?, ?)", rows)

    def _begin_anew(self, error: sqlite3.DatabaseError) -> None:
        self._connection.close()
        self._connection, self._build = _put_aside(self._file, error)


def damage(file: Path) -> str:
    """What is wrong with the file, empty where all is well; nothing is written, and OSError if it cannot be read.

    BlockingIOError where a build is writing it, or was killed while it did: the next one mends that.
    """
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            (told,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.DatabaseError as error:
        if not _is_damage(error):
            unfinished = error.sqlite_errorcode & 0xFF in _UNFINISHED
            raise OSError(errno.EAGAIN if unfinished else errno.EIO, str(error), str(file)) from error
        told = str(error)
    return "" if told == "ok" else " ".join(str(told).split())


def _is_damage(error: sqlite3.DatabaseError) -> bool:
    """Whether the file is to blame; an error that has no number is not SQLite's own, but of what was read."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT)
    return code & 0xFF not in _SURROUNDINGS and not isinstance(error, sqlite3.ProgrammingError)


def _batches(keys: Iterable[bytes], texts: Mapping[bytes, str]) -> Iterator[list[bytes]]:
    """These in their order, as many at a time as one commit takes."""
    batch: list[bytes] = []
    characters = 0
    for key in keys:
        batch.append(key)
        characters += min(len(texts[key]), _LONG)
        if len(batch) == _BATCH or characters >= _CHARACTERS:
            yield batch
            batch, characters = [], 0
    if batch:
        yield batch


def _put_aside(file: Path, error: sqlite3.DatabaseError) -> tuple[sqlite3.Connection, int]:
    """Put a damaged file aside and begin another; any other fault is not ours to mend."""
    if not _is_damage(error):
        raise error
    aside = file.with_suffix(".damaged")
    file.replace(aside)
    file.with_name(f"{file.name}-journal").unlink(missing_ok=True)  # it would be played into the new one
    logger.warning("%s: %s; it is now %s, and every text is embedded anew", file, error, aside.name)
    return _opened(file)


def _opened(file: Path) -> tuple[sqlite3.Connection, int]:
    """The file and the number of the build that begins; a build that was killed is begun again."""
    file.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(file)
    try:
        connection.executescript(_SCHEMA)
        (finished,) = connection.execute("PRAGMA user_version").fetchone()
    except sqlite3.DatabaseError:
        connection.close()
        raise
    return connection, finished + 1
