"""For other programs: a feed of any search, a search box for browsers, a list of all pages, a catalogue of the APIs.

A module for each. lxml writes and escapes the XML; characters that XML does not allow are removed before.
"""

from fastapi import APIRouter

from web.feeds import api_catalog, atom, opensearch, sitemap

router = APIRouter(include_in_schema=False)
for module in (api_catalog, atom, opensearch, sitemap):
    router.include_router(module.router)
