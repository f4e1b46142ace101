"""What there is to say to a question, before it is numbered and signed."""

from collections.abc import Sequence
from dataclasses import dataclass

from rag.answer.answer import Status, Weighing
from rag.answer.catalogue import Catalogue
from rag.answer.compose import NOTHING, Composed
from rag.answer.verdict import Premise
from rag.record import Hit
from rag.search.ranking import Query


@dataclass(frozen=True, slots=True)
class AnswerDraft:
    """What there is to say, before it is numbered."""

    composed: Composed = NOTHING
    nearest: Sequence[Hit] = ()  # the best hits, cited or not
    reason: str | None = None  # why nothing is quoted, or None
    query: Query | None = None  # what was searched; None where days alone were asked for
    catalogue: Catalogue | None = None
    status: Status | None = None
    verdict: Premise | None = None
    weighing: Weighing | None = None  # how the records were weighed; None where none was
