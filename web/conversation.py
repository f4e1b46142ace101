"""A conversation <-> its address. The server stores nothing, so that a page can be reloaded, shared and gone back to.

    /?h=first question&h=second&h-no=0.dates&h-only=1.<id>&h-cited=1.<id> <id>&q=third&no=names&only=<id>

`h` are the earlier questions, oldest first; `h-no` and `h-only` give, by the number of the question, what the reader
removed from its understanding and the records to answer it from. `q`, `no` and `only` are those of the latest question.
An empty `only` says that the reader chose records, perhaps none. `h-cited` are the records that an answer cited: "the
second one" is the second that the reader saw; where they no longer fit, it is the second that the page shows. `left`
counts questions that no longer fit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends, Request

from rag.answer.answer import Answer
from rag.assistant.assistant import Assistant
from rag.errors import QuestionError
from rag.query.conditions import REMOVABLE
from rag.query.enquiry import Aspect, Turn
from web.request_bodies import LONGEST, MOST

Pairs = tuple[tuple[str, str], ...]

TURNS = 8  # questions on a page, at most
CITED = 1500  # bytes of it for the records that answers cited, at most: those of the latest answers
ROOM = 6000  # bytes of a page's address, at most: every browser and nearly every proxy takes as many
USUAL = 5  # records in an answer by default


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question in an address."""

    text: str
    without: tuple[str, ...] = ()  # what the reader removed from its understanding
    only: tuple[str, ...] | None = None  # ids of the records to answer from; None to search for them
    # Ids of the records that its answer cited when the reader saw it; empty where not known.
    cited: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Conversation:
    """Questions in the order in which they were asked."""

    questions: tuple[AskedQuestion, ...] = ()  # the last is the latest
    omitted: int = 0  # number of questions before them that no longer fit the address
    k: int = USUAL  # records in each answer

    def pairs(self, *, ticking: int | None = None) -> Pairs:
        """The parameters of its address, without the records of question `ticking`, whose form sends them itself."""
        *before, latest = self.questions
        pairs = [
            *_options(self.omitted, self.k),
            *(("h", question.text) for question in before),
            *(("h-no", f"{at}.{removed}") for at, question in enumerate(before) for removed in question.without),
            *(
                ("h-only", f"{at}.{record_id}")
                for at, question in enumerate(before)
                if at != ticking
                for record_id in _only_values(question.only)
            ),
            *(("h-cited", f"{at}.{' '.join(question.cited)}") for at, question in enumerate(before) if question.cited),
            ("q", latest.text),
            *(("no", removed) for removed in latest.without),
            *(("only", record_id) for record_id in _only_values(latest.only) if ticking != len(before)),
        ]
        return tuple(pairs)

    def carried(self) -> Pairs:
        """The parameters that the next question's address needs besides that question, as far as they fit."""
        if not self.questions:
            return tuple(_options(self.omitted, self.k))
        following = replace(self, questions=(*self.questions, AskedQuestion(""))).fitted()
        return tuple((name, value) for name, value in following.pairs() if name != "q")

    def url(self, path: str = "/") -> str:
        """Its address."""
        return f"{path}?{urlencode(self.pairs())}" if self.questions else path

    def fitted(self) -> Conversation:
        """The latest questions, as many as fit an address."""
        left, questions = CITED, list(self.questions)
        for at in range(len(questions) - 1, -1, -1):
            left -= sum(len(each) + 1 for each in questions[at].cited)
            if left < 0:
                questions[at] = replace(questions[at], cited=())
        fitted = replace(self, questions=tuple(questions))
        while len(fitted.questions) > 1 and (len(fitted.questions) > TURNS or len(fitted.url()) > ROOM):
            fitted = replace(fitted, questions=fitted.questions[1:], omitted=fitted.omitted + 1)
        return fitted

    def until(self, at: int) -> Conversation:
        """The conversation when this question was the latest."""
        return replace(self, questions=self.questions[: at + 1])

    def changed(self, at: int, **changes: object) -> Conversation:
        """The conversation with one question changed."""
        question = replace(self.questions[at], **changes)  # type: ignore[arg-type] # the fields of an AskedQuestion
        return replace(self, questions=(*self.questions[:at], question, *self.questions[at + 1 :])).forgetting(at)

    def forgetting(self, at: int) -> Conversation:
        """The conversation without what the answers cited from this question on."""
        later = (replace(question, cited=()) for question in self.questions[at:])
        return replace(self, questions=(*self.questions[:at], *later))

    def remembering(self, answers: Sequence[Answer]) -> Conversation:
        """The conversation with what its answers cite, as far as it is not known yet and fits."""
        pairs = zip(self.questions, answers, strict=True)
        cited = (replace(question, cited=question.cited or answer.cited) for question, answer in pairs)
        return replace(self, questions=tuple(cited)).fitted()

    def answers(self, assistant: Assistant) -> list[Answer]:
        """The answer to each question, with the earlier ones and what they cited as its history."""
        answers: list[Answer] = []
        for question in self.questions:
            before = self.history(answers)
            answers.append(_answer(assistant, assistant.generation, replace(question, cited=()), before, self.k))
        return answers

    def history(self, answers: Sequence[Answer]) -> tuple[Turn, ...]:
        """The first questions, with what their answers cited."""
        return tuple(
            Turn(question.text, None, question.cited or answer.cited)
            for question, answer in zip(self.questions, answers, strict=False)
        )


# Each page shows all turns, and only one is new. The cache is no session: it has the latest questions of all readers.
@lru_cache(maxsize=128)
def _answer(
    assistant: Assistant, _generation: str, question: AskedQuestion, before: tuple[Turn, ...], k: int
) -> Answer:
    return assistant.ask(
        question.text,
        history=before,
        k=k,
        understand=kept_aspects(question.without),
        without=question.without,
        among=question.only,
    )


def _options(omitted: int, k: int) -> list[tuple[str, str]]:
    return [*([("left", str(omitted))] if omitted else []), *([("k", str(k))] if k != USUAL else [])]


def _only_values(only: tuple[str, ...] | None) -> tuple[str, ...]:
    return () if only is None else only or ("",)


def _conversation(request: Request) -> Conversation:
    given = request.query_params
    latest = given.get("q", "").strip()
    before = [text.strip() for text in given.getlist("h") if text.strip()]
    if any(len(text) > LONGEST for text in (latest, *before)):
        raise QuestionError(f"q, h: a question has {LONGEST:,} characters at most; shorten it")
    questions = [
        AskedQuestion(
            text,
            _removed("h-no", _values_of(given.getlist("h-no"), at)),
            _ids("h-only", _values_of(given.getlist("h-only"), at)),
            _ids("h-cited", " ".join(_values_of(given.getlist("h-cited"), at)).split()) or (),
        )
        for at, text in enumerate(before)
    ]
    if latest:
        only = _ids("only", given.getlist("only"))
        questions.append(AskedQuestion(latest, _removed("no", given.getlist("no")), only))
    omitted = _number("left", given.get("left", "0"), 0, 10**6)
    return Conversation(tuple(questions), omitted, _number("k", given.get("k", str(USUAL)), 1, MOST)).fitted()


def _values_of(values: list[str], at: int) -> list[str]:
    """The values for question `at`."""
    return [value.partition(".")[2] for value in values if value.partition(".")[0] == str(at)]


def kept_aspects(without: tuple[str, ...]) -> frozenset[Aspect]:
    """The aspects that the reader did not remove."""
    return frozenset(aspect for aspect in Aspect if aspect.value not in without)


def _removed(name: str, values: list[str]) -> tuple[str, ...]:
    known = [*(aspect.value for aspect in Aspect), *REMOVABLE]
    if unknown := [value for value in values if value.partition(":")[0] not in known]:
        raise QuestionError(f"{name}: {unknown[0][:40]!r} is none of {', '.join(known)}")
    return tuple(dict.fromkeys(values))


def _ids(name: str, values: list[str]) -> tuple[str, ...] | None:
    ids = tuple(dict.fromkeys(value for value in values if value))
    if len(ids) > MOST:
        raise QuestionError(f"{name}: {len(ids)} records are chosen, but an answer takes {MOST} at most; choose fewer")
    return ids if values else None


def _number(name: str, text: str, least: int, most: int) -> int:
    if text.isascii() and text.isdecimal() and len(text) <= len(str(most)) and least <= int(text) <= most:
        return int(text)
    raise QuestionError(f"{name}: {text[:40]!r} is not a number from {least} to {most}")


ConversationDep = Annotated[Conversation, Depends(_conversation)]
