"""`rag serve`, `rag mcp`: the web application, and the tools of agents."""

import argparse
import os
import sys
import tempfile
import threading
from concurrent.futures import ProcessPoolExecutor
from contextlib import redirect_stdout
from dataclasses import replace
from multiprocessing import get_context
from pkgutil import resolve_name
from typing import Any
from uuid import uuid4

from rag.cli.opening import opened
from rag.cli.progress import ProgressLine
from rag.errors import GenerationError, escaped
from rag.platform import memory_folder
from rag.settings import Settings


def _logging(settings: Settings) -> dict[str, Any]:
    """How lines are logged as JSON, each with the id of its request; `logging.config` describes the form."""
    from pythonjsonlogger.core import RESERVED_ATTRS

    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"request": {"()": "asgi_correlation_id.CorrelationIdFilter"}},
        "formatters": {
            "json": {
                "()": "pythonjsonlogger.json.JsonFormatter",
                "fmt": ["levelname", "name", "message", "correlation_id"],
                "rename_fields": {"levelname": "level", "name": "logger", "correlation_id": "request"},
                "timestamp": True,
                "reserved_attrs": [*RESERVED_ATTRS, "color_message"],
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json", "filters": ["request"]}},
        "root": {"handlers": ["stderr"], "level": settings.log},
        "loggers": {"mcp": {"level": "ERROR"}},  # its warnings quote what was sent
    }


def run_serve(args: argparse.Namespace, settings: Settings) -> int:
    """Serve the pages until a signal ends it."""
    import uvicorn
    from uvicorn.config import STARTUP_FAILURE

    host, port = args.host or settings.host, settings.port if args.port is None else args.port
    workers = settings.workers if args.workers is None else args.workers
    replace(settings, port=port, workers=workers)  # refuses an invalid one
    if settings.mcp:
        resolve_name("web.agents.mcp:serve")  # says what to install, before any worker begins
    for _, each in settings.all_collections():
        _build_first(each)
    os.environ |= {"RAG_VECTORS": str(settings.vectors), "RAG_HOST": host, "RAG_WORKERS": str(workers)}
    os.environ["READING_ROOM_START"] = uuid4().hex  # so that an answer has the same tag from every worker
    print(f"Reading Room: http://{host}:{port}/  (Ctrl-C stops it)", flush=True)
    config = uvicorn.Config(
        "web.app:worker",
        factory=True,
        host=host,
        port=port,
        workers=workers,
        http="web.http.server:Connection",
        ws="none",
        loop="asyncio",
        proxy_headers=bool(settings.proxies),
        forwarded_allow_ips=list(settings.proxies),
        timeout_graceful_shutdown=8,  # systemd and containers kill after 10 seconds
        timeout_worker_healthcheck=10,  # a busy machine is no fault
        log_level=settings.log.lower(),
        log_config=_logging(settings) if settings.log_format == "json" else uvicorn.config.LOGGING_CONFIG,
        access_log=False,  # an address contains the question, which is private
        server_header=False,
        h11_max_incomplete_event_size=65536,  # so that 2,000 characters of any script fit an address
    )
    # Also a single worker is another process: where a file is cut short under its mapping (SIGBUS), another follows.
    with (
        config.bind_socket() as listening,
        tempfile.TemporaryDirectory(prefix="reading-room-", dir=memory_folder()) as counts,
    ):
        if workers > 1 or settings.metrics_port:
            os.environ["PROMETHEUS_MULTIPROC_DIR"] = counts
        if settings.metrics_port:
            resolve_name("web.http.metrics:serve")(host, settings.metrics_port)
        listening.listen(config.backlog)  # who connects before a worker is ready waits for it
        serving = resolve_name("web.http.server:Supervisor")(config, sockets=[listening])
        serving.run()
    return int(any(worker.exitcode == STARTUP_FAILURE for worker in serving.processes))


def run_mcp(_: argparse.Namespace, settings: Settings) -> int:
    """Speak to an agent until the input ends."""
    serve = resolve_name("web.agents.mcp:serve")  # by name, as uvicorn takes the web application
    with redirect_stdout(sys.stderr):  # standard output belongs to the protocol
        _build_first(settings)
    assistant = opened(settings)
    threading.Thread(target=assistant.warm).start()
    serve(assistant, settings.site)
    return 0


def _build_first(settings: Settings) -> None:
    """Build where nothing was ever built; where a collection was lost, that is for its owner to say."""
    from rag.index.open import has_folder

    if has_folder(settings):
        return
    if not settings.index:
        _build_unless_built(settings)
        return
    # What it opens ends with it: of a file of milvus-lite a worker could else not take over.
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as apart:
        apart.submit(_build_unless_built, settings).result()


def _build_unless_built(settings: Settings) -> None:
    from rag.index.open import open_index

    index = open_index(settings)
    try:
        if index.names() or index.published():
            return
    except GenerationError:
        return
    from rag.ingest.build import build

    print(f"{settings.vectors.absolute()}: no collection yet; building it first", flush=True)
    with ProgressLine() as progress:
        report = build(settings, progress=progress)
    for line in report.lines():
        print(escaped(line))
