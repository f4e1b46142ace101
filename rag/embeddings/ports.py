"""The interface of an embedder."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]  # rows of unit length, so that an inner product is a cosine in [-1, 1]


@dataclass(frozen=True, slots=True)
class Prompts:
    """What a model wants before each text ("query: ", "passage: "); empty for what its own folder says."""

    query: str = ""
    document: str = ""


NO_PROMPTS = Prompts()


class Embedder(Protocol):
    """A model that embeds texts. Thread-safe."""

    @property
    def name(self) -> str:
        """The model's name or path, as the settings give it."""
        ...

    @property
    def weights(self) -> str:
        """SHA-256 of its weights, and of its prompts where the settings give them."""
        ...

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        ...

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """(len(texts), dim), rows of unit length; (0, dim) for no texts."""
        ...

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        """(len(texts), dim), rows of unit length; concurrent questions can share one pass."""
        ...


@runtime_checkable
class BatchEmbedder(Protocol):
    """An embedder that works at several batches at a time."""

    def embed_batches(self, batches: Iterable[Sequence[str]]) -> Iterator[tuple[int, Vectors]]:
        """The number of each batch and its vectors, (len(batch), dim), in any order."""
        ...
