"""Texts -> unit vectors, by one model that lies on this machine; and what those vectors tell of words.

weights        which files a model is, and that they are the ones expected
tokenizer      a text -> the tokens of a model
token_table    one row of numbers for each token, from which a model begins
onnx_backend   the packaged model as a graph that onnxruntime runs: ready in a blink, no torch
torch_backend  any sentence-transformers model: what the graph is compared with, and its stand-in
load           the embedder for a model's name: the graph for the packaged one, else torch
cache          what is embedded already, for the next build
quantize       vectors in eight bits
word_vectors   how alike words are used, by the model's own table; similar_words: those of a collection
background     how near a collection comes to questions that have nothing to do with it
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
