"""The API under a real server, over the seeds: shapes to the letter, and every fault a problem."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from starlette.testclient import TestClient

from rag.assistant.assistant import Assistant
from tests.fakes import index_of
from web.app import create_app
from web.http.guard import LARGEST

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import httpx2

pytest_plugins = ["serving"]

ASKED = "What did Castro and Mikoyan discuss in November 1962?"
UNHEARD_OF = "Who won the football world cup in Argentina?"
RECORD = {"id", "title", "summary", "date", "dates_in_title", "listings", "url", "source_url"}
WHERE_KNOWN = {
    "people",
    "places",
    "subjects",
    "languages",
    "type",
    "archive",
    "source",
    "rights",
    "senders",
    "recipients",
    "sent_from",
    "text_kind",
    "dates",
}
PROBLEM = {"type", "title", "status", "detail", "instance"}
JSON = {"Content-Type": "application/json"}


def ask(client: httpx2.Client, question: str, **more: object) -> dict[str, Any]:
    response = client.post("/api/v1/ask", json={"question": question, **more})
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


def any_id(client: httpx2.Client) -> str:
    return str(client.get("/api/v1/records", params={"limit": 1}).json()["records"][0]["id"])


def test_an_answer_has_its_shape_and_every_sentence_stands_in_each_record_it_cites(client: httpx2.Client) -> None:
    answer = ask(client, ASKED)
    cited = {citation["number"]: citation["record"] for citation in answer["citations"]}

    assert answer.keys() == {
        "status",
        "question",
        "understood",
        "answer",
        "citations",
        "nearest",
        "notes",
        "by_date",
        "catalogue",
        "verdict",
        "receipt",
    }
    assert answer["status"] == "answered"
    assert answer["question"] == ASKED
    assert answer["understood"].keys() >= {"text", "date_from", "date_to", "names", "corrections", "rewritten"}
    assert (answer["understood"]["date_from"], answer["understood"]["date_to"]) == ("1962-11-01", "1962-11-30")
    assert list(cited) == list(range(1, len(cited) + 1))
    for sentence in answer["answer"]:
        assert sentence.keys() == {"text", "citations", "marks", "group"}
        for number in sentence["citations"]:
            assert sentence["text"] in cited[number]["title"] or sentence["text"] in cited[number]["summary"]
    for citation in answer["citations"]:
        assert citation.keys() == {"number", "record", "score", "quotes", "fit"}
        assert citation["record"].keys() - WHERE_KNOWN == RECORD


def test_an_honest_no_has_no_answer_but_says_why_and_what_is_nearest(client: httpx2.Client) -> None:
    answer = ask(client, UNHEARD_OF)

    assert answer["status"] == "not_found"
    assert (answer["answer"], answer["citations"]) == ([], [])
    assert answer["verdict"]["kind"] == "absent"
    assert answer["nearest"]


def test_citations_and_nearest_together_are_at_most_k_and_fall_in_score(client: httpx2.Client) -> None:
    for k in (1, 5, 12):
        answer = ask(client, ASKED, k=k)
        ids = [each["record"]["id"] for each in (*answer["citations"], *answer["nearest"])]
        scores = [hit["score"] for hit in answer["nearest"]]

        assert len(ids) == len(set(ids)) <= k
        assert scores == sorted(scores, reverse=True)


def test_an_aspect_that_the_reader_removed_is_not_understood(client: httpx2.Client) -> None:
    understood = ask(client, ASKED, understand=["names", "spelling", "history"])["understood"]

    assert (understood["date_from"], understood["date_to"]) == (None, None)


def test_given_filters_replace_the_dates_of_the_question(client: httpx2.Client) -> None:
    answer = ask(client, ASKED, filters={"date_from": "1961", "date_to": "1961-06"}, k=20)
    records = [each["record"] for each in (*answer["citations"], *answer["nearest"])]

    assert records
    for record in records:
        dates = [record["date"], *record["dates_in_title"]]
        assert any(date["end"] >= "1961-01-01" and date["start"] <= "1961-06-30" for date in dates)


def test_an_earlier_answer_may_be_sent_back_as_it_came(client: httpx2.Client) -> None:
    first = ask(client, ASKED)
    plain = ask(client, "and Guevara?", history=[{"question": ASKED}])
    whole = ask(client, "and Guevara?", history=[first])

    assert whole["understood"]["rewritten"]
    assert plain["understood"]["rewritten"]


def test_every_record_is_listed_once_through_the_links_between_pages(client: httpx2.Client) -> None:
    seen: list[str] = []
    address: str | None = "/api/v1/records?limit=7"
    while address:
        page = client.get(address)
        body = page.json()
        seen += [record["id"] for record in body["records"]]
        address = page.links.get("next", {}).get("url")
        assert (address is None) == (body["next"] is None)

    assert body["total"] == 57
    assert len(seen) == len(set(seen)) == 57


def test_a_search_pages_through_its_total_without_repeating(client: httpx2.Client) -> None:
    parameters = {"q": "missiles in Cuba", "k": "9", "raw": "true"}
    seen: list[str] = []
    scores: list[float] = []
    while True:
        body = client.get("/api/v1/search", params=parameters).json()
        assert body.keys() >= {"hits", "total", "next", "understood"}
        seen += [hit["record"]["id"] for hit in body["hits"]]
        scores += [hit["score"] for hit in body["hits"]]
        if body["next"] is None:
            break
        parameters["cursor"] = body["next"]

    assert len(seen) == len(set(seen)) == body["total"] + body["near"]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)


def test_a_search_says_of_each_hit_why_it_is_listed_and_which_words_count(client: httpx2.Client) -> None:
    everything = client.get("/api/v1/search", params={"q": "Mikoian zzzzqqq", "k": "50"}).json()
    kinds = [hit["match"] for hit in everything["hits"]]
    only = {
        match: client.get("/api/v1/search", params={"q": "Mikoian zzzzqqq", "k": "50", "match": match}).json()
        for match in ("words", "meaning")
    }

    assert everything["words"] == [["mikoian", "mikoyan"], ["zzzzqqq"]]
    assert everything["at_least"] == 1
    assert (kinds.count("words"), kinds.count("meaning")) == (everything["total"], everything["near"])
    assert everything["total"] > 0
    for match, found in only.items():
        assert found["hits"] == [hit for hit in everything["hits"] if hit["match"] == match]


def test_what_may_have_been_meant_has_an_address(client: httpx2.Client) -> None:
    found = client.get("/api/v1/search", params={"q": "bay of pgis"}).json()

    assert found["suggestion"] == {"text": "Bay of Pigs", "url": "/search?q=Bay+of+Pigs", "instead": True}
    assert found["notes"] == ["No record mentions “pgis”."]
    assert client.get("/api/v1/search", params={"q": "Castro"}).json()["suggestion"] is None


@pytest.mark.parametrize("path", ["/search", "/records", "/citations", "/replay"])
def test_an_unknown_parameter_is_refused_by_the_api_and_passed_over_by_pages(client: httpx2.Client, path: str) -> None:
    refused = client.get(f"/api/v1{path}", params={"peopel": "Fidel Castro", "receipt": "x"})
    page = client.get("/search", params={"q": "Castro", "utm_source": "elsewhere"})

    assert refused.status_code == 422
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json()["detail"].startswith("peopel: is not known; known are ")
    assert page.status_code == 200
    assert "utm_source" not in page.text.partition("<footer")[0]  # its languages are this page in others


def test_without_words_all_records_come_by_date_and_without_scores(client: httpx2.Client) -> None:
    body = client.get("/api/v1/search", params={"k": 100}).json()
    starts = [hit["record"]["date"]["start"] for hit in body["hits"]]

    assert (body["total"], body["understood"]) == (57, None)
    assert starts == sorted(starts)
    assert {hit["score"] for hit in body["hits"]} == {None}


def test_a_search_keeps_records_that_are_possibly_within_its_dates(client: httpx2.Client) -> None:
    body = client.get("/api/v1/search", params={"date_from": "1959-09-10", "date_to": "1959-09-12"}).json()

    assert [(hit["record"]["date"]["text"], hit["fit"]) for hit in body["hits"]] == [("September, 1959", "possible")]


def test_a_search_is_narrowed_to_records_with_one_value_of_each_field(client: httpx2.Client) -> None:
    records = client.get("/api/v1/records", params={"limit": 100}).json()["records"]
    people, kind = {"Fidel Castro", "Nikita Khrushchev"}, "Telegram"
    found = client.get("/api/v1/search", params={"k": 100, "people": sorted(people), "type": kind}).json()
    expected = [each["id"] for each in records if people & set(each.get("people", [])) and each.get("type") == kind]

    assert [hit["record"]["id"] for hit in found["hits"]] == expected
    assert found["total"] == len(expected) > 1
    assert "facets" not in found
    counted = client.get("/api/v1/search", params={"people": sorted(people), "type": kind, "facets": True}).json()
    spread = {each["value"]: each["count"] for each in counted["facets"]["year"]}
    assert spread == {"1962": found["total"]}
    assert counted["timeline"]["unit"] == "day"
    assert sum(each["days"] for each in counted["timeline"]["stretches"]) == found["total"]


def test_similar_takes_several_ids(client: httpx2.Client) -> None:
    records = client.get("/api/v1/records", params={"limit": 2}).json()["records"]
    ids = [record["id"] for record in records]
    hits = client.post("/api/v1/similar", json={"ids": ids, "k": 4}).json()["hits"]

    assert len(hits) == 4
    assert not set(ids) & {hit["record"]["id"] for hit in hits}
    assert client.post("/api/v1/similar", json={"ids": [*ids, "nowhere"]}).status_code == 404
    assert client.post("/api/v1/similar", json={"ids": []}).status_code == 422


def test_similar_takes_a_text_an_id_or_a_vector(client: httpx2.Client) -> None:
    record_id = any_id(client)
    by_text = client.post("/api/v1/similar", json={"text": "Soviet arms for Cuba", "k": 3}).json()
    by_id = client.post("/api/v1/similar", json={"id": record_id, "k": 3}).json()
    by_vector = client.post("/api/v1/similar", json={"vector": [1.0, *[0.0] * 383], "k": 3, "min_score": -1}).json()

    assert [len(each["hits"]) for each in (by_text, by_id, by_vector)] == [3, 3, 3]
    assert by_text["hits"][0].keys() == {"record", "score", "parts"}
    assert by_text["hits"][0]["parts"].keys() >= {"dense", "lexical"}


def test_a_record_is_shown_alike_wherever_it_is_found(client: httpx2.Client) -> None:
    hit = client.get("/api/v1/search", params={"q": "Guevara"}).json()["hits"][0]["record"]

    assert client.get(f"/api/v1{hit['url']}").json() == hit


def test_related_records_have_reasons_and_are_never_the_record_itself(client: httpx2.Client) -> None:
    record_id = ask(client, ASKED)["citations"][0]["record"]["id"]
    hits = client.get(f"/api/v1/records/{record_id}/related", params={"k": 8}).json()["hits"]

    assert 0 < len(hits) <= 8
    assert record_id not in [hit["record"]["id"] for hit in hits]
    assert all(hit["reasons"] for hit in hits)


@pytest.mark.parametrize(
    ("style", "media_type", "mark"),
    [
        ("chicago", "text/plain", "“"),
        ("bibtex", "application/x-bibtex", "@"),
        ("ris", "application/x-research-info-systems", "TY  - "),
        ("csl-json", "application/vnd.citationstyles.csl+json", '"type"'),
    ],
)
def test_a_citation_comes_in_its_own_media_type(client: httpx2.Client, style: str, media_type: str, mark: str) -> None:
    response = client.get(f"/api/v1/records/{any_id(client)}/citation", params={"style": style})

    assert response.headers["content-type"].partition(";")[0] == media_type
    assert mark in response.text


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "mention"),
    [
        ("GET", "/nowhere", None, 404, "/nowhere"),
        ("GET", "/api/v1/nowhere", None, 404, "/docs"),
        ("GET", "/static/nothing.css", None, 404, "/static/nothing.css"),
        ("GET", "/api/v1/records/no-such-record", None, 404, "no-such-record"),
        ("GET", "/api/v1/records/no-such-record/related", None, 404, "no-such-record"),
        ("GET", "/api/v1/records/no-such-record/citation", None, 404, "no-such-record"),
        ("GET", "/api/v1/ask", None, 405, "POST"),
        ("DELETE", "/api/v1/records", None, 405, "GET"),
        ("GET", "/api/v1/search?k=0", None, 422, "k"),
        ("GET", "/api/v1/search?k=101", None, 422, "k"),
        ("GET", "/api/v1/search?sort=size", None, 422, "sort"),
        ("GET", "/api/v1/search?cursor=elsewhere", None, 422, "cursor"),
        ("GET", "/api/v1/search?q=" + "x" * 2001, None, 422, "q"),
        ("GET", "/api/v1/search?date_from=octember", None, 422, "date_from: "),
        ("GET", "/api/v1/search?date_from=1963&date_to=1962", None, 422, "the first date, 1963"),
        ("GET", "/api/v1/records?limit=1000", None, 422, "limit"),
        ("POST", "/api/v1/ask", b"{", 422, "JSON"),
        ("POST", "/api/v1/ask", b"", 422, "body"),
        ("POST", "/api/v1/ask", b"[]", 422, "body"),
        ("POST", "/api/v1/ask", b"\xff", 400, "body"),
        ("POST", "/api/v1/ask", b"{}", 422, "question"),
        ("POST", "/api/v1/ask", b'{"question": " "}', 422, "question"),
        ("POST", "/api/v1/ask", b'{"question": "\\ud800"}', 422, "question"),
        ("POST", "/api/v1/ask", json.dumps({"question": "x" * 2001}).encode(), 422, "2000"),
        ("POST", "/api/v1/ask", b'{"question": "x", "k": 0}', 422, "k"),
        ("POST", "/api/v1/ask", b'{"question": "x", "k": true}', 422, "k: input should be a number, not a boolean"),
        ("POST", "/api/v1/ask", b'{"question": "x", "explain": 1}', 422, "explain: input should be a valid boolean"),
        ("POST", "/api/v1/similar", b'{"vector": ["0.5"]}', 422, "input should be a number, not a text"),
        ("POST", "/api/v1/similar", b'{"text": "x", "min_score": false}', 422, "min_score: input should be a number"),
        ("POST", "/api/v1/ask", b'{"question": "x", "filter": {}}', 422, "filter"),
        ("POST", "/api/v1/ask", b'{"question": "x", "understand": ["tone"]}', 422, "understand"),
        ("POST", "/api/v1/ask", b'{"question": "x", "filters": {"date_to": "1962-13"}}', 422, "date_to: "),
        ("POST", "/api/v1/ask", b'{"question": "x", "history": [{"answer": "y"}]}', 422, "history[0].question"),
        ("POST", "/api/v1/similar", b"{}", 422, "exactly one"),
        ("POST", "/api/v1/similar", b'{"text": "x", "id": "y"}', 422, "exactly one"),
        ("POST", "/api/v1/similar", b'{"id": "no-such-record"}', 404, "no-such-record"),
        ("POST", "/api/v1/similar", b'{"vector": [1, 2, 3]}', 422, "384"),
        ("POST", "/api/v1/similar", b'{"vector": [NaN]}', 422, "vector"),
    ],
)
def test_a_fault_is_a_problem_with_its_cure(
    client: httpx2.Client, method: str, path: str, body: bytes | None, status: int, mention: str
) -> None:
    response = client.request(method, path, content=body, headers=JSON if body is not None else {})
    problem = response.json()

    assert response.status_code == problem["status"] == status
    assert response.headers["content-type"] == "application/problem+json"
    assert problem.keys() == PROBLEM
    assert problem["instance"] == path.partition("?")[0]
    assert mention in problem["detail"]
    assert "Traceback" not in response.text


def test_a_form_in_place_of_json_gets_the_media_type_to_use(client: httpx2.Client) -> None:
    response = client.post("/api/v1/ask", data={"question": "x"})

    assert response.status_code == 422
    assert "Content-Type: application/json" in response.json()["detail"]


def declared() -> bytes:
    return b" " * (LARGEST + 1)


def chunked() -> Iterator[bytes]:
    yield from [b" " * 1024] * (LARGEST // 1024 + 1)


@pytest.mark.parametrize("body", [declared, chunked])
def test_a_body_too_large_is_refused_whether_or_not_it_says_so(
    client: httpx2.Client, body: Callable[[], bytes | Iterator[bytes]]
) -> None:
    response = client.post("/api/v1/ask", content=body(), headers=JSON)

    assert response.status_code == 413
    assert response.json().keys() == PROBLEM


def test_the_largest_body_still_fits(client: httpx2.Client) -> None:
    question = b'{"question": "Guevara"}'
    response = client.post("/api/v1/ask", content=question.ljust(LARGEST), headers=JSON)

    assert response.status_code == 200


def test_an_unexpected_error_is_a_problem_without_details(assistant: Assistant) -> None:
    app = create_app(assistant)

    @app.get("/api/v1/broken")
    def broken() -> None:
        message = "the secret place of the fault"
        raise ZeroDivisionError(message)

    response = TestClient(app).get("/api/v1/broken")

    assert response.status_code == 500
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.json().keys() == PROBLEM
    assert "secret" not in response.text


def test_health_needs_no_collection_and_readiness_names_the_generation(client: httpx2.Client) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json()["generation"]


def test_every_answer_carries_the_headers_that_keep_a_browser_safe(client: httpx2.Client) -> None:
    for path in (
        "/",
        "/about",
        "/nowhere",
        "/api/v1/records",
        "/api/v1/nowhere",
        "/static/reading-room.css",
        "/healthz",
    ):
        headers = client.get(path).headers
        policy = headers["content-security-policy"]

        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cross-origin-opener-policy"] == "same-origin"  # who opened the page gets no hold of it


def test_a_foreign_host_name_changes_nothing(client: httpx2.Client) -> None:
    for path in ("/", "/search", "/api/v1/search?q=Guevara&k=1", "/openapi.json"):
        response = client.get(path, headers={"Host": "foreign.example"})

        assert response.status_code == 200
        assert "foreign.example" not in response.text + str(response.headers)


def test_metrics_count_by_route_and_never_contain_a_question(client: httpx2.Client) -> None:
    client.get("/", params={"q": "Kudryavtsev"})
    client.get("/Kudryavtsev")
    client.get(f"/records/{any_id(client)}")
    response = client.get("/metrics")

    assert response.headers["content-type"].startswith("text/plain")
    assert 'reading_room_requests_total{route="/records/{id}",status="200"}' in response.text
    assert 'reading_room_requests_total{route="none",status="404"}' in response.text
    assert 'reading_room_requests_total{route="/api/v1/records",status="200"}' in response.text
    assert 'reading_room_request_seconds_bucket{le="+Inf",route="/"}' in response.text
    assert "Kudryavtsev" not in response.text


@pytest.mark.parametrize("given", ["0af7651916cd43dd8448eb211c80319c", "front-1_a"])
def test_a_response_returns_the_id_of_its_request(client: httpx2.Client, given: str) -> None:
    assert client.get("/healthz", headers={"X-Request-ID": given}).headers["x-request-id"] == given


@pytest.mark.parametrize("given", ["", 'a "b"', "x" * 65])
def test_a_request_without_a_plain_id_gets_one(client: httpx2.Client, given: str) -> None:
    returned = client.get("/healthz", headers={"X-Request-ID": given}).headers["x-request-id"]

    assert re.fullmatch("[0-9a-f]{32}", returned)


def test_the_reference_page_shows_every_call_and_every_schema(client: httpx2.Client) -> None:
    document = client.get("/openapi.json").json()
    page = client.get("/docs").text

    for path, methods in document["paths"].items():
        for method in methods:
            assert f"{method.upper()} {path}</code>" in page
    for name in document["components"]["schemas"]:
        assert f'id="{name}"' in page
    for path in ("/ask", "/search", "/similar", "/records", "/records/{id}", "/records/{id}/related"):
        assert f"/api/v1{path}" in document["paths"]


def test_without_a_generation_it_is_not_ready_and_says_what_to_do(tmp_path: Path) -> None:
    empty = Assistant(index_of(tmp_path), pytest.fail)
    client = TestClient(create_app(empty))

    assert client.get("/healthz").status_code == 200
    for path in ("/readyz", "/", "/api/v1/records"):
        response = client.get(path)
        assert response.status_code == 503
        assert response.json().keys() == PROBLEM
        assert "rag build" in response.json()["detail"]
        assert str(tmp_path) not in response.text
    page = client.get("/?q=Castro", headers={"accept": "text/html"})
    assert page.status_code == 503
    assert '<a class="again" href="">Try again</a>' in page.text
    assert "browse all records" not in page.text


def test_an_answer_is_composed_again_from_the_ticked_records(client: httpx2.Client) -> None:
    first = ask(client, ASKED)
    ticked = [first["nearest"][0]["record"]["id"], first["citations"][0]["record"]["id"]]
    again = ask(client, ASKED, among=ticked)

    assert {each["record"]["id"] for each in again["citations"]} == set(ticked)
    everything = {each["record"]["id"] for each in [*first["citations"], *first["nearest"]]}
    assert {each["record"]["id"] for each in [*again["citations"], *again["nearest"]]} == everything
    assert ask(client, ASKED, among=[])["notes"] == ["No record is chosen; choose those to answer from."]


def test_ticked_records_answer_even_where_the_collection_does_not_and_say_so(client: httpx2.Client) -> None:
    no = ask(client, UNHEARD_OF)
    nearest = no["nearest"][0]["record"]["id"]
    answer = ask(client, UNHEARD_OF, among=[nearest])

    assert (no["status"], answer["status"]) == ("not_found", "answered")
    assert [each["record"]["id"] for each in answer["citations"]] == [nearest]
    assert answer["notes"][0] == (
        f"{no['verdict']['text']} These are only the closest sentences in the records that were chosen."
    )


def test_a_ticked_record_that_is_not_there_is_named(client: httpx2.Client) -> None:
    response = client.post("/api/v1/ask", json={"question": ASKED, "among": ["no-such-record"]})

    assert response.status_code == 422
    assert response.json()["detail"].startswith("among: no record has the id 'no-such-record'")


def test_a_receipt_is_replayed_by_address_and_by_body(client: httpx2.Client) -> None:
    answer = ask(client, ASKED)
    by_address = client.get("/api/v1/replay", params={"receipt": answer["receipt"]}).json()
    by_body = client.post("/api/v1/replay", json={"receipt": answer["receipt"]}).json()

    assert by_address == by_body
    assert (by_address["same"], by_address["changes"]) == (True, [])
    assert by_address["now"] == answer
    assert by_address["then"]["asked"]["question"] == ASKED
    assert [entry["id"] for entry in by_address["then"]["entries"] if entry["quotes"]] == [
        each["record"]["id"] for each in answer["citations"]
    ]
    miscopied = client.get("/api/v1/replay", params={"receipt": answer["receipt"][:-1] + "x"})
    assert (miscopied.status_code, miscopied.headers["content-type"]) == (422, "application/problem+json")
