"""Texts -> vectors, by an encoder on every machine of a Ray cluster; the only importer of ray."""

import logging
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any

from rag.embeddings.load import load_embedder
from rag.embeddings.ports import Embedder, Vectors
from rag.errors import ModelError, RagError, printable

LOCAL = "ray"  # the cluster that RAY_ADDRESS names, or else one of this machine alone
_AHEAD = 2  # batches of an encoder: while it embeds one, the next is on its way
_SHOWN = 300  # characters of a library's message


class _Encoder:
    """The same model on another machine, with all its cores."""

    def __init__(self, model: str, weights: str) -> None:
        self._embedder = load_embedder(model, bulk=True)
        if self._embedder.weights != weights:
            raise ModelError(f"{model}: its weights differ from those where the build runs; install the same")

    def embed(self, texts: Sequence[str]) -> Vectors:
        return self._embedder.embed_documents(texts)


class RayEmbedder(AbstractContextManager["RayEmbedder"]):
    """An embedder for builds. What a lost machine was embedding, another embeds. A context that leaves the cluster."""

    def __init__(self, address: str, model: str, embedder: Embedder) -> None:
        """Join the cluster at `address`: LOCAL or ray://HOST:PORT. RagError where it cannot be joined.

        Args:
            model: What `load_embedder` finds on every machine.
            embedder: The same model on this machine.
        """
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
        try:
            import ray  # noqa: PLC0415 - an extra, of some seconds
        except ImportError as error:
            message = "--on: ray is not installed; pip install 'reading-room[cluster]', or leave out --on"
            raise RagError(message) from error
        self._ray, self._address, self._model, self._embedder = ray, address, model, embedder
        self.name, self.weights, self.dimensions = embedder.name, embedder.weights, embedder.dimensions
        try:
            ray.init(None if address == LOCAL else address, logging_level=logging.ERROR, log_to_driver=False)
        except (ConnectionError, RuntimeError, ValueError) as error:
            raise self._fault(error) from error

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        return self._embedder.embed_documents(texts)

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        return self._embedder.embed_questions(texts)

    def embed_batches(self, batches: Iterable[Sequence[str]]) -> Iterator[tuple[int, Vectors]]:
        """The number of each batch and its vectors (len(batch), dim), as they are finished; RagError."""
        left, returned = enumerate(batches), list[tuple[int, Sequence[str]]]()
        under_way: dict[Any, tuple[int, Sequence[str], Any]] = {}
        encoders = [encoder for encoder in self._encoders() for _ in range(_AHEAD)]  # once for each batch it may take
        while True:
            while encoders and (batch := returned.pop() if returned else next(left, None)):
                encoder = encoders.pop()
                under_way[encoder.embed.remote(batch[1])] = *batch, encoder
            if not under_way:
                return
            (done,), _ = self._ray.wait([*under_way], num_returns=1)
            number, texts, encoder = under_way.pop(done)
            try:
                vectors = self._ray.get(done)
            except self._ray.exceptions.RayTaskError as error:
                raise self._fault(error) from error
            except self._ray.exceptions.RayError as error:  # its machine is lost
                returned.append((number, texts))
                encoders = [each for each in encoders if each != encoder]
                if not encoders and all(each == encoder for _, _, each in under_way.values()):
                    raise self._fault(error) from error
            else:
                encoders.insert(0, encoder)
                yield number, vectors

    def _encoders(self) -> list[Any]:
        """One on each machine."""
        from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy  # noqa: PLC0415

        nodes = self._ray.nodes()  # type: ignore[no-untyped-call]
        places = [NodeAffinitySchedulingStrategy(node["NodeID"], soft=False) for node in nodes if node["Alive"]]
        remote = self._ray.remote(_Encoder)
        return [
            remote.options(num_cpus=0, scheduling_strategy=place).remote(self._model, self.weights) for place in places
        ]

    def _fault(self, error: Exception) -> RagError:
        said = printable(" ".join(str(error).split()))[-_SHOWN:]
        return RagError(f"--on {self._address}: {said}; mend the cluster and build again: what was embedded is kept")

    def __exit__(self, *_: object) -> None:
        self._ray.shutdown()
