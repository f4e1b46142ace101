"""The collections that one server has: the site's own at /, any others each below /c/NAME/ -> that of a request.

Routes and pages know addresses from / alone. What a collection below a prefix answers is given that prefix as it
leaves: in the attributes of pages, in the `url` fields of JSON, in headers. Neither pattern can match what a record
or a reader says, whose quotation marks are escaped in HTML and in JSON alike.
"""

import re
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass

from starlette.datastructures import MutableHeaders
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rag.assistant.assistant import Assistant
from rag.llm.writer import AnswerWriter
from rag.record import Collection
from web.appearance import PLAIN, Appearance

_served: ContextVar[tuple[Collection, str, Appearance]] = ContextVar("served", default=(Collection(), "", PLAIN))

_PATHS = {
    "text/html": re.compile(rb'(?<=\s)((?:href|src|action|formaction)=")(?=/(?!/))'),
    **dict.fromkeys(
        ("application/json", "application/problem+json", "text/event-stream"),
        re.compile(rb'("(?:url|instance)": ?")(?=/)'),
    ),
}
_LINK = re.compile("(?<=<)(?=/)")


@dataclass(frozen=True, slots=True)
class Served:
    """One collection."""

    assistant: Assistant
    site: str = ""  # its public address for citations; empty to take it from each request
    writer: AnswerWriter | None = None  # has a language model write answers; None for no model
    looks: Appearance = PLAIN
    prefix: str = ""  # what its addresses begin with: nothing, or /c/NAME

    def root(self, asked: str) -> str:
        """Where it is seen; `asked` is the address of the server in a request."""
        return self.site or asked.rstrip("/") + self.prefix


def collection() -> Collection:
    """The title, institution and rights of the collection that serves this request."""
    return _served.get()[0]


def root() -> str:
    """The public address of the site; empty where the settings give none."""
    return _served.get()[1]


def appearance() -> Appearance:
    """What the host puts on every page."""
    return _served.get()[2]


def names() -> list[str]:
    """The collection and who keeps it, those that have a name, in the host's order."""
    named = [collection().title, collection().institution]
    return [*filter(None, reversed(named) if appearance().institution_first else named)]


class Collections:
    """Finds the collection of each request, as `served` in its scope, so that two in one process stay apart."""

    def __init__(self, app: ASGIApp, own: Served, others: Mapping[str, Served]) -> None:
        self._app = app
        self._own = own
        self._others = others

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        served = self._own
        if scope["type"] == "http" and self._others:
            prefix = "/".join(scope["path"].split("/", 3)[:3])
            served = self._others.get(prefix, self._own)
            if scope["path"] == prefix and served.prefix:
                await RedirectResponse(f"{prefix}/", 308)(scope, receive, send)
                return
            scope["path"] = scope["path"].removeprefix(served.prefix)
            send = _prefixing(send, served.prefix) if served.prefix else send
        scope["served"] = served
        token = _served.set((served.assistant.collection, served.site, served.looks))
        try:
            await self._app(scope, receive, send)
        finally:
            _served.reset(token)


def _prefixing(send: Send, prefix: str) -> Send:
    """Give addresses of this site the prefix, in headers and, of pages and JSON, in the body."""
    before = prefix.encode()
    pattern: re.Pattern[bytes] | None = None
    start: Message | None = None

    async def prefixed(message: Message) -> None:
        nonlocal pattern, start
        if message["type"] == "http.response.start":
            headers = MutableHeaders(raw=message["headers"])
            pattern = _PATHS.get(headers.get("content-type", "").partition(";")[0])
            links = [_LINK.sub(prefix, each) for each in headers.getlist("link")]
            del headers["link"]
            for each in links:
                headers.append("link", each)
            if headers.get("location", "").startswith("/"):
                headers["location"] = prefix + headers["location"]
            start = message
            return
        if pattern:
            message = {**message, "body": pattern.sub(rb"\1" + before, message.get("body", b""))}
        if start:
            if pattern and not message.get("more_body"):
                MutableHeaders(raw=start["headers"])["content-length"] = str(len(message["body"]))
            await send(start)
            start = None
        await send(message)

    return prefixed
