"""What a host sets stands on every page; the box for other sites is there for those that are named, and only these."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from starlette.testclient import TestClient

from rag.errors import SettingsError
from rag.settings import Settings
from web.app import create_app
from web.appearance import Appearance

if TYPE_CHECKING:
    from pathlib import Path

    from rag.assistant.assistant import Assistant

ASKED = "What did Castro tell Mikoyan?"


def looks(**given: str) -> Appearance:
    return Appearance.of(Settings.load({f"RAG_{name.upper()}": value for name, value in given.items()}))


@pytest.fixture
def image(tmp_path: Path) -> Path:
    path = tmp_path / "sign.svg"
    path.write_text('<svg xmlns="http://www.w3.org/2000/svg"/>', encoding="utf-8")
    return path


def test_a_host_puts_its_image_colour_and_links_on_every_page(assistant: Assistant, image: Path) -> None:
    made = looks(
        logo=str(image),
        accent="#7a1f3d",
        footer="Open <daily>",
        imprint="https://havn.example/i",
        embed="https://a.example",
    )
    client = TestClient(create_app(assistant, looks=made))

    for path in ("/", "/search", "/help"):
        page = client.get(path).text
        assert 'src="/logo"' in page
        assert 'href="/accent.css"' in page
        assert "Open &lt;daily&gt;" in page
        assert '<a href="https://havn.example/i">Imprint</a>' in page
    assert client.get("/logo").headers["content-type"] == "image/svg+xml"
    assert "#7a1f3d" in client.get("/accent.css").text


def test_nothing_of_this_is_there_unless_it_is_set(assistant: Assistant) -> None:
    client = TestClient(create_app(assistant))

    assert [client.get(path).status_code for path in ("/logo", "/accent.css", "/embed")] == [404, 404, 404]
    assert "/accent.css" not in client.get("/").text


def test_the_box_may_be_shown_by_the_sites_that_are_named_alone(assistant: Assistant) -> None:
    client = TestClient(create_app(assistant, looks=looks(embed="https://a.example,https://b.example")))
    shown = client.get("/embed", params={"q": ASKED})
    sentence = assistant.ask(ASKED).sentences[0].text.split("“")[0][-40:]

    assert "frame-ancestors https://a.example https://b.example" in shown.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in client.get("/").headers["content-security-policy"]
    assert sentence[-20:] in shown.text
    assert 'href="/?q=What+did+Castro+tell+Mikoyan%3F"' in shown.text
    assert client.get("/embed").status_code == 200


@pytest.mark.parametrize(
    ("name", "value", "fault"),
    [
        ("logo", "nowhere.svg", "is no file of an image; give one of .svg"),
        ("accent", "green", "'green' is no colour; write six hexadecimal digits"),
        ("accent", "#ffcc00", r"#ffcc00 is hard to read on the pages \(1.4 to 1\); choose a darker one"),
        ("imprint", "javascript:alert(1)", "is no address of a page"),
        ("privacy", "https://a.example/;x y", "is no address of a page"),
        ("embed", "*", "is no site; write its address without a path"),
        ("embed", "https://a.example/page", "is no site"),
        ("embed", "https://a.example;sandbox", "is no site"),
    ],
)
def test_what_cannot_be_used_is_refused_at_the_start(name: str, value: str, fault: str) -> None:
    with pytest.raises(SettingsError, match=f"RAG_{name.upper()}: .*{fault}"):
        looks(**{name: value})
