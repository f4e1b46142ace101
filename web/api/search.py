"""Words, records or a vector -> the nearest records."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from rag.schemas import FoundOut, HitsOut
from rag.schemas.table import record_rows
from web.export.tables import RESPONSES, FormatDep, table
from web.http.links import link_pages
from web.parameters import AssistantDep, Count, Cursor, Matched, Raw, SiteDep, Sort, WhereDep, Without, Words
from web.request_bodies import SimilarIn

router = APIRouter()


@router.get("/search", response_model=FoundOut, responses=RESPONSES)
def search(  # noqa: PLR0913, PLR0917 - a parameter is a query parameter
    request: Request,
    response: Response,
    assistant: AssistantDep,
    where: WhereDep,
    site: SiteDep,
    form: FormatDep,
    q: Words = "",
    k: Count = 10,
    sort: Sort = "relevance",
    cursor: Cursor = None,
    raw: Raw = False,  # noqa: FBT002
    without: Without = [],  # noqa: B006 - FastAPI copies it
    match: Matched = None,
    facets: Annotated[bool, Query(description="Also count the matching records by field and over time.")] = False,  # noqa: FBT002
) -> FoundOut | Response:
    """List the records that contain some words or are near in meaning, or all records by date."""
    found = assistant.search(
        q.strip() or None,
        k=k,
        where=where,
        sort=sort,
        cursor=cursor,
        raw=raw,
        without=without,
        match=match,
        facets=facets,
    )
    link_pages(request, response, found.next, k)
    if form != "json":
        return table(record_rows((hit.record for hit in found.hits), site), form, "search", headers=response.headers)
    return FoundOut.of(found)


@router.post("/similar")
def similar(body: SimilarIn, assistant: AssistantDep) -> HitsOut:
    """List the records nearest in meaning to a text, a record, several records (their mean vector) or a vector."""
    return HitsOut.of(
        assistant.similar(
            text=body.text,
            record_id=body.id,
            record_ids=body.ids,
            vector=body.vector,
            k=body.k,
            min_score=body.min_score,
            where=body.filters.where(),
        )
    )
