"""The collection -> a list of its pages for crawlers (sitemaps.org), in parts; robots.txt."""

from collections.abc import Iterable
from typing import Annotated

from fastapi import APIRouter, Path, Response
from fastapi.responses import PlainTextResponse
from lxml import etree  # type: ignore[import-untyped] # it ships no types
from starlette.exceptions import HTTPException

from web.pages.help import articles
from web.parameters import AssistantDep, SiteDep

router = APIRouter()

# Records in one part. The protocol allows 50,000 addresses, but smaller parts are as quick as any other page.
PART = 1_000

_SPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


@router.get("/sitemap.xml")
def sitemap(assistant: AssistantDep, site: SiteDep) -> Response:
    """List the parts."""
    _, total = assistant.ids(0, 0)
    root = site.root.rstrip("/")
    parts = range(1, -(-total // PART) + 1)
    return _xml("sitemapindex", "sitemap", (f"{root}/sitemap-{part}.xml" for part in parts))


@router.get("/sitemap-{part}.xml")
def part_of_sitemap(part: Annotated[int, Path(ge=1, le=1_000_000)], assistant: AssistantDep, site: SiteDep) -> Response:
    """List one part; the first begins with the pages that are not about a record."""
    ids, _ = assistant.ids((part - 1) * PART, PART)
    if not ids:
        raise HTTPException(404)
    root = site.root.rstrip("/")
    pages = [*(_pages() if part == 1 else ()), *(f"/records/{record_id}" for record_id in ids)]
    return _xml("urlset", "url", (f"{root}{page}" for page in pages))


@router.get("/robots.txt")
def robots(site: SiteDep) -> PlainTextResponse:
    """Let crawlers read only pages with a lasting address."""
    lines = [
        "User-agent: *",
        "Disallow: /api/",
        "Disallow: /cite",
        "Disallow: /search?",
        f"Sitemap: {site.root.rstrip('/')}/sitemap.xml",
    ]
    return PlainTextResponse("\n".join([*lines, ""]))


def _pages() -> tuple[str, ...]:
    """The pages that are not about a record."""
    return ("/", "/search", "/about", *(article.href for article in articles()))


def _xml(list_name: str, entry_name: str, addresses: Iterable[str]) -> Response:
    """A list with an entry for each address."""
    root = etree.Element(f"{{{_SPACE}}}{list_name}", nsmap={None: _SPACE})
    for address in addresses:
        etree.SubElement(etree.SubElement(root, f"{{{_SPACE}}}{entry_name}"), f"{{{_SPACE}}}loc").text = address
    text = etree.tostring(root, xml_declaration=True, encoding="utf-8")
    return Response(text, media_type="application/xml; charset=utf-8")
