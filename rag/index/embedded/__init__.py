"""Entries -> a folder of vectors, words, rows and columns -> a Reader of it: the adapter that needs no server.

files    what the files of a generation are called, and what each holds
writer   entries -> such files, all or none
reader   such files -> the answers of a Reader
showing  signs -> the rows that show any of them
"""

from rag.index.embedded.reader import FolderReader
from rag.index.embedded.writer import FolderWriter

__all__ = ["FolderReader", "FolderWriter"]
