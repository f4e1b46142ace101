"""Our web application, in a process of its own.

Usage: python -m tests.bench.site
"""

from __future__ import annotations

import asyncio
import gzip
import socket
import sys
import threading
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import uvicorn

from rag.assistant.assistant import Assistant
from rag.settings import Settings
from tests.bench import cost
from tests.bench.addresses import addresses
from tests.bench.collection import Collection
from tests.bench.worker import serve
from web.app import create_app, warm

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.types import ASGIApp, Message, Scope

_NAMES = 12  # people and places whose pages, and searches for whom, are asked for
_GZIP = b"\x1f\x8b"

ARGUMENTS = (sys.executable, "-m", "tests.bench.site")


def listen(home: str) -> int:
    """Serve the application on a free port until the process ends; returns the port."""
    # Clients wait in the queue until the server accepts them. Without the name of the protocol asyncio would not switch
    # Nagle's algorithm off, and small packets would wait.
    listening = socket.socket(proto=socket.IPPROTO_TCP)
    listening.bind(("127.0.0.1", 0))
    listening.listen()
    server = uvicorn.Server(uvicorn.Config(_app(Path(home)), log_level="warning", ws="none"))
    threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True).start()
    return int(listening.getsockname()[1])


def pages(home: str, collection: Mapping[str, object]) -> Mapping[str, list[tuple[float, int]]]:
    """Seconds of CPU and bytes of each page in each state, as a browser asks for it, but without network and client."""
    made = Collection(**collection)  # type: ignore[arg-type]  # as it came out of JSON
    assistant, app = _assistant(Path(home)), _app(Path(home))
    counted = assistant.search(k=1, facets=True, most=_NAMES).facets
    named = {field: [*counted.fields.get(field, ())] for field in ("people", "places")} if counted else {}
    shown = addresses(made, assistant.ask(made.questions[0]).receipt, named)
    with asyncio.Runner() as runner:
        spent = {name: [_spent(runner, app, address) for address in each] for name, each in shown.items()}
    return {name: each[1:] for name, each in spent.items() if each[1:]}  # the first one compiles the template


@cache
def _assistant(home: Path) -> Assistant:
    return Assistant.open(Settings.load({"RAG_VECTORS": str(home)}))


@cache
def _app(home: Path) -> ASGIApp:
    warm(_assistant(home))  # as a server does when it starts
    return create_app(_assistant(home))


def _spent(runner: asyncio.Runner, app: ASGIApp, address: str) -> tuple[float, int]:
    """Seconds until it is sent, compressed, and its bytes before that."""
    sent: list[bytes] = []
    spent = cost.of_call(lambda: runner.run(_get(app, address, sent)))
    body = b"".join(sent)
    return spent.cpu, len(gzip.decompress(body) if body.startswith(_GZIP) else body)


async def _get(app: ASGIApp, address: str, sent: list[bytes]) -> None:
    """Ask for one page; RuntimeError where its status is not 200."""
    parts = urlsplit(address)
    status = 0

    asked: list[Message] = [{"type": "http.request", "body": b"", "more_body": False}]

    async def receive() -> Message:
        return asked.pop() if asked else await asyncio.Future()  # the reader stays

    async def send(message: Message) -> None:
        nonlocal status
        status = message.get("status", status)
        sent.append(message.get("body", b""))

    scope: Scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": unquote(parts.path),
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


FUNCTIONS: Mapping[str, Callable[..., object]] = {each.__name__: each for each in (listen, pages, cost.cpu, cost.peak)}
"""Functions of this process by name."""

if __name__ == "__main__":
    serve(FUNCTIONS)
