"""An ETag for every answer to GET; to a client that names it, 304 or 412 in place of the answer (RFC 9110, 13).

An answer follows from its address, the generation, the day (citations and the front page name it), what the client
accepts, the reader's language, and the program with its settings, which stay the same until the next start. The tag is
made of these alone: where it is named again, nothing is computed.
"""

import datetime as dt
import os
from hashlib import blake2b
from uuid import uuid4

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rag.assistant.assistant import Assistant
from rag.errors import RagError
from web.problems import respond
from web.translation import language

_START = os.environ.get("READING_ROOM_START") or uuid4().hex  # that of all workers
_OTHERWISE = ("/healthz", "/readyz", "/metrics", "/static/")  # answers that follow from something else


class Preconditions:
    """Tags answers and compares the tags that clients name."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or scope["method"] != "GET" or scope["path"].startswith(_OTHERWISE):
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        assistant: Assistant = scope["served"].assistant
        generation = await run_in_threadpool(_generation, assistant)  # it may have to be opened
        tag = _tag(request, generation)
        if generation and _has(request, tag) and "if-match" not in request.headers:
            await _unchanged(tag)(scope, receive, send)
            return
        replaced = False

        async def tagged(message: Message) -> None:
            nonlocal replaced
            if message["type"] == "http.response.start" and message["status"] == 200:  # noqa: PLR2004
                headers = MutableHeaders(scope=message)
                headers.add_vary_header("Accept")
                if generation and generation == assistant.opened:  # else a newer one may have answered
                    headers["ETag"] = tag
                    if instead := _instead(request, tag):
                        replaced = True
                        await instead(scope, receive, send)
            if not replaced:
                await send(message)

        await self._app(scope, receive, tagged)


def _generation(assistant: Assistant) -> str:
    """The generation in use; empty where there is none, which the routes report."""
    try:
        return assistant.generation
    except RagError:
        return ""


def _tag(request: Request, generation: str) -> str:
    day = dt.datetime.now(dt.UTC).date()
    said = (_START, generation, day, request.url, request.headers.get("accept", ""), language())
    return f'"{blake2b(repr(said).encode(), digest_size=12).hexdigest()}"'


def _named(request: Request, header: str) -> list[str]:
    """The tags of a header."""
    listed = ",".join(request.headers.getlist(header))
    return [tag.strip() for tag in listed.split(",")] if listed else []


def _has(request: Request, tag: str) -> bool:
    """Whether the client names this tag in If-None-Match, perhaps as the weak one of what was compressed."""
    return not {tag, f"W/{tag}"}.isdisjoint(_named(request, "if-none-match"))


def _instead(request: Request, tag: str) -> Response | None:
    """The response in place of the answer that has this tag, or None."""
    # Compared strongly, as RFC 9110 demands: the weak tag of something compressed fits nothing here.
    if (wanted := _named(request, "if-match")) and not {tag, "*"} & {*wanted}:
        detail = f"{request.scope['path']}: If-Match names another answer than today's"
        return respond(request, 412, detail, cure="ask without it for the present one", headers={"ETag": tag})
    return _unchanged(tag) if _has(request, tag) or "*" in _named(request, "if-none-match") else None


def _unchanged(tag: str) -> Response:
    return Response(status_code=304, headers={"ETag": tag, "Vary": "Accept"})
