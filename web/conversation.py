"""A conversation <-> the address that holds it whole: the server keeps none, so reload, back and sharing keep it.

    /?h=first question&h=second&h-no=0.dates&h-only=1.<id>&q=third&no=names&only=<id>

`h` are the questions before, the oldest first; `h-no` and `h-only` say by place what the reader took away from one, and
which records it is to be answered from. `q`, `no` and `only` are the latest question's own. An empty `only` says that
records were chosen, and perhaps none. `left` counts the questions that an address had no more room for.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlencode

from fastapi import Depends, Request

from rag.errors import QuestionError
from rag.query.enquiry import Aspect, Turn
from web.request_bodies import LONGEST, MOST

if TYPE_CHECKING:
    from rag.answer.answer import Answer
    from rag.assistant.assistant import Assistant

Pairs = tuple[tuple[str, str], ...]

TURNS = 8
"""Questions on a page, at most."""

ROOM = 6000
"""Bytes of a page's address, at most: every browser and nearly every proxy takes as many."""

USUAL = 5
"""Records in an answer, unless the address says otherwise."""


@dataclass(frozen=True, slots=True)
class Put:
    """A question as it stands in an address.

    Attributes:
        without: What the reader took away from its understanding.
        only: Ids of the records it is to be answered from; None where the evidence decides.
    """

    question: str
    without: tuple[Aspect, ...] = ()
    only: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Conversation:
    """Questions put one after the other.

    Attributes:
        puts: The oldest first; the last is the latest question.
        left: Questions before them that are no longer carried.
        k: Records in each answer.
    """

    puts: tuple[Put, ...] = ()
    left: int = 0
    k: int = USUAL

    def pairs(self, *, ticking: int | None = None) -> Pairs:
        """What its address says; without the records of the one place whose boxes a form ticks."""
        *before, latest = self.puts
        pairs = [
            *_asides(self.left, self.k),
            *(("h", put.question) for put in before),
            *(("h-no", f"{place}.{aspect.value}") for place, put in enumerate(before) for aspect in put.without),
            *(
                ("h-only", f"{place}.{each}")
                for place, put in enumerate(before)
                if place != ticking
                for each in _marked(put.only)
            ),
            ("q", latest.question),
            *(("no", aspect.value) for aspect in latest.without),
            *(("only", each) for each in _marked(latest.only) if ticking != len(before)),
        ]
        return tuple(pairs)

    def carried(self) -> Pairs:
        """What the address of a further question says besides that question, of what there is room for."""
        if not self.puts:
            return tuple(_asides(self.left, self.k))
        following = Conversation((*self.puts, Put("")), self.left, self.k).fitted()
        return tuple((name, value) for name, value in following.pairs() if name != "q")

    def url(self, path: str = "/") -> str:
        """The address that holds it whole."""
        return f"{path}?{urlencode(self.pairs())}" if self.puts else path

    def fitted(self) -> Conversation:
        """As much of it as an address has room for, the latest questions first."""
        fitted = self
        while len(fitted.puts) > 1 and (len(fitted.puts) > TURNS or len(fitted.url()) > ROOM):
            fitted = replace(fitted, puts=fitted.puts[1:], left=fitted.left + 1)
        return fitted

    def until(self, place: int) -> Conversation:
        """It as it was when this question was the latest."""
        return replace(self, puts=self.puts[: place + 1])

    def changed(self, place: int, **changes: object) -> Conversation:
        """It with one question put otherwise."""
        put = replace(self.puts[place], **changes)  # type: ignore[arg-type] # the fields of a Put
        return replace(self, puts=(*self.puts[:place], put, *self.puts[place + 1 :]))

    def answers(self, assistant: Assistant) -> list[Answer]:
        """The answer of each question, with those before it in mind."""
        return [
            _answer(assistant, assistant.generation, put, tuple(each.question for each in self.puts[:place]), self.k)
            for place, put in enumerate(self.puts)
        ]


# A page shows every turn anew, and all but one of them as before. What is remembered is no session: it is whatever
# anybody asked last, by question alone.
@lru_cache(maxsize=128)
def _answer(assistant: Assistant, _generation: str, put: Put, before: tuple[str, ...], k: int) -> Answer:
    return assistant.ask(
        put.question,
        history=[Turn(each) for each in before],
        k=k,
        understand=frozenset(Aspect) - frozenset(put.without),
        among=put.only,
    )


def _asides(left: int, k: int) -> list[tuple[str, str]]:
    return [*([("left", str(left))] if left else []), *([("k", str(k))] if k != USUAL else [])]


def _marked(only: tuple[str, ...] | None) -> tuple[str, ...]:
    return () if only is None else only or ("",)


def _conversation(request: Request) -> Conversation:
    given = request.query_params
    question = given.get("q", "").strip()
    before = [each.strip() for each in given.getlist("h") if each.strip()]
    if any(len(each) > LONGEST for each in (question, *before)):
        message = f"q, h: a question has {LONGEST:,} characters at most; shorten it"
        raise QuestionError(message)
    puts = [
        Put(
            each,
            _aspects("h-no", _at(given.getlist("h-no"), place)),
            _ids("h-only", _at(given.getlist("h-only"), place)),
        )
        for place, each in enumerate(before)
    ]
    if question:
        puts.append(Put(question, _aspects("no", given.getlist("no")), _ids("only", given.getlist("only"))))
    left = _number("left", given.get("left", "0"), 0, 10**6)
    return Conversation(tuple(puts), left, _number("k", given.get("k", str(USUAL)), 1, MOST)).fitted()


def _at(values: list[str], place: int) -> list[str]:
    """What is said of the question at this place."""
    return [value.partition(".")[2] for value in values if value.partition(".")[0] == str(place)]


def _aspects(name: str, values: list[str]) -> tuple[Aspect, ...]:
    known = {aspect.value: aspect for aspect in Aspect}
    if unknown := [value for value in values if value not in known]:
        message = f"{name}: {unknown[0][:40]!r} is none of {', '.join(known)}"
        raise QuestionError(message)
    return tuple(aspect for value, aspect in known.items() if value in values)


def _ids(name: str, values: list[str]) -> tuple[str, ...] | None:
    ids = tuple(dict.fromkeys(value for value in values if value))
    if len(ids) > MOST:
        message = f"{name}: these are {len(ids)} records, and an answer takes {MOST} at most; tick fewer"
        raise QuestionError(message)
    return ids if values else None


def _number(name: str, text: str, least: int, most: int) -> int:
    if text.isascii() and text.isdecimal() and len(text) <= len(str(most)) and least <= int(text) <= most:
        return int(text)
    message = f"{name}: {text[:40]!r} is no whole number from {least} to {most}"
    raise QuestionError(message)


ConversationDep = Annotated[Conversation, Depends(_conversation)]
