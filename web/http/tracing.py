"""Requests and the stages of questions -> spans of OpenTelemetry, where its standard variables ask for them.

No address and no question is in a span: its name is the pattern of the route.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from starlette.datastructures import Headers
from starlette.types import Scope

from rag.errors import SettingsError

if TYPE_CHECKING:
    from opentelemetry.trace import Span, Tracer

_ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
_FAULT = 500


class Trace:
    """One request; without a span, nothing is done."""

    def __init__(self, tracer: Tracer | None = None, span: Span | None = None) -> None:
        self._tracer = tracer
        self._span = span

    def stage(self, name: str, seconds: float) -> None:
        """Add a stage that has just ended."""
        if self._tracer:
            end = time.time_ns()
            self._tracer.start_span(name, start_time=end - int(seconds * 1e9)).end(end)

    def ended(self, route: str, status: int) -> None:
        """Say what was asked and what came of it."""
        if self._span:
            from opentelemetry.trace import StatusCode  # noqa: PLC0415 - an extra

            self._span.update_name(route)
            self._span.set_attributes({"http.route": route, "http.response.status_code": status})
            if status >= _FAULT:
                self._span.set_status(StatusCode.ERROR)


class Tracing:
    """Traces requests if an address is set that takes traces; SettingsError where what it needs is not installed."""

    def __init__(self) -> None:
        self._tracer: Tracer | None = None
        wanted = any(os.environ.get(name) for name in _ENDPOINTS)
        if wanted and os.environ.get("OTEL_SDK_DISABLED", "").lower() != "true":
            self._tracer = _exporting()

    @contextmanager
    def request(self, scope: Scope) -> Iterator[Trace]:
        """Trace a request, as a part of what its sender traces."""
        if self._tracer is None:
            yield Trace()
            return
        from opentelemetry.propagate import extract  # noqa: PLC0415
        from opentelemetry.trace import SpanKind  # noqa: PLC0415

        began = self._tracer.start_as_current_span(
            scope["method"],
            context=extract(Headers(scope=scope)),
            kind=SpanKind.SERVER,
            attributes={"http.request.method": scope["method"]},
        )
        with began as span:
            yield Trace(self._tracer, span)


def _exporting() -> Tracer:
    """A tracer that sends spans where the variables say."""
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415
        from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
        from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
        from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415
    except ImportError as error:
        missing = f"{_ENDPOINTS[0]} needs OpenTelemetry; pip install 'reading-room[telemetry]', or unset it"
        raise SettingsError(missing) from error
    named = Resource.create({} if "OTEL_SERVICE_NAME" in os.environ else {"service.name": "reading-room"})
    provider = TracerProvider(resource=named)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return provider.get_tracer("reading-room")
