"""The collection's name -> every page of a request, without a word of it in any route."""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING

from rag.record import Collection

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from rag.assistant import Assistant

_served: ContextVar[Collection] = ContextVar("served", default=Collection())  # noqa: B039 - it is frozen


def collection() -> Collection:
    """What the collection that serves this request is called."""
    return _served.get()


class Named:
    """Tells every page below whose it is; two applications in one process stay apart."""

    def __init__(self, app: ASGIApp, assistant: Assistant) -> None:
        """Wrap the routes."""
        self._app = app
        self._assistant = assistant

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        token = _served.set(self._assistant.collection)
        try:
            await self._app(scope, receive, send)
        finally:
            _served.reset(token)
