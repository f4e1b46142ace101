"""HTTP -> one call of the assistant -> a page. Everything works by address alone; the script only spares reloads."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from rag.assistant import between
from rag.errors import QuestionError
from rag.question import Aspect, Turn
from web import reference, views
from web.inputs import AssistantDep, Count, RecordId, SiteDep, Sort, Words
from web.schemas import LONGEST

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

PAGE = 10
"""Hits on a page of the search."""

EXAMPLES = (
    "What did Castro and Mikoyan discuss after the missile crisis?",
    "How did Czechoslovakia send arms to Cuba?",
    "What did Guevara say to Soviet diplomats about the economy?",
    "Documents from October 1962",
)

STYLES = {"Chicago": "chicago", "BibTeX": "bibtex", "RIS": "ris", "CSL-JSON": "csl-json"}


# `def`, not `async def`: embedding is CPU work, so FastAPI runs it in its thread pool.
@router.get("/")
def ask(
    assistant: AssistantDep,
    q: Words = "",
    h: Annotated[list[Annotated[str, Query(max_length=LONGEST)]], Query()] = [],  # noqa: B006 - FastAPI copies it
    no: Annotated[list[Aspect], Query()] = [],  # noqa: B006
    k: Count = 5,
) -> HTMLResponse:
    """Answer a question, or welcome."""
    question = q.strip()
    history = views.recent([each for each in h if each.strip()])
    if not question:
        coverage = assistant.coverage()
        return views.render(
            views.AskPage(
                question="",
                answer=None,
                lines=(),
                chips=(),
                earlier=views.earlier(history),
                carried=history,
                coverage=coverage,
                bars=views.bars(coverage.years),
                examples=EXAMPLES,
                wider="",
            )
        )
    answer = assistant.ask(
        question, history=[Turn(each) for each in history], k=k, understand=frozenset(Aspect) - frozenset(no)
    )
    return views.render(
        views.AskPage(
            question=question,
            answer=answer,
            lines=views.lines(answer),
            chips=views.chips(answer, history, no),
            earlier=views.earlier(history),
            carried=views.recent([*history, question]),
            coverage=None,
            bars=(),
            examples=(),
            wider=views.Search(question, raw=True).url(),
        )
    )


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
    asked = views.Search(q.strip(), date_from.strip(), date_to.strip(), sort, raw=raw)
    found, fault = None, ""
    try:
        where = between(asked.date_from or None, asked.date_to or None)
        # A cursor is the number of hits before it, so every page has an address of its own.
        cursor = str((page - 1) * PAGE)
        found = assistant.search(asked.q or None, k=PAGE, where=where, sort=sort, cursor=cursor, raw=raw)
    except QuestionError as error:
        fault = str(error)
    first = (page - 1) * PAGE + 1
    return views.render(
        views.SearchPage(
            asked=asked,
            found=found,
            fault=fault,
            first=first,
            last=first - 1 + (len(found.hits) if found else 0),
            understood=views.worded(found.understood) if found and found.understood else (),
            previous=asked.url(page - 1) if page > 1 else "",
            following=asked.url(page + 1) if found and found.next else "",
        ),
        422 if fault else 200,
    )


@router.get("/records/{id}")  # noqa: FAST003
def record(record_id: RecordId, assistant: AssistantDep, site: SiteDep) -> HTMLResponse:
    """Show all that is known of one record."""
    shown = assistant.record(record_id)
    return views.render(
        views.RecordPage(
            record=shown,
            discrepancy=views.discrepancy(shown),
            related=assistant.related(record_id),
            styles=tuple(
                views.Style(name, style, *assistant.cite(record_id, style, site=site)) for name, style in STYLES.items()
            ),
            asking=views.ask_url(shown.title[:LONGEST]),
        )
    )


@router.get("/about")
def about(assistant: AssistantDep) -> HTMLResponse:
    """Say what this collection holds and does not hold."""
    coverage = assistant.coverage()
    return views.render(views.AboutPage(coverage=coverage, bars=views.bars(coverage.years)))


@router.get("/docs")
def docs(request: Request) -> HTMLResponse:
    """Render the API's own OpenAPI document."""
    return views.render(reference.page(request.app.openapi()))
