"""Our side, in a process of its own. The first build or question loads the model; what is opened stays open."""

from __future__ import annotations

import asyncio
import socket
import sys
import threading
from functools import cache, partial
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import uvicorn

from rag.assistant import Assistant
from rag.build import build as build_sources
from rag.build import publish
from rag.index.shelf import Shelf
from rag.names.profile import Profile
from rag.names.reading import Names
from rag.question import ALL_ASPECTS
from rag.question import understand as understand_question
from rag.record import EVERYTHING
from rag.settings import Settings
from tests.bench import cost
from tests.bench.collection import QUESTIONS, changed, records_of
from tests.bench.vocabulary import large, questions
from web.app import create_app

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.types import ASGIApp, Message, Scope

    from tests.bench.cost import Cost

RAG = str(Path(sys.executable).with_name("rag"))


def load() -> None:
    """Import what takes seconds, so that no build pays for it."""
    import onnxruntime  # type: ignore[import-untyped]  # noqa: F401, PLC0415 - whoever directs the run must stay small


def build(source: Path, home: Path, *, alter: bool) -> Cost:
    """Do what `rag build` does with the folder or the archive; with `alter` some records are changed."""
    return cost.of_call(partial(_build, source, _settings(home), alter=alter))


def first(home: Path, question: str) -> list[str]:
    """The command that answers one question and ends."""
    return [RAG, "ask", "--vectors", str(home), question]


def ask(home: Path, questions: Sequence[str]) -> list[Cost]:
    """Ask each."""
    assistant = _assistant(home)
    return [cost.of_call(partial(assistant.ask, question)) for question in questions]


def serve(home: Path) -> int:
    """Serve the application on a free port of this machine until the process ends; the port."""
    listening = socket.create_server(("127.0.0.1", 0))  # callers wait in its queue until the server takes them
    server = uvicorn.Server(uvicorn.Config(_app(home), log_level="warning", ws="none"))
    threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True).start()
    return int(listening.getsockname()[1])


def cpu() -> float:
    """Seconds that this process has computed so far."""
    usage = getrusage(RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def pages(home: Path, addresses: Sequence[str]) -> list[Cost]:
    """Render each, as for a browser, with no network and no client in between."""
    app = _app(home)
    with asyncio.Runner() as runner:
        return [cost.of_call(partial(_page, runner, app, address)) for address in addresses]


def receipt(home: Path, question: str) -> str:
    """The receipt of its answer."""
    return _assistant(home).ask(question).receipt


def understand(home: Path | None) -> tuple[Cost, list[Cost]]:
    """Arrange the names of the collection, or of the large vocabulary where none is given, and read questions."""
    profile = large() if home is None else Profile.from_bytes(Shelf(home).reader().profile())
    arranged = cost.of_call(lambda: Names(profile))
    names = Names(profile)

    def read(question: str) -> None:
        understand_question(question, (), EVERYTHING, names, ALL_ASPECTS)

    asked = questions(profile, QUESTIONS)
    for question in asked:  # the grammar of dates is built by the first
        read(question)
    return arranged, [cost.of_call(partial(read, question)) for question in asked]


def _build(source: Path, settings: Settings, *, alter: bool) -> None:
    if source.is_dir() and not alter:
        build_sources(settings, [source], only=True)
    else:
        records = list(records_of(source))
        publish(settings, changed(records) if alter else records)


def _settings(home: Path) -> Settings:
    return Settings.load({"RAG_VECTORS": str(home)})


@cache
def _assistant(home: Path) -> Assistant:
    return Assistant.open(_settings(home))


@cache
def _app(home: Path) -> ASGIApp:
    return create_app(_assistant(home))


def _page(runner: asyncio.Runner, app: ASGIApp, address: str) -> None:
    runner.run(_get(app, address))


async def _get(app: ASGIApp, address: str) -> None:
    """Ask for one page; RuntimeError where it is not what was asked for."""
    parts = urlsplit(address)
    status = 0

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        nonlocal status
        status = message.get("status", status)

    scope: Scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": parts.path,
        "raw_path": parts.path.encode(),
        "root_path": "",
        "query_string": parts.query.encode(),
        "headers": [(b"host", b"127.0.0.1"), (b"accept-encoding", b"gzip")],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }
    await app(scope, receive, send)
    if status != 200:
        message = f"{address}: status {status}"
        raise RuntimeError(message)
