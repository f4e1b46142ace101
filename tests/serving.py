"""The application under a real server, without and with a language model; a pytest plugin of the tests that ask it.

Each fixture gives its part over in full and takes it down after: no test waits for a clock.
"""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import httpx2
import pytest
import uvicorn

from rag.llm.client import Endpoint
from rag.llm.writer import AnswerWriter
from rag.settings import Secret
from tests.models import MODEL, model_server
from web.app import create_app

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi import FastAPI

    from rag.assistant.assistant import Assistant
    from tests.models import ModelServer


@contextmanager
def serving(app: FastAPI) -> Iterator[str]:
    """Serve an application on a free port; its address."""
    listening = socket.create_server(("127.0.0.1", 0))  # callers wait in its queue until the server takes them
    config = uvicorn.Config(
        app,
        log_level="warning",
        ws="none",
        http="web.http.server:Connection",
        timeout_graceful_shutdown=1,
        h11_max_incomplete_event_size=65536,  # as `rag serve` has it
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listening.close()


@contextmanager
def started(vectors: Path, *options: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """`rag serve` on a free port; its address and process."""
    command = [sys.executable, "-c", "import sys; from rag.cli import main; sys.exit(main())", "serve", "--port", "0"]
    environment = {**os.environ, "RAG_VECTORS": str(vectors), "PYTHONPATH": str(Path.cwd())}
    with subprocess.Popen(  # noqa: S603
        [*command, *options], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr
        said = ""
        for line in process.stderr:
            said += line
            if "startup complete" in line:
                break
        found = re.search(r"http://127\.0\.0\.1:[1-9]\d+", said)
        assert found, said
        threading.Thread(target=process.stderr.read, daemon=True).start()
        try:
            yield found[0], process
        finally:
            process.send_signal(signal.SIGTERM)


@pytest.fixture(scope="session")
def server(assistant: Assistant) -> Iterator[str]:
    """Serve the collection of the seeds; the address."""
    assistant.warm()  # so that no first request waits for the model longer than a client would
    with serving(create_app(assistant)) as address:
        yield address


@pytest.fixture(scope="session")
def client(server: str) -> Iterator[httpx2.Client]:
    """Call the server as a program would."""
    with httpx2.Client(base_url=server, timeout=60) as opened:
        yield opened


@pytest.fixture(scope="module")
def model() -> Iterator[ModelServer]:
    """A model's server."""
    with model_server() as serving_model:
        yield serving_model


@pytest.fixture(scope="module")
def site(assistant: Assistant, model: ModelServer) -> Iterator[str]:
    """The application with that model; its address."""
    assistant.warm()
    with serving(
        create_app(assistant, writer=AnswerWriter(assistant, Endpoint(model.url, MODEL, Secret())))
    ) as address:
        yield address
