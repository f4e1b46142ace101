"""Dates as people write them, and the days they mean.

Two doors: `archival_date` for a record's dates, `rag.query.date_expressions` for a question's.

edtf         EDTF <-> days
spans        what incomplete words say -> spans of EDTF
date_tokens  text -> the words and digits that can belong to a date
grammar      words -> what they say (the shapes: grammar.lark)
phrases      text -> the phrases in it that say a date
"""
