"""Milvus, for collections and audiences past one machine. All that knows pymilvus.

A generation is two collections there: the vectors, a row a record with its days and the codes of its values; and the
texts, which are the records, their passages with vectors, the profile. A third collection lists the generations that
are whole, and an alias names the published one. Milvus is asked for the nearest records and for vectors. Words, other
filters, counts and passages are answered from files like the embedded engine's, which each machine makes from the
texts and may lose: they are a cache.

index             the collections as an Index: what is kept, published, verified
address           RAG_INDEX, checked, in its parts
engine            calls to the server, with time-outs and one retry
texts             keys and bytes in a collection; generation_list: the generations that are whole
writer            entries -> a new generation, there and in the cache
replica           the cache, made again from the texts where it is missing
record_vectors    the nearest rows and their vectors, which a reader has beside the cache
"""
