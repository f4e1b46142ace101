"""The files of a generation."""

VECTORS = "vectors.faiss"  # one vector a record; see `vectors`
HALVES = "vectors.f16"  # the same in half precision, where the index keeps only sketches of them
PLAIN = "vectors.f32"  # the same in full: while a build runs, and beside the sketches of earlier programs
PASSAGES = "passages.i8"  # one vector a passage; see `passage_vectors`
WORDS = "words"  # a tantivy index: stems of words, with days and codes to filter by
TEXTS = "texts.u64"  # the same words in the order of each record's text; see `forward_index`
COLUMNS = "columns.npz"  # days and codes of every record, to filter, count and sort by
ROWS = "rows.sqlite"  # the records, the texts of their passages, and the value of each code
PROFILE = "profile.bin"  # what the build stored about the collection as a whole; see `rag.names.profile`
WORD_TABLE = "uses.npy"  # vector and expansions of each word; see `rag.embeddings.similar_words`
ENTERED = "entered.npy"  # when each record entered the collection

# Patterns of the files in which one question reads hundreds of places.
RANDOM_ACCESS = (VECTORS, HALVES, PLAIN, PASSAGES, TEXTS, WORD_TABLE, f"{WORDS}/*")
