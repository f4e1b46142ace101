"""The collection's name and address -> every page of a request, without passing them through each route."""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING

from rag.record import Collection

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from rag.assistant.assistant import Assistant

_served: ContextVar[tuple[Collection, str]] = ContextVar("served", default=(Collection(), ""))


def collection() -> Collection:
    """The title, institution and rights of the collection that serves this request."""
    return _served.get()[0]


def root() -> str:
    """The public address of the site; empty where the settings give none."""
    return _served.get()[1]


class CollectionName:
    """Sets the collection for each request, so that two applications in one process stay apart."""

    def __init__(self, app: ASGIApp, assistant: Assistant, site: str) -> None:
        """Wrap the routes; `site` is their public address or empty."""
        self._app = app
        self._assistant = assistant
        self._site = site

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        token = _served.set((self._assistant.collection, self._site))
        try:
            await self._app(scope, receive, send)
        finally:
            _served.reset(token)
