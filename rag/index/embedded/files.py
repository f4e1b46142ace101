"""The files of a generation."""

from typing import Final

VECTORS: Final = "vectors.faiss"
"""An index of one vector a record; see `rag.index.embedded.faiss_index`."""

PLAIN: Final = "vectors.f32"
"""The same vectors one after another, where the index holds but sketches of them."""

PASSAGES: Final = "passages.i8"
"""One vector a passage; see `rag.index.embedded.passage_vectors`."""

WORDS: Final = "words"
"""A folder of tantivy: words by their stems, with days and codes to filter by."""

TEXTS: Final = "texts.u64"
"""The same words in the order of each record's text; see `rag.index.embedded.forward_index`."""

COLUMNS: Final = "columns.npz"
"""Days and codes of every record, to filter, count and sort by."""

ROWS: Final = "rows.sqlite"
"""The records, the texts of their passages, the values that codes stand for."""

PROFILE: Final = "profile.bin"
"""What the build says of the collection as a whole."""

USES: Final = "uses.npy"
"""How the commonest words are used; see `rag.embeddings.similar_words`."""

ENTERED: Final = "entered.npy"
"""When each record entered the collection."""

HERE_AND_THERE: Final = (VECTORS, PLAIN, PASSAGES, TEXTS, USES, f"{WORDS}/*")
"""Those that a question looks into in hundreds of places, as patterns."""
