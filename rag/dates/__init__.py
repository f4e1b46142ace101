"""Dates as people write them, and the days they mean.

Two doors: `archival_date` for a record's dates, `rag.query.date_expressions` for a question's.

edtf         EDTF <-> days
vocabulary   the words of dates, from the language's table
date_tokens  text -> the words and digits that can belong to a date
grammar      tokens -> what they say (grammar.lark has the shapes)
spans        what incomplete words say -> spans of EDTF
phrases      text -> the phrases in it that say a date
"""
