"""Texts and words -> unit vectors, by a model on this machine.

weights        a model's files and their SHA-256
tokenizer      a text -> the model's tokens
token_table    a token -> its row in the model's input embeddings
onnx_backend   the packaged model as a graph that onnxruntime runs: starts fast, needs no torch
together       texts of several threads -> one pass
attention      what a model looked at while it read a text
torch_backend  any sentence-transformers model; the reference for the graph, and its fallback
tuned          models that learned a collection's language: folders beside the generations
load           a model's name -> its embedder
ray_embedder   the same encoder on every machine of a Ray cluster, for builds
cache          vectors of texts that an earlier build embedded
quantize       vectors -> eight bits a number
word_vectors   a word -> its vector, from the model's input embeddings
similar_words  a collection's words -> the words most similar to each
background     the cosines that unrelated questions reach in a collection
"""

from rag.embeddings.attention import Attention, Attentive
from rag.embeddings.load import PackagedEmbedder, load_embedder, open_embedder
from rag.embeddings.ports import Embedder, Prompts, Vectors
from rag.embeddings.torch_backend import SentenceTransformerEmbedder
from rag.embeddings.weights import PACKAGED, PACKAGED_WEIGHTS, check_packaged, folder_of

__all__ = [
    "PACKAGED",
    "PACKAGED_WEIGHTS",
    "Attention",
    "Attentive",
    "Embedder",
    "PackagedEmbedder",
    "Prompts",
    "SentenceTransformerEmbedder",
    "Vectors",
    "check_packaged",
    "folder_of",
    "load_embedder",
    "open_embedder",
]
