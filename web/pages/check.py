"""A pasted text -> each reference and quotation in it, marked where it departs from the record."""

from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import parse_qs

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.concurrency import run_in_threadpool

from rag.answer.answer import Citation
from rag.assistant.assistant import Assistant
from rag.check import LONGEST, Checked, Finding, Verdict
from rag.errors import QuestionError
from web.page import Page, render
from web.parameters import AssistantDep

router = APIRouter()

VERDICTS = {
    Verdict.EXACT: "Exact",
    Verdict.NEAR: "Near",
    Verdict.ALTERED: "Altered",
    Verdict.NOT_FOUND: "Not in this collection",
    Verdict.UNDECIDED: "Not decided",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """One finding as the page shows it.

    Attributes:
        verdict: In words.
        held: Whether the words are the archivists', but for what is marked.
        differs: Whether there is a difference of letters to show.
        against: What its records are to it, in words.
    """

    finding: Finding
    verdict: str
    held: bool
    differs: bool
    against: str
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class CheckPage(Page):
    """The box and, once checked, what was found.

    Attributes:
        text: What stands in the box.
        checked: None before anything is checked, and where it cannot be; `fault` then says why.
        counts: How many findings have each verdict, in words.
        longest: Characters of a text, at most.
    """

    template: ClassVar[str] = "check.html"

    text: str
    checked: Checked | None
    found: tuple[Shown, ...]
    counts: str
    fault: str
    longest: int


@router.get("/check")
def check(assistant: AssistantDep, text: str = "") -> HTMLResponse:
    """Show the box; a short text can be checked by address."""
    return _page(assistant, text)


@router.post("/check")
async def check_pasted(request: Request, assistant: AssistantDep) -> HTMLResponse:
    """Check what the form sends: a text too long for an address, and nobody else's business."""
    body = (await request.body()).decode("ascii", "replace")
    text = parse_qs(body, keep_blank_values=True, errors="replace").get("text", [""])[0]
    return await run_in_threadpool(_page, assistant, text, pasted=True)


def _page(assistant: Assistant, text: str, *, pasted: bool = False) -> HTMLResponse:
    checked, fault = None, ""
    if text or pasted:
        try:
            checked = assistant.check(text)
        except QuestionError as error:
            fault = str(error)
    shown = tuple(_shown(checked, finding) for finding in checked.findings) if checked else ()
    counts = [(name, sum(each.verdict == name for each in shown)) for name in VERDICTS.values()]
    return render(
        CheckPage(
            text=text[: 2 * LONGEST],
            checked=checked,
            found=shown,
            counts=", ".join(f"{count} {name.lower()}" for name, count in counts if count),
            fault=fault,
            longest=LONGEST,
        ),
        422 if fault else 200,
    )


def _shown(checked: Checked, finding: Finding) -> Shown:
    return Shown(
        finding,
        VERDICTS[finding.verdict],
        finding.verdict in {Verdict.EXACT, Verdict.NEAR, Verdict.ALTERED},
        any(part.side.value != "both" for part in finding.parts),
        "Nearest record" if finding.verdict in {Verdict.NOT_FOUND, Verdict.UNDECIDED} else "Held against",
        tuple(checked.citations[number - 1] for number in finding.citations),
    )
