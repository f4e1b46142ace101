"""HTTP -> one call of the assistant -> a page. All pages work without a script, which only saves reloads.

One module for each page: its route, the fields of its template, and how they are computed.
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
    help,  # noqa: A004 - the name of its page
    host,
    named,
    reading_list,
    record,
    replay,
    search,
    similar,
)

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
_PAGES = (
    ask, conversation, replay, search, similar, record, reading_list, cite, check, about, help, docs, named, host,
)  # fmt: skip
for module in _PAGES:
    router.include_router(module.router)
