"""The packaged model as a graph -> vectors, by onnxruntime, whose only importer this is.

The graph comes with this package and holds no weights: it names the place of each in the model's own file, which
onnxruntime maps into memory. `make encoder` exports it anew and holds it against sentence-transformers.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from rag.embed.weights import PACKAGE, PACKAGED, check_packaged
from rag.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.embed.ports import Vectors

GRAPH = Path(__file__).with_name(f"{PACKAGED}.onnx")

_TOKENS = 256  # the model reads no more of a text
_BATCH = 8  # texts in one pass


class GraphEmbedder:
    """The packaged model. Of a text it reads the first 256 tokens."""

    name: Final = PACKAGED
    dimensions: Final = 384

    def __init__(self, graph: Path = GRAPH) -> None:
        """Load the graph; ModelError where it or the weights are missing or altered."""
        self.weights = check_packaged()
        try:
            import onnxruntime  # type: ignore[import-untyped]  # noqa: PLC0415 it takes a tenth of a second
            from tokenizers import Tokenizer  # noqa: PLC0415 as above
        except ImportError as error:
            message = f"onnxruntime cannot be loaded ({error}); install it again with make clean serve"
            raise ModelError(message) from error

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = len(os.sched_getaffinity(0))
        # Waiting threads must not spin: where another process wants the cores, a question takes many times as long.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.add_session_config_entry("session.model_external_initializers_file_folder_path", str(PACKAGE))
        try:
            self._session = onnxruntime.InferenceSession(graph.read_bytes(), options, ["CPUExecutionProvider"])
            self._tokenizer = Tokenizer.from_file(str(PACKAGE / "tokenizer.json"))
        except Exception as error:  # both libraries raise whatever their native side says, bare Exception among it
            message = f"{graph}: cannot be run ({error}); install Reading Room again"
            raise ModelError(message) from error
        if self._session.get_modelmeta().custom_metadata_map.get("weights") != self.weights:
            message = f"{graph}: was exported from other weights than {self.weights[:12]}; install Reading Room again"
            raise ModelError(message)
        # Set here and never again: a tokenizer that nobody alters is safe under threads.
        self._tokenizer.enable_truncation(_TOKENS)
        self._tokenizer.enable_padding()

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """See Embedder."""
        vectors = np.empty((len(texts), self.dimensions), np.float32)
        # Texts of one length fill a batch without padding.
        order = sorted(range(len(texts)), key=lambda each: len(texts[each]))
        for begin in range(0, len(order), _BATCH):
            batch = order[begin : begin + _BATCH]
            vectors[batch] = self._pass([texts[each] for each in batch])
        return vectors

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        """See Embedder."""
        return self.embed_documents(texts)

    def _pass(self, texts: Sequence[str]) -> Vectors:
        """(len(texts), dim)."""
        encoded = self._tokenizer.encode_batch(list(texts))
        inputs = {
            "input_ids": np.array([each.ids for each in encoded], np.int64),  # (texts, tokens of the longest)
            "attention_mask": np.array([each.attention_mask for each in encoded], np.int64),
        }
        vectors: Vectors = self._session.run(None, inputs)[0]
        return vectors
