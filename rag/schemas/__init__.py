"""Values -> the JSON that the API returns and that `--json` prints: one schema, whoever asks.

base        what all of them are
record      records, hits, related records
answer      an answer: sentences, citations, what was understood
search      a page of a search
suggest     names and titles while one types
export      records as files that a build reads again
check, replay, llm      what came of a check, of a receipt, of a model's reply
"""

from rag.schemas.answer import AnswerOut, SentenceOut
from rag.schemas.base import Shape
from rag.schemas.check import CheckOut
from rag.schemas.llm import JudgedOut, WrittenOut
from rag.schemas.record import HitsOut, RecordOut, RelatedListOut
from rag.schemas.replay import ReplayOut
from rag.schemas.search import FoundOut, RecordsOut
from rag.schemas.suggest import SuggestOut

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
    "SuggestOut",
    "WrittenOut",
]
