"""The generations that are whole: a generation counts from the moment that its line stands here."""

import re
from dataclasses import dataclass

from rag.errors import GenerationError
from rag.index.json_values import dumped, loaded
from rag.index.milvus.engine import Engine
from rag.index.milvus.texts import Texts
from rag.index.ports import Identity

SCHEMA = 1  # format of the collections; raise it with every change that an older reader would misread


@dataclass(frozen=True, slots=True)
class Sealed:
    """What a generation is."""

    schema: int
    generation: str
    identity: Identity
    content: str  # as in IndexReader
    records: int
    index: str  # how the vectors are indexed, a key of `rag.index.milvus.record_vectors.FEW`
    texts: str  # SHA-256 over its texts, in the order of their keys
    vectors: str  # SHA-256 over its vectors, by row


class GenerationList:
    """The collection of these lines, and the names of all other collections."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._base = engine.address.collection
        self._collection = f"{self._base}_generations"
        self._lines = Texts(engine, self._collection)
        self._pattern = re.compile(rf"{self._base}_(\d{{8}}T\d{{6}}Z)_([0-9a-f]{{8}})")

    def vectors(self, name: str) -> str:
        """The collection of a generation's vectors."""
        return f"{self._base}_{name.replace('-', '_')}"

    def texts(self, name: str) -> str:
        """The collection of its texts."""
        return f"{self.vectors(name)}_texts"

    def name(self, collection: str) -> str | None:
        """The generation whose vectors, or texts, a collection has."""
        found = self._pattern.fullmatch(collection.removesuffix("_texts"))
        return None if found is None else f"{found[1]}-{found[2]}"

    def names(self) -> list[str]:
        """Every generation, the oldest first."""
        return [key for key, _ in self._lines.items()] if self._opened() else []

    def get(self, name: str) -> Sealed:
        """What a generation is; GenerationError."""
        written = self._lines.get(name) if self._opened() else None
        place = f"{self._engine.address.written}: {name}"
        if written is None:
            raise GenerationError(f"{place}: there is no such generation, or it was not finished; run `rag build`")
        try:
            sealed = loaded(Sealed, written)
        except (ValueError, TypeError) as error:
            raise GenerationError(f"{place}: its line in {self._collection} is damaged; run `rag build`") from error
        if sealed.schema != SCHEMA:
            message = f"{place}: schema {sealed.schema} is foreign, this program reads {SCHEMA}; run `rag build`"
            raise GenerationError(message)
        return sealed

    def put(self, sealed: Sealed) -> None:
        """Add a generation, which is whole."""
        if not self._opened():
            self._lines.create()
        self._lines.put([(sealed.generation, dumped(sealed))])

    def remove(self, name: str) -> None:
        """Forget a generation, then remove it."""
        self._lines.remove(name)
        self.drop(name)

    def drop(self, name: str) -> None:
        """Remove the collections of a generation."""
        for collection in (self.vectors(name), self.texts(name)):
            self._engine.drop(collection)

    def unfinished(self) -> set[str]:
        """Generations of which there are collections, but no line."""
        return {name for each in self._engine.collections() if (name := self.name(each))} - set(self.names())

    def _opened(self) -> bool:
        if not self._engine.exists(self._collection):
            return False
        self._engine.load(self._collection)
        return True
