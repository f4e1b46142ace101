"""Several collections behind one server: each below its own prefix, with its own name, terms and records."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from rag.assistant.assistant import Assistant
from rag.errors import SettingsError
from rag.record import Collection, Record
from rag.settings import Settings
from tests.fakes import WordCountEmbedder, index_of, shelve
from web.app import create_app
from web.collection import Served

FLOOD = Record("flood", "Letter from Ada Lund", 'She writes href="/search" of the flood.', None)


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    """A collection at / and another at /c/harbour, whose record has the id of one of the first."""
    made = []
    for name, record in (("own", replace(FLOOD, summary="Not a word of it.")), ("harbour", FLOOD)):
        vectors = tmp_path_factory.mktemp(name)
        shelve(vectors, [record], WordCountEmbedder())
        called = Collection(f"The {name} papers", "", f"Terms of {name}")
        made.append(Assistant(index_of(vectors), WordCountEmbedder, called=called))
    return TestClient(create_app(made[0], others=[Served(made[1], prefix="/c/harbour")]))


@pytest.mark.parametrize(("prefix", "name"), [("", "own"), ("/c/harbour", "harbour")])
def test_each_has_its_own_records_name_and_terms(both: TestClient, prefix: str, name: str) -> None:
    page = both.get(f"{prefix}/records/flood").text

    assert f"The {name} papers" in page
    assert ("of the flood" in page) is (name == "harbour")
    assert both.get(f"{prefix}/api/v1/records/flood").json()["url"] == f"{prefix}/records/flood"
    cited = both.get(f"{prefix}/api/v1/records/flood/citation").text
    assert f"{name} papers" in cited


@pytest.mark.parametrize("path", ["/", "/search", "/records/flood", "/about", "/help", "/nowhere", "/?q=flood"])
def test_every_address_of_a_page_stays_below_its_prefix(both: TestClient, path: str) -> None:
    response = both.get(f"/c/harbour{path}", headers={"Accept": "text/html", "Accept-Encoding": "identity"})
    own = re.findall(r'\s(?:href|src|action|formaction)="(/[^"]*)"', response.text)

    assert own
    assert [each for each in own if not each.startswith("/c/harbour/")] == []
    assert int(response.headers["content-length"]) == len(response.content)
    links = re.findall("<(/[^>]*)>", response.headers.get("link", ""))
    assert all(each.startswith("/c/harbour/") for each in links)


def test_what_a_record_says_is_not_changed(both: TestClient) -> None:
    said = both.get("/c/harbour/api/v1/records/flood").json()["summary"]

    assert said == FLOOD.summary
    assert "href=&#34;/search&#34;" in both.get("/c/harbour/records/flood").text


def test_a_prefix_without_its_stroke_leads_on_and_an_unknown_one_nowhere(both: TestClient) -> None:
    moved = both.get("/c/harbour", follow_redirects=False)

    assert (moved.status_code, moved.headers["location"]) == (308, "/c/harbour/")
    assert both.get("/c/elsewhere/").status_code == 404
    assert both.get("/c/harbour/nowhere").json()["instance"] == "/c/harbour/nowhere"


def test_a_file_of_settings_is_a_collection_by_its_name(tmp_path: Path) -> None:
    file = tmp_path / "harbour.toml"
    file.write_text('vectors = "vectors"\nrights = "CC BY 4.0"\n', encoding="utf-8")
    settings = Settings.load({"RAG_SITE": "https://a.example", "RAG_COLLECTIONS": str(file)})
    _, (name, harbour) = settings.all_collections()

    assert (name, harbour.vectors, harbour.rights) == ("harbour", tmp_path / "vectors", "CC BY 4.0")


@pytest.mark.parametrize(
    ("name", "vectors", "fault"), [("Great Flood", "v", "small letters"), ("own", "own", "another collection's")]
)
def test_a_name_that_no_address_has_and_a_folder_given_twice_are_refused(
    tmp_path: Path, name: str, vectors: str, fault: str
) -> None:
    file = tmp_path / f"{name}.toml"
    file.write_text(f'vectors = "{vectors}"\n', encoding="utf-8")
    settings = Settings.load({"RAG_VECTORS": str(tmp_path / "own"), "RAG_COLLECTIONS": str(file)})

    with pytest.raises(SettingsError, match=fault):
        list(settings.all_collections())
