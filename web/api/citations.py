"""Selected records, or those of a search -> one bibliography or file."""

from fastapi import APIRouter, Depends, Request, Response

from rag.cite import STYLES, cite_all
from web.api.paging import fresh, link_next
from web.api.records import CITATIONS
from web.parameters import SiteDep, StyleName
from web.request_bodies import MOST
from web.views.selection import SelectorDep

router = APIRouter()


@router.get(
    "/citations",
    responses={200: {"content": CITATIONS}},
    response_class=Response,
    dependencies=[Depends(fresh)],
)
def citations(request: Request, select: SelectorDep, site: SiteDep, style: StyleName = "chicago") -> Response:
    """Cite records by `id`, or those that a search finds, a hundred at a time."""
    selection = select(MOST)
    media_type, text = cite_all(selection.records, style, site=site)
    name = f'inline; filename="citations.{STYLES[style].suffix}"'
    response = Response(text, media_type=media_type, headers={"Content-Disposition": name})
    link_next(request, response, selection.next)
    return response
