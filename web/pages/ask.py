"""A conversation -> its answers, each with what was understood and what can be ticked; without one, a welcome."""

from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import urlencode

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from rag.answer.answer import Answer, Citation
from rag.assistant.assistant import Coverage
from rag.query.enquiry import Aspect
from rag.record import Record
from web.conversation import Conversation, ConversationDep, Pairs
from web.page import Page, render
from web.parameters import AssistantDep, WriterDep
from web.request_bodies import AskIn, TurnIn
from web.views.highlights import Piece, pieces
from web.views.histogram import Bar, bars
from web.views.selection import IdsDep
from web.views.understanding import KINDS, texts
from web.views.urls import Search, field_url, records_url

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Chip:
    """Something that was understood, and the link that asks again without it (or, where taken away, with it).

    Attributes:
        kind: "Dates", "Names", "Spelling", "Follow-up" or "Records".
        text: What was understood; empty where it was taken away.
    """

    kind: str
    text: str
    href: str


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """A sentence of the answer with the dates of the records it is from, as given."""

    pieces: tuple[Piece, ...]
    dates: tuple[str, ...]
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Ticks:
    """The boxes by which a reader chooses the records that a question is answered from.

    Attributes:
        form: Id of the form that they belong to.
        name: What they are called in the address.
        before: What comes before a record's id there.
        ids: The records ticked.
        hidden: What else the form sends: the whole conversation.
        chosen: Whether the reader chose them.
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
        at: What the names of all anchors within it begin with.
        href: Address of the conversation up to here.
        replay: Address that puts the question again and compares.
        cite: Address of how to cite the sources; empty where there are none.
        wider: Address of a search for the same words.
        undated: Address of the records that a filter of days left out for want of a date; empty where there are none.
        write: The body of `POST /api/v1/write` for this answer, as JSON; empty where no model is set or none is needed.
    """

    at: str
    question: str
    answer: Answer
    lines: tuple[AnswerLine, ...]
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
    """The question box and, once asked, the answers.

    Attributes:
        left: Earlier questions that the address has no room for.
        carried: What the next question's address carries besides that question.
        markdown: Address of the conversation as a text.
        json: Address of the conversation as JSON.
        coverage: What the collection holds, for the welcome; None once something is asked.
        examples: Questions to begin with.
        about: Records that the first question is to be answered from.
        model: The language model that writes beside the curators; empty where none is set.
    """

    template: ClassVar[str] = "ask.html"

    question: str
    turns: tuple[ChatTurn, ...]
    left: int
    carried: Pairs
    markdown: str
    json: str
    coverage: Coverage | None
    bars: tuple[Bar, ...]
    examples: tuple[str, ...]
    about: tuple[Record, ...] = ()
    model: str = ""


# `def`, not `async def`: embedding is CPU work, so FastAPI runs it in its thread pool.
@router.get("/")
def ask(assistant: AssistantDep, writer: WriterDep, talk: ConversationDep, ids: IdsDep) -> HTMLResponse:
    """Answer the questions of a conversation, or welcome; `id` names records that the first is to be answered from."""
    about = () if talk.puts else tuple(assistant.selected(ids))
    coverage = None if talk.puts else assistant.coverage()
    answers = talk.answers(assistant)
    return render(
        AskPage(
            question=talk.puts[-1].question if talk.puts else "",
            turns=tuple(turn(talk, place, answer, writes=writer is not None) for place, answer in enumerate(answers)),
            left=talk.left,
            carried=(*talk.carried(), *(("only", record.id) for record in about)),
            markdown=talk.url("/conversation.md"),
            json=talk.url("/conversation.json"),
            coverage=coverage,
            bars=bars(coverage.years) if coverage else (),
            examples=() if talk.puts or about else assistant.examples(),
            about=about,
            model=writer.model if writer else "",
        )
    )


def turn(talk: Conversation, place: int, answer: Answer, *, writes: bool = False) -> ChatTurn:
    """One question of a conversation, ready to be shown."""
    at = f"t{talk.left + place + 1}-"
    cited = [citation.hit.record.id for citation in answer.citations]
    return ChatTurn(
        at=at,
        question=answer.question,
        answer=answer,
        lines=lines(answer),
        chips=chips(talk, place, answer),
        ticks=ticks(talk, place, answer, f"{at}ticks"),
        href=talk.until(place).url(),
        replay=f"/replay?{urlencode({'receipt': answer.receipt})}",
        cite=records_url("/cite", cited) if cited else "",
        wider=Search(answer.question, raw=True).url(),
        undated=field_url("precision", "undated") if answer.undated else "",
        write=to_write(talk, place) if writes and answer.citations and not answer.understood.only_filter else "",
    )


def to_write(talk: Conversation, place: int) -> str:
    """What has this answer written by a model, asked for as the page was."""
    put = talk.puts[place]
    return AskIn(
        question=put.question,
        history=[TurnIn(question=each.question) for each in talk.puts[:place]],
        k=talk.k,
        understand=[aspect for aspect in Aspect if aspect not in put.without],
        among=None if put.only is None else list(put.only),
    ).model_dump_json()


def lines(answer: Answer) -> tuple[AnswerLine, ...]:
    """The answer's sentences with their dates."""
    placed = []
    for sentence in answer.sentences:
        citations = tuple(answer.citations[number - 1] for number in sentence.citations)
        dates = (citation.hit.record.date for citation in citations)
        placed.append(
            AnswerLine(pieces(sentence), tuple(dict.fromkeys(date.text for date in dates if date)), citations)
        )
    return tuple(placed)


def chips(talk: Conversation, place: int, answer: Answer) -> tuple[Chip, ...]:
    """What was understood of a question, and what the reader took away from it or chose."""
    said, put = texts(answer.understood), talk.puts[place]
    shown = []
    for aspect, kind in KINDS.items():
        if aspect in put.without:
            again = tuple(each for each in put.without if each is not aspect)
            shown.append(Chip(kind, "", talk.changed(place, without=again).url()))
        elif aspect in said:
            shown.append(Chip(kind, said[aspect], talk.changed(place, without=(*put.without, aspect)).url()))
    if put.only is not None:
        shown.append(Chip("Records", f"{len(put.only) or 'none'} ticked", talk.changed(place, only=None).url()))
    return tuple(shown)


def ticks(talk: Conversation, place: int, answer: Answer, form: str) -> Ticks:
    """The boxes of a question: those quoted are ticked, unless the reader chose."""
    put = talk.puts[place]
    latest = place == len(talk.puts) - 1
    name, before = ("only", "") if latest else ("h-only", f"{place}.")
    quoted = (citation.hit.record.id for citation in answer.citations)
    return Ticks(
        form=form,
        name=name,
        before=before,
        ids=frozenset(quoted if put.only is None else put.only),
        # The empty one says that records were chosen, even where no box is ticked.
        hidden=(*talk.pairs(ticking=place), (name, before)),
        chosen=put.only is not None,
    )
