"""A sentence of the program's own -> the same sentence, and what it was made of.

To all that compares, stores or sends it, a message is its English text. A page whose reader has another language
looks the form up in its catalogue and puts the values in again (`web.translation`).
"""

import calendar
import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Self


class Message(str):
    """An English text that keeps its form."""

    __slots__ = ("forms", "num", "values")

    # The form with places for values: %(name)s; for one, and for several where it counts; none for what only stands
    # together.
    forms: tuple[str, ...]
    num: int  # what it counts
    values: dict[str, object]  # by name: texts, messages, numbers, days; a tuple is joined by commas

    def __new__(cls, forms: tuple[str, ...], num: int, values: dict[str, object]) -> Self:
        """Say it in English."""
        form = (forms[0] if num == 1 else forms[-1]) if forms else "".join(f"%({name})s" for name in values)
        made = super().__new__(cls, form % {name: _english(value) for name, value in values.items()})
        made.forms, made.num, made.values = forms, num, values
        return made


class Month(dt.date):
    """A whole month, by its first day."""


class TypeName(str):
    """What a type of document is called."""

    __slots__ = ()


class TypeNames(TypeName):
    """What several documents of a type are called: telegrams."""

    __slots__ = ("one",)

    one: str  # what one is called

    def __new__(cls, several: str, one: str) -> Self:
        """Say it in English."""
        made = super().__new__(cls, several)
        made.one = one
        return made


def worded(form: str, **values: object) -> Message:
    """A message with these values in it."""
    return Message((form,), 1, values)


def counted(one: str, several: str, num: int, **values: object) -> Message:
    """A message that counts; %(num)s is the number."""
    return Message((one, several), num, {"num": num, **values})


def together(*parts: object) -> Message:
    """Texts and messages, one after the other."""
    return Message((), 1, {f"part{place}": part for place, part in enumerate(parts)})


def listed(names: Sequence[str], joint: str = "and") -> Message:
    """a; a and b; a, b and c."""
    *rest, last = names or ("",)
    if not rest:
        return together(last)
    if joint == "or":
        return worded("%(names)s or %(last)s", names=tuple(rest), last=last)
    return worded("%(names)s and %(last)s", names=tuple(rest), last=last)


def quoted(words: Iterable[str]) -> list[Message]:
    """Each word between quotation marks."""
    return [worded("“%(word)s”", word=word) for word in words]


def paragraph(said: Iterable[str]) -> Message:
    """Sentences one after the other."""
    return together(*(part for place, each in enumerate(said) for part in ((" ", each) if place else (each,))))


def _english(value: object) -> str:
    match value:
        case int():
            return f"{value:,}"
        case Month():
            return f"{calendar.month_name[value.month]} {value.year}"
        case dt.date():
            return f"{value.day} {calendar.month_name[value.month]} {value.year}"
        case tuple():
            return ", ".join(map(_english, value))
    return str(value)
