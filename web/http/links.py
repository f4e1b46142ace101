"""Link headers (RFC 8288): the other pages of a list, and signposts from a record to what is known of it.

Addresses are relative to the request, so that they work under any host name. Signposts are those of
https://signposting.org/FAIR/.
"""

import re
from collections.abc import Iterator

from fastapi import Request, Response
from starlette.datastructures import URL

from rag.cite import STYLES, Site
from rag.cite.work import Work, address
from rag.record import Record

_JSON = "application/json"
_HTML = "text/html"
_TYPES = ("https://schema.org/AboutPage", "https://schema.org/ArchiveComponent")
_ADDRESS = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:)]")


def link(response: Response, href: str, rel: str, media_type: str = "") -> None:
    """Add one link."""
    kind = f'; type="{media_type}"' if media_type else ""
    response.headers.append("Link", f'<{address(href)}>; rel="{rel}"{kind}')


def link_pages(request: Request, response: Response, following: str | None, size: int) -> None:
    """Link a page of a list to the next one, whose cursor is `following`, the one before and the first."""
    here = URL(scope=request.scope)
    first = here.remove_query_params("cursor")
    before = int(request.query_params.get("cursor") or 0) - size

    def add(url: URL, rel: str) -> None:
        link(response, f"{url.path}?{url.query}" if url.query else url.path, rel)

    if following is not None:
        add(here.include_query_params(cursor=following), "next")
    if before > -size:
        add(here.include_query_params(cursor=before) if before > 0 else first, "prev")
        add(first, "first")


def signpost(response: Response, record: Record, site: Site) -> None:
    """Link a record's page to what it is, how to cite it, and its metadata."""
    for href, rel, media_type in _signposts(record, site):
        link(response, href, rel, media_type)


def signpost_back(response: Response, record: Record, site: Site) -> None:
    """Link a record's metadata to its page, and to how to cite it."""
    link(response, record.url, "describes", _HTML)
    for href, rel, media_type in _signposts(record, site):
        if rel in {"cite-as", "license"}:
            link(response, href, rel, media_type)


def _signposts(record: Record, site: Site) -> Iterator[tuple[str, str, str]]:
    work, api = Work.of(record, site), f"/api/v1{record.url}"
    if work.url:
        yield work.url, "cite-as", ""
    for kind in _TYPES:
        yield kind, "type", ""
    yield api, "describedby", _JSON
    for name, style in STYLES.items():
        if not style.prose:
            yield f"{api}/citation?style={name}", "describedby", style.media_type
    if found := _ADDRESS.search(work.rights):
        yield found[0], "license", ""
    yield "/", "collection", _HTML
