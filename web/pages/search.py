"""Words and days -> a page of the records found."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse

from rag.assistant import Found, between
from rag.errors import QuestionError
from web.addresses import Search
from web.inputs import AssistantDep, Sort, Words
from web.page import Page, render
from web.understood import worded

router = APIRouter()

PAGE = 10
"""Hits on a page of the search."""


@dataclass(frozen=True, slots=True)
class SearchPage(Page):
    """One page of a search.

    Attributes:
        found: None where a date could not be read; `fault` then says why.
        first: Place of the page's first hit in the whole list, from 1.
        last: Place of its last hit; `first` - 1 on an empty page.
        understood: What the words were taken to ask, as pairs of a kind and a text.
    """

    template: ClassVar[str] = "search.html"

    asked: Search
    found: Found | None
    fault: str
    first: int
    last: int
    understood: tuple[tuple[str, str], ...]
    previous: str
    following: str


@router.get("/search")
def search(
    assistant: AssistantDep,
    q: Words = "",
    date_from: str = "",
    date_to: str = "",
    sort: Sort = "relevance",
    raw: bool = False,  # noqa: FBT001, FBT002
    page: Annotated[int, Query(ge=1, le=1_000_000)] = 1,
) -> HTMLResponse:
    """List what is found; a date that cannot be read is said beside its box."""
    asked = Search(q.strip(), date_from.strip(), date_to.strip(), sort, raw=raw)
    found, fault = None, ""
    try:
        where = between(asked.date_from or None, asked.date_to or None)
        # A cursor is the number of hits before it, so every page has an address of its own.
        cursor = str((page - 1) * PAGE)
        found = assistant.search(asked.q or None, k=PAGE, where=where, sort=sort, cursor=cursor, raw=raw)
    except QuestionError as error:
        fault = str(error)
    first = (page - 1) * PAGE + 1
    return render(
        SearchPage(
            asked=asked,
            found=found,
            fault=fault,
            first=first,
            last=first - 1 + (len(found.hits) if found else 0),
            understood=worded(found.understood) if found and found.understood else (),
            previous=asked.url(page - 1) if page > 1 else "",
            following=asked.url(page + 1) if found and found.next else "",
        ),
        422 if fault else 200,
    )
