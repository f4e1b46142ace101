"""Texts -> their vectors, each computed once and kept in a file beside the generations."""

import errno
import logging
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from hashlib import blake2b
from operator import itemgetter
from pathlib import Path
from typing import Final, Self

import numpy as np

from rag.embeddings import Embedder, Vectors
from rag.embeddings.ports import BatchEmbedder

logger = logging.getLogger(__name__)

FILE: Final = "embedded.sqlite"  # the file's name, in the folder of the generations
_BATCH = 256  # texts embedded between two commits, at most: a killed build loses no more
_CHARACTERS = 65_536  # in a batch, at most, so that progress is reported every few seconds
_LONG = 1500  # characters of a text that count; an encoder reads few more
_READ = 4096  # vectors in memory at once
_TOLERANCE = 1e-3  # a stored vector whose norm differs from 1 by more is damaged
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
# Any other error of SQLite means damage: a flipped bit can look like a wrong column name or a wrong type.
_NOT_DAMAGE = {
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
# A reader gets these while a change is not finished.
_UNFINISHED = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_READONLY}


@dataclass(frozen=True, slots=True)
class Embedded:
    """Where the vectors of some texts came from."""

    embedded: int  # distinct texts that this build embedded
    reused: int  # distinct texts whose vectors the file had


class EmbeddingCache:
    """The file, open for one build. A context manager that closes it.

    When the file turns out to be damaged it is moved aside, and the texts are embedded again.

    Attributes:
        done: The counts of the last call of `embed_all`, corrected when damage is found later.
    """

    def __init__(self, file: Path, embedder: Embedder) -> None:
        self.done = Embedded(0, 0)
        self._file = file
        self._embedder = embedder
        self._salt = bytes.fromhex(embedder.weights)
        self._asked: tuple[Sequence[str], Callable[[int, int], None] | None] = ((), None)
        try:
            self._connection, self._build = _opened(file)
        except sqlite3.DatabaseError as error:
            self._connection, self._build = _replaced(file, error)

    def embed_all(self, texts: Sequence[str], progress: Callable[[int, int], None] | None = None) -> Embedded:
        """Embed the new texts and save them batch by batch; calls `progress` with (texts done, all texts)."""
        self._asked = texts, progress
        try:
            self.done = self._embed_all(texts, progress)
        except sqlite3.DatabaseError as error:
            self._start_over(error)
            self.done = self._embed_all(texts, progress)
        return self.done

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """(len(texts), dim), rows of unit length; each text was passed to `embed_all`."""
        try:
            return self._vectors(texts)
        except sqlite3.DatabaseError as error:
            self._start_over(error)
            self.done = self._embed_all(*self._asked)
            return self._vectors(texts)

    def prune(self, keep: int) -> None:
        """End this build: delete vectors that none of the last `keep` builds used, this build included."""
        try:
            with self._connection:
                self._connection.execute("DELETE FROM used WHERE build <= ?", (self._build - keep,))
                self._connection.execute("DELETE FROM embedded WHERE key NOT IN (SELECT key FROM used)")
                self._connection.execute(f"PRAGMA user_version = {self._build}")
        except sqlite3.DatabaseError as error:
            self._start_over(error)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def _key(self, text: str) -> bytes:
        return blake2b(text.encode(), digest_size=16, key=self._salt).digest()

    def _embed_all(self, texts: Sequence[str], progress: Callable[[int, int], None] | None) -> Embedded:
        distinct = {self._key(text): text for text in texts}
        known = self._known(distinct)
        # A batch has texts of similar length, because texts with the same number of tokens share a pass.
        new = sorted(distinct.keys() - known, key=lambda key: (len(distinct[key]), key), reverse=True)
        done = len(known)
        # Long texts take much longer than short ones. Batches run in a random order (keys are hashes), so that the rate
        # so far predicts the rest.
        batches = sorted(_batches(new, distinct), key=itemgetter(0))
        texts_of = ([distinct[key] for key in batch] for batch in batches)
        if isinstance(self._embedder, BatchEmbedder):
            embedded = self._embedder.embed_batches(texts_of)
        else:
            embedded = enumerate(map(self._embedder.embed_documents, texts_of))
        for number, vectors in embedded:
            self._save(batches[number], vectors)
            done += len(batches[number])
            if progress is not None:
                progress(done, len(distinct))
        return Embedded(embedded=len(new), reused=len(known))

    def _vectors(self, texts: Sequence[str]) -> Vectors:
        execute = self._connection.execute
        rows = [execute("SELECT vector FROM embedded WHERE key = ?", (self._key(text),)).fetchone() for text in texts]
        found = [row[0] for row in rows if row is not None and self._is_whole(row[0])]
        if len(found) < len(rows):
            raise sqlite3.DatabaseError("vectors that were there are missing")
        return self._rows(found)

    def _known(self, keys: Iterable[bytes]) -> set[bytes]:
        """The keys whose vectors the file has, undamaged."""
        known: set[bytes] = set()
        with self._connection:
            execute = self._connection.execute
            execute("DELETE FROM wanted")
            self._connection.executemany("INSERT INTO wanted VALUES (?)", ((key,) for key in keys))
            execute("INSERT OR REPLACE INTO used SELECT key, ? FROM wanted", (self._build,))
            found = execute("SELECT key, vector FROM embedded JOIN wanted USING (key)")
            while batch := found.fetchmany(_READ):
                whole = [(key, vector) for key, vector in batch if self._is_whole(vector)]
                norms = np.linalg.norm(self._rows([vector for _, vector in whole]), axis=1)  # (len(whole),)
                known.update(key for (key, _), norm in zip(whole, norms, strict=True) if abs(norm - 1) < _TOLERANCE)
        return known

    def _is_whole(self, vector: object) -> bool:
        size = self._embedder.dimensions * np.dtype(np.float32).itemsize
        return isinstance(vector, bytes) and len(vector) == size

    def _rows(self, vectors: Sequence[bytes]) -> Vectors:
        return np.frombuffer(b"".join(vectors), np.float32).reshape(len(vectors), self._embedder.dimensions)

    def _save(self, keys: Sequence[bytes], vectors: Vectors) -> None:
        rows = ((key, vector.tobytes()) for key, vector in zip(keys, vectors, strict=True))
        with self._connection:
            self._connection.executemany("INSERT OR REPLACE INTO embedded VALUES (?, ?)", rows)

    def _start_over(self, error: sqlite3.DatabaseError) -> None:
        self._connection.close()
        self._connection, self._build = _replaced(self._file, error)


def damage(file: Path) -> str:
    """The damage that SQLite finds in the file, empty for none; writes nothing. OSError where it cannot be read.

    BlockingIOError where a build is writing, or was killed while writing; the next build repairs that.
    """
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            (result,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.DatabaseError as error:
        if not _is_damage(error):
            unfinished = error.sqlite_errorcode & 0xFF in _UNFINISHED
            raise OSError(errno.EAGAIN if unfinished else errno.EIO, str(error), str(file)) from error
        result = str(error)
    return "" if result == "ok" else " ".join(str(result).split())


def _is_damage(error: sqlite3.DatabaseError) -> bool:
    """Whether the file's content is at fault. An error without a code was raised here, for a missing vector."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT)
    return code & 0xFF not in _NOT_DAMAGE and not isinstance(error, sqlite3.ProgrammingError)


def _batches(keys: Iterable[bytes], texts: Mapping[bytes, str]) -> Iterator[list[bytes]]:
    """The keys in order, a commit's worth at a time."""
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


def _replaced(file: Path, error: sqlite3.DatabaseError) -> tuple[sqlite3.Connection, int]:
    """Move a damaged file aside and open an empty one; raises any other error again."""
    if not _is_damage(error):
        raise error
    aside = file.with_suffix(".damaged")
    file.replace(aside)
    file.with_name(f"{file.name}-journal").unlink(missing_ok=True)  # SQLite would apply it to the new file
    logger.warning("%s: %s; moved to %s, and every text is embedded again", file, error, aside.name)
    return _opened(file)


def _opened(file: Path) -> tuple[sqlite3.Connection, int]:
    """The file and the number of this build; a killed build leaves its number to the next."""
    file.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(file)
    try:
        connection.executescript(_SCHEMA)
        (finished,) = connection.execute("PRAGMA user_version").fetchone()
    except sqlite3.DatabaseError:
        connection.close()
        raise
    return connection, finished + 1
