"""The collection's name, address and looks -> every page of a request, without passing them through each route."""

from contextvars import ContextVar

from starlette.types import ASGIApp, Receive, Scope, Send

from rag.assistant.assistant import Assistant
from rag.record import Collection
from web.views.appearance import PLAIN, Appearance

_served: ContextVar[tuple[Collection, str, Appearance]] = ContextVar("served", default=(Collection(), "", PLAIN))


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


class CollectionName:
    """Sets the collection for each request, so that two applications in one process stay apart."""

    def __init__(self, app: ASGIApp, assistant: Assistant, site: str, looks: Appearance) -> None:
        """Wrap the routes; `site` is their public address or empty."""
        self._app = app
        self._assistant = assistant
        self._site = site
        self._looks = looks

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        token = _served.set((self._assistant.collection, self._site, self._looks))
        try:
            await self._app(scope, receive, send)
        finally:
            _served.reset(token)
