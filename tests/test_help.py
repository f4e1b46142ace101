"""The help on the site: the pages of the repository, whole, with links that lead to each other."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from web.pages import help as pages

if TYPE_CHECKING:
    import httpx2

pytest_plugins = ["serving"]

ADDRESSES = [article.href for article in pages.articles()]
HTML = {"Accept": "text/html"}


def words(text: str) -> list[str]:
    """The words of a text, whatever marks stand between them."""
    return re.findall(r"\w+", text)


def test_the_index_leads_to_every_page() -> None:
    files = {file.stem for file in Path("web/help").glob("*.md")} - {"index"}

    assert ADDRESSES[0] == "/help"
    assert sorted(ADDRESSES[1:]) == sorted(f"/help/{name}" for name in files)


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_shows_all_that_its_file_says(client: httpx2.Client, address: str) -> None:
    file = Path("web/help") / f"{address.removeprefix('/help').strip('/') or 'index'}.md"
    plain = re.sub(r"(?m)^```.*$|^\d\. |\]\([^)]*\)", "", file.read_text(encoding="utf-8"))
    page = client.get(address).text
    article = page[page.index("<article>") : page.index("</article>")]

    assert words(unescape(re.sub("<[^>]+>", "", article))) == words(plain)
    assert re.search(rf'<a href="{address}"\s+aria-current="page">', page[page.index('aria-label="Help pages"') :])


@pytest.mark.parametrize("address", ADDRESSES)
def test_each_link_and_its_anchor_are_there_on_the_site(client: httpx2.Client, address: str) -> None:
    page = client.get(address).text
    article = page[page.index("<article>") : page.index("</article>")]
    for link in re.findall('href="([^"]+)"', article):
        path, _, anchor = link.partition("#")
        led = client.get(path)
        assert led.status_code == 200, link
        assert not anchor or f'id="{anchor}"' in led.text, link


@pytest.mark.parametrize("address", ["/help/nowhere", "/help/index", "/help/using.md", "/help/..%2Fapp.py"])
def test_a_page_that_is_not_there_is_the_sites_usual_404(client: httpx2.Client, address: str) -> None:
    response = client.get(address, headers=HTML)

    assert response.status_code == 404
    assert "there is nothing at this address" in response.text


def test_html_in_a_file_is_text_on_the_site() -> None:
    shown = pages.article("evil", "# Evil\n\n<script>alert(1)</script> <b>bold</b>\n").body

    assert "&lt;script&gt;alert(1)&lt;/script&gt; &lt;b&gt;" in shown
    assert "<script" not in shown


def test_the_sitemap_lists_the_help(client: httpx2.Client) -> None:
    listed = re.findall("<loc>[^<]*?(/help[^<]*)</loc>", client.get("/sitemap-1.xml").text)

    assert listed == ADDRESSES
