"""A model's name -> the embedder that runs it."""

import logging
from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import Final

import numpy as np

from rag.embeddings.onnx_backend import GraphEmbedder
from rag.embeddings.ports import NO_PROMPTS, Embedder, Prompts, Vectors
from rag.embeddings.torch_backend import SentenceTransformerEmbedder
from rag.embeddings.tuned import check_tuned, is_tuned
from rag.embeddings.weights import PACKAGED, check_packaged
from rag.errors import ModelError

logger = logging.getLogger(__name__)


class PackagedEmbedder:
    """The packaged model, or a tuned one, for many texts, loaded when the first text must be embedded."""

    dimensions: Final = 384

    def __init__(self, tuned: Path | None = None) -> None:
        """Check the weights; ModelError where they are missing or altered."""
        self.name = tuned.name if tuned else PACKAGED
        self.weights = check_tuned(tuned) if tuned else check_packaged()
        self._model_of = str(tuned or PACKAGED)
        self._one_at_a_time = Lock()
        self._loaded: Embedder | None = None

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        return self._model().embed_documents(texts) if texts else np.empty((0, self.dimensions), np.float32)

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        return self._model().embed_questions(texts) if texts else np.empty((0, self.dimensions), np.float32)

    def _model(self) -> Embedder:
        with self._one_at_a_time:
            self._loaded = self._loaded or load_embedder(self._model_of, bulk=True)
            return self._loaded


def open_embedder(model: str, prompts: Prompts = NO_PROMPTS) -> Embedder:
    """The embedder of a model by path or name, for a build that may find nothing to embed; ModelError likewise."""
    if model == PACKAGED:
        return PackagedEmbedder()
    return PackagedEmbedder(Path(model)) if is_tuned(Path(model)) else load_embedder(model, prompts)


def load_embedder(model: str, prompts: Prompts = NO_PROMPTS, *, bulk: bool = False) -> Embedder:
    """The embedder of a model by path or name, loaded; ModelError where the model is missing or altered.

    The packaged model and tuned ones run as a graph, or with sentence-transformers where the graph cannot run.

    Args:
        prompts: Of a model other than these.
        bulk: For many texts at a time, not for questions.
    """
    tuned = Path(model) if model != PACKAGED and is_tuned(Path(model)) else None
    if model != PACKAGED and tuned is None:
        return SentenceTransformerEmbedder(model, prompts)
    try:
        return GraphEmbedder(tuned=tuned, bulk=bulk)
    except ModelError as error:
        logger.warning("%s; until then sentence-transformers runs the model, slower", error)
        return SentenceTransformerEmbedder(model)
