"""A real browser before the served application; a pytest plugin of the tests that look at pages as a reader does."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

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


@pytest.fixture
def plain_page(browser: Browser, server: str) -> Iterator[Page]:
    """A page that runs no script."""
    context = browser.new_context(base_url=server, java_script_enabled=False)
    yield context.new_page()
    context.close()
