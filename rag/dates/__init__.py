"""Dates as people write them, and the days they mean. `rag.dates.archival_date` and `rag.query.date_expressions` are its two doors.

edtf      EDTF <-> days
spans     what incomplete words say -> spans of EDTF
words     text -> the words and digits that can belong to a date
grammar   words -> what they say (the shapes: grammar.lark; parser: what lark brings)
phrases   text -> the phrases in it that say a date
"""
