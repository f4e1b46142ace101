"""A model's judged sentences -> their JSON."""

from pydantic import Field

from rag.llm.gate import ReasonKind
from rag.llm.writer import WritingOutcome
from rag.schemas.base import Shape


class ReasonOut(Shape):
    """Why a sentence was struck."""

    kind: ReasonKind
    text: str


class JudgedOut(Shape):
    """A sentence that a model wrote, compared with the records that it cites."""

    text: str = Field(description="Without its citation marks.")
    citations: list[int]
    stands: bool
    reasons: list[ReasonOut] = Field(description="Why it was struck; empty where it stands.")


class WrittenOut(Shape):
    """The outcome of a model's reply, once it has ended."""

    outcome: WritingOutcome = Field(
        description="`extractive`: no written sentence counts; the curators' own words are the answer."
    )
    model: str
    stand: int
    struck: int
    notes: list[str]
