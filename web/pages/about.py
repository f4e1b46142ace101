"""The collection -> what it contains and what it lacks, over time and by meaning."""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from rag.assistant.assistant import Assistant, Coverage
from rag.dates.archival_date import Interval
from rag.record import ListingPage
from web.page import Page, render
from web.parameters import AssistantDep
from web.translation import LANGUAGES, language
from web.views.dates import span
from web.views.overview import Overview, overview
from web.views.semantic_map import Map, mapped
from web.views.urls import field_url

router = APIRouter()

GAPS = 12  # gaps that are listed, at most
NAMED = 12  # people, places and types that are listed, each

_OF = re.compile(r"\bof\s+([\d,]+)\s*$")


@dataclass(frozen=True, slots=True)
class AboutPage(Page):
    """What the collection contains and what it lacks."""

    template: ClassVar[str] = "about.html"

    coverage: Coverage
    overview: Overview
    # Saved pages of a list, each with how many listings of the list are on other pages, and the address of its records.
    holdings: tuple[tuple[ListingPage, int | None, str], ...]
    gaps: tuple[str, ...]  # the longest ranges of months without records, in words, in order
    gap_count: int  # number of all such ranges
    map: Map


@router.get("/about")
def about(assistant: AssistantDep) -> HTMLResponse:
    """Show what this collection contains and what it lacks."""
    return render(_page(assistant, assistant.generation, dt.datetime.now(dt.UTC).date(), language()))


@lru_cache(maxsize=2 * len(LANGUAGES))  # the same for everyone until the next generation or day
def _page(assistant: Assistant, _generation: str, today: dt.date, _language: str) -> AboutPage:
    coverage = assistant.coverage()
    gaps = assistant.empty_months()
    return AboutPage(
        coverage=coverage,
        overview=overview(assistant, today, NAMED),
        holdings=tuple((page, elsewhere(page), field_url("file", page.file)) for page in coverage.pages),
        gaps=tuple(map(span, longest(gaps))),
        gap_count=len(gaps),
        map=mapped(assistant.chart()),
    )


def elsewhere(page: ListingPage) -> int | None:
    """The listings on other pages by its range ("1 - 10 of 31"); None where the page does not give it."""
    total = _OF.search(page.page or "")
    return max(int(total[1].replace(",", "")) - page.listings, 0) if total else None


def longest(gaps: Sequence[Interval]) -> list[Interval]:
    """The longest gaps, in order of time."""

    def days(gap: Interval) -> int:
        return (gap.end - gap.start).days if gap.start and gap.end else 0

    chosen = sorted(gaps, key=days, reverse=True)[:GAPS]
    return [gap for gap in gaps if gap in chosen]
