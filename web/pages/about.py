"""The collection -> what it holds and what it does not."""

from dataclasses import dataclass
from typing import ClassVar

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from rag.assistant import Coverage
from web.histogram import Bar, bars
from web.inputs import AssistantDep
from web.page import Page, render

router = APIRouter()


@dataclass(frozen=True, slots=True)
class AboutPage(Page):
    """What the collection holds, and what it does not."""

    template: ClassVar[str] = "about.html"

    coverage: Coverage
    bars: tuple[Bar, ...]


@router.get("/about")
def about(assistant: AssistantDep) -> HTMLResponse:
    """Say what this collection holds and does not hold."""
    coverage = assistant.coverage()
    return render(AboutPage(coverage=coverage, bars=bars(coverage.years)))
