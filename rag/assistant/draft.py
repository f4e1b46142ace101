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
    """What there is to say, before it is numbered.

    Attributes:
        nearest: The best hits, cited or not.
        reason: Why nothing is quoted, or None.
        query: What was searched; None where days alone were asked for.
        weighing: How the records were weighed; None where none was.
    """

    composed: Composed = NOTHING
    nearest: Sequence[Hit] = ()
    reason: str | None = None
    query: Query | None = None
    catalogue: Catalogue | None = None
    status: Status | None = None
    verdict: Premise | None = None
    weighing: Weighing | None = None
