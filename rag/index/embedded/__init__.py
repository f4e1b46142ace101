"""The adapter that needs no server: a generation is a folder of files. All that knows FAISS, tantivy or SQLite.

writer, reader    entries -> the files of a generation (`files`) -> the answers of a Reader
generation        a folder sealed, published, verified, removed; rollback: what is kept, and the way back
current           the published generation, followed as it changes
corruption        what reading any of it raises, in one line with its cure
vectors           one vector a record, searched by faiss_index (FAISS); passage_vectors: one a passage
fulltext          which records contain a word (tantivy); forward_index: the words of each record in their order
filters           days and codes of every record, as field_values writes them; bitmaps, ranges: which records have each
matches           which records match a query's words or come near its vector
record_store      the records themselves, the texts of their passages (SQLite)
word_vector_file  vectors of the collection's words
accessions        when each record entered the collection
"""
