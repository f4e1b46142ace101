"""The packaged model as a graph -> vectors, by onnxruntime; no other module imports it.

The graph file of this package has no weights: it refers to offsets in the model's own file, which onnxruntime maps into
memory. `make encoder` exports the graph and compares it with sentence-transformers. A tuned model has its weights at
the same offsets, so the same graph runs it.

No pass has padding: texts of one length stand side by side, or, questions, those of any length one below another, where
none sees the others.
"""

import os
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rag.embeddings.attention import Attention
from rag.embeddings.ports import Vectors
from rag.embeddings.together import Together
from rag.embeddings.token_table import TokenTable
from rag.embeddings.tokenizer import tokenizer
from rag.embeddings.tuned import check_tuned
from rag.embeddings.weights import PACKAGE, PACKAGED, PACKAGED_FILE, PACKAGED_WEIGHTS, check_packaged
from rag.errors import ModelError
from rag.platform import cpus

GRAPH = Path(__file__).with_name(f"{PACKAGED}.onnx")

# onnxruntime reads it on import. Without it, each process that runs a model reports that to Microsoft, and leaves an
# identifier of this machine and a database in the user's cache.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

_PASS = 512  # tokens in one pass; larger passes are not faster
_BELOW = 128  # tokens of texts one below another: of more, what none may see costs more than a pass of its own
_SPIN = "20"
"""Microseconds that a waiting thread spins before it sleeps.

Without spinning, a question takes about a quarter longer on idle cores; with the default, up to twice as long beside
busy processes.
"""


class GraphEmbedder:
    """The packaged model, or a tuned one. It reads the first 256 tokens of a text."""

    dimensions: Final = 384

    def __init__(self, graph: Path = GRAPH, *, tuned: Path | None = None, bulk: bool = False) -> None:
        """Load the graph; ModelError where it or the weights are missing or altered.

        Args:
            tuned: The folder of a tuned model, to be run in place of the packaged one.
            bulk: Run one pass per core at a time instead of each pass on all cores: faster for many texts.
        """
        folder = tuned or PACKAGE
        self.name = tuned.name if tuned else PACKAGED
        self.weights = check_tuned(tuned) if tuned else check_packaged()
        try:
            import onnxruntime  # type: ignore[import-untyped]  # noqa: PLC0415 - slow to import
        except ImportError as error:
            message = f"onnxruntime cannot be loaded ({error}); install it again with make clean serve"
            raise ModelError(message) from error

        self._together = Together(self._questions)
        cores = cpus()
        self._at_once = cores if bulk else 1
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1 if bulk else cores
        options.add_session_config_entry("session.intra_op.spin_duration_us", _SPIN)
        options.add_session_config_entry("session.model_external_initializers_file_folder_path", str(folder))
        try:
            self._tokenizer = tokenizer(folder)
            self._table = TokenTable(folder / PACKAGED_FILE.name)
            self._session = onnxruntime.InferenceSession(graph.read_bytes(), options, ["CPUExecutionProvider"])
        except Exception as error:  # both libraries may raise a bare Exception
            raise ModelError(f"{graph}: cannot be run ({error}); install Reading Room again") from error
        outputs = [output.name for output in self._session.get_outputs()]
        self._looked_at = ["states", *sorted(name for name in outputs if name.startswith("attention"))]
        if self._session.get_modelmeta().custom_metadata_map.get("weights") != PACKAGED_WEIGHTS:
            message = (
                f"{graph}: was exported from other weights than {PACKAGED_WEIGHTS[:12]}; install Reading Room again"
            )
            raise ModelError(message)

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        tokens = self._tokens(texts)
        passes = list(_passes([len(ids) for ids in tokens]))
        inputs = (np.array([tokens[row] for row in rows], np.int32).T for rows in passes)  # each (tokens, texts)
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
        return self._together(texts) if texts else np.empty((0, self.dimensions), np.float32)

    def attend(self, text: str) -> Attention:
        encoding = self._tokenizer.encode(text)
        ids = np.array(encoding.ids, np.int32)
        states, *heads = self._run(self._looked_at, ids[:, np.newaxis], [len(ids)])
        return Attention(ids, np.array(encoding.offsets), np.concatenate(heads), states[:, 0])

    def _questions(self, texts: Sequence[str]) -> Vectors:
        """The vectors of texts, as many as fit below one another in each pass."""
        tokens = self._tokens(texts)
        passes, fit = [list[list[int]]()], 0
        for ids in tokens:
            fit += len(ids)
            if passes[-1] and fit > _BELOW:
                passes.append([])
                fit = len(ids)
            passes[-1].append(ids)
        found = [self._pass(np.array([*chain(*each)], np.int32)[:, np.newaxis], *map(len, each)) for each in passes]
        return np.concatenate(found)

    def _tokens(self, texts: Sequence[str]) -> list[list[int]]:
        return [encoding.ids for encoding in self._tokenizer.encode_batch(list(texts))]

    def _pass(self, ids: NDArray[np.int32], *lengths: int) -> Vectors:
        """(tokens, texts) -> (texts, dim); of texts one below another, (tokens, 1), with their lengths -> likewise."""
        lengths = lengths or (len(ids),)
        (states,) = self._run(["states"], ids, lengths)  # (tokens, texts, dim)
        vectors: Vectors = np.add.reduceat(states, np.cumsum((0, *lengths[:-1]))).reshape(-1, self.dimensions)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)  # the sum has the direction of the mean
        return vectors

    def _run(self, wanted: list[str], ids: NDArray[np.int32], lengths: Sequence[int]) -> list[NDArray[np.float32]]:
        text = np.repeat(np.arange(len(lengths)), lengths)  # (tokens,)
        given = {
            "words": self._table.rows(ids),
            "places": np.concatenate([np.arange(length) for length in lengths]),
            "hidden": np.where(text[:, np.newaxis] == text, np.float32(0), np.float32(-np.inf)),
        }
        found: list[NDArray[np.float32]] = self._session.run(wanted, given)
        return found


def _passes(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Rows of texts of one length, one pass at a time; the longest first, so that all cores finish together."""
    by_length: dict[int, list[int]] = defaultdict(list)
    for row, length in enumerate(lengths):
        by_length[length].append(row)
    for length, rows in sorted(by_length.items(), reverse=True):
        size = max(1, _PASS // length)
        for begin in range(0, len(rows), size):
            yield rows[begin : begin + size]
