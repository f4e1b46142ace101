"""Requests -> counts and durations by route, in Prometheus' text format. What was asked is never among them."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from starlette.responses import Response

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


class RequestMeter:
    """The counters of one application."""

    def __init__(self) -> None:
        """Start at nothing; a registry of its own, so that two applications in one process stay apart."""
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "reading_room_requests", "Requests served.", ("route", "status"), registry=self._registry
        )
        self._seconds = Histogram(
            "reading_room_request_seconds",
            "Seconds from a request's arrival to the last byte of its answer.",
            ("route",),
            registry=self._registry,
            buckets=_SECONDS,
        )

    def count(self, route: str, status: int, seconds: float) -> None:
        """Count one request under its route's pattern, so that no address or question becomes a label."""
        self._requests.labels(route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def exposition(self) -> Response:
        """Everything counted so far."""
        return Response(generate_latest(self._registry), media_type=CONTENT_TYPE_LATEST)


class Metered:
    """Counts what passes through it."""

    def __init__(self, app: ASGIApp, meter: RequestMeter) -> None:
        """Wrap the routes."""
        self._app = app
        self._meter = meter

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve and count one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 500  # of a request that ends in an exception
        arrived = perf_counter()

        async def send_noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, send_noting)
        finally:
            route = getattr(scope.get("route"), "path", None) or "none"
            self._meter.count(route, status, perf_counter() - arrived)
