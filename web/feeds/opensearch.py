"""The search box -> a description by which a browser offers it as its own (OpenSearch 1.1)."""

from fastapi import APIRouter, Response
from lxml import etree  # type: ignore[import-untyped] # it ships no types
from lxml.builder import ElementMaker  # type: ignore[import-untyped]

from web.parameters import SiteDep

router = APIRouter()

_description = ElementMaker(
    namespace="http://a9.com/-/spec/opensearch/1.1/", nsmap={None: "http://a9.com/-/spec/opensearch/1.1/"}
)
_LONGEST = 48  # characters of a LongName


@router.get("/opensearch.xml")
def opensearch(site: SiteDep) -> Response:
    """Describe the search."""
    root = site.root.rstrip("/")
    made = _description
    described = made.OpenSearchDescription(
        made.ShortName("Reading Room"),
        made.LongName(site.name[:_LONGEST]),
        made.Description(f"Search {site.name} by meaning and by words"),
        made.Url(type="text/html", template=f"{root}/search?q={{searchTerms}}"),
        made.Url(type="application/atom+xml", template=f"{root}/search.atom?q={{searchTerms}}"),
        made.Url(type="application/opensearchdescription+xml", rel="self", template=f"{root}/opensearch.xml"),
        made.Image(f"{root}/static/icon.svg", type="image/svg+xml"),
        made.InputEncoding("UTF-8"),
    )
    return Response(
        etree.tostring(described, xml_declaration=True, encoding="utf-8", pretty_print=True),
        media_type="application/opensearchdescription+xml; charset=utf-8",
    )
