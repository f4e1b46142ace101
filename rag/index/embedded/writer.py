"""Entries -> the files of a generation, all of them or none."""

import datetime as dt
import hashlib
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Self

import numpy as np

from rag.embeddings.similar_words import WordTable
from rag.errors import NothingToBuild
from rag.index.embedded import accessions, files
from rag.index.embedded.accessions import Seconds
from rag.index.embedded.field_values import ColumnsWriter, Facts
from rag.index.embedded.fulltext import FullTextWriter
from rag.index.embedded.generation import BuildFolder, Manifest
from rag.index.embedded.passage_vectors import PassagesWriter
from rag.index.embedded.record_store import RecordStoreWriter, encode
from rag.index.embedded.vectors import VectorsWriter, check_unit
from rag.index.ports import Identity, IndexEntry


class FolderWriter:
    """Writes one generation, with the folder locked until the context ends."""

    def __init__(
        self, vectors: Path, identity: Identity, *, keep: int = 2, lock: object = None, with_vectors: bool = True
    ) -> None:
        """See Index.writer. The records' vectors may be kept elsewhere: then none are written."""
        self._build = BuildFolder(vectors, lock)
        self._root = vectors
        self._identity = identity
        self._keep = keep
        self._content = hashlib.sha256(identity.weights.encode())
        self._ids: list[str] = []
        self._known: set[str] = set()
        self._passages = 0
        folder = self._build.folder
        self._vectors = VectorsWriter(folder, identity.dimensions) if with_vectors else None
        self._words = FullTextWriter(folder / files.WORDS, folder / files.TEXTS)
        self._columns = ColumnsWriter()
        self._rows = RecordStoreWriter(folder / files.ROWS)
        self._passage_vectors = PassagesWriter(folder / files.PASSAGES, identity.dimensions)

    def add(self, entries: Iterable[IndexEntry]) -> None:
        """See IndexWriter. If any entry is wrong, none is written."""
        self.write(list(entries))

    def write(self, entries: Sequence[IndexEntry]) -> list[Facts]:
        """Write these records, as `add`; what filters know of each."""
        if not entries:
            return []
        for entry in entries:
            self._check(entry)
        passage_vectors = np.concatenate([entry.passages.vectors for entry in entries])
        check_unit(passage_vectors, self._identity.dimensions)
        if self._vectors:
            self._vectors.add(np.stack([entry.vector for entry in entries]))  # the last check
        self._passage_vectors.add(passage_vectors)
        written = []
        for entry in entries:
            record, texts = entry.record, entry.passages.texts
            row = len(self._ids)
            encoded = encode(record)
            facts = self._columns.add(record)
            self._rows.add(row, record.id, encoded, texts, self._passages)
            self._words.add(row, record.title, record.summary, facts)
            self._content.update(encoded)
            self._passages += len(texts)
            self._ids.append(record.id)
            written.append(facts)
        return written

    def _check(self, entry: IndexEntry) -> None:
        """ValueError for a duplicate id, or where passages and their vectors differ in number."""
        record, passages = entry.record, entry.passages
        if record.id in self._known:
            raise ValueError(f"the id {record.id!r} is already in this generation")
        if len(passages.texts) != len(passages.vectors):
            message = f"{record.id}: {len(passages.texts)} passages, but {len(passages.vectors)} vectors of them"
            raise ValueError(message)
        self._known.add(record.id)

    def publish(self, profile: bytes, word_table: WordTable, entered: Sequence[dt.datetime] | None = None) -> str:
        return self.seal(profile, word_table, self.times(entered)).generation

    def times(self, entered: Sequence[dt.datetime] | None) -> Seconds:
        """When each record entered the collection, as given or as the published generation has it."""
        if entered is not None:
            return accessions.seconds(entered)
        return accessions.carried(self._root, self._ids, files.ENTERED, files.ROWS)

    def seal(self, profile: bytes, word_table: WordTable, entered: Seconds, name: str | None = None) -> Manifest:
        """Finish all files and publish them, under this name or a new one; generations beyond those kept are removed.

        NothingToBuild without a record.
        """
        if not self._ids:
            raise NothingToBuild("no record was written; name a source that contains one")
        folder = self._build.folder
        index = self._vectors.save() if self._vectors else "elsewhere"
        self._passage_vectors.close()
        self._columns.save(folder / files.COLUMNS, self._ids)
        self._rows.save(self._columns.values)
        self._words.save()
        (folder / files.PROFILE).write_bytes(profile)
        np.save(folder / files.WORD_TABLE, word_table)
        np.save(folder / files.ENTERED, entered)
        manifest = self._build.publish(
            self._identity,
            name=name,
            content=self._content.hexdigest(),
            records=len(self._ids),
            passages=self._passages,
            index=index,
        )
        self._build.prune(self._keep)
        return manifest

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """See IndexWriter. On a full disk any of these may fail; the others must be done all the same."""
        with ExitStack() as callbacks:
            callbacks.callback(self._build.close)
            callbacks.callback(self._words.close)
            callbacks.callback(self._rows.close)
            callbacks.callback(self._passage_vectors.close)
            if self._vectors:
                callbacks.callback(self._vectors.close)
