"""An id -> its record, related records and citations."""

from fastapi import APIRouter, Depends, Request, Response

from rag.cite import STYLES
from rag.schemas import RecordOut, RecordsOut, RelatedListOut
from web.api.paging import fresh, link_next
from web.parameters import AssistantDep, Count, Cursor, RecordId, SiteDep, StyleName

router = APIRouter()

CITATIONS = {
    media_type: {"schema": {"type": "string"}}
    for media_type in ("text/plain", "application/x-bibtex", "application/x-research-info-systems")
} | {"application/vnd.citationstyles.csl+json": {"schema": {}}}


# `record_id` is the id in the path, by an alias in `parameters` that ruff cannot see.
@router.get("/records", dependencies=[Depends(fresh)])
def records(
    request: Request, response: Response, assistant: AssistantDep, cursor: Cursor = None, limit: Count = 50
) -> RecordsOut:
    """List all records by date, a page at a time."""
    found = assistant.records(cursor=cursor, limit=limit)
    link_next(request, response, found.next)
    return RecordsOut.of(found)


@router.get("/records/{id}", dependencies=[Depends(fresh)])  # noqa: FAST003
def record(record_id: RecordId, assistant: AssistantDep) -> RecordOut:
    """Return one record."""
    return RecordOut.of(assistant.record(record_id))


@router.get("/records/{id}/related", dependencies=[Depends(fresh)])  # noqa: FAST003
def related(record_id: RecordId, assistant: AssistantDep, k: Count = 5) -> RelatedListOut:
    """List records related to one, with the reasons; never the record itself."""
    return RelatedListOut.of(assistant.related(record_id, k=k))


@router.get("/records/{id}/citation", responses={200: {"content": CITATIONS}}, response_class=Response)  # noqa: FAST003
def citation(
    record_id: RecordId,
    assistant: AssistantDep,
    site: SiteDep,
    style: StyleName = "chicago",
) -> Response:
    """Cite a record, in the media type of the format."""
    media_type, text = assistant.cite(record_id, style, site=site)
    name = f"{record_id}.{STYLES[style].suffix}"  # ids are URL-safe, so the name needs no quoting
    return Response(text, media_type=media_type, headers={"Content-Disposition": f'inline; filename="{name}"'})
