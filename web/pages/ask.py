"""A conversation -> its answers, with what was understood and records to tick; without questions, the front page."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import ClassVar
from urllib.parse import urlencode

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from rag.answer.answer import Answer, Citation, Sentence
from rag.query.enquiry import ASPECT_NAMES, Aspect
from rag.record import Record
from web.conversation import Conversation, ConversationDep, Pairs, kept_aspects
from web.page import Page, render
from web.pages.home import home
from web.parameters import AssistantDep, WriterDep
from web.request_bodies import AskIn, TurnIn
from web.views.highlights import Piece, pieces
from web.views.selection import IdsDep
from web.views.understanding import KINDS, texts
from web.views.urls import Search, field_url, records_url

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Chip:
    """A part of the understanding, and the link that asks again without it, or with it again.

    Attributes:
        kind: "Dates", "Names", "Spelling", "Follow-up" or "Records".
        text: What was understood; empty where the reader removed it.
    """

    kind: str
    text: str
    href: str


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """A sentence of the answer with the dates of its records, as the source writes them."""

    pieces: tuple[Piece, ...]
    dates: tuple[str, ...]
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class AnswerPart:
    """The sentences that stand under one heading, the program's own; None where the answer has no parts."""

    heading: str | None
    lines: tuple[AnswerLine, ...]


@dataclass(frozen=True, slots=True)
class Ticks:
    """The boxes with which a reader chooses the records to answer from.

    Attributes:
        form: Id of their form.
        name: Their parameter in the address.
        before: Prefix of a record's id in its value.
        ids: The records ticked.
        hidden: Hidden fields of the form: the whole conversation.
        chosen: Whether the reader ticked them, and not the program.
    """

    form: str
    name: str
    before: str
    ids: frozenset[str]
    hidden: Pairs
    chosen: bool


@dataclass(frozen=True, slots=True)
class ChatTurn:
    """A question with its answer.

    Attributes:
        at: Prefix of all anchors in it.
        href: Address of the conversation up to here.
        replay: Address that asks the question again and compares.
        cite: Address of the sources' citations; empty without sources.
        wider: Address of a search for the same words.
        undated: Address of the records without a date that a date filter left out; empty where there are none.
        write: The body of `POST /api/v1/write` for this answer, as JSON; empty where no model is set or needed.
    """

    at: str
    question: str
    answer: Answer
    parts: tuple[AnswerPart, ...]
    chips: tuple[Chip, ...]
    ticks: Ticks
    href: str
    replay: str
    cite: str
    wider: str
    undated: str
    write: str = ""


@dataclass(frozen=True, slots=True)
class AskPage(Page):
    """The question box and the answers so far.

    Attributes:
        omitted: Number of earlier questions that do not fit the address.
        carried: Hidden fields for the next question.
        markdown: Address of the conversation as Markdown.
        json: Address of the conversation as JSON.
        onward: Questions to go on with after the last answer.
        about: Records to answer the first question from.
        model: The language model that also writes answers; empty where none is set.
    """

    template: ClassVar[str] = "ask.html"

    question: str
    turns: tuple[ChatTurn, ...]
    omitted: int
    carried: Pairs
    markdown: str
    json: str
    onward: tuple[str, ...]
    about: tuple[Record, ...] = ()
    model: str = ""


# `def`, not `async def`: embedding is CPU work, so FastAPI runs it in its thread pool.
@router.get("/")
def ask(assistant: AssistantDep, writer: WriterDep, conversation: ConversationDep, ids: IdsDep) -> HTMLResponse:
    """Answer the questions of a conversation, or welcome the reader; `id` are records to answer the first from."""
    asked = conversation.questions
    about = () if asked else tuple(assistant.selected(ids))
    if not (asked or about):
        return HTMLResponse(home(assistant))
    answers = conversation.answers(assistant)
    return render(
        AskPage(
            question=asked[-1].text if asked else "",
            turns=tuple(turn(conversation, at, answers, writes=writer is not None) for at in range(len(answers))),
            omitted=conversation.omitted,
            carried=(*conversation.carried(), *(("only", record.id) for record in about)),
            markdown=conversation.url("/conversation.md"),
            json=conversation.url("/conversation.json"),
            onward=assistant.next_questions(answers[-1]) if answers else (),
            about=about,
            model=writer.model if writer else "",
        )
    )


def turn(conversation: Conversation, place: int, answers: Sequence[Answer], *, writes: bool = False) -> ChatTurn:
    """One question of a conversation with its answer."""
    answer = answers[place]
    at = f"t{conversation.omitted + place + 1}-"
    cited = [citation.hit.record.id for citation in answer.citations]
    only_filter = answer.understood.only_filter
    return ChatTurn(
        at=at,
        question=answer.question,
        answer=answer,
        parts=parts(answer),
        chips=chips(conversation, place, answer),
        ticks=ticks(conversation, place, answer, f"{at}ticks"),
        href=conversation.until(place).url(),
        replay=f"/replay?{urlencode({'receipt': answer.receipt})}",
        cite=records_url("/cite", cited) if cited else "",
        wider=Search(answer.question, raw=True).url(),
        undated=field_url("precision", "undated") if answer.undated else "",
        write=write_body(conversation, place, answers) if writes and answer.citations and not only_filter else "",
    )


def write_body(conversation: Conversation, place: int, answers: Sequence[Answer]) -> str:
    """The request that has a language model write this answer, with the same options as the page."""
    question = conversation.questions[place]
    return AskIn(
        question=question.text,
        history=[
            TurnIn(question=earlier.question, records=list(earlier.records or ()))
            for earlier in conversation.history(answers[:place])
        ],
        k=conversation.k,
        understand=sorted(kept_aspects(question.without), key=list(Aspect).index),
        without=[name for name in question.without if name not in ASPECT_NAMES],
        among=None if question.only is None else list(question.only),
    ).model_dump_json()


def parts(answer: Answer) -> tuple[AnswerPart, ...]:
    """The answer's sentences with their dates, by heading."""
    return tuple(
        AnswerPart(heading, tuple(_line(sentence, answer) for sentence in sentences))
        for heading, sentences in groupby(answer.sentences, key=lambda sentence: sentence.group)
    )


def _line(sentence: Sentence, answer: Answer) -> AnswerLine:
    citations = tuple(answer.citations[number - 1] for number in sentence.citations)
    dates = (citation.hit.record.date for citation in citations)
    return AnswerLine(pieces(sentence), tuple(dict.fromkeys(date.text for date in dates if date)), citations)


def chips(conversation: Conversation, place: int, answer: Answer) -> tuple[Chip, ...]:
    """What was understood of a question, and what the reader removed or ticked."""
    understood, question = texts(answer.understood), conversation.questions[place]
    shown = []
    for name, kind in KINDS.items():
        if name in question.without:
            without = tuple(other for other in question.without if other != name)
            shown.append(Chip(kind, "", conversation.changed(place, without=without).url()))
        elif name in understood:
            without = (*question.without, name)
            shown.append(Chip(kind, understood[name], conversation.changed(place, without=without).url()))
    carried = {f"history:{each.text}": each.turn + 1 for each in answer.understood.leaning.carried}
    for name, number in carried.items():
        href = conversation.changed(place, without=(*question.without, name)).url()
        shown.append(Chip(f"From question {number + conversation.omitted}", name.partition(":")[2], href))
    for name in (each for each in question.without if each.startswith("history:")):
        without = tuple(other for other in question.without if other != name)
        shown.append(Chip(name.partition(":")[2], "", conversation.changed(place, without=without).url()))
    if question.only is not None:
        ticked = f"{len(question.only) or 'none'} ticked"
        shown.append(Chip("Records", ticked, conversation.changed(place, only=None).url()))
    return tuple(shown)


def ticks(conversation: Conversation, place: int, answer: Answer, form: str) -> Ticks:
    """The boxes of a question; the quoted records are ticked, unless the reader ticked others."""
    question = conversation.questions[place]
    latest = place == len(conversation.questions) - 1
    name, before = ("only", "") if latest else ("h-only", f"{place}.")
    quoted = (citation.hit.record.id for citation in answer.citations)
    return Ticks(
        form=form,
        name=name,
        before=before,
        ids=frozenset(quoted if question.only is None else question.only),
        # The empty value says that the reader chose, even where no box is ticked.
        hidden=(*conversation.pairs(ticking=place), (name, before)),
        chosen=question.only is not None,
    )
