"""HTTP -> one call of the assistant -> JSON. Shapes are in `rag.shapes` and `schemas`, faults in `problems`."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from starlette.datastructures import URL
from starlette.exceptions import HTTPException

from rag.assistant import between
from rag.shapes import AnswerOut, FoundOut, HitsOut, RecordOut, RecordsOut, RelatedListOut
from web import problems
from web.inputs import AssistantDep, Count, Cursor, RecordId, SiteDep, Sort, WhereDep, Words
from web.schemas import AskIn, SimilarIn

router = APIRouter(prefix="/api/v1", responses=problems.RESPONSES)

SUFFIXES = {"chicago": "txt", "bibtex": "bib", "ris": "ris", "csl-json": "json"}
CITATIONS = {
    media_type: {"schema": {"type": "string"}}
    for media_type in ("text/plain", "application/x-bibtex", "application/x-research-info-systems")
} | {"application/vnd.citationstyles.csl+json": {"schema": {}}}


def _fresh(request: Request, response: Response, assistant: AssistantDep) -> None:
    """Spare the work where the caller holds this generation's answer: an address says the same until a rebuild."""
    tag = f'W/"{assistant.generation}"'
    held = {each.strip() for each in request.headers.get("if-none-match", "").split(",")}
    if tag in held:
        raise HTTPException(304, headers={"ETag": tag})
    response.headers["ETag"] = tag


def _link_next(request: Request, response: Response, cursor: str | None) -> None:
    """Name the following page in a Link header, relative, so that it holds under any host name."""
    if cursor is not None:
        following = URL(scope=request.scope).include_query_params(cursor=cursor)
        response.headers["Link"] = f'<{following.path}?{following.query}>; rel="next"'


# A record's id is `record_id` here, by an alias in `inputs` that ruff cannot see.
# `def`, not `async def`, throughout: embedding is CPU work, so FastAPI runs it in its thread pool.
@router.post("/ask")
def ask(body: AskIn, assistant: AssistantDep) -> AnswerOut:
    """Answer a question in the curators' own words, cited, or say that the collection does not."""
    return AnswerOut.of(
        assistant.ask(
            body.question,
            history=[turn.turn() for turn in body.history],
            k=body.k,
            where=between(body.filters.date_from, body.filters.date_to),
            understand=frozenset(body.understand),
        )
    )


@router.get("/search", dependencies=[Depends(_fresh)])
def search(  # noqa: PLR0913, PLR0917 - a parameter is a query parameter
    request: Request,
    response: Response,
    assistant: AssistantDep,
    where: WhereDep,
    q: Words = "",
    k: Count = 10,
    sort: Sort = "relevance",
    cursor: Cursor = None,
    raw: Annotated[bool, Query(description="Take the words as they stand.")] = False,  # noqa: FBT002
) -> FoundOut:
    """List the records nearest to some words, or all by date."""
    found = assistant.search(q.strip() or None, k=k, where=where, sort=sort, cursor=cursor, raw=raw)
    _link_next(request, response, found.next)
    return FoundOut.of(found)


@router.post("/similar")
def similar(body: SimilarIn, assistant: AssistantDep) -> HitsOut:
    """List the records nearest by meaning to a text, a record or a vector."""
    return HitsOut.of(
        assistant.similar(
            text=body.text,
            record_id=body.id,
            vector=body.vector,
            k=body.k,
            min_score=body.min_score,
            where=between(body.filters.date_from, body.filters.date_to),
        )
    )


@router.get("/records", dependencies=[Depends(_fresh)])
def records(
    request: Request, response: Response, assistant: AssistantDep, cursor: Cursor = None, limit: Count = 50
) -> RecordsOut:
    """List all records by date, a page at a time."""
    found = assistant.records(cursor=cursor, limit=limit)
    _link_next(request, response, found.next)
    return RecordsOut.of(found)


@router.get("/records/{id}", dependencies=[Depends(_fresh)])  # noqa: FAST003
def record(record_id: RecordId, assistant: AssistantDep) -> RecordOut:
    """Show one record."""
    return RecordOut.of(assistant.record(record_id))


@router.get("/records/{id}/related", dependencies=[Depends(_fresh)])  # noqa: FAST003
def related(record_id: RecordId, assistant: AssistantDep, k: Count = 5) -> RelatedListOut:
    """List the records related to one, with the reasons; never itself."""
    return RelatedListOut.of(assistant.related(record_id, k=k))


@router.get("/records/{id}/citation", responses={200: {"content": CITATIONS}}, response_class=Response)  # noqa: FAST003
def citation(
    record_id: RecordId,
    assistant: AssistantDep,
    site: SiteDep,
    style: Annotated[Literal["chicago", "bibtex", "ris", "csl-json"], Query(description="The format.")] = "chicago",
) -> Response:
    """Say how to cite a record, in the format's own media type."""
    media_type, text = assistant.cite(record_id, style, site=site)
    name = f"{record_id}.{SUFFIXES[style]}"  # ids are URL-safe, so the name needs no quoting
    return Response(text, media_type=media_type, headers={"Content-Disposition": f'inline; filename="{name}"'})
