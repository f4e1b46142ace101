"""A real HTTP server on this machine that speaks as OpenAI-compatible models do, and says what a test tells it to."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Script = Callable[["Reply"], None]

MODEL = "scripted"


class Reply(BaseHTTPRequestHandler):
    """One request and what is said to it."""

    protocol_version = "HTTP/1.1"
    server: ModelServer

    def do_GET(self) -> None:
        """List the models."""
        self.server.seen.append((self.path, {name.lower(): value for name, value in self.headers.items()}, {}))
        if self.server.listing is not None:
            self.server.listing(self)
            return
        self.whole(200, json.dumps({"object": "list", "data": [{"id": MODEL, "object": "model"}]}))

    def do_POST(self) -> None:
        """Follow the script."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.seen.append((self.path, {name.lower(): value for name, value in self.headers.items()}, body))
        self.server.script(self)

    def whole(self, status: int, text: str, media: str = "application/json", **headers: str) -> None:
        """Answer all at once."""
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", media)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def begin(self) -> None:
        """Open a stream of events that ends with the connection."""
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True

    def event(self, data: str) -> None:
        """Send one event as it is."""
        self.wfile.write(f"data: {data}\n\n".encode())
        self.wfile.flush()

    def piece(self, text: str | None, finish: str | None = None, **delta: Any) -> None:  # noqa: ANN401 - whatever a server may send
        """Send a piece of the reply as OpenAI's servers do."""
        choice = {"index": 0, "delta": {"content": text, **delta}, "finish_reason": finish}
        self.event(json.dumps({"id": "c", "object": "chat.completion.chunk", "model": MODEL, "choices": [choice]}))

    def say(self, text: str, size: int = 7) -> None:
        """Send a whole reply, a few letters at a time."""
        self.begin()
        for at in range(0, len(text), size):
            self.piece(text[at : at + size])
        self.piece(None, "stop")
        self.event("[DONE]")

    def log_message(self, *_: object) -> None:
        """Keep the test's output clean."""


class ModelServer(ThreadingHTTPServer):
    """The server; `seen` holds each request's path, headers and body."""

    daemon_threads = True

    def __init__(self) -> None:
        """Listen on a free port of this machine."""
        super().__init__(("127.0.0.1", 0), Reply)
        self.script: Script = lambda reply: reply.say("")
        self.listing: Script | None = None
        self.seen: list[tuple[str, dict[str, str], dict[str, Any]]] = []

    @property
    def url(self) -> str:
        """Its base address."""
        return f"http://127.0.0.1:{self.server_port}/v1"

    def handle_error(self, *_: object) -> None:
        """Say nothing of clients that hang up: some tests make them."""


@contextmanager
def model_server() -> Iterator[ModelServer]:
    """Serve until the block ends."""
    server = ModelServer()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
