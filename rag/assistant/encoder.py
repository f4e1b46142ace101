"""The encoder, loaded when a question first needs it; where it cannot be, words alone are searched."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from rag.embeddings import Attentive
from rag.errors import GenerationError, ModelError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rag.embeddings import Attention, Embedder, Vectors
    from rag.index.ports import IndexReader

logger = logging.getLogger(__name__)

NO_ENCODER = "the encoder cannot be loaded; `rag doctor` says why"


class Encoder:
    """Texts to unit vectors, from the first call on. Safe under threads."""

    def __init__(self, make: Callable[[], Embedder]) -> None:
        """Remember how it is made."""
        self._make = make
        self._loading = threading.Lock()  # held for seconds
        self._loaded: Embedder | None = None
        self._fault: ModelError | None = None

    def warm(self) -> None:
        """Load it now, so that the first question need not wait for it."""
        if (embedder := self._embedder()) is not None:
            embedder.embed_questions(["warm"])

    def question(self, reader: IndexReader, text: str) -> Vectors | None:
        """A question's vector (dim,), fit for this generation, or None where the encoder cannot be loaded."""
        embedder = self._embedder()
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

    def _embedder(self) -> Embedder | None:
        with self._loading:
            if self._loaded is None and self._fault is None:
                try:
                    self._loaded = self._make()
                except ModelError as error:
                    logger.warning("searching by words alone: %s", error)
                    self._fault = error
            return self._loaded
