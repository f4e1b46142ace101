"""The pages speak the reader's language: every message is in each catalogue, no English is left on a German page."""

from __future__ import annotations

import re
from functools import cache
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from fastapi.testclient import TestClient

from rag.errors import SettingsError
from rag.language.message import counted, together, worded
from tests.words import catalogues, extracted, written
from web.app import create_app
from web.translation import LANGUAGES, best

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import httpx2
    from babel.messages.catalog import Message
    from playwright.sync_api import Page

    from rag.assistant.assistant import Assistant

pytest_plugins = ["serving", "browsing"]

PLACE = re.compile(r"%\((\w+)\)s")
ELEMENT = re.compile(r"<[^>]*>")
SAID = re.compile(r"\{% trans.*?endtrans %\}|\{#.*?#\}|\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
FILES = sorted(catalogues())


def forms(text: str | Sequence[str] | None) -> tuple[str, ...]:
    return (text or "",) if text is None or isinstance(text, str) else tuple(text)


def messages(path: Path) -> Iterator[Message]:
    return (message for message in written(path) if message.id)


def test_every_message_of_the_code_is_in_every_catalogue_and_no_other() -> None:
    known = {(message.context, message.id) for message in extracted() if message.id}

    for path in FILES:
        assert {(message.context, message.id) for message in messages(path)} == known, f"{path}: run `make words`"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.parent.parent.name)
def test_a_catalogue_is_complete_and_keeps_places_and_elements(path: Path) -> None:
    catalogue = written(path)

    assert not list(catalogue.obsolete)
    for message in messages(path):
        said, there = forms(message.id), forms(message.string)
        assert len(there) == (catalogue.num_plurals if message.pluralizable else 1), message.id
        assert all(there), message.id
        assert not message.fuzzy, message.id
        for form in there:
            assert sorted(ELEMENT.findall(form)) == sorted(ELEMENT.findall(said[-1])), message.id
            assert "%" not in PLACE.sub("", form).replace("%%", ""), message.id
        places, own = (set(PLACE.findall("".join(each))) for each in (said, there))
        assert own <= places if message.pluralizable else own == places, message.id


@pytest.mark.parametrize("path", sorted(Path("web/templates").glob("*.html")), ids=lambda path: path.name)
def test_a_template_has_no_word_that_is_no_message(path: Path) -> None:
    text = SAID.sub("", path.read_text(encoding="utf-8"))
    named = re.findall(r'(?:aria-label|title|placeholder|alt)="([^"{]*\w[^"{]*)"', text)
    shown = ELEMENT.sub(" ", re.sub(r"<pre.*?</pre>", "", text, flags=re.DOTALL))

    english = {"docs.html": {"in", "the", "Takes", "Returns", "Schemas"}}  # marked as English: so is what it describes
    known = {"Reading", "Room", "Markdown", "JSON", "RIS", *english.get(path.name, ())}
    assert set(re.findall(r"[A-Za-z]{2,}", " ".join([shown, *named]))) <= known


def test_a_message_is_its_english_text_and_can_be_said_again() -> None:
    listed = worded("%(names)s and %(last)s", names=("Castro", "Mao"), last="Rusk")

    assert listed == "Castro, Mao and Rusk"
    assert counted("%(num)s record", "%(num)s records", 1200) == "1,200 records"
    assert together(listed, ".") == "Castro, Mao and Rusk."


@pytest.mark.parametrize(
    ("accepted", "spoken"),
    [
        ("", "en"),
        ("de", "de"),
        ("de-AT,de;q=0.9,en;q=0.8", "de"),
        ("fr-CH, fr;q=0.9, de;q=0.7, en;q=0.8", "en"),
        ("fr, *;q=0.5", "en"),
        ("de;q=0, en", "en"),
        ("de;q=nan, ,;;q=,en;q=0.1", "en"),
        ("x" * 100_000, "en"),
    ],
)
def test_a_browser_gets_the_language_that_it_asks_for_first(accepted: str, spoken: str) -> None:
    assert best(accepted, "en") == spoken


def test_a_choice_is_kept_and_wins_over_the_browser(client: httpx2.Client) -> None:
    german = client.get("/search", params={"lang": "de", "q": "missiles & ships"})

    assert 'lang="de"' in german.text[:100]
    assert german.headers["content-language"] == "de"
    assert {"Accept-Language", "Cookie"} <= {each.strip() for each in german.headers["vary"].split(",")}
    assert german.headers["set-cookie"] == "lang=de; Path=/; Max-Age=31536000; SameSite=Lax"
    assert '"?q=missiles+%26+ships&amp;lang=en"' in german.text
    client.cookies.clear()
    kept = client.get("/about", headers={"Cookie": "lang=de", "Accept-Language": "en"})
    assert 'lang="de"' in kept.text[:100]
    assert "set-cookie" not in kept.headers
    other = client.get("/about", params={"lang": "xx"}, headers={"Cookie": 'lang="><script>'})
    assert 'lang="en"' in other.text[:100]
    assert "set-cookie" not in other.headers


def test_the_api_speaks_english_to_everyone(client: httpx2.Client) -> None:
    asked = {"question": "How tall is Mount Everest?"}
    english, german = (
        client.post("/api/v1/ask", json=asked, headers={"Accept-Language": each}).json() for each in ("en", "de")
    )

    assert english == german


def test_dates_numbers_and_the_catalogues_own_lines_are_the_readers(client: httpx2.Client) -> None:
    german = {"Accept-Language": "de"}
    counted = client.get("/", params={"q": "How many telegrams from October 1962?"}, headers=german).text

    assert "Es gibt 4 Einträge vom Typ Telegramm (Oktober 1962), vom 18. Oktober 1962 bis zum" in counted
    headed = client.get("/", params={"q": "Telegrams from October 1962"}, headers=german).text
    assert re.findall(r'<h3 class="part"[^>]*>([^<]*)', headed) == ["Telegramm", "Drahtbericht"]
    assert "Mai 1956 bis August 1959" in client.get("/about", headers=german).text
    assert "20.000 Zeichen" in client.get("/check", headers=german).text
    fault = client.get("/search", params={"date_from": "banana"}, headers=german).text
    assert "Von: 'banana' ist kein Datum; schreiben Sie ein Jahr" in unescape(fault)


def test_the_settings_say_what_everyone_else_reads(assistant: Assistant) -> None:
    german = TestClient(create_app(assistant, language="de")).get("/about", headers={"Accept-Language": "fr"})

    assert 'lang="de"' in german.text[:100]
    with pytest.raises(SettingsError, match="RAG_LANGUAGE: 'xx' is no language of the pages; give one of de, en"):
        create_app(assistant, language="xx")


@cache
def labels() -> frozenset[str]:
    """What English pages say in two words or more, in three where a value stands beside them."""
    return frozenset(
        part.strip()
        for message in messages(FILES[0])
        for said in {*forms(message.id)} - {*forms(message.string)}
        for part in re.split(r"%\(\w+\)s|<[^>]*>", said)
        if part.strip(" .,;:").count(" ") >= (2 if PLACE.search(said) else 1)
    )


OWN = """() => {
  const page = document.documentElement.cloneNode(true);
  const others = ".archive, .examples, .onward, .question, .chips, .known, script";
  page.querySelectorAll(others).forEach((each) => each.remove());
  return page.outerHTML;
}"""
"""A page without what archivists and readers wrote."""


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/?q=What+did+Castro+and+Mikoyan+discuss%3F",
        "/?q=How+tall+is+Mount+Everest%3F&h=Documents+from+October+1962",
        "/?q=Did+Stalin+meet+Castro%3F",
        "/search?q=missiles",
        "/search?date_from=1962-10&people=Fidel+Castro",
        "/about",
        "/check?text=Castro+met+Mikoyan",
        "/people/Fidel%20Castro",
        "/list",
        "/search?date_from=banana",
        "/nowhere",
    ],
)
def test_a_german_page_has_no_english_label(browser_page: Page, path: str) -> None:
    page = browser_page
    page.set_extra_http_headers({"Accept-Language": "de"})
    page.goto(path)

    assert page.locator("html").get_attribute("lang") == "de"
    shown = " ".join(str(page.evaluate(OWN)).split())
    there = [label for label in labels() if label in shown]
    assert [label for label in there if re.search(rf"(?<!\w){re.escape(label)}(?!\w)", shown)] == []


def test_a_conversation_that_a_script_went_on_with_stays_when_its_language_changes(browser_page: Page) -> None:
    page = browser_page
    page.goto("/?q=What+did+Mikoyan+tell+Castro%3F")
    page.fill("#q", "and Guevara?")
    page.keyboard.press("Enter")
    page.locator("#t2-turn").wait_for()
    page.get_by_role("link", name="Deutsch").click()

    page.locator("html[lang=de]").wait_for()
    assert page.locator(".turn").count() == 2
    page.goto("/about")
    assert page.locator("html").get_attribute("lang") == "de"


def test_the_languages_are_those_of_the_folders() -> None:
    assert LANGUAGES == ("de", "en")
