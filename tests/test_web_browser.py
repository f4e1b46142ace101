"""The pages in a real browser: asked, followed, read on a phone, by keyboard, without a script, by axe's rules."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped] # it ships no types
from playwright.sync_api import expect

from rag.assistant.assistant import Assistant
from rag.dates.archival_date import parse_date
from rag.ingest.build import publish
from rag.record import Record
from rag.settings import Settings
from tests.fakes import WordCountEmbedder, index_of
from tests.serving import serving
from web.app import create_app
from web.http.admission import Access

if TYPE_CHECKING:
    from typing import Literal

    from playwright.sync_api import Browser, Locator, Page, Route

pytest_plugins = ["serving", "browsing"]

ASKED = "What did Castro and Mikoyan discuss in November 1962?"
UNHEARD_OF = "Who won the football world cup in Argentina?"
EVERY_STATE = {
    "welcome": "/",
    "answer": f"/?q={ASKED}",
    "follow-up": f"/?q=and+Guevara%3F&h={ASKED}&no=names",
    "no": f"/?q={UNHEARD_OF}",
    "unticked": f"/?h={ASKED}&h=and+Guevara%3F&h-only=0.&q={UNHEARD_OF}",
    "replay": "/replay",
    "replay-fault": "/replay?receipt=rr1.abc",
    "list": "/?q=documents+from+1956+to+1990",
    "browse": "/search",
    "search": "/search?q=missiles+in+October+1962",
    "nothing-found": "/search?q=missiles&date_from=1850&date_to=1851",
    "narrowed": "/search?people=Fidel+Castro&people=Che+Guevara&date_from=1961&date_to=1962-10-28",
    "possible": "/search?date_from=1959-09-10&date_to=1959-09-12",
    "titles-only": "/search?q=Cuba&view=compact",
    "person": "/people/Nikita%20Khrushchev",
    "place": "/places/Cuba",
    "nobody": "/people/Nobody",
    "more-like": "/similar",
    "date-fault": "/search?date_from=octember",
    "my-list": "/list",
    "cite-nothing": "/cite",
    "cite-list": "/cite?q=missiles+in+October+1962",
    "cite-file": "/cite?q=missiles+in+October+1962&style=bibtex",
    "check": "/check?text=Telegram+from+A.I.+Mikoyan+in+Havana+to+CC+CPSU+(1),+November+3,+1962",
    "check-fault": "/check?text=…",
    "about": "/about",
    "help": "/help",
    "help-commands": "/help/commands",
    "help-figures": "/help/figures",
    "docs": "/docs",
    "missing": "/records/no-such-record",
}


def ask(page: Page, question: str) -> None:
    page.get_by_role("textbox").fill(question)
    page.get_by_role("button", name="Ask").click()
    # The first question of all also waits for the model.
    expect(page.get_by_role("heading", name=question, level=2)).to_be_visible(timeout=30_000)


def open_all(turn: Locator) -> None:
    for details in turn.locator("details").all():
        details.evaluate("each => each.open = true")


def first_record(page: Page) -> None:
    page.goto("/search")
    page.locator(".entry .title a").first.click()
    expect(page.get_by_role("heading", name="Details")).to_be_visible()


def overflow(page: Page) -> int:
    width: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return width


def test_a_reader_asks_follows_a_citation_to_its_record_and_on_to_a_related_one(browser_page: Page) -> None:
    page = browser_page
    page.goto("/")
    ask(page, ASKED)
    page.get_by_text("Full summary").first.click()
    expect(page.locator("#t1-q1 .full")).to_be_in_viewport()
    title = page.locator("#t1-q1 .source a.archive")
    cited = title.inner_text()
    title.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(cited)
    related = page.locator("[aria-labelledby=related] .title a").first
    other = related.inner_text()
    related.click()

    expect(page.get_by_role("heading", level=1)).to_have_text(other)
    assert other != cited


def test_asking_on_keeps_the_earlier_turn_above_without_a_reload(browser_page: Page) -> None:
    page = browser_page
    page.goto("/")
    ask(page, ASKED)
    page.evaluate("window.untouched = true")
    ask(page, "and Guevara?")

    assert page.evaluate("window.untouched")
    assert page.locator(".question").all_inner_texts() == [ASKED, "and Guevara?"]
    expect(page.get_by_text("Understood as:")).to_be_visible()
    expect(page.locator("#status")).to_contain_text("source")
    expect(page.locator(".question").last).to_be_focused()
    assert "q=and+Guevara" in page.url
    ids = page.eval_on_selector_all("[id]", "all => all.map(each => each.id)")
    assert len(ids) == len(set(ids))
    first = page.locator(".turn").first
    expect(first.locator(".quotation").first).to_be_hidden()
    first.get_by_role("heading", level=2).click()
    expect(first.locator(".quotation").first).to_be_in_viewport()


def test_a_step_back_shows_the_question_before(browser_page: Page) -> None:
    page = browser_page
    page.goto("/")
    ask(page, ASKED)
    ask(page, UNHEARD_OF)
    page.go_back()

    expect(page.locator(".question")).to_have_text([ASKED])
    expect(page.locator(".quotation").first).to_be_visible()


def test_a_conversation_survives_reload_sharing_and_a_browser_without_a_script(
    browser_page: Page, browser: Browser, server: str
) -> None:
    page = browser_page
    page.goto("/")
    ask(page, ASKED)
    ask(page, "and Guevara?")
    open_all(page.locator(".turn").first)
    page.locator(".turn").first.get_by_role("checkbox", checked=False).first.click()  # once ticked it is another
    expect(page.locator(".turn").first.locator(".chip", has_text="Records")).to_be_visible()
    shown = page.locator(".turn .answer .source a.archive").all_text_contents()
    page.reload()
    assert page.locator(".turn .answer .source a.archive").all_text_contents() == shown
    for script in (True, False):
        context = browser.new_context(base_url=server, java_script_enabled=script)
        elsewhere = context.new_page()
        elsewhere.goto(page.url)
        assert elsewhere.locator(".turn .answer .source a.archive").all_text_contents() == shown
        context.close()
    page.goto(page.locator(".turn").first.get_by_text("Link to this answer").get_attribute("href") or "")

    expect(page.locator(".question")).to_have_text([ASKED])
    assert (
        page.locator(".turn .answer .source a.archive").all_text_contents()
        == shown[: page.locator(".answer .source").count()]
    )


def test_a_record_unticked_leaves_the_answer_at_once_and_the_focus_stays(browser_page: Page) -> None:
    page = browser_page
    page.goto(f"/?q={ASKED}")
    page.evaluate("window.untouched = true")
    before = page.locator(".quotation .number").count()
    box = page.locator(".quotation").first.get_by_role("checkbox")
    value = box.get_attribute("value")
    box.focus()
    page.keyboard.press("Space")
    expect(page.locator(".quotation .number")).to_have_count(before - 1)

    assert page.evaluate("window.untouched")
    assert page.evaluate("document.activeElement.value") == value
    expect(page.locator("#status")).to_have_text(f"Answered from {before - 1} source{'s' if before > 2 else ''}.")
    expect(page.get_by_role("button", name="Answer from the chosen records")).to_be_hidden()
    page.locator(".chip", has_text="Records").click()
    expect(page.locator(".quotation .number")).to_have_count(before)


def test_without_a_script_a_button_answers_from_what_is_ticked(browser: Browser, server: str) -> None:
    context = browser.new_context(base_url=server, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"/?h={ASKED}&q=and+Guevara%3F")
    first = page.locator(".turn").first
    before = first.locator(".answer .source").count()
    first.locator("summary").first.click()
    first.locator(".nearest summary").click()
    first.get_by_role("checkbox", checked=False).first.click()
    first.get_by_role("button", name="Answer from the chosen records").click()

    expect(page.locator(".turn")).to_have_count(2)
    expect(page.locator(".turn").first.locator(".answer .source")).to_have_count(before + 1)
    context.close()


def test_a_conversation_is_downloaded_and_an_answer_replayed(browser_page: Page) -> None:
    page = browser_page
    page.goto("/")
    ask(page, ASKED)
    ask(page, "and Guevara?")
    files = page.get_by_role("navigation", name="Download this conversation")
    for name in ("Text (Markdown)", "Table for Excel (CSV)", "For programs (JSON)", "For programs (JSON Lines)"):
        with page.expect_download() as download:
            files.get_by_role("link", name=name, exact=True).click()
        text = download.value.path().read_text(encoding="utf-8")
        assert ASKED in text
        assert "and Guevara?" in text
    page.get_by_role("link", name="Verify this answer").last.click()

    expect(page.get_by_role("heading", name="The same records and quotes as before.")).to_be_visible()


def test_an_address_of_a_turn_opens_it_with_and_without_a_script(browser: Browser, server: str) -> None:
    for script in (True, False):
        context = browser.new_context(base_url=server, java_script_enabled=script)
        page = context.new_page()
        page.goto(f"/?h={ASKED}&h=and+Guevara%3F&q={UNHEARD_OF}#turn-2")

        expect(page.locator("#turn-2 .quotation").first).to_be_visible()
        expect(page.locator("#turn-1 .quotation").first).to_be_hidden()
        context.close()


def test_an_answer_is_copied_with_its_notes_and_a_quotation_with_its_citation(browser: Browser, server: str) -> None:
    context = browser.new_context(base_url=server, permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(f"/?q={ASKED}")
    quoted = page.locator(".quotation blockquote").first.inner_text()
    title = page.locator(".quotation .source a.archive").first.inner_text()
    page.get_by_role("button", name="Copy quote").first.click()
    expect(page.get_by_text("Copied with its citation.")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    page.get_by_role("button", name="Copy answer").click()
    expect(page.get_by_text("Copied with its notes.")).to_be_visible()
    rich = page.evaluate("navigator.clipboard.read().then(([it]) => it.getType('text/html')).then(it => it.text())")
    page.get_by_role("link", name="Link to this answer").click()
    expect(page.get_by_text("Link copied.")).to_be_visible()

    assert copied.startswith(f"“{quoted}”\n\n“{title},” ")
    assert "<sup>1</sup>" in rich
    assert rich.count("<li>") == page.locator(".quotation .number").count()
    assert page.evaluate("navigator.clipboard.readText()").endswith("#turn-1")
    context.close()


@pytest.mark.parametrize("fault", ["unreachable", "busy"])
def test_where_the_archive_does_not_answer_the_conversation_stays_and_is_tried_again(
    browser_page: Page, fault: str
) -> None:
    page = browser_page
    page.goto("/")
    ask(page, ASKED)
    page.route("**/?h=*", lambda route: route.abort() if fault == "unreachable" else route.fulfill(status=503))
    page.get_by_role("textbox").fill("and Guevara?")
    page.get_by_role("button", name="Ask").click()
    expect(page.get_by_text("Your conversation is still here.")).to_be_in_viewport()
    expect(page.locator(".question")).to_have_text([ASKED])
    page.unroute("**/?h=*")
    page.get_by_role("button", name="Try again").click()

    expect(page.locator(".question")).to_have_text([ASKED, "and Guevara?"])
    expect(page.get_by_text("Your conversation is still here.")).to_have_count(0)


@pytest.mark.parametrize("script", [True, False])
def test_a_page_that_cannot_be_had_now_is_tried_again_where_it_stands(
    browser: Browser, assistant: Assistant, *, script: bool
) -> None:
    with serving(create_app(assistant, access=Access(("127.0.0.1",), rate=1))) as site:
        context = browser.new_context(java_script_enabled=script)
        page = context.new_page()
        page.goto(f"{site}/about")
        page.goto(f"{site}/search?q=Castro")
        expect(page.get_by_role("heading", level=1)).to_have_text("Too many questions at once")
        assert not (script and Axe().run(page).violations_count)
        with page.expect_request(f"{site}/search?q=Castro"):
            page.get_by_role("link", name="Try again").click()
        context.close()


def test_what_a_check_finds_comes_into_view_on_a_phone(browser_page: Page) -> None:
    browser_page.set_viewport_size({"width": 390, "height": 664})
    browser_page.goto("/check")
    browser_page.get_by_role("textbox").fill("Telegram from Mikoyan in Havana to CC CPSU, November 3, 1962. " * 9)
    browser_page.get_by_role("button", name="Check").click()

    expect(browser_page.locator(".finding").first).to_be_in_viewport()


def test_the_page_says_that_it_is_looking(browser_page: Page) -> None:
    waiting: list[Route] = []
    browser_page.goto(f"/?q={UNHEARD_OF}")
    browser_page.route("**/?h=*", lambda route: waiting.append(route))  # noqa: PLW0108 - playwright looks into it
    browser_page.get_by_role("textbox").fill(ASKED)
    browser_page.get_by_role("button", name="Ask").click()
    expect(browser_page.get_by_text("Looking in the archive …")).to_be_in_viewport()
    waiting[0].continue_()

    expect(browser_page.locator(".quotation").first).to_be_visible()


def test_why_an_answer_is_as_it_is_stands_in_a_fold(browser_page: Page) -> None:
    browser_page.goto(f"/?q={UNHEARD_OF}")
    browser_page.get_by_text("Why this answer").first.click()

    expect(browser_page.get_by_role("heading", name="What was compared")).to_be_visible()


def test_a_long_answer_shows_ten_quotations_and_a_way_to_the_rest(browser_page: Page) -> None:
    page = browser_page
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto("/?q=documents+from+1956+to+1990")
    shown = page.locator(".quotation:visible")
    expect(shown).to_have_count(10)
    page.evaluate("document.fonts.ready.then(() => {})")
    assert page.evaluate("document.documentElement.scrollHeight") < 3 * 900
    more = page.get_by_text(re.compile(r"^\s*Show \d+ more"))
    rest = int((more.inner_text()).split()[1])
    more.click()
    expect(shown).to_have_count(10 + rest)
    page.get_by_role("link", name=re.compile("^See all 5. in Browse")).click()

    expect(page.locator("#found")).to_be_visible()


def test_four_turns_take_less_than_four_screens(browser_page: Page) -> None:
    page = browser_page
    for width, height in ((1440, 900), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        page.goto(f"/?h={ASKED}&h=and+Guevara%3F&h=Documents+from+October+1962&q=Why+did+Castro+object%3F")
        page.evaluate("document.fonts.ready.then(() => {})")
        assert page.evaluate("document.documentElement.scrollHeight") < 4 * height


def test_what_can_be_done_with_a_quotation_stands_in_one_row_on_a_narrow_phone(browser_page: Page) -> None:
    page = browser_page
    page.set_viewport_size({"width": 320, "height": 844})
    page.goto(f"/?q={ASKED}")
    page.evaluate("document.fonts.ready.then(() => {})")
    below = "each => each.clientHeight - each.firstElementChild.clientHeight"
    line = "each => parseFloat(getComputedStyle(each).lineHeight)"

    assert {round(each.evaluate(below) / each.evaluate(line)) for each in page.locator(".answer .source").all()} == {1}


def test_a_removed_chip_asks_again_in_the_same_place(browser_page: Page) -> None:
    page = browser_page
    page.goto("/")
    ask(page, ASKED)
    page.locator(".chip", has_text="November 1962").click()

    expect(page.get_by_role("link", name="restore")).to_be_visible()
    assert page.locator(".turn").count() == 1


def test_an_honest_no_says_so_aloud_and_offers_a_way_on(browser_page: Page) -> None:
    page = browser_page
    page.goto(f"/?q={ASKED}")
    ask(page, UNHEARD_OF)

    expect(page.locator("#status")).to_have_text("Not in this collection.")
    page.get_by_role("link", name="search for exactly these words").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Browse the collection")


@pytest.mark.parametrize("script", [True, False])
def test_the_front_page_says_what_the_archive_is_and_leads_into_it(
    browser: Browser, server: str, *, script: bool
) -> None:
    context = browser.new_context(base_url=server, java_script_enabled=script)
    page = context.new_page()
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Digital Archive International History Declassified")
    expect(page.get_by_text("57 descriptions of archival documents, 1956 to 1990.")).to_be_visible()
    assert page.locator(".shelf a").count() == 3
    assert all(page.locator(".shelf .said").all_inner_texts())
    page.locator(".column", has_text="1961").click()
    expect(page.get_by_role("heading", name="10 records")).to_be_visible()
    page.go_back()
    page.get_by_role("region", name="People named most").get_by_role("link", name="Che Guevara").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Che Guevara")
    context.close()


def test_names_and_titles_are_suggested_while_typing_and_completed_by_keyboard(browser_page: Page) -> None:
    page = browser_page
    page.goto("/")
    page.keyboard.type("what did khru")
    options = page.get_by_role("listbox", name="Suggestions").get_by_role("option")
    expect(options.first).to_have_text("Nikita Khrushchev person, 13 records")
    assert Axe().run(page).violations_count == 0
    page.keyboard.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox")).to_have_value("what did Nikita Khrushchev")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="what did Nikita Khrushchev", level=2)).to_be_focused()


def test_fonts_are_the_sites_own_and_nothing_moves_when_they_come(browser_page: Page) -> None:
    page = browser_page
    page.goto("/search")
    page.wait_for_load_state("networkidle")
    moved = page.evaluate("""() => new Promise((done) => {
      new PerformanceObserver((seen) => done(seen.getEntries().reduce((sum, each) => sum + each.value, 0)))
        .observe({ type: "layout-shift", buffered: true });
      setTimeout(() => done(0), 500);
    })""")
    used = page.evaluate("[...document.fonts].filter((font) => font.status === 'loaded').map((font) => font.family)")

    assert {family.strip('"') for family in used} == {"Reading Room Serif", "Reading Room Sans"}
    assert sum(file.stat().st_size for file in Path("web/static/fonts").glob("*.woff2")) < 80_000
    assert moved < 0.01


def test_an_answer_and_a_refusal_offer_questions_that_are_answered(browser_page: Page) -> None:
    page = browser_page
    for question in ("What did Robert Kennedy and Dobrynin talk about?", UNHEARD_OF):
        page.goto(f"/?q={question}")
        onward = page.get_by_role("navigation", name="Questions to go on with").get_by_role("link")
        for place in range(onward.count()):
            onward.nth(place).click()
            expect(page.locator(".quotation").first).to_be_visible()
            page.go_back()
    page.goto("/?q=What did Robert Kennedy and Dobrynin talk about?")
    expect(onward.first).to_have_text("What do the records say about Dean Rusk?")


def test_an_example_answers(browser_page: Page) -> None:
    browser_page.goto("/")
    questions = browser_page.locator(".examples a").all_inner_texts()

    assert len(questions) == 4
    for question in questions:
        browser_page.goto("/")
        browser_page.get_by_role("link", name=question).click()
        expect(browser_page.locator(".quotation").first).to_be_visible()


def test_everything_works_without_a_script(browser: Browser, server: str) -> None:
    context = browser.new_context(base_url=server, java_script_enabled=False)
    page = context.new_page()
    page.goto("/")
    ask(page, ASKED)
    ask(page, "and Guevara?")
    expect(page.locator(".question")).to_have_text([ASKED, "and Guevara?"])
    page.locator(".turn").last.locator(".source a.archive").first.click()
    expect(page.get_by_role("heading", name="Related records")).to_be_visible()
    page.get_by_role("link", name="Ask about this record").click()
    expect(page.locator(".quotation").first).to_be_visible()
    page.get_by_role("link", name="Browse").click()
    page.get_by_text("Dates", exact=True).click()
    page.get_by_label("From", exact=True).fill("1961")
    page.get_by_label("To", exact=True).fill("1961")
    page.get_by_role("button", name="Search", exact=True).click()

    expect(page.locator("#found")).to_contain_text("10 records")  # nine listed under 1961, one whose title names it
    context.close()


def test_the_keyboard_alone_is_enough(browser_page: Page) -> None:
    page = browser_page
    page.goto("/about")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.goto("/")
    box = page.get_by_role("textbox")
    expect(box).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    expect(box).to_be_focused()
    page.keyboard.type("x/xx")
    expect(box).to_have_value("x/xx")
    page.keyboard.press("Escape")
    expect(box).not_to_be_focused()
    page.keyboard.press("/")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="x/xx", level=2)).to_be_focused()


def test_a_page_asks_nothing_of_any_other_host(browser_page: Page, server: str) -> None:
    asked: list[str] = []
    complaints: list[str] = []
    browser_page.on("request", lambda request: asked.append(request.url))
    browser_page.on("console", lambda message: complaints.append(message.text))
    for path in EVERY_STATE.values():
        browser_page.goto(path)

    assert [url for url in asked if not url.startswith(server)] == []
    assert [each for each in complaints if "Content Security Policy" in each] == []


@pytest.mark.parametrize("width", [320, 1280])
def test_no_page_scrolls_sideways(browser_page: Page, width: int) -> None:
    browser_page.set_viewport_size({"width": width, "height": 640})
    for state, path in EVERY_STATE.items():
        browser_page.goto(path)
        assert overflow(browser_page) <= 0, state
    first_record(browser_page)
    named = f"id={browser_page.url.rpartition('/')[2]}"
    browser_page.locator("summary").last.click()
    assert overflow(browser_page) <= 0
    browser_page.goto(f"/search?page=2&{named}")
    assert overflow(browser_page) <= 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_wrong_in_any_state(browser: Browser, server: str, scheme: Literal["light", "dark"]) -> None:
    context = browser.new_context(base_url=server, color_scheme=scheme, reduced_motion="reduce")
    page = context.new_page()
    # The dark pages differ from the light ones in nothing but colour.
    options = {"resultTypes": ["violations"]} | ({"runOnly": ["color-contrast"]} if scheme == "dark" else {})
    faults = {}
    for state, path in EVERY_STATE.items():
        page.goto(path)
        faults[state] = Axe().run(page, options=options)
    first_record(page)
    for summary in page.locator("summary").all():
        summary.click()
    faults["record"] = Axe().run(page, options=options)
    named = f"id={page.url.rpartition('/')[2]}"
    for path in (f"/search?page=2&{named}", f"/similar?{named}", f"/cite?{named}", f"/?{named}"):
        page.goto(path)
        faults[path] = Axe().run(page, options=options)
    page.goto("/")
    ask(page, ASKED)
    ask(page, "and Guevara?")
    faults["conversation"] = Axe().run(page, options=options)
    context.close()

    assert {state: found.generate_report() for state, found in faults.items() if found.violations_count} == {}


def test_on_paper_there_is_the_answer_with_its_sources_and_nothing_to_press(browser_page: Page) -> None:
    browser_page.goto(f"/?q={ASKED}")
    browser_page.emulate_media(media="print")

    expect(browser_page.locator("#t1-q1 .full")).to_be_visible()
    expect(browser_page.get_by_role("button", name="Ask")).to_be_hidden()
    expect(browser_page.get_by_role("navigation", name="Pages")).to_be_hidden()
    expect(browser_page.get_by_text("Addresses in brackets begin with http://127.0.0.1")).to_be_visible()
    browser_page.goto("/search?q=missiles&date_from=1962")
    expect(browser_page.get_by_text("Searched for missiles, from 1962")).to_be_visible()


def test_hebrew_runs_from_the_right_within_pages_and_citations_that_run_from_the_left(
    browser: Browser, tmp_path: Path
) -> None:
    hebrew = Record(
        "golan", "פגישה בין שר החוץ לבין השגריר", "שר החוץ דן עם השגריר בהסכם הפרדת הכוחות.", parse_date("1974")
    )
    english = Record("pier", "Report on the pier", "Ships and cranes.", parse_date("1973"))
    publish(Settings.load({"RAG_VECTORS": str(tmp_path)}), [hebrew, english], embedder=WordCountEmbedder())
    context = browser.new_context()
    page = context.new_page()

    def directions(selector: str) -> list[str]:
        found: list[str] = page.locator(selector).evaluate_all(
            "all => all.map(each => getComputedStyle(each).direction)"
        )
        return found

    with serving(create_app(Assistant(index_of(tmp_path), WordCountEmbedder))) as address:
        page.goto(f"{address}/?q=הפרדת הכוחות")
        assert directions(".question, .answer blockquote p, .answer .source a.archive") == ["rtl"] * 3
        assert directions(".answer .source") == ["ltr"]
        number, title = (page.locator(f".source {each}").first.bounding_box() for each in (".number", "a.archive"))
        assert number
        assert title
        assert number["x"] < title["x"]
        page.goto(f"{address}/records/golan")
        assert directions(".head .title, .head blockquote") == ["rtl"] * 2
        assert set(directions(".citation p, .beside a, .beside .archive")) == {"ltr"}
        page.goto(f"{address}/search")
        assert sorted(directions(".entry .title")) == ["ltr", "rtl"]
    context.close()


def test_a_bibliography_is_copied_as_in_its_file(browser: Browser, server: str) -> None:
    context = browser.new_context(base_url=server, permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto("/cite?q=Guevara&k=3")
    page.get_by_role("link", name="Chicago bibliography", exact=True).click()
    cited = page.locator(".cited", has_text="Chicago bibliography as a file")
    cited.get_by_role("button", name="Copy").click()
    expect(cited.get_by_role("status")).to_have_text("Copied.")
    copied = page.evaluate("navigator.clipboard.readText()")
    page.get_by_role("link", name="MLA", exact=True).click()
    other = page.locator(".cited", has_text="MLA as a file")
    expect(other).to_be_visible()
    lines = other.locator(".citation p").all_inner_texts()
    context.close()

    assert copied.count("\n") == len(lines) - 1 == 2
    assert all(line.startswith("“") and "Accessed" in line for line in copied.splitlines())


def test_without_a_script_a_citation_is_a_file(browser: Browser, server: str) -> None:
    context = browser.new_context(base_url=server, java_script_enabled=False)
    page = context.new_page()
    page.goto("/cite?q=Guevara&k=3")
    page.get_by_role("link", name="RIS", exact=True).click()
    with page.expect_download() as started:
        page.get_by_role("link", name="RIS as a file").click()

    assert started.value.suggested_filename == "citations.ris"
    assert page.get_by_role("button", name="Copy").count() == 0
    context.close()


def test_only_tests_on_the_web_import_a_browser() -> None:
    sources = {file.name: file.read_text("utf-8") for file in sorted(Path(__file__).parent.rglob("*.py"))}
    importing = {name for name, text in sources.items() if re.search(r"(?m)^\s*(from|import) \w*playwright", text)}

    assert "browsing.py" in importing
    assert all(name.startswith("test_web_") for name in importing - {"browsing.py"})
    assert importing - {"browsing.py"} == {name for name, text in sources.items() if '"browsing"]' in text}
