"""The engine that needs no server: a generation is a folder of files. All that knows FAISS, tantivy or SQLite.

index             the folder as an Index: what is kept, and the way back to an earlier generation
writer, reader    entries -> the files of a generation (`files`) -> an IndexReader
generation        a folder sealed, published, verified, removed
current           the published generation, followed as it changes
corruption        what reading any of it raises, in one line with its cure
vectors           one vector a record, searched by FAISS; passage_vectors: one a passage; both by way of mapped_file
fulltext          which records contain a word (tantivy), by the terms of analyzer
forward_index     the terms of each record in their order
filters           days and codes of every record, as field_values writes them; bitmaps: which records have each code
word_masks        which records contain words or phrases, as bits
record_store      the records themselves, the texts of their passages (SQLite)
word_vector_file  vectors of the collection's words
accessions        when each record entered the collection
"""
