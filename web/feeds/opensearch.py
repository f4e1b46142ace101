"""The search -> a description with which a browser offers it in its own search box (OpenSearch 1.1)."""

from fastapi import APIRouter, Response
from lxml import etree  # type: ignore[import-untyped] # it ships no types
from lxml.builder import ElementMaker  # type: ignore[import-untyped]

from web.parameters import SiteDep

router = APIRouter()

_xml = ElementMaker(
    namespace="http://a9.com/-/spec/opensearch/1.1/", nsmap={None: "http://a9.com/-/spec/opensearch/1.1/"}
)
_LONGEST = 48  # characters of a LongName, at most


@router.get("/opensearch.xml")
def opensearch(site: SiteDep) -> Response:
    """Describe the search."""
    root = site.root.rstrip("/")
    description = _xml.OpenSearchDescription(
        _xml.ShortName("Reading Room"),
        _xml.LongName(site.name[:_LONGEST]),
        _xml.Description(f"Search {site.name} by meaning and by words"),
        _xml.Url(type="text/html", template=f"{root}/search?q={{searchTerms}}"),
        _xml.Url(type="application/atom+xml", template=f"{root}/search.atom?q={{searchTerms}}"),
        _xml.Url(type="application/opensearchdescription+xml", rel="self", template=f"{root}/opensearch.xml"),
        _xml.Image(f"{root}/static/icon.svg", type="image/svg+xml"),
        _xml.InputEncoding("UTF-8"),
    )
    return Response(
        etree.tostring(description, xml_declaration=True, encoding="utf-8", pretty_print=True),
        media_type="application/opensearchdescription+xml; charset=utf-8",
    )
