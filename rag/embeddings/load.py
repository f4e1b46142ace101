"""A model's name -> the embedder that runs it."""

from __future__ import annotations

import logging
from threading import Lock
from typing import TYPE_CHECKING, Final

import numpy as np

from rag.embeddings.onnx_backend import GraphEmbedder
from rag.embeddings.torch_backend import SentenceTransformerEmbedder
from rag.embeddings.weights import PACKAGED, check_packaged
from rag.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.embeddings.ports import Embedder, Vectors

logger = logging.getLogger(__name__)


class PackagedEmbedder:
    """The packaged model for many texts, loaded when the first text must be embedded."""

    name: Final = PACKAGED
    dimensions: Final = 384

    def __init__(self) -> None:
        """Check the weights; ModelError where they are missing or altered."""
        self.weights = check_packaged()
        self._one_at_a_time = Lock()
        self._loaded: Embedder | None = None

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """See Embedder."""
        return self._model().embed_documents(texts) if texts else np.empty((0, self.dimensions), np.float32)

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        """See Embedder."""
        return self._model().embed_questions(texts) if texts else np.empty((0, self.dimensions), np.float32)

    def _model(self) -> Embedder:
        with self._one_at_a_time:
            self._loaded = self._loaded or load_embedder(PACKAGED, bulk=True)
            return self._loaded


def open_embedder(model: str) -> Embedder:
    """The embedder of a model by path or name, for a build that may find nothing to embed; ModelError likewise."""
    return PackagedEmbedder() if model == PACKAGED else load_embedder(model)


def load_embedder(model: str, *, bulk: bool = False) -> Embedder:
    """The embedder of a model by path or name, loaded; ModelError where the model is missing or altered.

    The packaged model runs as a graph, or with sentence-transformers where the graph cannot run.

    Args:
        bulk: For many texts at a time, not for questions.
    """
    if model != PACKAGED:
        return SentenceTransformerEmbedder(model)
    try:
        return GraphEmbedder(bulk=bulk)
    except ModelError as error:
        logger.warning("%s; until then sentence-transformers runs the model, slower", error)
        return SentenceTransformerEmbedder()
