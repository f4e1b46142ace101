"""An id -> the record, those related to it, and how to cite it."""

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


# A record's id is `record_id` here, by an alias in `inputs` that ruff cannot see.
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
    """Show one record."""
    return RecordOut.of(assistant.record(record_id))


@router.get("/records/{id}/related", dependencies=[Depends(fresh)])  # noqa: FAST003
def related(record_id: RecordId, assistant: AssistantDep, k: Count = 5) -> RelatedListOut:
    """List the records related to one, with the reasons; never itself."""
    return RelatedListOut.of(assistant.related(record_id, k=k))


@router.get("/records/{id}/citation", responses={200: {"content": CITATIONS}}, response_class=Response)  # noqa: FAST003
def citation(
    record_id: RecordId,
    assistant: AssistantDep,
    site: SiteDep,
    style: StyleName = "chicago",
) -> Response:
    """Say how to cite a record, in the format's own media type."""
    media_type, text = assistant.cite(record_id, style, site=site)
    name = f"{record_id}.{STYLES[style].suffix}"  # ids are URL-safe, so the name needs no quoting
    return Response(text, media_type=media_type, headers={"Content-Disposition": f'inline; filename="{name}"'})
