"""Writing on the page: shown as it is checked, struck visibly, and never without the answer."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped] # it ships no types
from playwright.sync_api import expect

from tests.models import MODEL

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from tests.models import ModelServer, Reply

pytest_plugins = ["serving", "browsing"]

SLOW = 30_000  # milliseconds until a machine with much else to do has judged a sentence
ASKED = "What did Blas Roca say about the missile crisis?"
TRUE = 'Blas Roca explained that the crisis "ought to be viewed as a defeat" for Cuba and the Soviet Union [1].'
LIE = "On 12 November 1962 Blas Roca spoke of <b>a victory</b> [1]."


@pytest.fixture
def page(browser: Browser, site: str) -> Iterator[Page]:
    """An empty page of it."""
    context = browser.new_context(base_url=site)
    yield context.new_page()
    context.close()


def ask(page: Page) -> None:
    page.get_by_role("textbox").fill(ASKED)
    page.get_by_role("button", name="Ask").click()


def test_sentences_appear_as_they_are_checked_beside_the_curators_own(page: Page, model: ModelServer) -> None:
    go_on = threading.Event()

    def script(reply: Reply) -> None:
        reply.begin()
        reply.piece(f"{TRUE} {LIE} Then")
        go_on.wait(30)
        reply.piece(f" {TRUE}", "stop")

    model.script = script
    page.goto("/")
    ask(page)
    written = page.locator(".written")
    expect(page.locator(".quotation").first).to_be_visible(timeout=SLOW)
    expect(written.locator("li")).to_have_count(2, timeout=SLOW)
    expect(written).to_have_attribute("aria-busy", "true")
    expect(written.locator("s")).to_have_text(LIE.replace(" [1]", ""))
    expect(written.locator(".why")).to_contain_text("“12 November 1962” is no date of the record")
    assert written.locator("b").count() == 0
    go_on.set()
    expect(written.get_by_role("status")).to_have_text("2 checked, 1 struck out.", timeout=SLOW)
    expect(written).not_to_have_attribute("aria-busy", "true")
    expect(written.get_by_role("list")).to_have_attribute("aria-live", "polite")
    expect(page.get_by_role("heading", name=f"Written by {MODEL}, a language model")).to_be_visible()
    link = written.get_by_role("link", name="Source 1").first
    link.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".quotation").first).to_be_in_viewport()


def test_a_fault_leaves_the_curators_words_and_a_note(page: Page, model: ModelServer) -> None:
    model.script = lambda reply: reply.whole(500, "")
    page.goto(f"/?q={ASKED}")

    expect(page.locator(".written").get_by_role("status")).to_have_text(
        "The language model’s server failed (status 500). The curators’ own words are the answer.", timeout=SLOW
    )
    expect(page.locator(".quotation").first).to_be_visible()


def test_an_earlier_turn_keeps_what_was_written_and_its_links(page: Page, model: ModelServer) -> None:
    model.script = lambda reply: reply.say(TRUE)
    model.seen.clear()
    page.goto("/")
    ask(page)
    expect(page.locator(".written li")).to_have_count(1, timeout=SLOW)
    ask(page)
    expect(page.locator(".turn")).to_have_count(2)
    expect(page.locator(".written li")).to_have_count(2, timeout=SLOW)
    assert len(model.seen) == 2
    page.locator(".turn").first.get_by_role("heading", level=2).click()
    page.locator(".turn").first.locator(".written .cites a").first.click()

    expect(page.locator(".turn").first.locator(".quotation").first).to_be_in_viewport()
    ids = page.eval_on_selector_all("[id]", "all => all.map(each => each.id)")
    assert len(ids) == len(set(ids))


def test_a_conversation_that_is_opened_has_only_its_latest_turn_written(page: Page, model: ModelServer) -> None:
    model.script = lambda reply: reply.say(TRUE)
    model.seen.clear()
    page.goto(f"/?h=Who+was+Rumyantsev%3F&q={ASKED}")
    expect(page.locator(".written").last.get_by_role("status")).to_have_text("1 checked, 0 struck out.", timeout=SLOW)

    assert page.locator(".turn").count() == 2
    assert len(model.seen) == 1


def test_without_a_script_there_is_the_answer_alone(browser: Browser, site: str) -> None:
    context = browser.new_context(base_url=site, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"/?q={ASKED}")

    expect(page.locator(".quotation").first).to_be_visible()
    expect(page.locator(".written")).to_be_hidden()
    context.close()


@pytest.mark.parametrize("width", [360, 1280])
def test_what_is_written_is_accessible_and_fits_every_width(
    browser: Browser, site: str, model: ModelServer, width: int
) -> None:
    model.script = lambda reply: reply.say(f"{TRUE} {LIE}")
    context = browser.new_context(base_url=site, reduced_motion="reduce", viewport={"width": width, "height": 700})
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(f"/?q={ASKED}")
    expect(page.locator(".written").get_by_role("status")).to_have_text("1 checked, 1 struck out.", timeout=SLOW)
    faults: dict[str, str] = {}
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme="light" if scheme == "light" else "dark", reduced_motion="reduce")
        found = Axe().run(page, options={"resultTypes": ["violations"]})
        faults |= {scheme: found.generate_report()} if found.violations_count else {}
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    animated = page.evaluate("document.getAnimations().length")
    context.close()

    assert faults == {}
    assert overflow <= 0
    assert animated == 0
    assert complaints == []
