"""The turns before an enquiry -> the records that each cited."""

from collections.abc import Callable
from dataclasses import replace

from rag.answer.answer import Answer
from rag.errors import RecordNotFound
from rag.index.ports import IndexReader
from rag.query.enquiry import Enquiry
from rag.record import Record


class PreviousCitations:
    """What the turns before an enquiry cited, by what the caller kept, or asked again."""

    def __init__(self, reader: IndexReader, enquiry: Enquiry, ask: Callable[[Enquiry], Answer]) -> None:
        self._reader, self._enquiry, self._ask = reader, enquiry, ask
        self._turns = list(enquiry.history)

    def of_turn(self, at: int) -> list[Record]:
        """The records that a turn cited, in the order of its answer, without those that are here no more."""
        for each, turn in enumerate(self._turns[: at + 1]):
            if turn.records is None and not turn.question.strip():
                self._turns[each] = replace(turn, records=())
            elif turn.records is None:
                before = tuple(self._turns[:each])
                asked = replace(self._enquiry, question=turn.question, history=before, among=None, without=())
                self._turns[each] = replace(turn, records=self._ask(asked).cited)
        return [record for id_ in self._turns[at].records or () for record in existing(self._reader, id_)]


def existing(reader: IndexReader, record_id: str) -> list[Record]:
    """The record with this id, if there is one."""
    try:
        return reader.records([record_id])
    except RecordNotFound:
        return []
