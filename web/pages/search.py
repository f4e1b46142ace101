"""Words, days and values of fields -> a page of the records found, and how they lie in time and by field."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Annotated, ClassVar
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse, RedirectResponse

from rag.assistant.assistant import Found, between
from rag.errors import QuestionError
from rag.record import Record
from web.conversation import ROOM
from web.page import Page, render
from web.parameters import AssistantDep, FieldsDep, Fitting, Sort, Words, narrowed
from web.views.facets import TOLD, Group, chosen, groups
from web.views.histogram import Drawing, drawing
from web.views.selection import IdsDep
from web.views.understanding import worded
from web.views.urls import Search

router = APIRouter()

PAGE = 10
"""Hits on a page of the search."""

AROUND = 2
"""Pages before and after this one that have a link of their own, beside the first and the last."""


@dataclass(frozen=True, slots=True)
class Step:
    """A page of the list: its number and address; a number of 0 stands for those left out."""

    number: int
    href: str


@dataclass(frozen=True, slots=True)
class SearchPage(Page):
    """One page of a search.

    Attributes:
        found: None where a date could not be read; `fault` then says why.
        first: Place of the page's first hit in the whole list, from 1.
        last: Place of its last hit; `first` - 1 on an empty page.
        understood: What the words were taken to ask, as pairs of a kind and a text.
        chosen: What narrows the search: kind, value and the address without it.
        undated: Address of what would be found if it were dated.
        steps: The pages of the list.
        elsewhere: Records selected that are not on this page.
        unselected: Address of this page with nothing selected; empty where nothing is.
    """

    template: ClassVar[str] = "search.html"

    asked: Search
    found: Found | None
    fault: str
    first: int
    last: int
    understood: tuple[tuple[str, str], ...]
    chosen: tuple[tuple[str, str, str], ...]
    groups: tuple[Group, ...]
    drawing: Drawing | None
    undated: str
    page: int
    steps: tuple[Step, ...]
    previous: str
    following: str
    elsewhere: tuple[Record, ...]
    unselected: str


@router.get("/search")
def search(  # noqa: PLR0913, PLR0917 - a parameter is a query parameter
    assistant: AssistantDep,
    fields: FieldsDep,
    ids: IdsDep,
    q: Words = "",
    date_from: str = "",
    date_to: str = "",
    fit: Fitting = None,
    sort: Sort = "relevance",
    raw: bool = False,  # noqa: FBT001, FBT002
    page: Annotated[int, Query(ge=1, le=1_000_000)] = 1,
) -> HTMLResponse:
    """List what is found; a date that cannot be read is said beside its box."""
    asked = Search(q.strip(), date_from.strip(), date_to.strip(), sort, raw=raw, fields=fields, ids=ids, fit=fit or "")
    found, fault = None, ""
    try:
        where = narrowed(between(asked.date_from or None, asked.date_to or None), fields, fit)
        # A cursor is the number of hits before it, so every page has an address of its own.
        cursor = str((page - 1) * PAGE)
        found = assistant.search(
            asked.q or None, k=PAGE, where=where, sort=sort, cursor=cursor, raw=raw, facets=True, most=TOLD
        )
    except QuestionError as error:
        fault = str(error).replace("date_from: ", "From: ").replace("date_to: ", "To: ")  # as the boxes are labelled
    here = {hit.record.id for hit in found.hits} if found else set()
    first = (page - 1) * PAGE + 1
    counts = found.facets if found else None
    pages = {each.file: each.page for each in assistant.pages if each.page}
    return render(
        SearchPage(
            asked=asked,
            found=found,
            fault=fault,
            first=first,
            last=first - 1 + (len(found.hits) if found else 0),
            understood=worded(found.understood) if found and found.understood else (),
            chosen=chosen(asked, pages),
            groups=groups(counts, asked, found.total, pages) if found and counts else (),
            drawing=drawing(counts, asked) if counts else None,
            undated=_undated(asked, found),
            page=page,
            steps=tuple(steps(page, -(-found.total // PAGE), asked)) if found else (),
            previous=asked.url(page - 1) if page > 1 else "",
            following=asked.url(page + 1) if found and found.next else "",
            elsewhere=tuple(record for record in assistant.selected(ids) if record.id not in here),
            unselected=replace(asked, ids=()).url(page) if ids else "",
        ),
        422 if fault else 200,
    )


@router.get("/select")
def select(ids: IdsDep, of: Annotated[str, Query(max_length=3 * ROOM)] = "") -> RedirectResponse:
    """Lead back to a search, which keeps what was ticked: what the script does at once, a button does without it."""
    pairs = [(name, value) for name, value in parse_qsl(of) if name != "id"]
    return RedirectResponse(f"/search?{urlencode([*pairs, *(('id', each) for each in ids)])}", 303)


def _undated(asked: Search, found: Found | None) -> str:
    """The address of what would be found if it were dated; days that the words ask for must be left aside too."""
    dated = found is not None and found.understood is not None and found.understood.when is not None
    return replace(asked.ever(), raw=asked.raw or dated).only("precision", "undated").url()


def steps(page: int, pages: int, asked: Search) -> Iterator[Step]:
    """The first page, those around this one, the last, and a gap where more than one is left out."""
    before = 0
    for number in sorted({1, pages, *range(max(page - AROUND, 1), min(page + AROUND, pages) + 1)} - {0}):
        if number - before == 2:  # noqa: PLR2004 - a gap of one page is that page
            yield Step(number - 1, asked.url(number - 1))
        elif number - before > 1:
            yield Step(0, "")
        yield Step(number, asked.url(number))
        before = number
