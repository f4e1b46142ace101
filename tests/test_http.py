"""What HTTP itself promises, under a real server: tags and conditions, links, methods, the catalogue of the APIs."""

from __future__ import annotations

import json
import re
import socket
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from starlette.testclient import TestClient

from rag.assistant.assistant import Assistant
from rag.ingest.build import publish
from rag.record import Listing, Record
from rag.settings import Settings
from tests.fakes import WordCountEmbedder, index_of
from web.app import create_app

if TYPE_CHECKING:
    from pathlib import Path

    import httpx2

pytest_plugins = ["serving"]

PIER = Record("pier", "The pier", "It stood.", None, (), (Listing("page.html", 1, None),))


def link_headers(response: httpx2.Response) -> list[tuple[str, str, str]]:
    """Relation, address and media type of each link."""
    found = re.findall(r'<([^>]*)>; rel="([^"]+)"(?:; type="([^"]+)")?', response.headers["link"])
    return [(relation, href, kind) for href, relation, kind in found]


@pytest.fixture(scope="module")
def record(client: httpx2.Client) -> str:
    """The path of some record."""
    return str(client.get("/api/v1/records", params={"limit": 1}).json()["records"][0]["url"])


@pytest.fixture(scope="module")
def reads(client: httpx2.Client, record: str) -> list[str]:
    """An address of every kind that is answered to GET."""
    receipt = client.post("/api/v1/ask", json={"question": "What did Castro say?"}).json()["receipt"]
    document = client.get("/openapi.json").json()
    calls = [path.replace("/records/{id}", record) for path, methods in document["paths"].items() if "get" in methods]
    return [
        *(f"{path}?receipt={receipt}" if path.endswith("/replay") else path for path in calls),
        *("/", "/?q=Castro", "/about", "/search", record, "/check", "/help", "/docs", "/people/Castro"),
        *("/search.atom", "/sitemap.xml", "/opensearch.xml", "/openapi.json", "/.well-known/api-catalog"),
    ]


def test_every_read_is_tagged_and_answers_what_a_client_says_of_its_tag(
    client: httpx2.Client, reads: list[str]
) -> None:
    for path in reads:
        tag = client.get(path).headers["etag"]

        def status(path: str = path, **said: str) -> int:
            return client.get(path, headers={name.replace("_", "-"): value for name, value in said.items()}).status_code

        assert {status(if_none_match=said) for said in (tag, f'"other", {tag}', "*")} == {304}, path
        strong = tag.removeprefix("W/")
        assert {status(if_match=said) for said in (strong, f'"other", {strong}', "*")} == {200}, path
        assert status(if_match=f"W/{strong}") == 412
        assert status(if_none_match='"other"') == 200
        assert status(if_match='"other"') == status(if_match='"other"', if_none_match=tag) == 412


def test_an_answer_that_the_client_has_is_neither_sent_nor_computed_again(
    assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = TestClient(create_app(assistant))
    tag = site.get("/api/v1/search?q=Guevara").headers["etag"]
    monkeypatch.setattr(assistant, "search", pytest.fail)

    again = site.get("/api/v1/search?q=Guevara", headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")


def test_a_tag_stands_for_one_address_in_one_form_and_for_no_fault(client: httpx2.Client) -> None:
    tag = client.get("/search").headers["etag"]

    for path, name, other in (
        ("/search?k=25", "Accept", "*/*"),
        ("/search", "Accept", "text/html"),
        ("/search", "Accept-Language", "de"),
    ):
        assert client.get(path, headers={"If-None-Match": tag, name: other}).status_code == 200
    for path, status in (("/nowhere", 404), ("/api/v1/search?k=0", 422)):
        refused = client.get(path, headers={"If-None-Match": "*", "If-Match": '"other"'})
        assert (refused.status_code, "etag" in refused.headers) == (status, False)
    assert "etag" not in client.get("/readyz").headers


def test_what_is_compressed_has_a_weak_tag(client: httpx2.Client) -> None:
    plain, packed = (client.get("/about", headers={"Accept-Encoding": each}) for each in ("identity", "gzip"))

    assert packed.headers["etag"] == f"W/{plain.headers['etag']}"


def test_an_address_may_be_whole_and_its_name_counts(server: str) -> None:
    host, _, port = server.removeprefix("http://").partition(":")

    def said(target: str) -> bytes:
        with socket.create_connection((host, int(port)), timeout=60) as asking:
            asking.sendall(f"GET {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
            return asking.makefile("rb").read()

    assert b" 200 " in said("http://localhost/healthz").split(b"\r\n")[0]
    assert b"http://archive.example/search.atom" in said("http://archive.example/search.atom")


def test_a_newer_generation_has_another_tag(tmp_path: Path) -> None:
    settings = Settings.load({"RAG_VECTORS": str(tmp_path)})
    publish(settings, [PIER], embedder=WordCountEmbedder())
    site = TestClient(create_app(Assistant(index_of(tmp_path), WordCountEmbedder)))
    tag = site.get("/api/v1/records").headers["etag"]
    publish(settings, [replace(PIER, title="The new pier")], embedder=WordCountEmbedder())

    assert site.get("/api/v1/records", headers={"If-None-Match": tag}).status_code == 200


def test_the_pages_of_a_list_lead_to_the_next_the_one_before_and_the_first(client: httpx2.Client) -> None:
    first = client.get("/api/v1/search?q=missiles&k=3")
    second = client.get(first.links["next"]["url"])
    third = client.get(second.links["next"]["url"])

    assert first.links.keys() == {"next"}
    assert third.links.keys() >= {"prev", "first"}
    assert client.get(third.links["prev"]["url"]).json() == second.json()
    assert client.get(third.links["first"]["url"]).json() == first.json()
    assert second.links["prev"]["url"] == second.links["first"]["url"]


def test_a_record_says_what_it_is_and_where_its_metadata_are(client: httpx2.Client, record: str) -> None:
    links = link_headers(client.get(record))
    described = [(href, kind) for relation, href, kind in links if relation == "describedby"]

    assert ("type", "https://schema.org/ArchiveComponent", "") in links
    assert (f"/api/v1{record}", "application/json") in described
    for href, kind in described:
        assert client.get(href).headers["content-type"].startswith(kind)
    assert ("describes", record, "text/html") in link_headers(client.get(f"/api/v1{record}"))


def test_a_record_of_a_known_address_and_licence_leads_to_both(tmp_path: Path) -> None:
    licence = "https://creativecommons.org/licenses/by/4.0/"
    record = replace(PIER, source_url="https://archive.example/1?a=<b>", rights=f"CC BY 4.0 ({licence}).")
    publish(Settings.load({"RAG_VECTORS": str(tmp_path)}), [record], embedder=WordCountEmbedder())
    site = TestClient(create_app(Assistant(index_of(tmp_path), WordCountEmbedder)))

    for path in (record.url, f"/api/v1{record.url}"):
        links = link_headers(site.get(path))
        assert ("license", licence, "") in links
        assert ("cite-as", "https://archive.example/1?a=%3Cb%3E", "") in links


def test_the_apis_are_catalogued_at_the_well_known_address(client: httpx2.Client) -> None:
    address = "/.well-known/api-catalog"
    catalogue = client.get(address)

    assert catalogue.headers["content-type"].startswith("application/linkset+json; profile=")
    assert link_headers(client.head(address)) == [("api-catalog", address, "")]
    for api in catalogue.json()["linkset"]:
        targets = [target for relation in ("service-doc", "service-desc", "status") for target in api.get(relation, ())]
        assert len(targets) >= 2
        for target in targets:
            assert client.get(target["href"]).headers["content-type"].startswith(target["type"])


@pytest.mark.parametrize(
    ("path", "taken"),
    [
        ("/", "GET, HEAD, OPTIONS"),
        ("/check", "GET, HEAD, POST, OPTIONS"),
        ("/api/v1/ask", "POST, OPTIONS"),
        ("/api/v1/replay", "GET, HEAD, POST, OPTIONS"),
        ("/api/v1/records/any", "GET, HEAD, OPTIONS"),
        ("/v1/models", "GET, HEAD, OPTIONS"),
        ("/static/icon.svg", "GET, HEAD, OPTIONS"),
        ("/healthz", "GET, HEAD, OPTIONS"),
    ],
)
def test_every_address_says_which_methods_it_takes(client: httpx2.Client, path: str, taken: str) -> None:
    options, refused = client.options(path), client.delete(path)

    assert (options.status_code, options.content, options.headers["allow"]) == (204, b"", taken)
    assert (refused.status_code, refused.headers["allow"]) == (405, taken)
    assert client.options(f"/nowhere{path}").status_code == 404


def test_head_answers_like_get_without_a_body(client: httpx2.Client, reads: list[str]) -> None:
    for path in reads:
        response = client.head(path)
        assert (response.status_code, response.content) == (200, b"")
        assert response.headers["content-type"] == client.get(path).headers["content-type"]


def test_a_request_that_the_server_itself_cannot_read_is_refused_as_a_problem(server: str) -> None:
    host, _, port = server.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=60) as client:
        client.sendall(b"this is not HTTP\r\n\r\n")
        head, _, body = client.makefile("rb").read().partition(b"\r\n\r\n")

    assert head.startswith(b"HTTP/1.1 400 ")
    assert b"application/problem+json" in head
    assert json.loads(body)["status"] == 400
