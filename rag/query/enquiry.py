"""What a reader asks, with all that decides the answer: a question, the turns before, filters, what may be understood.

A receipt keeps it, so each field says what it may contain, whoever wrote it.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Annotated, Any, ClassVar

from rag.dates.archival_date import Interval, edtf_interval
from rag.errors import QuestionError
from rag.language.message import together, worded
from rag.record import Filter

# No `from __future__ import annotations` here: pydantic reads annotations, but only where a receipt is read
# (`rag.answer.receipt`), as it is slow to import.

STRICT = {"extra": "forbid"}  # pydantic's settings of a class that ignores no field


class FieldLimits:
    """What a receipt may say in a field, whoever wrote it: names and values of pydantic's core schema."""

    def __init__(self, **limits: int | str) -> None:
        self._limits = limits

    def __get_pydantic_core_schema__(self, source: Any, handler: Callable[[Any], Any]) -> Any:  # noqa: ANN401 - pydantic's
        """The field's own schema with these limits."""
        return handler(source) | self._limits


# Without white space, so that what a forger writes there cannot read like a sentence of this program's.
Name = Annotated[str, FieldLimits(max_length=200, pattern=r"^\S+$")]
Id = Annotated[str, FieldLimits(max_length=300, pattern=r"^\S+$")]
Text = Annotated[str, FieldLimits(max_length=100_000)]
Fields = tuple[tuple[Name, tuple[Text, ...]], ...]


class Aspect(Enum):
    """What may be understood of a question; a reader can take each away."""

    DATES = "dates"
    NAMES = "names"
    SPELLING = "spelling"
    HISTORY = "history"


ALL_ASPECTS = frozenset(Aspect)
ASPECT_NAMES = frozenset(aspect.value for aspect in Aspect)


@dataclass(frozen=True, slots=True)
class Turn:
    """A question asked before.

    Attributes:
        answer: The answer's text, where the caller kept it.
        records: Ids of the records that the answer cited, in its order; None where the caller did not keep them.
    """

    __pydantic_config__: ClassVar = STRICT

    question: Text
    answer: Text | None = None
    records: Annotated[tuple[Id, ...], FieldLimits(max_length=100)] | None = None


class _QuestionAlone:
    """A turn may be a text: of it the question alone was kept."""

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:  # noqa: ANN401 - pydantic's
        """The schema of a turn, or of a text that becomes one."""
        from pydantic import BeforeValidator  # noqa: PLC0415 - slow to import

        return BeforeValidator(_turn).__get_pydantic_core_schema__(source, handler)


def _turn(value: Any) -> Any:  # noqa: ANN401 - whatever a receipt says
    return {"question": value} if isinstance(value, str) else value


@dataclass(frozen=True, slots=True)
class Enquiry:
    """A question as it was put, with all that decides its answer.

    Attributes:
        history: The turns before, oldest first.
        k: Records in all, cited and nearest together.
        fields: Pairs of a field and the values of which a record must have one.
        among: Ids of the records that the reader ticked; None where none were chosen.
        without: What the reader took away: "language", "intent", a field of the conditions ("people"), or a value of
            one ("types:telegram").
    """

    __pydantic_config__: ClassVar = STRICT

    question: Text
    history: Annotated[tuple[Annotated[Turn, _QuestionAlone()], ...], FieldLimits(max_length=100)]
    k: Annotated[int, FieldLimits(ge=1, le=100)]
    date_from: dt.date | None
    date_to: dt.date | None
    fields: Annotated[Fields, FieldLimits(max_length=20)]
    understand: Annotated[tuple[Aspect, ...], FieldLimits(max_length=20)]
    among: Annotated[tuple[Id, ...], FieldLimits(max_length=100)] | None
    without: Annotated[tuple[Text, ...], FieldLimits(max_length=100)] = ()

    @property
    def where(self) -> Filter:
        """The reader's own filter."""
        days = Interval(self.date_from, self.date_to)
        fields = tuple((field, frozenset(values)) for field, values in self.fields)
        return Filter(None if days == Interval(None, None) else days, fields)


def between(date_from: str | None, date_to: str | None) -> Filter:
    """The filter that a reader's two EDTF dates mean: from the first day of one to the last day of the other."""
    start, end = _bound("from", date_from), _bound("to", date_to)
    if start is None and end is None:
        return Filter()
    when = Interval(start.start if start else None, end.end if end else None)
    if when.start and when.end and when.start > when.end:
        raise QuestionError(
            worded(
                "the first date, %(first)s, is later than the last, %(last)s; exchange them",
                first=date_from,
                last=date_to,
            )
        )
    return Filter(when)


def _bound(name: str, text: str | None) -> Interval | None:
    if not text:
        return None
    try:
        return edtf_interval(text)
    except ValueError as error:
        raise QuestionError(together(f"date_{name}: ", *error.args)) from error
