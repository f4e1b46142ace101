"""HTTP -> one call of the assistant -> a page. Everything works by address alone; the script only spares reloads.

One module for each page: its route, what its template shows, and how that is made of the nouns.
"""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from web.pages import (
    about,
    ask,
    check,
    cite,
    conversation,
    docs,
    help,  # noqa: A004 - as its page is called
    record,
    replay,
    search,
    similar,
)

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
for each in (ask, conversation, replay, search, similar, record, cite, check, about, help, docs):
    router.include_router(each.router)
