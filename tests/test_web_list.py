"""The reading list: its address, its files, and the page, which works with and without a script."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped] # it ships no types
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import expect

from rag.cite import cite_all
from rag.errors import QuestionError
from web.export.as_rtf import footnoted
from web.export.reading_list import FORMATS, OFFERED
from web.request_bodies import MOST
from web.views.reading_list import moved, read, url

if TYPE_CHECKING:
    import httpx2
    from playwright.sync_api import Browser, Page

    from rag.assistant.assistant import Assistant
    from rag.record import Record

pytest_plugins = ["serving", "browsing"]

NOTE = "See box 7; „Görög“ \\ {agrees}\nAsk Lynn."
HTML = {"Accept": "text/html"}


@pytest.fixture
def records(assistant: Assistant) -> list[Record]:
    """Three records."""
    return [hit.record for hit in assistant.search("Castro", k=3).hits]


def ids(page: Page) -> list[str]:
    """What the address has."""
    return parse_qs(urlsplit(page.url).query).get("id", [])


def titles(page: Page) -> list[str]:
    """The records of the list, once the page is there."""
    page.wait_for_load_state()
    return page.locator(".reading-list .title").all_inner_texts()


def from_rtf(text: str) -> str:
    """The words of a file, as a program that opens it reads them."""
    text = re.sub(r"\\u(-?\d+)\?", lambda found: chr(int(found[1]) % 65536), text)
    units = re.sub(r"\\([\\{}])|\\[a-z]+-?\d* ?|[{}\n]", lambda found: found[1] or "", text)
    return units.encode("utf-16-le", "surrogatepass").decode("utf-16-le")


@given(st.dictionaries(st.text(min_size=1, max_size=9), st.text(max_size=9).map(str.strip), max_size=5))
def test_an_address_carries_a_list_with_its_notes(notes: dict[str, str]) -> None:
    assert [*read(parse_qsl(urlsplit(url(notes)).query)).items()] == [*notes.items()]


def test_a_record_moves_one_place_at_a_time_and_never_off_the_list() -> None:
    listed = read([("id", "a"), ("id", "b"), ("note", "on b"), ("id", "c"), ("id", "a")])

    assert [*moved(listed, "b", -1)] == ["b", "a", "c"]
    assert [*moved(listed, "b", 1).items()] == [("a", ""), ("c", ""), ("b", "on b")]
    assert [*moved(listed, "a", -1)] == [*moved(listed, "c", 1)] == [*moved(listed, "x", 1)] == [*listed]


def test_a_list_that_no_address_would_take_is_refused() -> None:
    with pytest.raises(QuestionError, match="100 records at most"):
        read([("id", str(number)) for number in range(MOST + 1)])
    with pytest.raises(QuestionError, match="a note 2,000 characters"):
        read([("id", "a"), ("note", "x" * 2001)])


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zs", "Zl", "Zp"]), min_size=1))
def test_whatever_a_text_says_is_no_command_in_a_word_file(text: str) -> None:
    written = footnoted("Title", text)

    assert written.isascii()
    assert from_rtf(written).endswith(text)
    assert re.sub(r"\\[{}\\]", "", written).count("{") == re.sub(r"\\[{}\\]", "", written).count("}")


def test_a_file_is_of_all_records_of_the_list_or_none(client: httpx2.Client, records: list[Record]) -> None:
    address = url({records[0].id: "", "gone": ""})
    refused = client.get(f"{address}&format=ris")

    assert refused.status_code == 404
    assert "gone" in refused.json()["detail"]
    assert "One record of this list is no longer in the collection." in client.get(address).text


@pytest.mark.parametrize("key", FORMATS)
def test_every_file_has_the_records_in_their_order_with_the_notes(
    client: httpx2.Client, assistant: Assistant, records: list[Record], key: str
) -> None:
    pairs = [("id", records[1].id), ("note", NOTE), ("id", records[0].id), ("format", key)]
    response = client.post(
        "/list", content=urlencode(pairs), headers={"Content-Type": "application/x-www-form-urlencoded"}
    )
    words = from_rtf(response.text) if key == "word" else response.text
    words = words.replace("\\", "") if key == "markdown" else words
    site = assistant.site(str(client.base_url).rstrip("/"))

    assert response.status_code == 200
    assert response.headers["content-type"].startswith(FORMATS[key].media_type)
    assert f"reading-list.{FORMATS[key].suffix}" in response.headers["content-disposition"]
    if key in OFFERED:
        assert "Ask Lynn." in words
    if key in ("word", "markdown"):
        notes, _, bibliography = words.partition("Bibliography")
        for citation in cite_all([records[1], records[0]], "chicago", site=site)[1].splitlines():
            assert citation.replace("\\", "") in notes
            notes = notes.partition(citation)[2]
        for line in cite_all(records[:2], "chicago-bibliography", site=site)[1].splitlines():
            assert line in bibliography
    if key == "csv":
        rows = list(csv.DictReader(io.StringIO(response.text, newline="")))
        assert [(row["id"], row["note"]) for row in rows] == [(records[1].id, NOTE), (records[0].id, "")]
    if key == "csl-json":
        assert [item["id"] for item in json.loads(response.text)] == [records[1].id, records[0].id]


def test_a_list_of_a_german_page_has_german_headings(client: httpx2.Client, records: list[Record]) -> None:
    asked = {"id": records[0].id, "note": NOTE}
    files = {
        key: client.get("/list", params={**asked, "format": key, "lang": "de"}).text for key in ("markdown", "ris")
    }
    client.cookies.clear()

    assert "# Merkliste: " in files["markdown"]
    assert "## Literaturverzeichnis" in files["markdown"]
    assert "Meine Notiz: See box 7" in files["ris"]


def test_a_record_that_is_gone_is_said_and_the_rest_stays(client: httpx2.Client, records: list[Record]) -> None:
    page = client.get("/list", params={"id": ["gone", records[0].id]}, headers=HTML)
    gone = client.get("/list", params={"id": "gone"}, headers=HTML)

    assert page.status_code == gone.status_code == 200
    assert "One record of this list is no longer in the collection." in page.text
    assert page.text.count('class="entry"') == 1
    assert "Your list is empty." in client.get("/list", headers=HTML).text


def test_records_are_put_on_the_list_from_every_page_noted_ordered_and_saved(browser_page: Page) -> None:
    page = browser_page
    mine = page.locator(".masthead a[href^='/list']")
    page.goto("/?q=What+did+Castro+and+Mikoyan+discuss+in+November+1962%3F")
    page.locator(".source .to-list").first.click()
    expect(page.locator(".source .to-list").first).to_have_text("On my list ✓")
    expect(mine).to_have_text("My list (1)")
    page.goto("/search?q=Guevara")
    page.locator(".entry .to-list").first.click()
    page.locator(".entry .pick").nth(1).click()
    page.get_by_role("button", name="Add to my list").click()
    expect(page.get_by_role("status").filter(has_text="Added. On my list: 3")).to_be_visible()
    expect(mine).to_have_text("My list (3)")
    page.locator(".entry .title a").nth(1).click()
    expect(page.locator(".head .to-list")).to_have_text("On my list ✓")
    page.locator(".head .to-list").click()
    assert len(ids(page)) == 3

    first, second, third = titles(page)
    page.get_by_role("textbox", name=f"My note {second}").fill("Compare the Havana talks.")
    page.get_by_role("button", name=f"Move up {second}").click()
    expect(page.get_by_role("link", name=second, exact=True)).to_be_focused()  # it goes no higher
    page.get_by_role("button", name=f"Remove {third}").click()
    assert titles(page) == [second, first]
    expect(mine).to_have_text("My list (2)")
    order = ids(page)
    page.goto("/about")
    mine.click()
    assert titles(page) == [second, first]
    assert ids(page) == order
    assert "note=" not in page.url
    expect(page.get_by_role("textbox", name=f"My note {second}")).to_have_value("Compare the Havana talks.")
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV").click()
    rows = list(csv.DictReader(download.value.path().read_text(encoding="utf-8").splitlines()))
    assert [(row["title"], row["note"]) for row in rows] == [(second, "Compare the Havana talks."), (first, "")]
    page.get_by_role("button", name="Select more in Browse").click()
    expect(page.locator(".choose")).to_contain_text("2 selected")
    page.goto("/list")
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("link", name="Empty my list").click()

    expect(page.get_by_text("Your list is empty.")).to_be_visible()
    expect(mine).to_have_text("My list")


def test_a_list_that_comes_with_an_address_leaves_the_readers_own_alone(
    browser_page: Page, records: list[Record]
) -> None:
    page = browser_page
    page.goto(records[0].url)
    page.locator(".head .to-list").click()
    page.goto(url({records[1].id: "sent by a friend", records[2].id: ""}))
    expect(page.get_by_text("it is not the one kept in this browser")).to_be_visible()
    page.get_by_role("button", name="Move down").click()
    expect(page.locator(".masthead a[href^='/list']")).to_have_text("My list (1)")
    page.get_by_role("button", name="Add it to my list").click()
    page.wait_for_url("**/list?id=*&id=*&id=*")

    assert ids(page) == [records[0].id, records[2].id, records[1].id]
    expect(page.locator("textarea").last).to_have_value("sent by a friend")


def test_without_a_script_the_address_is_the_list(plain_page: Page) -> None:
    page = plain_page
    page.goto("/search?q=Guevara")
    chosen = page.locator(".entry .title").all_inner_texts()[:2]
    for title in chosen:
        page.get_by_role("checkbox", name=f"Select {title}").check()
    page.get_by_role("button", name="Add to my list").click()
    assert titles(page) == chosen
    page.get_by_role("textbox", name=f"My note {chosen[1]}").fill("Ask Lynn.")
    page.get_by_role("button", name=f"Move up {chosen[1]}").click()
    assert titles(page) == chosen[::-1]
    page.reload()
    expect(page.get_by_role("textbox", name=f"My note {chosen[1]}")).to_have_value("Ask Lynn.")
    with page.expect_download() as download:
        page.get_by_role("button", name="RIS").click()
    assert "Ask Lynn." in download.value.path().read_text(encoding="utf-8")
    page.get_by_role("button", name="Select more in Browse").click()
    page.goto(f"{page.url}&q=Khrushchev")
    third = page.locator(".entry .title").first.inner_text()
    page.get_by_role("checkbox", name=f"Select {third}").check()
    page.get_by_role("button", name="Add to my list").click()
    assert set(titles(page)) == {*chosen, third}
    page.get_by_role("button", name=f"Remove {third}").click()
    assert set(titles(page)) == set(chosen)
    page.locator(".reading-list .title a").first.click()
    page.get_by_role("link", name="Add to my list").first.click()

    assert titles(page) == [page.locator(".reading-list .title").inner_text()]


def test_where_the_browser_keeps_nothing_the_address_is_the_list(browser_page: Page, records: list[Record]) -> None:
    page = browser_page
    page.add_init_script("Object.defineProperty(window, 'localStorage', { get() { throw new Error('no'); } })")
    page.goto(records[0].url)
    page.locator(".head .to-list").click()

    assert titles(page) == [records[0].title]
    expect(page.get_by_text("This page’s address holds your list")).to_be_visible()
    expect(page.get_by_role("button", name="Save my notes")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_list_is_accessible_and_fits_a_phone(
    browser: Browser, server: str, records: list[Record], scheme: str
) -> None:
    context = browser.new_context(
        base_url=server,
        color_scheme="dark" if scheme == "dark" else "light",
        viewport={"width": 320, "height": 700},
        bypass_csp=True,  # axe runs as a script in the page
    )
    page = context.new_page()
    for path in ("/list", url({record.id: NOTE for record in records})):
        page.goto(path)
        assert Axe().run(page).response["violations"] == []
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    context.close()
