"""Requests -> counters by route, stage and reason of refusal, traces, and log lines; never the questions."""

import logging
import os
import re
import uuid
from time import perf_counter

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
    start_http_server,
)
from prometheus_client.multiprocess import MultiProcessCollector
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rag.search.stages import watched
from web.http.tracing import Tracing

logger = logging.getLogger(__name__)

_PREFIXES = ("/api/v1", "/v1")
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)

_UNKNOWN = 500  # status of a request that ends in an exception
_LEFT = 499  # of one whose reader has left; no response carries it


class RequestMetrics:
    """The counters of one application."""

    def __init__(self) -> None:
        self._registry = own = CollectorRegistry()
        self._requests = Counter("reading_room_requests", "Requests served.", ("route", "status"), registry=own)
        self._seconds = Histogram(
            "reading_room_request_seconds",
            "Seconds from a request's arrival to the last byte of its answer.",
            ("route",),
            registry=own,
            buckets=_SECONDS,
        )
        self._stages = Histogram(
            "reading_room_stage_seconds",
            "Seconds of each stage of questions, and of the wait for a turn.",
            ("stage",),
            registry=own,
            buckets=_SECONDS,
        )
        self._refused = Counter(
            "reading_room_refused", "Requests refused before anything was computed.", ("reason",), registry=own
        )
        self.waiting = Gauge(
            "reading_room_waiting", "Requests that wait for a turn.", registry=own, multiprocess_mode="livesum"
        )
        self._generation = Gauge(
            "reading_room_generation",
            "Processes that answer from a generation of a collection.",
            ("collection", "generation"),
            registry=own,
            multiprocess_mode="livesum",
        )
        self._opened: dict[str, str] = {}

    def stage(self, name: str, seconds: float) -> None:
        """Count one stage."""
        self._stages.labels(name).observe(seconds)

    def count(self, route: str, status: int, seconds: float, refused: str | None) -> None:
        """Count one request by the pattern of its route, so that no address or question becomes a label."""
        self._requests.labels(route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)
        if refused:
            self._refused.labels(refused).inc()

    def opened(self, prefix: str, generation: str | None) -> None:
        """Note from which generation the collection with this prefix is answered."""
        before = self._opened.get(prefix)
        if generation and generation != before:
            self._opened[prefix] = generation
            self._generation.labels(prefix, generation).set(1)
            if before:
                self._generation.labels(prefix, before).set(0)

    def exposition(self) -> Response:
        """All counters."""
        registry = all_workers() if "PROMETHEUS_MULTIPROC_DIR" in os.environ else self._registry
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)


def all_workers() -> CollectorRegistry:
    """The counters of all processes of `rag serve`, added up."""
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # it has no types
    return registry


def serve(host: str, port: int) -> None:
    """Serve the counters of all workers on a port of their own, from now on."""
    start_http_server(port, host, all_workers())


class MetricsMiddleware:
    """Counts requests and traces them."""

    def __init__(self, app: ASGIApp, metrics: RequestMetrics) -> None:
        self._app = app
        self._metrics = metrics
        self._tracing = Tracing()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve and count one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = _LEFT
        arrived = perf_counter()

        async def record_status(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        with self._tracing.request(scope) as trace:

            def passed(stage: str, seconds: float) -> None:
                self._metrics.stage(stage, seconds)
                trace.stage(stage, seconds)

            try:
                with watched(passed):
                    await self._app(scope, receive, record_status)
            except BaseException:
                status = _UNKNOWN
                raise
            finally:
                route = getattr(scope.get("route"), "path", None) or "none"
                # A route knows its path below its router's prefix alone; /search is a page and a call.
                route = next((each for each in _PREFIXES if scope["path"].startswith(f"{each}/")), "") + route
                seconds = perf_counter() - arrived
                self._metrics.count(route, status, seconds, scope.get("refused"))
                if served := scope.get("served"):
                    self._metrics.opened(served.prefix, served.assistant.opened)
                trace.ended(route, status)
                about = {"method": scope["method"], "route": route, "status": status, "seconds": round(seconds, 4)}
                logger.info("request", extra=about)


def request_id(given: str) -> str:
    """The id that a client or a proxy gave a request, or another where it is no plain word."""
    return given if re.fullmatch(r"[\w-]{1,64}", given, re.ASCII) else uuid.uuid4().hex
