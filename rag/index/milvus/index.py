"""The collections of one address -> an Index."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from time import monotonic

import numpy as np

from rag.errors import EngineUnavailable, GenerationError
from rag.index.embedded.current import PublishedIndex
from rag.index.embedded.generation import BuildLock
from rag.index.embedded.reader import FolderReader
from rag.index.milvus.address import parse
from rag.index.milvus.engine import SLOW, Engine
from rag.index.milvus.generation_list import GenerationList
from rag.index.milvus.record_vectors import MilvusVectors
from rag.index.milvus.replica import Digest, ensure
from rag.index.milvus.texts import Texts
from rag.index.milvus.writer import MilvusWriter
from rag.index.ports import Identity, any_weights
from rag.settings import Settings

LOOK = 1.0  # seconds between two looks at the alias: so long may a reader stay with the generation before
_CACHES = "replica"  # the folder of caches, one for each address
_READ = 1_000  # rows


class MilvusIndex(PublishedIndex):
    """One collection on a server or in a file of milvus-lite."""

    def __init__(self, settings: Settings, *, accepts: Callable[[str], bool] = any_weights) -> None:
        """Note where it is; the first call connects. SettingsError."""
        super().__init__(accepts=accepts)
        address, token = parse(settings.index), settings.index_token
        self._engine, self._patient = Engine(address, token), Engine(address, token, patient=True)
        self._generations = GenerationList(self._engine)
        self._alias = address.collection
        self._local = settings.vectors
        self._cache = settings.vectors / _CACHES / address.folder
        self._looked, self._last_seen = -LOOK, ""

    @property
    def location(self) -> str:
        return self._engine.address.written

    @property
    def engine(self) -> str:
        version = self._engine.version()
        return (
            f"Milvus {version} finds the nearest records; words, filters and counts come from the cache {self._cache}"
        )

    def published(self) -> str | None:
        if not self._engine.exists(self._alias):
            return None
        described = self._engine.call(
            lambda client: client.describe_collection(self._alias, timeout=self._engine.quick)
        )
        collection = str(described["collection_name"])
        name = self._generations.name(collection)
        if name is None:
            message = f"{self.location}: {collection!r} is no generation of a collection; choose another name"
            raise GenerationError(message)
        return name

    def names(self) -> list[str]:
        return self._generations.names()

    def identity(self, name: str) -> Identity:
        return self._generations.get(name).identity

    def verify(self, name: str) -> int:
        sealed = self._generations.get(name)
        collection = self._load(name)
        vectors, rows = hashlib.sha256(), 0
        for row in self._engine.every(collection, "row >= 0", ["row", "vector"], _READ):
            vectors.update(np.asarray(row["vector"], "<f4").tobytes())
            rows += 1
        digest = Digest()
        for _ in digest.over(Texts(self._engine, self._generations.texts(name)).items()):
            pass
        if (rows, vectors.hexdigest(), digest.hex()) != (sealed.records, sealed.vectors, sealed.texts):
            raise GenerationError(f"{self.location}: {name}: its rows are not what was written; run `rag build`")
        return sealed.records

    def lock(self) -> BuildLock:
        """See Index: it waits for a server that starts, and keeps out builds of this machine; let one machine build."""
        self._patient.exists(self._alias)
        return BuildLock(self._local)

    def writer(self, identity: Identity, *, keep: int = 2, lock: object = None) -> MilvusWriter:
        own = BuildLock(self._local) if lock is None else None
        try:
            published = self.published()  # the new generation carries over when its records entered
            if published is not None:
                self._load(published)
                self._cached(published)
            return MilvusWriter(
                self._patient,
                GenerationList(self._patient),
                self._cache,
                identity,
                keep=keep,
                point=self._point,
                release=own.close if own else lambda: None,
            )
        except BaseException:
            if own:
                own.close()
            raise

    def _stamp(self) -> str:
        """The generation that the alias named when it was last looked at."""
        if (now := monotonic()) >= self._looked + LOOK:
            self._looked = now
            try:
                self._last_seen = self.published() or ""
            except EngineUnavailable:
                pass  # go on with what is open
            except GenerationError as error:
                self._last_seen = str(error)
        return self._last_seen

    def _opened(self, name: str, *, all_digests: bool) -> FolderReader:
        sealed = self._generations.get(name)
        dimensions = sealed.identity.dimensions
        remote = MilvusVectors(self._engine, self._load(name), sealed.records, dimensions, sealed.index)
        return FolderReader(self._cached(name), vectors=remote, accepts=self._accepts, all_digests=all_digests)

    def _cached(self, name: str) -> Path:
        texts = Texts(self._engine, self._generations.texts(name))
        return ensure(self._cache, self._generations.get(name), texts)

    def _load(self, name: str) -> str:
        """The collection of a generation's vectors, ready to be searched."""
        collection = self._generations.vectors(name)
        self._engine.load(self._generations.texts(name))
        self._engine.load(collection)
        return collection

    def _records(self, name: str) -> int:
        return self._generations.get(name).records

    def _point(self, name: str) -> None:
        collection = self._load(name)
        if self._engine.exists(self._alias):
            self.published()  # raises where the name is another's
            self._engine.call(lambda client: client.alter_alias(collection, self._alias, timeout=SLOW))
        else:
            self._engine.call(lambda client: client.create_alias(collection, self._alias, timeout=SLOW))
