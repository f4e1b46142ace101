"""A receipt's question, answered again -> its JSON."""

from typing import Self

from pydantic import Field

from rag.answer.receipt import Receipt
from rag.answer.replay import ChangeKind, Replay
from rag.schemas.answer import AnswerOut
from rag.schemas.base import Shape


class ChangeOut(Shape):
    """One difference between the receipt and the answer now."""

    kind: ChangeKind
    record: str | None = Field(validation_alias="record_id", description="The id of the record concerned.")
    text: str = Field(description="What changed, for a reader; of a record, what follows its id.")
    lost: list[str] = Field(description="Its sentences quoted then, still in the record, and not quoted now.")


class ReplayOut(Shape):
    """The answer that a receipt's question gets now, and whether it is the same."""

    same: bool = Field(description="Whether it quotes the same records, in the same order, with the same sentences.")
    changes: list[ChangeOut]
    then: Receipt = Field(description="The receipt as given; the program compares it and believes nothing in it.")
    now: AnswerOut

    @classmethod
    def of(cls, replay: Replay) -> Self:
        """Shape a replay."""
        return cls(
            same=replay.same,
            changes=[ChangeOut.of(change) for change in replay.changes],
            then=replay.receipt,
            now=AnswerOut.of(replay.answer),
        )
