"""The encoder, loaded when a question first needs it; where it cannot be, words alone are searched.

Each generation is asked with the model that embedded it, which may be another after a build or a rollback.
"""

import logging
import threading
from collections.abc import Callable, Sequence

from rag.embeddings import Attention, Attentive, Embedder, Vectors
from rag.errors import GenerationError, ModelError
from rag.index.ports import IndexReader
from rag.search.stages import stage

logger = logging.getLogger(__name__)

_KEPT = 2  # models: some requests may still read the generation before

NO_ENCODER = "the encoder cannot be loaded; `rag doctor` says why"


class Encoder:
    """Texts to unit vectors, from the first call on. Safe under threads."""

    def __init__(self, make: Callable[[], Embedder], tuned: Callable[[str], Embedder | None] = lambda _: None) -> None:
        """Remember how it is made, and how the tuned one of some weights is, where there is one."""
        self._make = make
        self._tuned = tuned
        self._loading = threading.Lock()  # held for seconds
        self._own: Embedder | None = None  # what `make` gave
        self._last = ""
        self._models: dict[str, Embedder | None] = {}  # by weights; None where it cannot be loaded

    def warm(self, weights: str | None = None) -> None:
        """Load it now, that of these weights if there is one, so that the first question need not wait for it."""
        if (embedder := self._embedder(weights)) is not None:
            embedder.embed_questions(["warm"])

    @stage("encode")
    def question(self, reader: IndexReader, text: str) -> Vectors | None:
        """A question's vector (dim,), fit for this generation, or None where the encoder cannot be loaded."""
        embedder = self._embedder(reader.identity.weights)
        if embedder is None:
            return None
        if embedder.weights != reader.identity.weights:
            message = (
                f"generation {reader.generation} was made by {reader.identity.model}, not by {embedder.name}; "
                "run `rag build`, or set RAG_MODEL to the other"
            )
            raise GenerationError(message)
        vector: Vectors = embedder.embed_questions([text])[0]
        return vector

    def attend(self, text: str) -> Attention | None:
        """What the model looks at in a text; None where it does not say, or cannot be loaded."""
        embedder = self._embedder()
        return embedder.attend(text) if isinstance(embedder, Attentive) else None

    def documents(self, texts: Sequence[str]) -> Vectors:
        """The texts' vectors, as records have them; ModelError where the encoder cannot be loaded."""
        if (embedder := self._embedder()) is None:
            raise ModelError(NO_ENCODER)
        return embedder.embed_documents(texts)

    def _embedder(self, weights: str | None = None) -> Embedder | None:
        """The model of these weights if there is one; without any, the one last used."""
        with self._loading:
            self._last = self._last if weights is None else weights
            if self._last not in self._models:
                self._models[self._last] = self._load(self._last)
                for older in [*self._models][:-_KEPT]:
                    del self._models[older]
            return self._models[self._last]

    def _load(self, weights: str) -> Embedder | None:
        try:
            tuned = self._tuned(weights)
            if tuned is None:
                self._own = self._own or self._make()
        except ModelError as error:
            logger.warning("searching by words alone: %s", error)
            return None
        return tuned or self._own
