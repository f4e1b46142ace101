"""A build of ours -> its cost."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from rag.embeddings import PACKAGED, open_embedder
from rag.ingest.build import build as build_sources
from rag.language.sentences import sentences
from rag.settings import Settings
from tests.bench import cost
from tests.bench.collection import prepare, records_of
from tests.bench.floor import least
from tests.bench.written import alone, enlarge

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from rag.embeddings import Embedder, Vectors
    from tests.bench.cost import Cost

_BATCH = 256  # texts that a build embeds at once


class TimedEmbedder:
    """An embedder that adds up its seconds."""

    def __init__(self, embedder: Embedder) -> None:
        """Take the embedder that does the work."""
        self._embedder = embedder
        self.name, self.weights, self.dimensions = embedder.name, embedder.weights, embedder.dimensions
        self.seconds = 0.0
        self.texts = 0

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """See Embedder."""
        begun = perf_counter()
        vectors = self._embedder.embed_documents(texts)
        self.seconds += perf_counter() - begun
        self.texts += len(texts)
        return vectors

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        """See Embedder."""
        return self.embed_documents(texts)


def load() -> None:
    """Import what is slow to import, so that no build pays for it."""
    import onnxruntime  # type: ignore[import-untyped]  # noqa: F401, PLC0415 - not in the process that runs the bench


def build(source: str, home: str) -> Mapping[str, float]:
    """Do what `rag build --only` does; seconds, those of the encoder, and the number of its texts."""
    embedder = TimedEmbedder(open_embedder(PACKAGED))
    spent = cost.of_call(
        partial(build_sources, Settings.load({"RAG_VECTORS": home}), [Path(source)], only=True, embedder=embedder)
    )
    return {"cpu": spent.cpu, "wall": spent.wall, "encoder": embedder.seconds, "texts": embedder.texts}


def build_alone(source: str, home: str) -> Cost:
    """Build without the vectors of sentences."""
    return cost.of_call(partial(alone, source, home))


def encoding(source: str, every: int) -> float:
    """Seconds of the encoder for all texts of a build, estimated from every `every`-th batch by length."""
    records = records_of(Path(source))
    texts = {text for record in records for text in (record.text, record.title, *sentences(record.summary))}
    order = sorted(texts, key=lambda text: (len(text), text))
    batches = [order[begin : begin + _BATCH] for begin in range(0, len(order), _BATCH)]
    chosen = batches[min(every, len(batches)) // 2 :: every]
    embedder = open_embedder(PACKAGED)
    embedder.embed_documents(order[:1])
    begun = perf_counter()
    for batch in chosen:
        embedder.embed_documents(batch)
    return (perf_counter() - begun) * len(texts) / sum(map(len, chosen))


_ASKED = (prepare, load, build, build_alone, encoding, enlarge, least)
FUNCTIONS: Mapping[str, Callable[..., object]] = {each.__name__: each for each in _ASKED}
"""Functions of this process by name."""
