"""Servers and builds in processes of their own: started, measured, killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx2

from tests.serving import started

RAG = (sys.executable, "-c", "import sys; from rag.cli import main; sys.exit(main())")


class Server:
    """`rag serve` on one port, again on the same when it was killed."""

    def __init__(self, vectors: Path, workers: int) -> None:
        self._given = (vectors, "--workers", str(workers))
        self.port = 0
        self.begin()

    def begin(self) -> None:
        """Start it, and wait until it answers."""
        self._running = started(*self._given, *(("--port", str(self.port)) if self.port else ()))
        address, self._process = self._running.__enter__()
        self.port = int(address.rpartition(":")[2])
        httpx2.post(f"{address}/api/v1/ask", json={"question": "Who met whom?"}, timeout=120)

    def end(self, number: signal.Signals = signal.SIGTERM) -> None:
        """Give it a signal, and wait until it has ended."""
        self._process.send_signal(number)
        with suppress(ProcessLookupError):
            self._running.__exit__(None, None, None)

    def is_ready(self) -> bool:
        """What /readyz says."""
        with suppress(httpx2.TransportError):
            said = httpx2.get(f"http://127.0.0.1:{self.port}/readyz", timeout=30)
            return said.is_success and "fault" not in said.json()
        return False

    def until_ready(self) -> None:
        """Wait until it is; RuntimeError after two minutes."""
        ends = time.monotonic() + 120
        while not self.is_ready():
            if time.monotonic() > ends:
                message = "the server does not get ready again"
                raise RuntimeError(message)
            time.sleep(0.1)

    @property
    def workers(self) -> list[int]:
        """The processes that answer."""
        own = self._process.pid
        children = Path(f"/proc/{own}/task/{own}/children").read_text(encoding="ascii").split()
        return [int(each) for each in children if b"spawn_main" in Path(f"/proc/{each}/cmdline").read_bytes()]

    @property
    def memory(self) -> float:
        """MiB that its processes take, what they share counted once."""
        lines = [Path(f"/proc/{each}/smaps_rollup").read_text(encoding="ascii") for each in self.workers]
        return sum(int(text.partition("\nPss:")[2].split()[0]) for text in lines) / 1024

    @property
    def spent(self) -> float:
        """Seconds of processor time that its workers have taken."""
        fields = [Path(f"/proc/{each}/stat").read_text(encoding="ascii").rpartition(")")[2] for each in self.workers]
        return sum(int(each) for text in fields for each in text.split()[11:13]) / os.sysconf("SC_CLK_TCK")


@contextmanager
def server(vectors: Path, workers: int = 1) -> Iterator[Server]:
    """A server that ends with the context."""
    serving = Server(vectors, workers)
    try:
        yield serving
    finally:
        serving.end()


def building(vectors: Path, *paths: Path) -> subprocess.Popen[bytes]:
    """`rag build` of these sources, begun."""
    environment = {**os.environ, "RAG_VECTORS": str(vectors)}
    command = [*RAG, "build", *map(str, paths)]
    return subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603
