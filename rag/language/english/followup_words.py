"""The turns by which a question leans on the one before."""

from __future__ import annotations

import re

OPENERS = re.compile(r"(?:and|but|or|so|then|also|ok(?:ay)?)\b[\s,]*", re.IGNORECASE)

INSTEAD = re.compile(r"(?:(?:and|but|or|so)\s+)?(?:how|what)\s+about\s+|(?:just|only)\s+|and\s+", re.IGNORECASE)

POINTING = re.compile(
    r"\b(?:the (?:one|ones|same|first|second|third|latter|former|other|others)"
    r"|the (?:next|previous) (?:day|week|month|year)"
    r"|(?:this|that|these|those)(?=\s*(?:[?.!,]|$)|\s+(?:one|ones|meeting|talk|conversation|letter|cable|telegram|report))"
    r"|there(?=\s*[?.!]|$))\b",
    re.IGNORECASE,
)

PERSON = re.compile(r"\b(?:he|she|him|her|his|hers|himself|herself)\b", re.IGNORECASE)

THING = re.compile(r"\b(?:it|its|they|them|their|theirs|themselves)\b", re.IGNORECASE)

EXPLETIVE = re.compile(r"\b(?:is|was|does|did) it (?:true|possible|known|the case|seem|matter)\b", re.IGNORECASE)

ELLIPTIC = re.compile(r"(?:ones?|that|those)?[\s?.!,]*", re.IGNORECASE)
