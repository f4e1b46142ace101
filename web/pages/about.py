"""The collection -> what it holds, what it knows to be elsewhere, and how it lies in time and by meaning."""

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
from web.collection import root
from web.page import Page, filled
from web.parameters import AssistantDep
from web.views.dates import span
from web.views.facets import TOLD, Group, groups
from web.views.histogram import Bar, Drawing, bars, drawing
from web.views.semantic_map import Map, mapped
from web.views.urls import Search, field_url

router = APIRouter()

SILENCES = 12
"""Stretches of empty months that are named; the longest."""

_OF = re.compile(r"\bof\s+([\d,]+)\s*$")


@dataclass(frozen=True, slots=True)
class Holdings:
    """A saved page, and how much of the list that it is a part of is not on it.

    Attributes:
        elsewhere: Listings of that list on other pages; None where the page does not say.
        href: Address of the records that it lists.
    """

    file: str
    page: str | None
    listings: int
    elsewhere: int | None
    href: str


@dataclass(frozen=True, slots=True)
class AboutPage(Page):
    """What the collection holds, and what it does not.

    Attributes:
        kinds: Kinds of document with their counts; None where no record says its kind.
        silences: The longest stretches of empty months, as words, in order.
        silent: How many such stretches there are.
    """

    template: ClassVar[str] = "about.html"

    coverage: Coverage
    bars: tuple[Bar, ...]
    drawing: Drawing | None
    kinds: Group | None
    held: tuple[Holdings, ...]
    silences: tuple[str, ...]
    silent: int
    map: Map


@router.get("/about")
def about(assistant: AssistantDep) -> HTMLResponse:
    """Say what this collection holds and does not hold."""
    return HTMLResponse(_told(assistant, assistant.generation, root()))


@lru_cache(maxsize=2)  # it says the same to everyone until another generation is published
def _told(assistant: Assistant, _generation: str, _root: str) -> str:
    coverage = assistant.coverage()
    counts = assistant.search(k=1, facets=True, most=TOLD).facets
    silences = assistant.empty_months()
    made = groups(counts, Search(), coverage.records, {}) if counts else ()
    return filled(
        AboutPage(
            coverage=coverage,
            bars=bars(coverage.years),
            drawing=drawing(counts, Search()) if counts else None,
            kinds=next((group for group in made if group.field == "type"), None),
            held=tuple(map(held, coverage.pages)),
            silences=tuple(map(span, longest(silences))),
            silent=len(silences),
            map=mapped(assistant.chart()),
        )
    )


def held(page: ListingPage) -> Holdings:
    """What a page holds and what it says is on others."""
    said = _OF.search(page.page or "")
    elsewhere = max(int(said[1].replace(",", "")) - page.listings, 0) if said else None
    return Holdings(page.file, page.page, page.listings, elsewhere, field_url("file", page.file))


def longest(silences: Sequence[Interval]) -> list[Interval]:
    """The longest of them, in order of time."""

    def days(silence: Interval) -> int:
        return (silence.end - silence.start).days if silence.start and silence.end else 0

    chosen = sorted(silences, key=days, reverse=True)[:SILENCES]
    return [silence for silence in silences if silence in chosen]
