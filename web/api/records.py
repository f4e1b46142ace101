"""An id -> its record, related records and citations."""

from fastapi import APIRouter, Request, Response

from rag.cite import STYLES
from rag.schemas import RecordOut, RecordsOut, RelatedListOut
from web.http.links import link_pages, signpost_back
from web.parameters import AssistantDep, Count, Cursor, RecordId, SiteDep, StyleName

router = APIRouter()

CITATIONS = {
    media_type: {"schema": {"type": "string"}}
    for media_type in ("text/plain", "application/x-bibtex", "application/x-research-info-systems")
} | {"application/vnd.citationstyles.csl+json": {"schema": {}}}


# `record_id` is the id in the path, by an alias in `parameters` that ruff cannot see.
@router.get("/records")
def records(
    request: Request, response: Response, assistant: AssistantDep, cursor: Cursor = None, limit: Count = 50
) -> RecordsOut:
    """List all records by date, a page at a time."""
    found = assistant.records(cursor=cursor, limit=limit)
    link_pages(request, response, found.next, limit)
    return RecordsOut.of(found)


@router.get("/records/{id}")  # noqa: FAST003
def record(record_id: RecordId, response: Response, assistant: AssistantDep, site: SiteDep) -> RecordOut:
    """Return one record."""
    found = assistant.record(record_id)
    signpost_back(response, found, site)
    return RecordOut.of(found)


@router.get("/records/{id}/related")  # noqa: FAST003
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
