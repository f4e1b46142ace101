"""The application under a real server, and a real browser before it; a pytest plugin of the tests that need them.

Each fixture gives its part over in full and takes it down after: no test waits for a clock.
"""

from __future__ import annotations

import shutil
import socket
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import httpx2
import pytest
import uvicorn
from playwright.sync_api import sync_playwright

from web.app import create_app

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi import FastAPI
    from playwright.sync_api import Browser, Page

    from rag.assistant.assistant import Assistant

_CHROMIUM = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@contextmanager
def serving(app: FastAPI) -> Iterator[str]:
    """Serve an application on a free port; its address."""
    listening = socket.create_server(("127.0.0.1", 0))  # callers wait in its queue until the server takes them
    config = uvicorn.Config(
        app,
        log_level="warning",
        ws="none",
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


# For one module only: Playwright keeps an event loop in this thread, which other modules' tests must not find there.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start Chromium."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        pytest.fail("no Chromium on PATH; install it (Debian: apt-get install chromium)")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=[*_CHROMIUM])
        yield started
        started.close()


@pytest.fixture
def browser_page(browser: Browser, server: str) -> Iterator[Page]:
    """Open an empty page of the site, with nothing remembered."""
    context = browser.new_context(base_url=server)
    yield context.new_page()
    context.close()
