"""What other programs find and follow the collection by: a feed of any search, a search box, a list of all pages.

A module for each, written by lxml, which escapes; what XML cannot hold is left out beforehand.
"""

from fastapi import APIRouter

from web.feeds import atom, opensearch, sitemap

router = APIRouter(include_in_schema=False)
for each in (atom, opensearch, sitemap):
    router.include_router(each.router)
