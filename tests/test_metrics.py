"""What is counted and traced: stages, refusals, generations; and never a question."""

import http.server
import threading
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from rag.assistant.assistant import Assistant
from web.app import create_app
from web.http.admission import Access

STAGES = {"understand", "encode", "lexical", "dense", "fuse", "compose"}


@pytest.fixture
def collector() -> Iterator[tuple[str, list[bytes]]]:
    """Something that takes traces; its address and what it took."""
    taken: list[bytes] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            taken.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its parent's name
            del format, args

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", taken
        server.shutdown()


def test_the_stages_of_a_question_are_counted_by_name(assistant: Assistant) -> None:
    site = TestClient(create_app(assistant))
    site.post("/api/v1/ask", json={"question": "What did Guevara say?"})
    counted = site.get("/metrics").text

    assert {each for each in STAGES if f'stage_seconds_count{{stage="{each}"}}' in counted} == STAGES
    assert f'reading_room_generation{{collection="",generation="{assistant.generation}"}} 1.0' in counted
    assert "reading_room_waiting 0.0" in counted
    assert "Guevara" not in counted


def test_what_is_refused_is_counted_by_its_reason(assistant: Assistant) -> None:
    site = TestClient(create_app(assistant, access=Access(("testserver",), rate=1)))
    site.get("/api/v1/records?limit=1")
    site.get("/api/v1/records?limit=1")
    site.get("/healthz", headers={"Host": "evil.example"})
    counted = site.get("/metrics").text

    assert {f'refused_total{{reason="{each}"}} 1.0' in counted for each in ("rate", "host")} == {True}


def test_with_a_port_of_their_own_the_counts_stand_among_no_pages(assistant: Assistant) -> None:
    assert TestClient(create_app(assistant, access=Access(metrics=False))).get("/metrics").status_code == 404


def test_requests_and_their_stages_are_traced_where_the_standard_variables_say(
    assistant: Assistant, collector: tuple[str, list[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    address, taken = collector
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", address)
    monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "10")
    parent = "4bf92f3577b34da6a3ce929d0e0e4736"
    app = create_app(assistant)
    traced = TestClient(app).post(
        "/api/v1/ask",
        json={"question": "What did Guevara want?"},
        headers={"traceparent": f"00-{parent}-00f067aa0ba902b7-01"},
    )
    assert traced.status_code == 200
    while not any(b"/api/v1/ask" in each for each in taken):
        threading.Event().wait(0.01)
    sent = b"".join(taken)

    assert {each for each in STAGES if each.encode() in sent} == STAGES
    assert bytes.fromhex(parent) in sent
    assert b"Guevara" not in sent
