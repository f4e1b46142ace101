"""The packaged model as a graph -> vectors, by onnxruntime, whose only importer this is.

The graph comes with this package and holds no weights: it names the place of each in the model's own file, which
onnxruntime maps into memory. `make encoder` writes it anew and holds it against sentence-transformers.

It takes texts of one number of tokens at a time, so that nothing is padded and nothing masked.
"""

from __future__ import annotations

import os
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from rag.embeddings.token_table import Table
from rag.embeddings.tokenizer import tokenizer
from rag.embeddings.weights import PACKAGE, PACKAGED, PACKAGED_FILE, check_packaged
from rag.errors import ModelError
from rag.platform import cpus

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from rag.embeddings.ports import Vectors

GRAPH = Path(__file__).with_name(f"{PACKAGED}.onnx")

os.environ["ORT_DISABLE_TELEMETRY"] = "1"
"""Read when onnxruntime is imported. Without it each process that runs a model says so to its makers over the network,
and leaves a number of this machine and a database in the user's cache.
"""

_PASS = 512  # tokens in one pass; more at once are not faster
_SPIN = "20"
"""Microseconds that a waiting thread spins before it sleeps.

A question of 12, 19 or 30 tokens takes 3.7, 5.0 or 6.0 ms (medians on two idle cores), without spinning 4.8, 6.2 or
7.3. Beside two busy processes it takes a tenth to a fifth longer for it; spinning as long as by default, up to twice as
long.
"""


class GraphEmbedder:
    """The packaged model. Of a text it reads the first 256 tokens."""

    name: Final = PACKAGED
    dimensions: Final = 384

    def __init__(self, graph: Path = GRAPH, *, bulk: bool = False) -> None:
        """Load the graph; ModelError where it or the weights are missing or altered.

        Args:
            bulk: Give each core passes of its own, instead of all cores to each pass: better for many texts.
        """
        self.weights = check_packaged()
        try:
            import onnxruntime  # type: ignore[import-untyped]  # noqa: PLC0415 it takes a tenth of a second
        except ImportError as error:
            message = f"onnxruntime cannot be loaded ({error}); install it again with make clean serve"
            raise ModelError(message) from error

        cores = cpus()
        self._at_once = cores if bulk else 1
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1 if bulk else cores
        options.add_session_config_entry("session.intra_op.spin_duration_us", _SPIN)
        options.add_session_config_entry("session.model_external_initializers_file_folder_path", str(PACKAGE))
        try:
            self._tokenizer = tokenizer(PACKAGE)
            self._table = Table(PACKAGED_FILE)
            self._session = onnxruntime.InferenceSession(graph.read_bytes(), options, ["CPUExecutionProvider"])
        except Exception as error:  # both libraries raise whatever their native side says, bare Exception among it
            message = f"{graph}: cannot be run ({error}); install Reading Room again"
            raise ModelError(message) from error
        if self._session.get_modelmeta().custom_metadata_map.get("weights") != self.weights:
            message = f"{graph}: was exported from other weights than {self.weights[:12]}; install Reading Room again"
            raise ModelError(message)

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """See Embedder."""
        tokens = [each.ids for each in self._tokenizer.encode_batch(list(texts))]
        passes = list(_passes([len(each) for each in tokens]))
        inputs = (np.array([tokens[row] for row in rows], np.int32) for rows in passes)  # each (texts, tokens)
        vectors = np.empty((len(texts), self.dimensions), np.float32)
        if self._at_once == 1 or len(passes) <= 1:
            for rows, ids in zip(passes, inputs, strict=True):
                vectors[rows] = self._pass(ids)
        else:
            with ThreadPoolExecutor(self._at_once) as threads:
                for rows, found in zip(passes, threads.map(self._pass, inputs), strict=True):
                    vectors[rows] = found
        return vectors

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        """See Embedder."""
        return self.embed_documents(texts)

    def _pass(self, ids: NDArray[np.int32]) -> Vectors:
        """(texts, tokens) -> (texts, dim)."""
        vectors: Vectors = self._session.run(None, {"words": self._table.rows(ids.T)})[0]
        return vectors


def _passes(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Places of texts of one length, as many as fill a pass; the longest first, so that no core ends long after."""
    alike: dict[int, list[int]] = defaultdict(list)
    for place, length in enumerate(lengths):
        alike[length].append(place)
    for length, places in sorted(alike.items(), reverse=True):
        most = max(1, _PASS // length)
        for begin in range(0, len(places), most):
            yield places[begin : begin + most]
