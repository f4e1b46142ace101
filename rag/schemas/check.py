"""The result of a check -> its JSON."""

from pydantic import Field

from rag.check import ClaimKind, TextSide, Verdict
from rag.schemas.answer import CitationOut
from rag.schemas.base import Shape


class PartOut(Shape):
    """A run of letters: in both, only in the text checked ("given"), or only in the record ("held")."""

    side: TextSide
    text: str


class FindingOut(Shape):
    """One reference or quotation of the text, with its verdict."""

    kind: ClaimKind
    verdict: Verdict
    text: str = Field(description="Exactly `text` of the whole, from `start` to `end`.")
    start: int = Field(description="Offset of its first character, in Unicode code points.")
    end: int = Field(description="Offset after its last.")
    reasons: list[str]
    differences: list[PartOut] = Field(
        validation_alias="parts", description="The finding against the record, letter by letter."
    )
    citations: list[int] = Field(description="The records compared, the nearest first.")


class CheckOut(Shape):
    """Each reference and quotation of a text, compared with the collection."""

    text: str = Field(description="In Unicode's composed form, without control characters.")
    findings: list[FindingOut] = Field(description="In the order of the text.")
    citations: list[CitationOut] = Field(description="Records compared; `quotes` are the words that were compared.")
    notes: list[str]
