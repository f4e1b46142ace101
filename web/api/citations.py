"""Selected records, or those of a search -> one bibliography or file."""

from fastapi import APIRouter, Request, Response

from rag.cite import STYLES, cite_all
from web.api.records import CITATIONS
from web.http.links import link_pages
from web.parameters import Count, SiteDep, StyleName
from web.request_bodies import MOST
from web.views.selection import SelectorDep

router = APIRouter()


@router.get("/citations", responses={200: {"content": CITATIONS}}, response_class=Response)
def citations(
    request: Request, select: SelectorDep, site: SiteDep, style: StyleName = "chicago", k: Count = MOST
) -> Response:
    """Cite records by `id`, or those that a search finds, a hundred at a time."""
    selection = select(MOST)
    media_type, text = cite_all(selection.records, style, site=site)
    name = f'inline; filename="citations.{STYLES[style].suffix}"'
    response = Response(text, media_type=media_type, headers={"Content-Disposition": name})
    link_pages(request, response, selection.next, k)
    return response
