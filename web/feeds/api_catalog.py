"""This site -> a catalogue of its APIs, with their descriptions, at a well-known address (RFC 9727)."""

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from web.http.links import link
from web.parameters import API, SiteDep

router = APIRouter()

PATH = "/.well-known/api-catalog"


@router.get(PATH)
def api_catalog(request: Request, site: SiteDep) -> JSONResponse:
    """List the APIs as a linkset (RFC 9264)."""
    root = site.root.rstrip("/")

    def described(path: str, page: str, **more: str) -> dict[str, object]:
        links = {"service-doc": (page, "text/html"), "status": ("/readyz", "application/json")}
        links |= {rel.replace("_", "-"): (href, "application/json") for rel, href in more.items()}
        return {
            "anchor": f"{root}{path}",
            **{rel: [{"href": f"{root}{href}", "type": kind}] for rel, (href, kind) in links.items()},
        }

    apis = [described(API, "/docs", service_desc="/openapi.json"), described("/v1", "/help/agents")]
    if any(getattr(route, "path", "") == "/mcp" for route in request.app.routes):
        apis.append(described("/mcp", "/help/agents"))
    response = JSONResponse(
        {"linkset": apis},
        media_type='application/linkset+json; profile="https://www.rfc-editor.org/info/rfc9727"',
    )
    link(response, PATH, "api-catalog")
    return response
