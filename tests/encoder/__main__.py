"""sentence-transformers' model -> rag/embed/all-MiniLM-L6-v2.onnx, written only where both give the same vectors.

The graph holds no weights: each of them is named by its place in the package's own model.safetensors, whose SHA-256 it
carries. The older exporter is asked, which leaves the weights as they are.
"""

from __future__ import annotations

import json
import struct
import sys
import warnings
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import onnx
import torch
from onnx.external_data_helper import set_external_data
from sentence_transformers import SentenceTransformer

from rag.embed.graph import GRAPH, GraphEmbedder
from rag.embed.weights import PACKAGE, PACKAGED_FILE, check_packaged
from rag.settings import Settings
from rag.sources import read

ALIKE = 0.9999
"""The least cosine between a text's vector by the graph and by sentence-transformers."""


class Sentence(torch.nn.Module):
    """What sentence-transformers does after its tokenizer: transformer, mean over tokens, unit length."""

    def __init__(self, transformer: torch.nn.Module) -> None:
        """Share the transformer's weights."""
        super().__init__()
        self.transformer = transformer

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        """(texts, tokens) twice -> (texts, dim)."""
        tokens = self.transformer(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        weights = attention_mask.unsqueeze(-1).to(tokens.dtype)
        means = (tokens * weights).sum(1) / weights.sum(1)
        return torch.nn.functional.normalize(means, p=2, dim=1)


def exported(model: SentenceTransformer) -> onnx.ModelProto:
    """The model's graph with its weights inside."""
    sample = model.tokenizer(["a question of grain", "and"], padding=True, return_tensors="pt")
    with TemporaryDirectory() as folder, warnings.catch_warnings():
        written = Path(folder) / "model.onnx"
        warnings.simplefilter("ignore")  # of its age, and of branches that the comparison below covers
        torch.onnx.export(
            Sentence(model[0].get_submodule("auto_model")).eval(),
            (sample["input_ids"], sample["attention_mask"]),
            written,
            dynamo=False,
            do_constant_folding=False,  # it would turn the weights, which must stay as the package holds them
            opset_version=17,
            input_names=["input_ids", "attention_mask"],
            output_names=["vectors"],
            dynamic_axes={name: {0: "texts", 1: "tokens"} for name in ("input_ids", "attention_mask")},
        )
        return onnx.load(written)


def without_weights(model: onnx.ModelProto, file: Path, sha256: str) -> onnx.ModelProto:
    """The same graph with each weight named by its place in a file of safetensors."""
    with file.open("rb") as opened:
        (length,) = struct.unpack("<Q", opened.read(8))
        places = json.loads(opened.read(length))
    for tensor in model.graph.initializer:
        place = places.get(tensor.name.removeprefix("transformer."))
        if place is None:
            continue
        begin, end = place["data_offsets"]
        set_external_data(tensor, file.name, offset=8 + length + begin, length=end - begin)
        tensor.ClearField("raw_data")
        tensor.data_location = onnx.TensorProto.EXTERNAL
    for node in model.graph.node:
        node.ClearField("doc_string")  # places in the exporter's own source
    model.metadata_props.add(key="weights", value=sha256)
    return model


def main() -> int:
    """Export, compare, write; 1 where the vectors differ."""
    model = SentenceTransformer(str(PACKAGE), device="cpu", local_files_only=True)
    graph = without_weights(exported(model), PACKAGED_FILE, check_packaged())
    written = GRAPH.with_suffix(".new")
    written.write_bytes(graph.SerializeToString(deterministic=True))
    records = read([Settings.load({}).seeds]).records
    texts = ["", "a", "grain " * 400, *(text for record in records for text in (record.title, record.text))]
    ours = GraphEmbedder(written).embed_documents(texts)
    cosines = (ours * model.encode(texts, normalize_embeddings=True)).sum(1)
    sys.stdout.write(f"{len(texts)} texts, least cosine {cosines.min():.7f}; {written.stat().st_size} bytes\n")
    if np.any(cosines < ALIKE):
        return 1
    written.replace(GRAPH)
    return 0


if __name__ == "__main__":
    sys.exit(main())
