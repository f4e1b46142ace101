"""The packaged model -> rag/embeddings/all-MiniLM-L6-v2.onnx, written only where sentence-transformers gives the same.

The graph holds no weights: each of them is named by its place in the package's own model.safetensors, whose SHA-256 it
carries.
"""

from __future__ import annotations

import json
import struct
import sys
from typing import TYPE_CHECKING

import numpy as np
import onnx
from onnx.external_data_helper import set_external_data
from sentence_transformers import SentenceTransformer

from rag.embeddings.onnx_backend import GRAPH, GraphEmbedder
from rag.embeddings.weights import PACKAGE, PACKAGED_FILE, check_packaged
from rag.ingest.read import read
from rag.settings import Settings
from tests.encoder.composed import composed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ALIKE = 0.9999
"""The least cosine between a text's vector by the graph and by sentence-transformers."""


def placed(names: set[str], file: Path) -> Iterator[onnx.TensorProto]:
    """Each of these weights as its place in a file of safetensors."""
    with file.open("rb") as opened:
        (length,) = struct.unpack("<Q", opened.read(8))
        places = json.loads(opened.read(length))
    for name in sorted(names):
        begin, end = places[name]["data_offsets"]
        tensor = onnx.TensorProto(name=name, data_type=onnx.TensorProto.FLOAT, dims=places[name]["shape"])
        tensor.raw_data = b"elsewhere"  # the next line wants some
        set_external_data(tensor, file.name, offset=8 + length + begin, length=end - begin)
        tensor.ClearField("raw_data")
        yield tensor


def main() -> int:
    """Compose, compare, write; 1 where the vectors differ."""
    graph, names = composed(check_packaged())
    graph.graph.initializer.extend(placed(names, PACKAGED_FILE))
    written = GRAPH.with_suffix(".new")
    written.write_bytes(graph.SerializeToString(deterministic=True))
    records = read([Settings.load({}).seeds]).records
    texts = ["", "a", "grain " * 400, *(text for record in records for text in (record.title, record.text))]
    ours = GraphEmbedder(written).embed_documents(texts)
    model = SentenceTransformer(str(PACKAGE), device="cpu", local_files_only=True)
    cosines = (ours * model.encode(texts, normalize_embeddings=True)).sum(1)
    sys.stdout.write(f"{len(texts)} texts, least cosine {cosines.min():.7f}; {written.stat().st_size} bytes\n")
    if np.any(cosines < ALIKE):
        return 1
    written.replace(GRAPH)
    return 0


if __name__ == "__main__":
    sys.exit(main())
