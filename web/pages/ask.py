"""A question -> its answer, with what was understood and what was asked before; without one, a welcome."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse

from rag.answer import Answer, Citation
from rag.assistant import Coverage
from rag.question import Aspect, Turn
from web.addresses import Search, ask_url
from web.histogram import Bar, bars
from web.inputs import AssistantDep, Count, Words
from web.page import Page, render
from web.quoted import Piece, pieces
from web.schemas import LONGEST
from web.understood import KINDS, texts

router = APIRouter()

EXAMPLES = (
    "What did Castro and Mikoyan discuss after the missile crisis?",
    "How did Czechoslovakia send arms to Cuba?",
    "What did Guevara say to Soviet diplomats about the economy?",
    "Documents from October 1962",
)

KEPT = 4
"""Earlier questions that a page's address carries, at most."""

KEPT_CHARACTERS = 1500
"""Their characters in all; an address must fit into a request line."""


@dataclass(frozen=True, slots=True)
class Chip:
    """Something that was understood, and the link that asks again without it (or, where taken away, with it).

    Attributes:
        kind: "Dates", "Names", "Spelling" or "Follow-up".
        text: What was understood; empty where it was taken away.
    """

    kind: str
    text: str
    href: str


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence of the answer with the dates of the records it is from, as given."""

    pieces: tuple[Piece, ...]
    dates: tuple[str, ...]
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Earlier:
    """A question asked before and the address of its answer."""

    question: str
    href: str


@dataclass(frozen=True, slots=True)
class AskPage(Page):
    """The question box and, once asked, the answer.

    Attributes:
        coverage: What the collection holds, for the welcome; None once something is asked.
        examples: Questions to begin with.
        carried: Earlier questions and this one, which the next question's address carries.
        wider: Address of a search for the same words.
    """

    template: ClassVar[str] = "ask.html"

    question: str
    answer: Answer | None
    lines: tuple[Line, ...]
    chips: tuple[Chip, ...]
    earlier: tuple[Earlier, ...]
    carried: tuple[str, ...]
    coverage: Coverage | None
    bars: tuple[Bar, ...]
    examples: tuple[str, ...]
    wider: str


# `def`, not `async def`: embedding is CPU work, so FastAPI runs it in its thread pool.
@router.get("/")
def ask(
    assistant: AssistantDep,
    q: Words = "",
    h: Annotated[list[Annotated[str, Query(max_length=LONGEST)]], Query()] = [],  # noqa: B006 - FastAPI copies it
    no: Annotated[list[Aspect], Query()] = [],  # noqa: B006
    k: Count = 5,
) -> HTMLResponse:
    """Answer a question, or welcome."""
    question = q.strip()
    history = recent([each for each in h if each.strip()])
    if not question:
        coverage = assistant.coverage()
        return render(
            AskPage(
                question="",
                answer=None,
                lines=(),
                chips=(),
                earlier=earlier(history),
                carried=history,
                coverage=coverage,
                bars=bars(coverage.years),
                examples=EXAMPLES,
                wider="",
            )
        )
    answer = assistant.ask(
        question, history=[Turn(each) for each in history], k=k, understand=frozenset(Aspect) - frozenset(no)
    )
    return render(
        AskPage(
            question=question,
            answer=answer,
            lines=lines(answer),
            chips=chips(answer, history, no),
            earlier=earlier(history),
            carried=recent([*history, question]),
            coverage=None,
            bars=(),
            examples=(),
            wider=Search(question, raw=True).url(),
        )
    )


def recent(questions: Sequence[str]) -> tuple[str, ...]:
    """The latest questions that an address can carry, oldest first."""
    kept: list[str] = []
    room = KEPT_CHARACTERS
    for question in reversed(questions[-KEPT:]):
        room -= len(question)
        if room < 0:
            break
        kept.append(question)
    return tuple(reversed(kept))


def earlier(history: Sequence[str]) -> tuple[Earlier, ...]:
    """Each question before, with an address that carries those before it."""
    return tuple(Earlier(each, ask_url(each, history[:place])) for place, each in enumerate(history))


def lines(answer: Answer) -> tuple[Line, ...]:
    """The answer's sentences with their dates."""
    placed = []
    for sentence in answer.sentences:
        citations = tuple(answer.citations[number - 1] for number in sentence.citations)
        dates = (citation.hit.record.date for citation in citations)
        placed.append(Line(pieces(sentence), tuple(dict.fromkeys(date.text for date in dates if date)), citations))
    return tuple(placed)


def chips(answer: Answer, history: Sequence[str], without: Sequence[Aspect]) -> tuple[Chip, ...]:
    """What was understood of the question, and what the reader took away from it."""
    said = texts(answer.understood)
    shown = []
    for aspect, kind in KINDS.items():
        if aspect in without:
            again = [each for each in without if each is not aspect]
            shown.append(Chip(kind, "", ask_url(answer.question, history, again)))
        elif aspect in said:
            shown.append(Chip(kind, said[aspect], ask_url(answer.question, history, [*without, aspect])))
    return tuple(shown)
