"""The formats of sources, a module each.

To add one: write and test a module, name it in `rag.ingest.read.FORMATS`, and add its row to `web/help/importing.md`.

protocol        what a format is: it recognizes its own files (`sniff`) and reads them (`read`)
files           a file, plain or compressed, read within bounds, and what a person chose for it
encodings       bytes -> the encoding in which a text was written
column_names    usual names of columns -> fields of a record
column_mapping  rows -> items, by those names or by a person's choice
date_columns    what stands in columns of dates -> dates of documents
tables          rows of cells -> rows of named values
row_values      one value of a row, at any depth -> its texts
nested          objects within objects -> rows
markup          values with tags and entities -> text
html_text       a page of HTML -> its paragraphs
dublin_core     a description in Dublin Core -> a row
mods            a description in MODS -> a row
lido            a description in LIDO -> a row
xml_reader      XML without entities or downloads, for tei, ead and catalogue_records
"""
