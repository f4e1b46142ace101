"""Entries -> a generation in Milvus and in this machine's cache, published whole or not at all."""

import datetime as dt
import hashlib
import secrets
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, suppress
from pathlib import Path

import numpy as np

from rag.embeddings.similar_words import WordTable
from rag.errors import EngineUnavailable, NothingToBuild
from rag.index.embedded.generation import new_name, published_at
from rag.index.embedded.vectors import check_unit
from rag.index.embedded.writer import FolderWriter
from rag.index.milvus.engine import Engine
from rag.index.milvus.generation_list import SCHEMA, GenerationList, Sealed
from rag.index.milvus.record_vectors import RecordVectorsWriter
from rag.index.milvus.replica import Digest, key, packed, whole
from rag.index.milvus.texts import Texts
from rag.index.ports import Identity, IndexEntry

_ABANDONED = dt.timedelta(days=1)  # after which an unfinished generation counts as that of a killed build


class MilvusWriter(AbstractContextManager["MilvusWriter"]):
    """Writes one generation, row by row; what was sent is not sent again, and nobody sees it before `publish`."""

    def __init__(
        self,
        engine: Engine,
        generations: GenerationList,
        cache: Path,
        identity: Identity,
        *,
        keep: int,
        point: Callable[[str], None],
        release: Callable[[], None],
    ) -> None:
        """See Index.writer. `point` publishes a generation; `release` lets other builds in."""
        self._generations = generations
        self._engine = engine
        self._identity = identity
        self._keep = keep
        self._point = point
        self._release = release
        self._name = new_name(generations.names(), secrets.token_hex(4))
        self._written = 0
        self._digest, self._vectors_digest = Digest(), hashlib.sha256()
        self._sealed = False
        self._texts = Texts(engine, generations.texts(self._name))
        self._texts.create()
        self._vectors = RecordVectorsWriter(engine, generations.vectors(self._name), identity.dimensions)
        self._cache = FolderWriter(cache, identity, with_vectors=False)

    def add(self, entries: Iterable[IndexEntry]) -> None:
        """See IndexWriter. If any entry is wrong, none is written."""
        entries = list(entries)
        if not entries:
            return
        vectors = np.stack([entry.vector for entry in entries])
        check_unit(vectors, self._identity.dimensions)
        facts = self._cache.write(entries)
        items = ((key(row), packed(entry)) for row, entry in enumerate(entries, self._written))
        self._texts.put(self._digest.over(items))
        self._vectors.add(facts, vectors)
        self._vectors_digest.update(np.ascontiguousarray(vectors, "<f4").tobytes())
        self._written += len(entries)

    def publish(self, profile: bytes, word_table: WordTable, entered: Sequence[dt.datetime] | None = None) -> str:
        if not self._written:
            raise NothingToBuild("no record was written; name a source that contains one")
        times = self._cache.times(entered)
        self._texts.put(self._digest.over(whole(profile, word_table, times)))
        kind = self._vectors.save()
        self._check_counts()
        content = self._cache.seal(profile, word_table, times, self._name).content
        digests = self._digest.hex(), self._vectors_digest.hexdigest()
        self._generations.put(Sealed(SCHEMA, self._name, self._identity, content, self._written, kind, *digests))
        self._sealed = True
        self._point(self._name)
        self._prune()
        return self._name

    def _check_counts(self) -> None:
        count = self._engine.count(self._generations.vectors(self._name))
        if count != self._written:
            raise self._engine.unavailable(f"{count} of {self._written} records arrived")

    def _prune(self) -> None:
        """Keep the newest generations; the one just published is among them."""
        for name in self._generations.names()[: -self._keep]:
            self._generations.remove(name)
        for name in self._generations.unfinished():
            if dt.datetime.now(dt.UTC) - published_at(name) > _ABANDONED:
                self._generations.drop(name)

    def __exit__(self, *_: object) -> None:
        try:
            if not self._sealed:
                with suppress(EngineUnavailable):  # a later build removes it
                    self._generations.drop(self._name)
        finally:
            self._cache.__exit__()
            self._release()
