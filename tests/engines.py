"""The engines behind the index, for the tests that each must pass; a pytest plugin.

`embedded` is a folder, `lite` a file of milvus-lite, `server` the real Milvus server, started on this machine's own
address and ended by its process id.
"""

from __future__ import annotations

import os
import platform
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import httpx2
import pytest

from rag.errors import EngineUnavailable
from rag.index.milvus.address import parse
from rag.index.milvus.engine import DataType, Engine
from rag.settings import NO_SECRET

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


_READY = 120  # seconds
_CONFIGURED = {
    "common.session.ttl": 5,  # seconds until a killed server is known to be dead
    "queryNode.segcore.interimIndex.enableIndex": False,  # else small collections are compared roughly
}


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


class MilvusServer:
    """Milvus 2.3.5 as a child process, with its data in a folder."""

    def __init__(self, folder: Path) -> None:
        """Unpack it; `start` starts it."""
        import milvus  # type: ignore[import-untyped]  # noqa: PLC0415 - this system may lack it

        self._server = milvus.MilvusServer()
        self._server.set_base_dir(str(folder))
        # It looks for free ports by itself, but leaves sockets open and forgets those of etcd.
        names = [name for name in self._server.config.configurable_items if name.endswith("_port")]
        ports = {name: _free_port() for name in names}
        self.port = ports["proxy_port"]
        for name, value in {**ports, **_CONFIGURED}.items():
            self._server.config.set(name, value)
        self._server.config.resolve()
        self._base = self._server.config.base_data_dir
        milvus._initialize_data_files(self._base)  # noqa: SLF001 - its own start leaves a child behind
        self._etcd = folder / "etcd.yaml"
        clients, peers = (f"http://127.0.0.1:{_free_port()}" for _ in range(2))
        self._etcd.write_text(
            f"name: default\nlisten-client-urls: {clients}\nadvertise-client-urls: {clients}\n"
            f"listen-peer-urls: {peers}\ninitial-advertise-peer-urls: {peers}\ninitial-cluster: default={peers}\n",
            encoding="ascii",
        )
        self._log = folder / "log"
        self._process: subprocess.Popen[bytes] | None = None

    def address(self, collection: str) -> str:
        """What RAG_INDEX names it by."""
        return f"milvus://127.0.0.1:{self.port}/{collection}"

    def start(self) -> None:
        """Start it and wait until it takes collections; again where it gave up, as it may on a busy machine."""
        engine = Engine(parse(self.address("ready")), NO_SECRET)
        deadline = time.monotonic() + _READY
        while time.monotonic() < deadline:
            if self._process is None or self._process.poll() is not None:
                self._process = self._run()
            try:
                engine.create("ready", {"row": (DataType.INT64, {}), "vector": (DataType.FLOAT_VECTOR, {"dim": 2})})
                engine.drop("ready")
            except EngineUnavailable:
                time.sleep(0.2)
            else:
                return
        pytest.fail(f"Milvus did not start; {self._log} says why")

    def _run(self) -> subprocess.Popen[bytes]:
        binaries = Path(self._base) / "bin"
        own = {
            "DEPLOY_MODE": "STANDALONE",
            "ETCD_CONFIG_PATH": str(self._etcd),
            "LD_LIBRARY_PATH": str(binaries),
            "METRICS_PORT": str(_free_port()),
        }
        with self._log.open("ab") as log:
            return subprocess.Popen(  # noqa: S603 - what the package carries
                [binaries / "milvus", "run", "standalone"],
                cwd=self._base,
                env={**os.environ, **own, "MILVUS_RUN_DIR": self._base},
                stdout=log,
                stderr=log,
            )

    def kill(self) -> None:
        """End it as a power cut would."""
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()


@pytest.fixture(scope="session")
def milvus_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MilvusServer]:
    """The real server, started once."""
    if sys.platform != "linux" or platform.machine() != "x86_64":
        pytest.skip("the package milvus has its server for Linux on x86-64 alone")
    server = MilvusServer(tmp_path_factory.mktemp("milvus"))
    server.start()
    yield server
    server.kill()


@contextmanager
def balanced(replicas: Sequence[str]) -> Iterator[str]:
    """The address of a balancer of these. Where one does not answer, it says 502 and asks that one no more."""
    left, turns = list(replicas), count()

    class Balancer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            replica = left[next(turns) % len(left)]
            try:
                kind = {"Content-Type": str(self.headers["Content-Type"])}
                answer = httpx2.post(f"{replica}{self.path}", content=body, headers=kind, timeout=60)
            except httpx2.TransportError:
                if replica in left:
                    left.remove(replica)
                self.send_error(HTTPStatus.BAD_GATEWAY)
            else:
                self.send_response(answer.status_code)
                self.end_headers()
                self.wfile.write(answer.content)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Balancer) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
