"""The ports of the index, and the adapter that keeps it in a folder.

ports        what writes and reads a collection, whatever keeps it
folder       the adapter; each of its files is one of:
  vectors    one vector a record, searched by an index of `nearest` (FAISS)
  passages   one vector a passage
  words      which records hold a word (tantivy); texts: the words of each record in their order
  columns    days and codes of every record, as `facts` writes them; codes: which records have each
  rows       the records themselves, the texts of their passages
  uses       how the words of the collection are used
  entered    when each record came
generation   a folder sealed, published, verified, removed; history: what is kept, and the way back
damage       what reading any of these raises, in one line with its cure
shelf        the published generation, followed as it changes
"""
