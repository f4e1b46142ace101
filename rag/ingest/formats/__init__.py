"""The formats that sources come in, a module each; one more is one module and its name in `rag.ingest.read.FORMATS`.

protocol        what a format is: it knows its own files (`sniff`) and reads them (`read`)
files           a file, plain or packed, opened once and within bounds
column_names    names that columns usually have -> fields of a record
column_mapping  rows -> items, by those names or by what was chosen
xml_reader      XML, its entities and their limits, for tei, ead and oai_pmh
"""
