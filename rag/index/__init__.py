"""The index of a collection.

ports     what writes and reads a collection, whatever keeps it
analyzer  how a text becomes the terms that are searched
embedded  the adapter that keeps it in a folder; another engine is another folder beside it
"""
