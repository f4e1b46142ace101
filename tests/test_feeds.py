"""Feeds, the search box and the site's map, read by parsers that did not write them."""

from __future__ import annotations

import datetime as dt
import json
import re
from html import unescape
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET  # another parser than the one that writes

import pytest
from starlette.testclient import TestClient

from rag.assistant.assistant import Assistant
from rag.cite import STYLES
from rag.dates.archival_date import parse_date
from rag.index.embedded import accessions
from rag.ingest.build import publish
from rag.record import Collection, Record
from rag.settings import Settings
from tests.fakes import WordCountEmbedder, index_of
from web.app import create_app
from web.feeds import sitemap

if TYPE_CHECKING:
    from pathlib import Path

    import httpx2

pytest_plugins = ["serving"]

ATOM = "{http://www.w3.org/2005/Atom}"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
SEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"
EVIL = "<b>]]>&\x00\x1b\u202e\ufffe"

PIER = Record("pier", f"Report on the pier {EVIL}", f"Ships and cranes {EVIL}", parse_date("May 3, 1951"))
STORM = Record("storm", "Note on the storm", "Ships at sea.", None)
CRANE = Record("crane", "Cable on a crane", "A crane for the ships.", parse_date("June 4, 1951"))


class Head(HTMLParser):
    """Reads the head of a page: its meta elements, its links, its JSON-LD."""

    def __init__(self, page: str) -> None:
        """Read it."""
        super().__init__()
        self.tags: list[tuple[str, str]] = []
        self.links: list[dict[str, str | None]] = []
        self.json_ld: list[dict[str, object]] = []
        self._data = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag."""
        given = dict(attrs)
        if tag == "meta" and given.get("name"):
            self.tags.append((given["name"] or "", given.get("content") or ""))
        if tag == "link":
            self.links.append(given)
        self._data = tag == "script" and given.get("type") == "application/ld+json"

    def handle_data(self, data: str) -> None:
        """Note the JSON-LD."""
        if self._data:
            self.json_ld.append(json.loads(data))
            self._data = False


def harbour(vectors: Path, *records: Record) -> Assistant:
    """An assistant over these records, published now."""
    settings = Settings.load({"RAG_VECTORS": str(vectors)})
    publish(settings, records, embedder=WordCountEmbedder())
    called = Collection("Harbour Papers", "Havn Institute", "CC0")
    return Assistant(index_of(vectors), WordCountEmbedder, called=called)


def client_of(assistant: Assistant) -> TestClient:
    return TestClient(create_app(assistant, site="https://havn.example"))


def read_xml(text: bytes) -> ET.Element:
    return ET.fromstring(text)  # noqa: S314 - it was written a moment ago


def entries(feed: bytes) -> dict[str, dt.datetime]:
    """Ids and days of the entries, in their order."""
    found = read_xml(feed).findall(f"{ATOM}entry")
    return {
        each.findtext(f"{ATOM}id", ""): dt.datetime.fromisoformat(each.findtext(f"{ATOM}updated", "")) for each in found
    }


def test_a_record_that_enters_later_heads_the_feed_and_the_others_keep_their_day(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = client_of(harbour(tmp_path, PIER, STORM))
    first = entries(client.get("/search.atom?q=ships").content)
    before = entries(client.get("/search.atom?q=cable").content)
    later = dt.datetime(2031, 5, 6, 7, 8, 9, tzinfo=dt.UTC)

    # Only the clock is moved: a second within one test would be the same second.
    monkeypatch.setattr("rag.index.embedded.accessions._now", lambda: int(later.timestamp()))
    harbour(tmp_path, CRANE, STORM, PIER)
    second = entries(client.get("/search.atom?q=ships").content)
    harbour(tmp_path, STORM, CRANE, PIER)
    third = entries(client.get("/search.atom?q=ships").content)

    assert set(first) == {"https://havn.example/records/pier", "https://havn.example/records/storm"}
    assert before == {}
    assert next(iter(second)) == "https://havn.example/records/crane"
    assert second == third == {**first, "https://havn.example/records/crane": later}


def test_records_keep_their_day_when_a_newer_program_builds_them_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as older:
        older.setattr("rag.index.embedded.generation.SCHEMA", 0)
        before = harbour(tmp_path, PIER).entered(["pier"])

    monkeypatch.setattr("rag.index.embedded.accessions._now", lambda: 2_000_000_000)
    after = harbour(tmp_path, PIER, CRANE).entered(["pier", "crane"])

    assert after == [*before, dt.datetime.fromtimestamp(2_000_000_000, dt.UTC)]


@pytest.mark.parametrize(
    "file", ["manifest.json", "rows.sqlite", "entered.npy", "vectors.faiss", "profile.bin", "words/meta.json"]
)
def test_records_keep_their_day_whatever_is_damaged_of_the_generation_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, file: str
) -> None:
    monkeypatch.setattr("rag.index.embedded.accessions._now", lambda: 1_000_000_000)
    older = harbour(tmp_path, PIER).generation
    monkeypatch.setattr("rag.index.embedded.accessions._now", lambda: 2_000_000_000)
    newer = harbour(tmp_path, PIER).generation
    (tmp_path / newer / file).write_bytes(b"damaged")
    caplog.clear()

    entered = harbour(tmp_path, PIER, CRANE).entered(["pier", "crane"])

    assert [int(each.timestamp()) for each in entered] == [1_000_000_000, 2_000_000_000]
    warnings = [each.message for each in caplog.records if each.name == "rag.index.embedded.accessions"]
    assert len(warnings) == (file in {"manifest.json", "rows.sqlite", "entered.npy"})
    assert all(f"{newer}/{file}: " in each and f"; records entered when {older} says" in each for each in warnings)
    assert not [each for each in warnings if "rag build" in each]


def test_where_no_generation_knows_when_records_entered_all_are_new_and_a_warning_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    name = harbour(tmp_path, PIER).generation
    (tmp_path / name / "entered.npy").unlink()
    monkeypatch.setattr("rag.index.embedded.accessions._now", lambda: 2_000_000_000)

    (entered,) = harbour(tmp_path, PIER).entered(["pier"])

    assert int(entered.timestamp()) == 2_000_000_000
    assert any(
        each.endswith("entered.npy: cannot be read (No such file or directory); all records count as new")
        for each in caplog.messages
    )


def test_a_server_that_cannot_open_a_newer_generation_is_ready_and_says_why(tmp_path: Path) -> None:
    assistant = harbour(tmp_path, PIER)
    client = client_of(assistant)
    in_use = {"status": "ready", "generation": assistant.generation}
    assert client.get("/readyz").json() == in_use

    (tmp_path / "CURRENT").unlink()
    (tmp_path / "CURRENT").mkdir()

    said = client.get("/readyz").json()
    assert (
        said.pop("fault")
        == "the published generation cannot be read, another answers; the log and `rag doctor` say why"
    )
    assert said == in_use
    assert assistant.fault
    assert "CURRENT: cannot be read (Is a directory)" in assistant.fault
    assert client.get("/api/v1/records").status_code == 200


def test_a_generation_from_before_days_were_kept_is_dated_by_its_own(tmp_path: Path) -> None:
    harbour(tmp_path, PIER)
    name = (tmp_path / "CURRENT").read_text(encoding="ascii").strip()
    kept = accessions.read(tmp_path / name / "entered.npy", name)
    missing = accessions.read(tmp_path / name / "nothing.npy", name)

    assert len(missing) == 1
    assert abs(int(missing[0]) - int(kept[0])) < 60


def test_a_feed_says_what_it_is_and_of_whom_and_hostile_text_stays_text(tmp_path: Path) -> None:
    client = client_of(harbour(tmp_path, PIER, STORM))
    response = client.get("/search.atom", params={"q": f"pier {EVIL}", "date_from": "1951", "date_to": ""})
    feed = read_xml(response.content)
    (entry,) = feed.findall(f"{ATOM}entry")
    links = {link.get("rel"): link.get("href", "") for link in feed.findall(f"{ATOM}link")}

    assert response.headers["content-type"] == "application/atom+xml; charset=utf-8"
    assert (feed.findtext(f"{ATOM}author/{ATOM}name"), feed.findtext(f"{ATOM}rights")) == ("Havn Institute", "CC0")
    assert feed.findtext(f"{ATOM}id") == links["self"]
    assert links["self"].startswith("https://havn.example/search.atom?q=pier")
    assert links["alternate"] == links["self"].replace(".atom", "")
    assert entry.findtext(f"{ATOM}title") == "Report on the pier <b>]]>&"
    assert entry.findtext(f"{ATOM}summary") == "May 3, 1951. Ships and cranes <b>]]>&"
    assert client.get("/search.atom?date_from=octember").status_code == 422


def test_the_feed_of_a_filter_has_the_records_of_its_search(client: httpx2.Client) -> None:
    for query in ("q=Castro+in+1962", "date_from=1961&date_to=1961", "q=missiles&raw=true"):
        feed = client.get(f"/search.atom?{query}").content
        found = client.get(f"/api/v1/search?{query}&k=50&match=words").json()
        ids = {entry.rpartition("/")[2] for entry in entries(feed)}

        assert len(ids) == min(found["total"], 50)
        assert {hit["record"]["id"] for hit in found["hits"]} == ids or found["total"] > 50


def test_a_browser_can_search_by_the_description(tmp_path: Path) -> None:
    client = client_of(harbour(tmp_path, PIER, STORM))
    described = read_xml(client.get("/opensearch.xml").content)
    (template,) = [
        url.get("template", "") for url in described.findall(f"{SEARCH}Url") if url.get("type") == "text/html"
    ]
    address = template.replace("{searchTerms}", "storm").removeprefix("https://havn.example")

    assert described.tag == f"{SEARCH}OpenSearchDescription"
    assert len(described.findtext(f"{SEARCH}ShortName", "")) <= 16
    assert "Note on the storm" in re.sub("</?mark[^>]*>", "", client.get(address).text)
    assert any(
        link.get("rel") == "search" and link["href"] == "/opensearch.xml" for link in Head(client.get("/").text).links
    )


def test_the_map_leads_to_every_record_once_in_parts_that_are_small_enough(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sitemap, "PART", 2)
    client = client_of(harbour(tmp_path, PIER, STORM, CRANE))
    parts = [each.text or "" for each in read_xml(client.get("/sitemap.xml").content).iter(f"{MAP}loc")]
    pages = []
    for part in parts:
        listed = read_xml(client.get(part.removeprefix("https://havn.example")).content)
        pages.append([each.text or "" for each in listed.iter(f"{MAP}loc")])
    records = [page for part in pages for page in part if "/records/" in page]

    assert sorted(records) == [f"https://havn.example/records/{each}" for each in ("crane", "pier", "storm")]
    assert [len([page for page in part if "/records/" in page]) for part in pages] == [2, 1]
    assert all(
        client.get(page.removeprefix("https://havn.example")).status_code == 200 for part in pages for page in part
    )
    assert client.get("/sitemap-3.xml").status_code == 404
    assert "Sitemap: https://havn.example/sitemap.xml" in client.get("/robots.txt").text.splitlines()


def test_zotero_finds_a_manuscript_with_its_title_date_and_permalink(tmp_path: Path) -> None:
    client = client_of(harbour(tmp_path, PIER, STORM))
    head = Head(client.get("/records/pier").text)
    tags = dict(head.tags)

    assert tags["z:itemType"] == "manuscript"
    assert tags["DC.title"] == tags["citation_title"] == "Report on the pier <b>]]>&"
    assert (tags["DC.date"], tags["citation_publication_date"]) == ("1951-05-03", "1951/05/03")
    assert tags["DC.identifier"] == "https://havn.example/records/pier"
    assert tags["DC.publisher"] == "Harbour Papers, Havn Institute"
    assert tags["DC.rights"] == "CC0"
    (ris,) = [link for link in head.links if link.get("type") == "application/x-research-info-systems"]
    assert "TI  - Report on the pier" in client.get(ris["href"] or "").text
    assert not {"DC.date", "citation_publication_date"} & dict(Head(client.get("/records/storm").text).tags).keys()


def test_search_engines_find_a_component_of_an_archive(tmp_path: Path) -> None:
    client = client_of(harbour(tmp_path, PIER, STORM))
    (json_ld,) = Head(client.get("/records/pier").text).json_ld

    assert json_ld["@type"] == "ArchiveComponent"
    assert json_ld["name"] == "Report on the pier <b>]]>&"
    assert json_ld["abstract"] == "Ships and cranes <b>]]>&"
    assert json_ld["dateCreated"] == "1951-05-03"
    assert json_ld["url"] == json_ld["@id"] == "https://havn.example/records/pier"
    assert json_ld["isPartOf"] == {"@type": "Collection", "name": "Harbour Papers", "url": "https://havn.example/"}
    assert json_ld["provider"] == {"@type": "Organization", "name": "Havn Institute"}


def test_every_page_says_whose_the_collection_is(tmp_path: Path) -> None:
    client = client_of(harbour(tmp_path, PIER, STORM))
    for path in ("/", "/search", "/records/pier", "/about", "/cite?id=pier", "/docs", "/nowhere"):
        page = client.get(path, headers={"Accept": "text/html"}).text
        assert "Harbour Papers · Havn Institute · CC0" in page, path


def test_the_seeds_are_called_what_their_page_calls_them(client: httpx2.Client, assistant: Assistant) -> None:
    name = "Digital Archive International History Declassified"  # read off the page with the bullets

    assert assistant.collection == Collection(name)
    assert name in client.get("/").text
    note = client.get("/api/v1/citations", params={"date_from": "1968", "date_to": "1968"}).text
    assert note.count(f", {name}, accessed ") == len(note.splitlines()) > 1


def test_several_records_are_cited_together_in_the_order_named(client: httpx2.Client) -> None:
    ids = [each["id"] for each in client.get("/api/v1/records?limit=3").json()["records"]][::-1]
    response = client.get("/api/v1/citations", params={"id": [*ids, ids[0]], "style": "ris"})

    assert re.findall(r"(?m)^ID  - (.*)$", response.text) == ids
    assert response.headers["content-disposition"] == 'inline; filename="citations.ris"'
    assert client.get("/api/v1/citations", params={"id": "no-such-record"}).status_code == 404
    assert client.get("/api/v1/citations", params={"style": "apa"}).status_code == 422


def test_a_long_list_is_cited_page_by_page(client: httpx2.Client) -> None:
    cited: list[str] = []
    address = "/api/v1/citations?style=csl-json&k=20"
    while address:
        response = client.get(address)
        cited += [item["id"] for item in response.json()]
        address = response.links["next"]["url"] if "next" in response.links else ""

    assert len(cited) == len(set(cited)) == 57


def test_the_page_shows_the_content_of_the_files_and_can_leave_one_out(client: httpx2.Client) -> None:
    ids = [each["id"] for each in client.get("/api/v1/records?limit=3").json()["records"]]
    pages = {style: client.get("/cite", params={"id": ids, "style": style}).text for style in STYLES}
    fewer = re.findall(r'href="(/cite\?[^"]*)">Leave out', pages["chicago"])

    for style, page in pages.items():
        for line in client.get("/api/v1/citations", params={"id": ids, "style": style}).text.splitlines():
            assert line.split("”")[0] in unescape(page)
    assert [sorted(re.findall(r"id=([^&]+)", each)) for each in fewer] == [
        sorted(other for other in ids if other != each) for each in ids
    ]
    assert "Nothing to cite" in client.get("/cite").text
    assert "This page shows the first 10; a file contains" in client.get("/cite?sort=date").text


def test_each_collection_begins_with_questions_of_its_own(assistant: Assistant, tmp_path: Path) -> None:
    seeds = assistant.examples()
    harbours = harbour(tmp_path, PIER, STORM, CRANE).examples()

    assert len(seeds) == 4
    assert all(assistant.ask(each).citations for each in seeds)
    assert STORM.title in harbours
    assert "Documents from 1951" in harbours
    assert not set(seeds) & set(harbours)
