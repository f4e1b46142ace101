"""The files of a generation."""

from typing import Final

VECTORS: Final = "vectors.faiss"
"""One vector a record; see `rag.index.embedded.faiss_index`."""

PLAIN: Final = "vectors.f32"
"""The same vectors in full, where the index keeps only sketches of them."""

PASSAGES: Final = "passages.i8"
"""One vector a passage; see `rag.index.embedded.passage_vectors`."""

WORDS: Final = "words"
"""A tantivy index: stems of words, with days and codes to filter by."""

TEXTS: Final = "texts.u64"
"""The same words in the order of each record's text; see `rag.index.embedded.forward_index`."""

COLUMNS: Final = "columns.npz"
"""Days and codes of every record, to filter, count and sort by."""

ROWS: Final = "rows.sqlite"
"""The records, the texts of their passages, and the value of each code."""

PROFILE: Final = "profile.bin"
"""What the build stored about the collection as a whole; see `rag.names.profile`."""

WORD_TABLE: Final = "uses.npy"
"""Vector and expansions of each word; see `rag.embeddings.similar_words`."""

ENTERED: Final = "entered.npy"
"""When each record entered the collection."""

RANDOM_ACCESS: Final = (VECTORS, PLAIN, PASSAGES, TEXTS, WORD_TABLE, f"{WORDS}/*")
"""Patterns of the files in which one question reads hundreds of places."""
