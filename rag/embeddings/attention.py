"""What the model looked at while it read a text: from each of its pieces to each other, by head."""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from rag.embeddings.ports import Vectors


@dataclass(frozen=True, slots=True)
class Attention:
    """One pass of a text."""

    ids: NDArray[np.int32]  # (t,) numbers of the pieces in the vocabulary
    # (t, 2) where each begins and ends in the text; the same for those that stand for nothing in it.
    offsets: NDArray[np.int64]
    heads: NDArray[np.float32]  # (h, t, t) how much each piece looks at each, by layer and head; rows sum to 1
    states: Vectors  # (t, dim) last state of each piece


@runtime_checkable
class Attentive(Protocol):
    """An embedder that says what it looked at."""

    def attend(self, text: str) -> Attention:
        """The attention over a text of at most 256 tokens; of a longer one, over its beginning."""
        ...
