"""Middleware that decides which requests are served, and when; `Access` is what the settings say of that.

Hosts    answers to the site's own names only
Callers  limits each client's requests by the minute; one of the site's keys lifts the limit
Turns    lets a few requests compute at once and some wait; sends the others away, and drops those whose reader has left
"""

from __future__ import annotations

import asyncio
import hmac
import re
from collections.abc import Collection
from dataclasses import dataclass
from hashlib import sha256
from time import perf_counter
from urllib.parse import urlsplit

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from prometheus_client import Gauge
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rag.language.message import together, worded
from rag.search.stages import ended
from rag.settings import Settings
from web.problems import refuse

AT_ONCE = 4  # requests that compute at once: more would only wait for each other's processor
WAITING = 64  # requests that wait for their turn, at most
PATIENCE = 1.5  # seconds that a request waits, at most; one that would have to wait longer is sent away at once
_RECENT = 0.1  # share of the latest request in what one takes
_ROUNDS = 3  # rounds of the event loop after which it has seen that a reader left right after asking

_PROMPT = ("/healthz", "/readyz", "/metrics", "/static/")


@dataclass(frozen=True, slots=True)
class Access:
    """Who may ask, and how often."""

    hosts: tuple[str, ...] = ("*",)  # names of this site; "*" for any
    origins: tuple[str, ...] = ()  # other sites whose pages may read answers
    rate: int = 0  # requests a minute of each client in this process; 0 for no limit
    keys: tuple[str, ...] = ()  # SHA-256 of the keys that lift the limit
    metrics: bool = True  # whether /metrics stands among the pages; else it has a port of its own

    @classmethod
    def of(cls, settings: Settings) -> Access:
        """What the settings allow: the names of this machine and of the site, and those that they add."""
        own = ("localhost", "127.0.0.1", "::1", settings.host, urlsplit(settings.site).hostname or "")
        hosts = tuple(filter(None, (*own, *settings.hosts)))
        rate = -(-settings.rate // settings.workers)
        return cls(hosts, settings.origins, rate, settings.keys, metrics=not settings.metrics_port)


OPEN = Access()

_WHOLE = re.compile("https?://([^/]*)(/.*)?")  # RFC 9112, 3.2.2
_NAME = re.compile(r"(?:\[([0-9a-f:.]+)\]|([^:\[\]]*?)\.?)(?::[0-9]*)?")


class Hosts:
    """Refuses a request for another name: a page of another site could make its reader's browser ask this server."""

    def __init__(self, app: ASGIApp, names: Collection[str]) -> None:
        self._app = app
        self._names = frozenset(name.lower() for name in names)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "http":
            if whole := _WHOLE.fullmatch(scope["path"]):  # the name in the address goes before that of the header
                scope["path"] = whole[2] or "/"
                others = [each for each in scope["headers"] if each[0] != b"host"]
                scope["headers"] = [*others, (b"host", whole[1].encode())]
            name = Headers(scope=scope).get("host", "").lower()
            known = "*" in self._names or not name
            if not known and not ((found := _NAME.fullmatch(name)) and (found[1] or found[2]) in self._names):
                cure = "ask by the site's own name, or add this one to RAG_HOSTS"
                await refuse(scope, receive, send, "host", 421, "Host: this site does not go by that name", cure=cure)
                return
        await self._app(scope, receive, send)


class Callers:
    """Counts requests by client address, in a sliding minute."""

    def __init__(self, app: ASGIApp, rate: int, keys: Collection[str]) -> None:
        self._app = app
        self._limit = RateLimitItemPerMinute(rate) if rate else None
        self._counts = MovingWindowRateLimiter(MemoryStorage())
        self._keys = tuple(keys)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or scope["path"].startswith(_PROMPT):
            await self._app(scope, receive, send)
            return
        scheme, _, key = Headers(scope=scope).get("authorization", "").partition(" ")
        has_key = bool(self._keys) and scheme.lower() == "bearer"
        if has_key and not self._knows(key.strip()):
            detail, cure = "Authorization: this key is not known", "send a key of this site or none"
            asked = {"WWW-Authenticate": "Bearer"}
            await refuse(scope, receive, send, "key", 401, detail, cure=cure, headers=asked)
        elif not has_key and self._limit and not self._counts.hit(self._limit, (scope.get("client") or ("",))[0]):
            many = worded("more than %(most)s requests a minute", most=self._limit.amount)
            detail, cure = together(scope["path"], ": ", many), worded("ask again in a minute")
            await refuse(scope, receive, send, "rate", 429, detail, cure=cure, headers={"Retry-After": "60"})
        else:
            await self._app(scope, receive, send)

    def _knows(self, key: str) -> bool:
        """Whether a key is one of the site's; as slow for any other."""
        digest = sha256(key.encode()).hexdigest()
        return any([hmac.compare_digest(digest, each) for each in self._keys])  # noqa: C419 - all are compared


class Turns:
    """Lets AT_ONCE requests compute and WAITING wait; what answers at once, health and files, never waits."""

    def __init__(self, app: ASGIApp, waiting: Gauge) -> None:
        self._app = app
        self._free = asyncio.Semaphore(AT_ONCE)
        self._waiting = 0
        self._takes = 0.0  # seconds that a request computes, of late
        self._shown = waiting

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request when it is its turn."""
        if scope["type"] != "http" or scope["path"].startswith(_PROMPT):
            await self._app(scope, receive, send)
            return
        body = await receive()
        left = asyncio.ensure_future(receive())  # done when the reader has left
        for _ in range(_ROUNDS):
            await asyncio.sleep(0)
        try:
            if left.done():
                scope["refused"] = "left"
            elif await self._turn(left):
                await self._serve(scope, body, left, send)
            elif left.done():
                scope["refused"] = "left"
            else:
                detail = together(scope["path"], ": ", worded("many readers are asking at this moment"))
                cure = worded("try again in a few seconds")
                await refuse(scope, receive, send, "crowded", 503, detail, cure=cure, headers={"Retry-After": "2"})
        finally:
            left.cancel()

    async def _turn(self, left: asyncio.Future[Message]) -> bool:
        """Wait for a turn; False where too many wait, it takes too long, or the reader leaves."""
        if not self._free.locked():
            return await self._free.acquire()
        if self._waiting >= WAITING or self._waiting * self._takes > AT_ONCE * PATIENCE:
            return False
        self._waiting += 1
        self._shown.inc()
        began = perf_counter()
        turn: asyncio.Future[bool] = asyncio.ensure_future(self._free.acquire())
        try:
            await asyncio.wait(
                [turn, left],  # type: ignore[type-var]  # a future of either
                timeout=PATIENCE,
                return_when=asyncio.FIRST_COMPLETED,
            )
        finally:
            self._waiting -= 1
            self._shown.dec()
            ended("queue", perf_counter() - began)
            came = not turn.cancel()
        if came and left.done():
            self._free.release()
        return came and not left.done()

    async def _serve(self, scope: Scope, body: Message, left: asyncio.Future[Message], send: Send) -> None:
        """Serve a request whose turn it is; the turn ends with the first byte of the answer."""
        mine, began = True, perf_counter()
        unread = [body]

        async def receive() -> Message:
            return unread.pop() if unread else await asyncio.shield(left)

        async def passing_on(message: Message) -> None:
            end()
            await send(message)

        def end() -> None:
            nonlocal mine
            if mine:
                mine = False
                self._takes += _RECENT * (perf_counter() - began - self._takes)
                self._free.release()

        try:
            await self._app(scope, receive, passing_on)
        finally:
            end()
