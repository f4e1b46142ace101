"""The index of a collection.

ports     what writes and reads a collection, wherever it is kept
open      settings -> the index, by whichever engine
analyzer  text -> the terms that are searched
embedded  the engine that needs no server; another engine is another folder beside it
milvus    the one for many machines
"""
