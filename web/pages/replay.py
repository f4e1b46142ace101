"""A receipt -> the answer to its question now, and what has changed since."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse

from rag.answer.replay import Replay
from rag.cite.work import quoted_are
from rag.errors import ReceiptError
from rag.language.message import worded
from web.page import Page, render
from web.pages.ask import AnswerPart, parts
from web.parameters import AssistantDep
from web.translation import gettext, number
from web.views.urls import ask_url

router = APIRouter()


@dataclass(frozen=True, slots=True)
class ReplayPage(Page):
    """The box for a receipt, and the replay."""

    template: ClassVar[str] = "replay.html"

    receipt: str
    replay: Replay | None
    fault: str  # why the receipt cannot be read; empty where it can
    parts: tuple[AnswerPart, ...]
    facts: tuple[tuple[str, str, str], ...]  # what the answer depends on: its name, then and now
    again: str  # address that asks the receipt's question
    quoted: str = ""


@router.get("/replay")
def replay(assistant: AssistantDep, receipt: Annotated[str, Query()] = "") -> HTMLResponse:
    """Ask a receipt's question again and compare; without a receipt, show the box."""
    line = receipt.strip()
    if not line:
        return render(ReplayPage(receipt="", replay=None, fault="", parts=(), facts=(), again=""))
    try:
        replayed = assistant.replay(line)
    except ReceiptError as error:
        return render(ReplayPage(receipt=line, replay=None, fault=str(error), parts=(), facts=(), again=""), 422)
    return render(
        ReplayPage(
            receipt=line,
            replay=replayed,
            fault="",
            parts=parts(replayed.answer),
            facts=facts(replayed),
            again=ask_url(replayed.receipt.asked.question),
            quoted=quoted_are(replayed.answer.genres) if replayed.answer.genres else "",
        )
    )


def facts(replay: Replay) -> tuple[tuple[str, str, str], ...]:
    """Everything that an answer depends on, then and now."""
    then, now = replay.receipt, replay.now
    return (
        (worded("Contents"), then.content[:12], now.content[:12]),
        (worded("Records"), number(then.records), number(now.records)),
        (worded("State of the collection"), then.generation, now.generation),
        (
            worded("Model"),
            f"{then.model or gettext('none')}, {then.weights[:12]}",
            f"{now.model or gettext('none')}, {now.weights[:12]}",
        ),
        (worded("Program"), then.program, now.program),
        (worded("Understood as"), then.read.text, now.read.text),
        (worded("Records quoted"), str(len(then.cited)), str(len(now.cited))),
    )
