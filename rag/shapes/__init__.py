"""Nouns -> the JSON that the API returns and that `--json` prints: one shape, whoever asks.

shape      what all of them are
record     records, hits, related records
answer     an answer: sentences, citations, what was understood
found      a page of a search
check, replay, written      what came of a check, of a receipt, of a model's reply
"""

from rag.shapes.answer import AnswerOut, SentenceOut
from rag.shapes.check import CheckOut
from rag.shapes.found import FoundOut, RecordsOut
from rag.shapes.record import HitsOut, RecordOut, RelatedListOut
from rag.shapes.replay import ReplayOut
from rag.shapes.shape import Shape
from rag.shapes.written import JudgedOut, WrittenOut

__all__ = [
    "AnswerOut",
    "CheckOut",
    "FoundOut",
    "HitsOut",
    "JudgedOut",
    "RecordOut",
    "RecordsOut",
    "RelatedListOut",
    "ReplayOut",
    "SentenceOut",
    "Shape",
    "WrittenOut",
]
