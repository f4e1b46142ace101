"""Browsing in a real browser: narrowed, brushed, selected, cited; by pointer, by keyboard, without a script."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Locator, Page

pytest_plugins = ["serving"]


@pytest.fixture
def plain_page(browser: Browser, server: str) -> Iterator[Page]:
    """A page that runs no script."""
    context = browser.new_context(base_url=server, java_script_enabled=False)
    yield context.new_page()
    context.close()


def asked(page: Page) -> dict[str, list[str]]:
    """What the address asks."""
    return parse_qs(urlsplit(page.url).query)


def total(page: Page) -> int:
    found = re.search(r"of ([\d,]+) record", page.locator("#found").inner_text())
    assert found
    return int(found[1].replace(",", ""))


def column(page: Page, label: str) -> Locator:
    return page.locator(f'.timeline .column[aria-label^="{label}"]')


def narrow(page: Page, field: str, value: str) -> int:
    """Take up a value, opening the rarer ones where it is among them; the count that stood beside it."""
    group = page.locator(f".group[aria-labelledby=by-{field}]")
    choice = group.get_by_role("link", name=value, exact=True)
    if not choice.is_visible():
        group.locator("summary").click()
    count = int(choice.locator("xpath=following-sibling::span").inner_text())
    choice.click()
    return count


def walk(page: Page) -> None:
    """Search, narrow by year and person, open a record, come back, select three, cite them, look for more."""
    page.goto("/search")
    page.get_by_label("Words, or nothing").fill("talks about missiles and arms")
    page.get_by_role("button", name="Find").click()
    words = total(page)
    promised = narrow(page, "year", "1962")
    assert total(page) == promised < words
    promised = narrow(page, "people", "Nikita Khrushchev")
    assert total(page) == promised
    assert asked(page) == {"q": ["talks about missiles and arms"], "people": ["Nikita Khrushchev"], "year": ["1962"]}

    titles = page.locator(".entry .title").all_inner_texts()[:3]
    page.locator(".entry .title a").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(titles[0])
    page.go_back()
    for title in titles:
        page.get_by_role("checkbox", name=f"Select “{title}”").check()
    page.get_by_role("button", name="More like these").click()
    expect(page.get_by_role("heading", name="3 records selected")).to_be_visible()
    assert page.locator(".selected a").all_inner_texts() == titles
    assert not set(titles) & set(page.locator(".entry .title").all_inner_texts())
    page.get_by_role("link", name="Cite these").click()
    expect(page).to_have_url(re.compile(r"/cite\?id=.*&id=.*&id="))
    for title in titles:
        expect(page.get_by_role("link", name=title, exact=True).first).to_be_visible()


def test_a_reader_narrows_a_search_selects_three_records_and_cites_them(browser_page: Page) -> None:
    walk(browser_page)


def test_the_same_walk_needs_no_script(plain_page: Page) -> None:
    walk(plain_page)
    plain_page.goto("/search")
    column(plain_page, "1961").click()
    assert asked(plain_page) == {"date_from": ["1961"], "date_to": ["1961"]}
    expect(plain_page.locator(".classes")).to_contain_text("10 certainly of these days")


def test_a_value_is_taken_away_where_it_was_chosen(browser_page: Page) -> None:
    page = browser_page
    page.goto("/search?people=Che+Guevara&type=Telegram")
    page.locator(".taken .chip", has_text="Telegram").click()
    assert asked(page) == {"people": ["Che Guevara"]}
    page.locator(".group .chosen").click()

    assert asked(page) == {}
    assert total(page) == 57


def test_several_values_of_a_kind_are_any_of_them(browser_page: Page) -> None:
    page = browser_page
    page.goto("/search?type=Telegram")
    telegrams = total(page)
    cables = narrow(page, "type", "Cable")

    assert total(page) == telegrams + cables
    assert asked(page) == {"type": ["Telegram", "Cable"]}


def test_columns_are_brushed_by_dragging_across_them(browser_page: Page) -> None:
    page = browser_page
    page.goto("/search?type=Record+of+conversation")
    first, last = column(page, "1960").bounding_box(), column(page, "1964").bounding_box()
    assert first
    assert last
    middle = first["y"] + first["height"] / 2
    page.mouse.move(first["x"] + 1, middle)
    page.mouse.down()
    page.mouse.move(last["x"], middle, steps=4)
    expect(page.locator(".timeline .brush")).to_be_attached()
    page.mouse.move(last["x"] + last["width"] - 1, middle, steps=2)
    page.mouse.up()
    page.wait_for_url("**/search?*date_from*")

    assert asked(page) == {"type": ["Record of conversation"], "date_from": ["1960"], "date_to": ["1964"]}


def test_a_column_is_still_a_link_to_its_own_days(browser_page: Page) -> None:
    page = browser_page
    page.goto("/search")
    column(page, "1962").click()
    page.wait_for_url("**/search?*date_from=1962*")
    column(page, "October 1962").click()
    page.wait_for_url("**/search?*date_from=1962-10*")
    page.get_by_role("link", name="All of 1962").click()
    page.get_by_role("link", name="All years").click()

    assert asked(page) == {}


def test_columns_are_brushed_by_keyboard(browser_page: Page) -> None:
    page = browser_page
    page.goto("/search")
    column(page, "1956").focus()
    page.keyboard.press("ArrowRight")
    expect(column(page, "1959")).to_be_focused()
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    expect(column(page, "1961")).to_be_focused()
    assert page.locator(".within-brush").count() == 3
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?*date_from*")

    assert asked(page) == {"date_from": ["1959"], "date_to": ["1961"]}


def test_a_record_stands_between_its_neighbours_in_time(browser_page: Page) -> None:
    page = browser_page
    page.goto("/search?sort=date")
    titles = page.locator(".entry .title").all_inner_texts()
    page.locator(".entry .title a").nth(1).click()
    page.get_by_role("navigation", name="Before and after").get_by_role("link").last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(titles[2])
    page.get_by_role("navigation", name="Before and after").get_by_role("link").first.click()

    expect(page.get_by_role("heading", level=1)).to_have_text(titles[1])


def test_a_person_of_a_record_leads_to_all_that_name_them(browser_page: Page) -> None:
    page = browser_page
    page.goto("/search?people=Chen+Yi")
    page.locator(".entry .title a").click()
    page.locator(".known").get_by_role("link", name="Nikita Khrushchev").click()

    assert asked(page) == {"people": ["Nikita Khrushchev"]}
    assert total(page) == 13


def test_a_mark_on_the_map_is_a_record(browser_page: Page) -> None:
    page = browser_page
    page.goto("/about")
    mark = page.locator(".map .field a").first
    label = mark.locator("title").text_content() or ""
    mark.click(force=True)

    expect(page.get_by_role("heading", level=1)).to_have_text(label.partition(": ")[2])
