"""A conversation -> its answers, with what was understood and records to tick; without questions, the front page."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count, groupby
from typing import ClassVar
from urllib.parse import urlencode

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from markupsafe import Markup

from rag.answer.answer import Answer, Citation, Sentence
from rag.answer.why import Explanation, why
from rag.assistant.assistant import Assistant
from rag.cite.work import GENRES, Genre, quoted_are
from rag.language.message import worded
from rag.query.enquiry import ASPECT_NAMES, Aspect
from rag.query.in_words import KINDS, texts
from rag.record import Record
from web.conversation import Conversation, ConversationDep, Pairs, kept_aspects
from web.export.tables import TableName
from web.page import Page, render
from web.pages.home import home
from web.parameters import AssistantDep, WriterDep
from web.request_bodies import AskIn, TurnIn
from web.translation import gettext, ngettext
from web.views.highlights import marked
from web.views.histogram import Drawing, drawing
from web.views.selection import IdsDep
from web.views.urls import Chip, Search, field_url, records_url

router = APIRouter()

# Formats of a conversation, with the endings of their files.
FILES = (
    (worded("Text (Markdown)"), "md"),
    (worded("Table for Excel (CSV)"), "csv"),
    (worded("For programs (JSON)"), "json"),
    (worded("For programs (JSON Lines)"), "jsonl"),
)

FIRST = 10  # quotations of an answer that are seen at once


@dataclass(frozen=True, slots=True)
class Line:
    """A quoted sentence."""

    lead: str  # the title, where the sentence goes on from it: "Memorandum of conversation" "between Kennedy and ..."
    text: Markup  # with the reader's words marked


@dataclass(frozen=True, slots=True)
class QuotedBlock:
    """Sentences in a row that are quoted from the same records."""

    id: int  # its place in the turn, from 1
    lines: tuple[Line, ...]
    citations: tuple[Citation, ...]  # the records
    named: bool  # whether the sentences already show the title
    fuller: frozenset[int]  # numbers of the citations that are first quoted here and whose summary says more


@dataclass(frozen=True, slots=True)
class AnswerPart:
    """The blocks that stand under one heading, the program's own; None where the answer has no parts."""

    heading: str | None
    blocks: tuple[QuotedBlock, ...]


@dataclass(frozen=True, slots=True)
class Ticks:
    """The boxes with which a reader chooses the records to answer from."""

    form: str  # id of their form
    name: str  # their parameter in the address
    before: str  # prefix of a record's id in its value
    ids: frozenset[str]  # the records ticked
    hidden: Pairs  # hidden fields of the form: the whole conversation
    chosen: bool  # whether the reader ticked them, and not the program


@dataclass(frozen=True, slots=True)
class ChatTurn:
    """A question with its answer."""

    at: str  # prefix of all anchors in it but its own, which is "turn-" with its number
    number: int  # from 1, earlier questions included that no longer fit the address
    question: str
    answer: Answer
    parts: tuple[AnswerPart, ...]  # what is shown of the answer at once; `more` is the rest, of so many blocks
    more: tuple[AnswerPart, ...]  # folded in the latest turn, a link in earlier ones
    rest: int
    chips: tuple[Chip, ...]
    ticks: Ticks
    href: str  # address of the conversation up to here, opened at this turn
    replay: str  # address that asks the question again and compares
    cite: str  # address of the sources' citations; empty without sources
    wider: str  # address of a search for the same words
    undated: str  # address of the records without a date that a date filter left out; empty where there are none
    why: tuple[Explanation, ...]  # why the answer is as it is
    write: str = ""  # the body of `POST /api/v1/write` for this answer, as JSON; empty where no model is set or needed


@dataclass(frozen=True, slots=True)
class AskPage(Page):
    """The question box and the answers so far."""

    template: ClassVar[str] = "ask.html"

    question: str
    turns: tuple[ChatTurn, ...]
    omitted: int  # number of earlier questions that do not fit the address
    carried: Pairs  # hidden fields for the next question
    files: tuple[tuple[str, str], ...]  # formats in which the conversation can be kept, with their addresses
    onward: tuple[str, ...]  # questions to go on with after the last answer
    about: tuple[Record, ...] = ()  # records to answer the first question from
    model: str = ""  # the language model that also writes answers; empty where none is set
    # When the records are from that the latest answer is about, if it is long; else None.
    drawing: Drawing | None = None
    quoted: str = ""  # what the quotations of the page are: curators' summaries, not the documents; empty without any


# `def`, not `async def`: embedding is CPU work, so FastAPI runs it in its thread pool.
@router.get("/")
def ask(
    assistant: AssistantDep,
    writer: WriterDep,
    conversation: ConversationDep,
    ids: IdsDep,
    format: TableName | None = None,  # noqa: A002 - the interface's own word
) -> Response:
    """Answer the questions of a conversation, or welcome the reader; `id` are records to answer the first from."""
    asked = conversation.questions
    if format:
        return RedirectResponse(conversation.url(f"/conversation.{format}"), 303)
    about = () if asked else tuple(assistant.selected(ids))
    if not (asked or about):
        return HTMLResponse(home(assistant))
    answers = conversation.answers(assistant)
    conversation = conversation.remembering(answers) if asked else conversation
    writes = writer is not None
    genres = [genre for answer in answers for genre in (*answer.genres, *near_genres(answer))]
    return render(
        AskPage(
            question=asked[-1].text if asked else "",
            turns=tuple(turn(conversation, at, answers, writes=writes) for at in range(len(answers))),
            omitted=conversation.omitted,
            carried=(*conversation.carried(), *(("only", record.id) for record in about)),
            files=tuple((name, conversation.url(f"/conversation.{ending}")) for name, ending in FILES),
            onward=assistant.next_questions(answers[-1]) if answers else (),
            about=about,
            model=writer.model if writer else "",
            drawing=over_time(assistant, answers[-1]) if asked else None,
            quoted=quoted_are(genres) if genres else "",
        )
    )


def turn(conversation: Conversation, place: int, answers: Sequence[Answer], *, writes: bool = False) -> ChatTurn:
    """One question of a conversation with its answer."""
    answer = answers[place]
    number = conversation.omitted + place + 1
    at = f"t{number}-"
    only_filter = answer.understood.only_filter
    shown, more = cut(parts(answer), FIRST)
    return ChatTurn(
        at=at,
        number=number,
        question=answer.question,
        answer=answer,
        parts=shown,
        more=more,
        rest=sum(len(part.blocks) for part in more),
        chips=chips(conversation, place, answer),
        ticks=ticks(conversation, place, answer, f"{at}ticks", () if place == len(answers) - 1 else more),
        href=f"{conversation.until(place).url()}#turn-{number}",
        replay=f"/replay?{urlencode({'receipt': answer.receipt})}",
        cite=records_url("/cite", answer.cited) if answer.cited else "",
        wider=Search(answer.question, raw=True).url(),
        undated=field_url("precision", "undated") if answer.undated else "",
        why=why(answer),
        write=write_body(conversation, place, answers) if writes and answer.citations and not only_filter else "",
    )


def near_genres(answer: Answer) -> list[Genre]:
    """What the summaries are that are shown of records nearby."""
    return [GENRES[hit.record.text_kind] for hit in answer.nearest if hit.record.summary]


def over_time(assistant: Assistant, answer: Answer) -> Drawing | None:
    """When all of the records are from that a long answer counts or lists; None for a short one."""
    if len(answer.citations) <= FIRST:
        return None
    where = answer.catalogue.where if answer.catalogue else answer.understood.where
    found = assistant.search(where=where, k=1, facets=True, most=1)
    return drawing(found.facets, Search(answer.understood.searched)) if found.facets else None


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
    """The answer's sentences by heading, those in a row from the same records together."""
    places = count(1)
    return tuple(
        AnswerPart(
            heading,
            tuple(
                _block(next(places), tuple(in_a_row), answer)
                for _, in_a_row in groupby(sentences, key=lambda sentence: sentence.citations)
            ),
        )
        for heading, sentences in groupby(answer.sentences, key=lambda sentence: sentence.group)
    )


def _block(place: int, sentences: Sequence[Sentence], answer: Answer) -> QuotedBlock:
    citations = tuple(answer.citations[number - 1] for number in sentences[0].citations)
    record = citations[0].hit.record
    lines = tuple(
        Line(record.title if text[:1].islower() and record.summary.startswith(text) else "", marked(sentence))
        for sentence in sentences
        for text in [sentence.text]
    )
    named = any(line.lead for line in lines) or any(sentence.text == record.title for sentence in sentences)
    fuller = frozenset(
        citation.number
        for citation in citations
        if sentences[0] is next(each for each in answer.sentences if citation.number in each.citations)
        and _squeezed(citation.hit.record.summary) not in {"", _squeezed("".join(citation.quotes))}
    )
    return QuotedBlock(place, lines, citations, named, fuller)


def _squeezed(text: str) -> str:
    return "".join(text.split())


def cut(whole: Sequence[AnswerPart], most: int) -> tuple[tuple[AnswerPart, ...], tuple[AnswerPart, ...]]:
    """The first blocks of an answer, and the rest, unless that is hardly more."""
    if sum(len(part.blocks) for part in whole) <= most + 2:
        return tuple(whole), ()
    first: list[AnswerPart] = []
    rest: list[AnswerPart] = []
    for part in whole:
        left = most - sum(len(each.blocks) for each in first)
        first += [AnswerPart(part.heading, part.blocks[:left])] if left else []
        rest += [AnswerPart(part.heading, part.blocks[left:])] if part.blocks[left:] else []
    return tuple(first), tuple(rest)


def chips(conversation: Conversation, place: int, answer: Answer) -> tuple[Chip, ...]:
    """What was understood of a question, and what the reader removed or ticked."""
    question = conversation.questions[place]
    understood: dict[str, tuple[str, str]] = {
        name: (KINDS[name], text) for name, text in texts(answer.understood).items()
    }
    for each in answer.understood.carry_over.carried:
        number = each.turn + 1 + conversation.omitted
        understood[f"history:{each.text}"] = (gettext("From question %(number)s", number=number), each.text)
        understood.pop(Aspect.HISTORY.value, None)  # said by these

    def changed(*without: str) -> str:
        return conversation.changed(place, without=without).url()

    order = [*KINDS, *(name for name in (*understood, *question.without) if name not in KINDS)]
    shown = [
        Chip(KINDS.get(name, name.partition(":")[2]), "", changed(*(each for each in question.without if each != name)))
        if name in question.without
        else Chip(*understood[name], changed(*question.without, name))
        for name in dict.fromkeys(order)
        if name in question.without or name in understood
    ]
    if question.only is not None:
        chosen = ngettext("%(num)s chosen", "%(num)s chosen", len(question.only))
        shown.append(Chip(gettext("Records"), chosen, conversation.changed(place, only=None).url()))
    return tuple(shown)


def ticks(
    conversation: Conversation, place: int, answer: Answer, form: str, boxless: Sequence[AnswerPart] = ()
) -> Ticks:
    """The boxes of a question; the quoted records are ticked, unless the reader ticked others; `boxless` stay."""
    question = conversation.questions[place]
    latest = place == len(conversation.questions) - 1
    name, before = ("only", "") if latest else ("h-only", f"{place}.")
    quoted = (citation.hit.record.id for citation in answer.citations)
    kept = {cited.hit.record.id: None for part in boxless for block in part.blocks for cited in block.citations}
    return Ticks(
        form=form,
        name=name,
        before=before,
        ids=frozenset(quoted if question.only is None else question.only),
        # The empty value says that the reader chose, even where no box is ticked.
        hidden=(
            *conversation.forgetting(place).pairs(ticking=place),
            *((name, f"{before}{record_id}") for record_id in ("", *kept)),
        ),
        chosen=question.only is not None,
    )
