"""Request bodies of the API -> arguments of the assistant. Responses are in `rag.schemas`."""

from typing import Annotated

from pydantic import BeforeValidator, ConfigDict, Field, StringConstraints

from rag import check
from rag.query.enquiry import Aspect, Turn, between
from rag.record import Filter
from rag.schemas import Shape

# No `from __future__ import annotations` here and in the routes: pydantic and FastAPI read annotations at run time.

LONGEST = 2000  # characters of a question or a text, at most
MOST = 100  # records in one answer, at most

BRANCHES = (
    "Branches of the hierarchy; a record must be a part of one of them: titles from the fonds down "
    "(`Falk papers > Letters`), or the last of them alone."
)

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST)]


def _numeric(value: object) -> object:
    """Refuse `true` and `"5"`, which pydantic takes for numbers but the API's description does not."""
    if isinstance(value, bool | str):
        message = f"input should be a number, not {'a boolean' if isinstance(value, bool) else 'a text'}"
        raise ValueError(message)  # noqa: TRY004 - pydantic reports this type of error
    return value


_Number = BeforeValidator(_numeric)
Count = Annotated[int, _Number, Field(ge=1, le=MOST)]


class RequestBody(Shape):
    """A request body. It refuses unknown names, so that a misspelt filter is not ignored."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class FiltersIn(RequestBody):
    """What records must satisfy: one of their dates is certainly or possibly in the range, and they lie in a branch."""

    date_from: str | None = Field(
        default=None, description="EDTF: 1962, 1962-10, 1962-10-27, 196X; its first day counts."
    )
    date_to: str | None = Field(default=None, description="EDTF; its last day counts.")
    inside: list[Annotated[str, StringConstraints(min_length=1, max_length=LONGEST)]] = Field(
        default_factory=list, max_length=MOST, description=BRANCHES
    )

    def where(self) -> Filter:
        """The filter; QuestionError where a date cannot be read."""
        return between(self.date_from, self.date_to).having({"inside": self.inside} if self.inside else {})


class SaidIn(Shape):
    """A sentence of an earlier answer, as the API gave it."""

    text: str


class TurnIn(Shape):
    """An earlier question; other fields of its answer may be sent too and are ignored."""

    question: Text
    answer: str | list[SaidIn] | None = Field(default=None, description="Its answer, as text or as the API gave it.")

    records: list[Annotated[str, StringConstraints(pattern=r"^\S+$", max_length=300)]] | None = Field(
        default=None, max_length=MOST, description="Ids of the records that the answer cited, in order."
    )

    def turn(self) -> Turn:
        """The turn for the assistant."""
        answer = self.answer
        text = " ".join(sentence.text for sentence in answer) if isinstance(answer, list) else answer
        return Turn(self.question, text or None, None if self.records is None else tuple(self.records))


class AskIn(RequestBody):
    """A question in plain words."""

    question: Text
    history: list[TurnIn] = Field(
        default_factory=list, max_length=MOST, description="Earlier turns, oldest first; the last 16 count."
    )
    k: Count = Field(default=5, description="Number of records in all, quoted and nearest together.")
    filters: FiltersIn = FiltersIn()
    understand: list[Aspect] = Field(default=list(Aspect), description="What to look for in the question.")
    without: list[Annotated[str, StringConstraints(max_length=LONGEST)]] = Field(
        default_factory=list,
        max_length=MOST,
        description="What to leave out: `intent`, a field of `understood.filters`, a value (`types:telegram`).",
    )
    among: list[Annotated[str, Field(min_length=1, max_length=LONGEST)]] | None = Field(
        default=None, max_length=MOST, description="Ids of the records to answer from; null for all records."
    )
    explain: bool = Field(default=False, strict=True, description="Also say why the answer is as it is: `why`.")


class ReplayIn(RequestBody):
    """A receipt, as an answer gave it."""

    receipt: str


class CheckIn(RequestBody):
    """A text with references or quotations."""

    text: str = Field(min_length=1, max_length=check.LONGEST)


class SimilarIn(RequestBody):
    """Exactly one of a text, a record's id, several records' ids and a vector."""

    text: Text | None = None
    id: str | None = Field(default=None, min_length=1, max_length=LONGEST)
    ids: list[Annotated[str, StringConstraints(min_length=1, max_length=LONGEST)]] | None = Field(
        None,
        min_length=1,
        max_length=MOST,
        description="Ids of several records; finds what is near the mean of their vectors.",
    )
    vector: list[Annotated[float, _Number, Field(allow_inf_nan=False)]] | None = Field(
        None, min_length=1, max_length=16_384, description="As many numbers as the model has dimensions."
    )
    k: Count = 10
    min_score: Annotated[float, _Number] = Field(
        default=0.0, ge=-1, le=1, description="Cosine that a record must reach, in [-1, 1]."
    )
    filters: FiltersIn = FiltersIn()
