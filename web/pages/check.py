"""A pasted text -> a verdict on each reference and quotation in it, with the differences marked."""

from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import parse_qs

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.concurrency import run_in_threadpool

from rag.answer.answer import Citation
from rag.assistant.assistant import Assistant
from rag.check import LONGEST, Checked, Finding, Verdict
from rag.check.verdicts import ClaimKind
from rag.errors import QuestionError
from rag.language.message import worded
from web.page import Page, render
from web.parameters import AssistantDep
from web.translation import translated

router = APIRouter()

VERDICTS = {
    Verdict.EXACT: worded("Exact"),
    Verdict.NEAR: worded("Nearly exact"),
    Verdict.ALTERED: worded("Altered"),
    Verdict.NOT_FOUND: worded("Not in this collection"),
    Verdict.UNDECIDED: worded("Too short to judge"),
}

_KINDS = {
    ClaimKind.ADDRESS: worded("web address"),
    ClaimKind.TITLE: worded("reference"),
    ClaimKind.QUOTATION: worded("quotation"),
    ClaimKind.PASSAGE: worded("passage"),
}


@dataclass(frozen=True, slots=True)
class ShownFinding:
    """One finding as the page shows it."""

    finding: Finding
    verdict: str  # in words; `kind` likewise
    kind: str
    archival: bool  # whether the words are the archivists', except where marked
    differs: bool  # whether there are differences to mark
    label: str  # heading of its records
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class CheckPage(Page):
    """The box and the findings."""

    template: ClassVar[str] = "check.html"

    text: str  # the text in the box
    checked: Checked | None  # None without a text, and where it cannot be checked; `fault` then says why
    found: tuple[ShownFinding, ...]
    counts: str  # number of findings with each verdict, in words
    fault: str
    longest: int  # characters of a text, at most


@router.get("/check")
def check(assistant: AssistantDep, text: str = "") -> HTMLResponse:
    """Show the box; an address can contain a short text to check."""
    return _page(assistant, text)


@router.post("/check")
async def check_pasted(request: Request, assistant: AssistantDep) -> HTMLResponse:
    """Check the text of the form, which may be too long for an address and is private."""
    body = (await request.body()).decode("ascii", "replace")
    text = parse_qs(body, keep_blank_values=True, errors="replace").get("text", [""])[0]
    return await run_in_threadpool(_page, assistant, text, pasted=True)


def _page(assistant: Assistant, text: str, *, pasted: bool = False) -> HTMLResponse:
    checked, fault = None, ""
    if text or pasted:
        try:
            checked = assistant.check(text)
        except QuestionError as error:
            fault = translated(*error.args)
    shown = tuple(_shown(checked, finding) for finding in checked.findings) if checked else ()
    counts = [(verdict, sum(finding.finding.verdict is verdict for finding in shown)) for verdict in VERDICTS]
    return render(
        CheckPage(
            text=text[: 2 * LONGEST],
            checked=checked,
            found=shown,
            counts=", ".join(_counted(verdict, count) for verdict, count in counts if count),
            fault=fault,
            longest=LONGEST,
        ),
        422 if fault else 200,
    )


def _counted(verdict: Verdict, count: int) -> str:
    """3 nearly exact."""
    said = translated(VERDICTS[verdict])
    return f"{count} {said[:1].lower()}{said[1:]}"


def _shown(checked: Checked, finding: Finding) -> ShownFinding:
    return ShownFinding(
        finding,
        VERDICTS[finding.verdict],
        _KINDS[finding.kind],
        finding.verdict in {Verdict.EXACT, Verdict.NEAR, Verdict.ALTERED},
        any(part.side.value != "both" for part in finding.parts),
        worded("Nearest record")
        if finding.verdict in {Verdict.NOT_FOUND, Verdict.UNDECIDED}
        else worded("Compared with"),
        tuple(checked.citations[number - 1] for number in finding.citations),
    )
