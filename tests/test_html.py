"""Every page is HTML as its standard has it: html5lib, which forgives nothing in its strict mode, parses it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import html5lib
import pytest

if TYPE_CHECKING:
    import httpx2

pytest_plugins = ["serving"]

HTML = {"Accept": "text/html"}
PAGES = (
    "/",
    "/?q=What+did+Castro+and+Mikoyan+discuss%3F",
    "/?q=and+Guevara%3F&h=What+did+Castro+say%3F&no=names",
    "/?q=Who+won+the+football+world+cup%3F",
    "/search",
    "/search?page=3",
    "/search?q=missiles+in+October+1962&sort=date",
    "/search?people=Fidel+Castro&people=Che+Guevara&type=Telegram&date_from=1962&date_to=1962",
    "/search?date_from=1959-09-10&date_to=1959-09-12",
    "/search?q=nothing&people=nobody",
    "/search?date_from=octember",
    "/similar",
    "/cite",
    "/cite?q=missiles",
    "/list",
    "/about",
    "/docs",
    "/nowhere",
)


def faults(page: str) -> list[str]:
    """What the standard's parser finds wrong, with its place."""
    parser = html5lib.HTMLParser(strict=False)
    parser.parse(page)
    return [f"{place}: {fault} {about}" for place, fault, about in parser.errors]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_html_without_a_fault(client: httpx2.Client, path: str) -> None:
    page = client.get(path, headers=HTML).text

    assert faults(page) == []


def test_a_record_and_those_like_several_are_html_without_a_fault(client: httpx2.Client) -> None:
    records = client.get("/api/v1/records", params={"limit": 100}).json()["records"]
    several = "&".join(f"id={record['id']}" for record in records[:3])
    listing = "/similar", "/cite", "/", "/search", "/list"
    paths = [*(record["url"] for record in records[::8]), *(f"{path}?{several}" for path in listing)]

    for path in paths:
        assert faults(client.get(path, headers=HTML).text) == [], path


def test_a_fault_would_be_found() -> None:
    assert faults("<!DOCTYPE html><title>x</title><p><div></p>")
