"""The index of a collection.

ports        what writes and reads a collection, wherever it is kept
open         settings -> the index, by whichever engine
analyzer     text -> the terms that are searched
json_values  records, manifests and receipts as JSON
embedded     the engine that needs no server; another engine is another folder beside it
milvus       the one for many machines
"""
