"""Browsing in a real browser: narrowed, brushed, selected, cited; by pointer, by keyboard, without a script."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect
from pybtex.database import parse_string  # type: ignore[import-untyped]  # pybtex carries no types
from pylatexenc.latex2text import LatexNodes2Text  # type: ignore[import-untyped]  # nor does pylatexenc

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

pytest_plugins = ["serving", "browsing"]


def asked(page: Page) -> dict[str, list[str]]:
    """What the address asks."""
    return parse_qs(urlsplit(page.url).query)


def total(page: Page) -> int:
    found = re.search(r"([\d,]+) record", page.locator("#found").inner_text())
    assert found
    return int(found[1].replace(",", ""))


def column(page: Page, label: str) -> Locator:
    return page.locator(".timeline .column", has_text=re.compile(rf"^\s*{label}"))


def open_timeline(page: Page) -> None:
    page.locator(".when-listed summary").click()


def narrow(page: Page, field: str, value: str) -> int:
    """Take up a value, opening the rarer ones where it is among them; the count that stood beside it."""
    group = page.locator(f".group[aria-labelledby=by-{field}]")
    choice = group.get_by_role("link", name=value, exact=True)
    if not choice.is_visible():
        group.locator("summary").click()
    count = int(choice.locator("xpath=following-sibling::span").inner_text())
    choice.click()
    page.wait_for_url(lambda address: value in parse_qs(urlsplit(address).query).get(field, []))
    return count


def brush(page: Page, one: str, other: str) -> None:
    """Drag from the one column to the other."""
    open_timeline(page)
    first, last = column(page, one).bounding_box(), column(page, other).bounding_box()
    assert first
    assert last
    middle = first["y"] + first["height"] / 2
    page.mouse.move(first["x"] + 1, middle)
    page.mouse.down()
    page.mouse.move(last["x"], middle, steps=4)
    expect(page.locator(".timeline .brush")).to_be_attached()
    page.mouse.move(last["x"] + last["width"] - 1, middle, steps=2)
    page.mouse.up()
    page.wait_for_url("**/search?*date_from*#over-time")
    expect(page.locator(".timeline")).to_be_visible()


def walk(page: Page, *, draws: bool) -> None:
    """Search, narrow, open a record, select three, look for more, cite them, ask about one, print."""
    page.goto("/search")
    page.get_by_role("searchbox").fill("Soviet")
    page.get_by_role("button", name="Search", exact=True).click()
    words = total(page)
    promised = narrow(page, "people", "Nikita Khrushchev")
    assert total(page) == promised < words
    if draws:
        brush(page, "1962", "1964")
        assert asked(page)["date_from"] == ["1962"]
        assert asked(page)["date_to"] == ["1964"]
        page.get_by_role("link", name="All years").click()
        page.wait_for_url(lambda address: "date_from" not in address)
    promised = narrow(page, "year", "1962")
    assert total(page) == promised < words
    assert asked(page) == {"q": ["Soviet"], "people": ["Nikita Khrushchev"], "year": ["1962"]}

    titles = page.locator(".entry .title").all_inner_texts()[:3]
    page.locator(".entry .title a").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(titles[0])
    page.go_back()
    for title in titles:
        page.get_by_role("checkbox", name=f"Select {title}").check()
    page.get_by_role("button", name="More like these").click()
    expect(page.get_by_role("heading", name="3 records selected")).to_be_visible()
    assert page.locator(".selected a").all_inner_texts() == titles
    assert not set(titles) & set(page.locator(".entry .title").all_inner_texts())
    page.get_by_role("link", name="Cite these").click()
    expect(page).to_have_url(re.compile(r"/cite\?id=.*&id=.*&id="))
    ids = asked(page)["id"]
    ris, bibtex = downloaded(page, "RIS"), downloaded(page, "BibTeX")
    references = [
        dict(re.findall(r"(?m)^([A-Z][A-Z0-9])  - (.*?)\s*$", each)) for each in re.split(r"(?m)^ER  -", ris)[:-1]
    ]
    assert [each["TI"] for each in references] == titles
    assert [each["ID"] for each in references] == ids
    entries = parse_string(bibtex, "bibtex").entries.values()  # not the library that wrote it
    assert [LatexNodes2Text().latex_to_text(each.fields["title"]) for each in entries] == titles

    page.get_by_role("link", name=titles[1], exact=True).first.click()
    page.get_by_role("link", name="Ask about this record").click()
    expect(page.locator(".source .archive", has_text=titles[1])).to_be_visible()
    assert page.pdf().startswith(b"%PDF-")


def downloaded(page: Page, style: str) -> str:
    """The file of what is cited."""
    with page.expect_download() as download:
        page.get_by_role("link", name=f"{style} as a file").click()
    return download.value.path().read_text(encoding="utf-8")


def test_a_file_of_three_records_for_a_reference_manager_takes_five_clicks(plain_page: Page) -> None:
    plain_page.goto("/search")
    for number in range(3):
        plain_page.locator(".entry .pick").nth(number).click()
    plain_page.get_by_role("button", name="Cite these").click()

    assert downloaded(plain_page, "RIS").count("TY  -") == 3


def test_a_reader_searches_narrows_opens_selects_cites_asks_and_prints(browser_page: Page) -> None:
    walk(browser_page, draws=True)


def test_the_same_walk_needs_no_script(plain_page: Page) -> None:
    walk(plain_page, draws=False)
    plain_page.goto("/search")
    open_timeline(plain_page)
    column(plain_page, "1961").click()
    assert asked(plain_page) == {"date_from": ["1961"], "date_to": ["1961"]}
    assert total(plain_page) == 10
    expect(plain_page.locator(".timeline")).to_be_visible()


def test_records_certainly_and_possibly_within_the_dates_are_listed_apart(plain_page: Page) -> None:
    page = plain_page
    page.goto("/search?date_from=1959-09-10&date_to=1961-01-20")
    certain, possible = (int(page.locator(".classes strong").nth(at).inner_text()) for at in (0, 1))
    assert total(page) == certain + possible
    page.locator(".classes").get_by_role("link", name="possibly").click()
    assert total(page) == page.locator(".perhaps").count() == possible
    page.locator(".classes").get_by_role("link", name="certainly").click()
    assert asked(page)["fit"] == ["certain"]
    assert (total(page), page.locator(".perhaps").count()) == (certain, 0)
    page.locator(".classes").get_by_role("link", name="certainly").click()

    assert "fit" not in asked(page)


def select(page: Page, place: int) -> str:
    """Tick the hit at this place of the page, from 0; its title."""
    page.locator(".entry .pick").nth(place).click()
    return page.locator(".entry .title").nth(place).inner_text()


def ask_about_selected(page: Page, titles: list[str]) -> None:
    page.get_by_role("button", name="Ask about these").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Ask about these {len(titles)} records")
    assert set(page.locator(".selected a").all_inner_texts()) == set(titles)
    page.get_by_role("textbox").fill("What was said of arms?")
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator(".chip", has_text="Records")).to_contain_text(f"{len(titles)} chosen")
    assert {each.strip() for each in page.locator(".answer .source a.archive").all_text_contents()} <= set(titles)


def test_a_selection_goes_along_to_other_pages_of_results_and_to_other_searches(browser_page: Page) -> None:
    page = browser_page
    page.goto("/search?sort=date")
    titles = [select(page, 0), select(page, 3)]
    page.get_by_role("link", name="Next").click()
    titles.append(select(page, 1))
    expect(page.locator(".choose")).to_contain_text("3 selected")
    page.get_by_role("searchbox").fill("Guevara")
    page.get_by_role("button", name="Search", exact=True).click()
    expect(page.locator(".choose")).to_contain_text("3 selected")
    assert len(asked(page)["id"]) == 3
    page.reload()

    ask_about_selected(page, titles)


def test_without_a_script_a_button_takes_the_selection_along(plain_page: Page) -> None:
    page = plain_page
    page.goto("/search?sort=date")
    titles = [select(page, 0), select(page, 3)]
    page.get_by_role("button", name="Keep this selection").click()
    assert asked(page)["sort"] == ["date"]
    page.get_by_role("link", name="Next").click()
    titles.append(select(page, 1))
    page.get_by_role("button", name="Keep this selection").click()
    assert asked(page)["page"] == ["2"]
    expect(page.locator(".elsewhere .pick")).to_have_text(titles[:2])

    ask_about_selected(page, titles)


def test_a_selection_does_not_narrow_the_search(browser_page: Page) -> None:
    page = browser_page
    page.goto("/search?people=Che+Guevara")
    found = total(page)
    select(page, 0)
    page.get_by_role("link", name="Cite all").click()

    expect(page.get_by_role("heading", level=1)).to_have_text(f"How to cite these {found} records")


def test_a_chosen_value_is_removed_by_its_link(browser_page: Page) -> None:
    page = browser_page
    page.goto("/search?people=Che+Guevara&type=Telegram")
    page.locator(".chips .chip", has_text="Telegram").click()
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
    brush(page, "1960", "1964")

    assert asked(page) == {"type": ["Record of conversation"], "date_from": ["1960"], "date_to": ["1964"]}


def test_a_column_is_still_a_link_to_its_own_days(browser_page: Page) -> None:
    page = browser_page
    page.goto("/search")
    open_timeline(page)
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
    open_timeline(page)
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


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (390, 844)])
def test_the_first_record_found_is_seen_without_scrolling(browser_page: Page, width: int, height: int) -> None:
    browser_page.set_viewport_size({"width": width, "height": height})
    for path in ("/search", "/search?q=missiles+in+October+1962", "/search?q=Cuba&people=Che+Guevara"):
        browser_page.goto(path)
        expect(browser_page.locator(".entry .title").first).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize("script", [True, False])
def test_on_a_phone_a_drawer_has_what_narrows_the_list(browser: Browser, server: str, *, script: bool) -> None:
    context = browser.new_context(
        base_url=server, java_script_enabled=script, viewport={"width": 390, "height": 844}, has_touch=True
    )
    page = context.new_page()
    page.goto("/search")
    telegrams = page.get_by_role("link", name="Telegram", exact=True)
    expect(telegrams).to_be_hidden()
    page.get_by_role("button", name="Narrow this list").click()
    page.get_by_role("button", name="Close").click()
    expect(telegrams).to_be_hidden()
    page.get_by_role("button", name="Narrow this list").click()
    telegrams.click()
    assert asked(page) == {"type": ["Telegram"]}
    context.close()


def test_words_found_are_marked_and_scores_wait_behind_a_question(plain_page: Page) -> None:
    page = plain_page
    page.goto("/search?q=missiles+Cuba")
    entry = page.locator(".entry", has=page.locator("mark")).first
    marked = {each.casefold() for each in entry.locator("mark").all_inner_texts()}
    assert marked <= {"missile", "missiles", "cuba", "cuban", "cubans"}
    expect(entry.get_by_text("Closeness in meaning")).to_be_hidden()
    entry.get_by_text("Why this?").click()

    expect(entry.get_by_text(re.compile("It contains .*missiles"))).to_be_visible()


def test_a_click_sorts_shows_more_or_only_titles_and_the_search_stays(plain_page: Page) -> None:
    page = plain_page
    page.goto("/search?q=Cuba&people=Fidel+Castro")
    view = page.get_by_role("navigation", name="Order and view")
    choices = {"Newest first": ("sort", "-date"), "25": ("k", "25"), "Titles only": ("view", "compact")}
    for name, (parameter, value) in choices.items():
        view.get_by_role("link", name=name, exact=True).click()
        assert asked(page)[parameter] == [value]
    assert asked(page) == {
        "q": ["Cuba"], "people": ["Fidel Castro"], "sort": ["-date"], "k": ["25"], "view": ["compact"]
    }  # fmt: skip
    assert page.locator(".selection .entry").count() == min(total(page), 25)
    assert page.locator(".selection blockquote").count() == 0
    page.get_by_role("button", name="Search", exact=True).click()

    assert asked(page)["view"] == ["compact"]


def test_a_record_stands_between_its_neighbours_in_time(browser_page: Page) -> None:
    page = browser_page
    page.goto("/search?sort=date")
    titles = page.locator(".entry .title").all_inner_texts()
    page.locator(".entry .title a").nth(1).click()
    page.get_by_role("navigation", name="Before and after").get_by_role("link").last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(titles[2])
    page.get_by_role("navigation", name="Before and after").get_by_role("link").first.click()

    expect(page.get_by_role("heading", level=1)).to_have_text(titles[1])


def test_a_person_of_a_record_leads_to_their_page_and_on_to_all_records_that_name_them(plain_page: Page) -> None:
    page = plain_page
    page.goto("/search?people=Chen+Yi")
    page.locator(".entry .title a").click()
    page.locator(".known").get_by_role("link", name="Nikita Khrushchev").click()
    expect(page.get_by_text("Named in 13 records, 5 April 1956 to 27 October 1964.")).to_be_visible()
    expect(page.get_by_text("N.S. Khrushchev").first).to_be_visible()
    beside = page.get_by_role("complementary", name="Named in the same records")
    expect(beside.get_by_role("link", name="Nikita Khrushchev", exact=True)).to_have_count(0)
    beside.get_by_role("link", name="Fidel Castro").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Fidel Castro")
    page.go_back()
    page.get_by_role("link", name="Search these records").click()
    assert asked(page) == {"people": ["Nikita Khrushchev"]}
    assert total(page) == 13
    page.get_by_role("link", name="About Nikita Khrushchev").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Nikita Khrushchev")


def test_a_mark_on_the_map_is_a_record(browser_page: Page) -> None:
    page = browser_page
    page.goto("/about")
    mark = page.locator(".map .field a").first
    label = mark.locator("title").text_content() or ""
    mark.click(force=True)

    expect(page.get_by_role("heading", level=1)).to_have_text(label.partition(": ")[2])
