"""The collection's name and address -> every page of a request, without a word of them in any route."""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING

from starlette.requests import Request

from rag.record import Collection

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from rag.assistant import Assistant

_served: ContextVar[tuple[Collection, str]] = ContextVar("served", default=(Collection(), ""))


def collection() -> Collection:
    """What the collection that serves this request is called."""
    return _served.get()[0]


def root() -> str:
    """The address that the paths of pages continue; empty where no request is served."""
    return _served.get()[1]


def root_of(request: Request) -> str:
    """The public address of the settings, or the one that was asked."""
    public: str = request.app.state.site
    return public or str(request.base_url).rstrip("/")


class Named:
    """Tells every page below whose it is; two applications in one process stay apart."""

    def __init__(self, app: ASGIApp, assistant: Assistant) -> None:
        """Wrap the routes."""
        self._app = app
        self._assistant = assistant

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        token = _served.set((self._assistant.collection, root_of(Request(scope))))
        try:
            await self._app(scope, receive, send)
        finally:
            _served.reset(token)
