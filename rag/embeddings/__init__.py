"""Texts -> unit vectors, by one model that lies on this machine.

weights    which files a model is, and that they are the ones expected
tokens     what cuts a text into the tokens of a model
table      one row of numbers for each token, from which a model begins
graph      the packaged model as a graph that onnxruntime runs: ready in a blink, no torch
reference  any sentence-transformers model: what the graph is held against, and its stand-in
opening    the embedder for a model's name: the graph for the packaged one, else the reference
"""

from rag.embeddings.load import PackagedEmbedder, load_embedder, open_embedder
from rag.embeddings.ports import Embedder, Vectors
from rag.embeddings.torch_backend import SentenceTransformerEmbedder
from rag.embeddings.weights import PACKAGED, check_packaged, folder_of

__all__ = [
    "PACKAGED",
    "Embedder",
    "PackagedEmbedder",
    "SentenceTransformerEmbedder",
    "Vectors",
    "check_packaged",
    "folder_of",
    "load_embedder",
    "open_embedder",
]
