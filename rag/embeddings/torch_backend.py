"""Any sentence-transformers model -> vectors; no other module imports that library, and only when it is needed."""

import hashlib
import os
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from rag.embeddings.ports import NO_PROMPTS, Prompts, Vectors
from rag.embeddings.tuned import check_tuned, is_tuned
from rag.embeddings.weights import PACKAGE, PACKAGED, check_packaged, weights_of
from rag.errors import ModelError


def before_import() -> None:
    """Set what torch and Hugging Face's libraries read when they are imported."""
    # Progress bars would mix with our output.
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    # Waiting threads must not spin: beside a busy process a question took twenty times as long.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")


class SentenceTransformerEmbedder:
    """Any sentence-transformers model on this machine. It reads as much of a text as the model takes."""

    def __init__(self, model: str = PACKAGED, prompts: Prompts = NO_PROMPTS) -> None:
        """Load a model by path or name, PACKAGED for the packaged one; ModelError where it is missing or altered."""
        before_import()
        try:
            from sentence_transformers import SentenceTransformer  # noqa: PLC0415 - slow to import
        except ImportError as error:
            message = f"sentence-transformers cannot be loaded ({error}); install it again with make clean serve"
            raise ModelError(message) from error

        folder = _folder(model)
        self.name, self.weights = model, check_packaged() if model == PACKAGED else weights_of(folder)
        if is_tuned(folder):
            self.name, self.weights = folder.name, check_tuned(folder)
        try:
            self._model = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
        except (OSError, ValueError, RuntimeError, KeyError) as error:
            raise ModelError(f"{folder}: is not a sentence-transformers model ({error}); correct RAG_MODEL") from error
        self.dimensions = int(self._model.get_embedding_dimension() or 0)
        self._prompts = prompts
        if prompts != NO_PROMPTS:  # other vectors, so another model
            named = f"{self.weights}\0{prompts.query}\0{prompts.document}"
            self.weights = hashlib.sha256(named.encode()).hexdigest()
        self._one_at_a_time = Lock()

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        return self._embed(partial(self._model.encode_document, prompt=self._prompts.document or None), texts)

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        return self._embed(partial(self._model.encode_query, prompt=self._prompts.query or None), texts)

    def _embed(self, encode: Callable[..., NDArray[np.floating]], texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.empty((0, self.dimensions), np.float32)
        with self._one_at_a_time:  # Hugging Face's tokenizers fail when two threads share one
            vectors = encode(list(texts), normalize_embeddings=True, show_progress_bar=False)
        return vectors.astype(np.float32, copy=False)


def _folder(model: str) -> Path:
    """The folder of a model's files."""
    if model == PACKAGED:
        return PACKAGE
    from sentence_transformers.util import load_dir_path  # noqa: PLC0415 - slow to import

    found = load_dir_path(model, "", local_files_only=True)  # the path itself, or the cached folder of a name
    if found is None:
        message = (
            f"{model}: no such model on this machine, and none is fetched; set RAG_MODEL to a folder or {PACKAGED}"
        )
        raise ModelError(message)
    return Path(found)
