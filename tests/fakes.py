"""Small real parts for tests that need no model."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

import numpy as np

from rag.embeddings.similar_words import NO_WORD_TABLE
from rag.index.open import open_index
from rag.index.ports import Identity, IndexEntry, Passages
from rag.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from rag.embeddings import Embedder, Vectors
    from rag.embeddings.similar_words import WordTable
    from rag.index.ports import Index
    from rag.record import Record


class WordCountEmbedder:
    """A real embedder, only a stupid one: the same words give the same direction, other words nearly another."""

    def __init__(self, name: str = "word-count", dimensions: int = 64) -> None:
        """Embedders of different names have different weights."""
        self.name = name
        self.weights = hashlib.sha256(name.encode()).hexdigest()
        self.dimensions = dimensions

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """Count each word into the two places that its hash and this embedder's weights choose."""
        vectors = np.zeros((len(texts), self.dimensions), np.float32)
        for vector, text in zip(vectors, texts, strict=True):
            for word in re.findall(r"\w+", text.casefold()) or [""]:
                digest = hashlib.blake2b(word.encode(), digest_size=8, key=bytes.fromhex(self.weights)).digest()
                for half in (digest[:4], digest[4:]):
                    vector[int.from_bytes(half) % self.dimensions] += 1
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        """As documents."""
        return self.embed_documents(texts)


def saved(file: Path, content: str | bytes) -> Path:
    """The file, with this in it."""
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return file


def flip(file: Path) -> None:
    """Change one bit in the middle."""
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


def index_of(vectors: Path) -> Index:
    """The index in this folder."""
    return open_index(Settings(seeds=vectors, vectors=vectors))


def shelve(
    vectors: Path,
    records: Iterable[Record],
    embedder: Embedder,
    *,
    profile: bytes = b"profile",
    word_table: WordTable = NO_WORD_TABLE,
    keep: int = 2,
) -> str:
    """Publish a generation of these records, each with its title and its summary as passages; its name."""
    identity = Identity(embedder.name, embedder.weights, embedder.dimensions, ("/seeds",))
    with index_of(vectors).writer(identity, keep=keep) as writer:
        for record in records:
            texts = (record.title, record.summary) if record.summary else (record.title,)
            passages = Passages(texts, embedder.embed_documents(texts))
            writer.add([IndexEntry(record, embedder.embed_documents([record.text])[0], passages)])
        return writer.publish(profile, word_table)
