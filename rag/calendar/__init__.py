"""Dates as people write them, and the days they mean. `rag.dates` and `rag.when` are its two doors.

edtf      EDTF <-> days
words     text -> the words and digits that can belong to a date
spans     what incomplete words say -> points of EDTF
phrases   text -> the phrases in it that say a date (grammar: phrases.lark)
"""
