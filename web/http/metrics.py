"""Requests -> counts and durations by route, in Prometheus' text format and as log lines; never the questions."""

import logging
import os
import re
import uuid
from time import perf_counter

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

logger = logging.getLogger(__name__)

_PREFIXES = ("/api/v1", "/v1")
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


class RequestMetrics:
    """The counters of one application."""

    def __init__(self) -> None:
        """Create a registry of its own, so that two applications in one process stay apart."""
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
        """Count one request by the pattern of its route, so that no address or question becomes a label."""
        self._requests.labels(route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def exposition(self) -> Response:
        """All counters."""
        registry = self._registry
        if "PROMETHEUS_MULTIPROC_DIR" in os.environ:  # `rag serve --workers`: the counts of all of them
            registry = CollectorRegistry()
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # it has no types
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)


class MetricsMiddleware:
    """Counts requests."""

    def __init__(self, app: ASGIApp, metrics: RequestMetrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve and count one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 500  # where the request ends in an exception
        arrived = perf_counter()

        async def record_status(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, record_status)
        finally:
            route = getattr(scope.get("route"), "path", None) or "none"
            # A route knows its path below its router's prefix alone; /search is a page and a call.
            route = next((each for each in _PREFIXES if scope["path"].startswith(f"{each}/")), "") + route
            seconds = perf_counter() - arrived
            self._metrics.count(route, status, seconds)
            about = {"method": scope["method"], "route": route, "status": status, "seconds": round(seconds, 4)}
            logger.info("request", extra=about)


def request_id(given: str) -> str:
    """The id that a client or a proxy gave a request, or another where it is no plain word."""
    return given if re.fullmatch(r"[\w-]{1,64}", given, re.ASCII) else uuid.uuid4().hex
