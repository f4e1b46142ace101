"""Who is served, when, and what becomes of the others: hosts, keys, limits, turns, deadlines, workers."""

from __future__ import annotations

import asyncio
import re
import signal
import socket
import time
from contextlib import suppress
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import httpx2
import pytest
from starlette.testclient import TestClient

from rag.settings import Settings
from tests.serving import serving, started
from web.app import create_app
from web.http import admission, guard, server
from web.http.admission import Access, Turns
from web.http.metrics import RequestMetrics

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator

    from starlette.types import Message, Receive, Scope, Send

    from rag.assistant.assistant import Assistant


@pytest.fixture
def limited(assistant: Assistant) -> TestClient:
    """A site of one name, with a limit, a key and one friendly origin."""
    access = Access(("archive.example",), ("https://friend.example",), 3, (sha256(b"a key").hexdigest(),))
    return TestClient(create_app(assistant, access=access), base_url="http://archive.example")


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "archive.example.evil.example",
        "evil.example:80",
        "[::1]",
        "a/b",
        "archive.example:80@evil.example",
        "archive.example:x",
    ],
)
def test_a_foreign_name_is_refused(limited: TestClient, host: str) -> None:
    response = limited.get("/about", headers={"Host": host})

    assert response.status_code == 421
    assert response.headers["content-type"] == "application/problem+json"
    assert host not in response.text


@pytest.mark.parametrize("host", ["archive.example", "ARCHIVE.example:8000", "archive.example."])
def test_the_sites_own_name_is_answered(limited: TestClient, host: str) -> None:
    assert limited.get("/healthz", headers={"Host": host}).status_code == 200


def test_by_default_a_site_goes_by_its_own_name_and_those_of_the_machine() -> None:
    access = Access.of(
        Settings.load({"RAG_SITE": "https://archive.example", "RAG_HOSTS": "other.example, third.example"})
    )

    assert {"localhost", "127.0.0.1", "::1", "archive.example", "other.example", "third.example"} == set(access.hosts)


def test_who_asks_too_often_waits_and_who_has_a_key_does_not(limited: TestClient) -> None:
    asked = [limited.get("/api/v1/records?limit=1") for _ in range(4)]

    assert [each.status_code for each in asked] == [200, 200, 200, 429]
    assert asked[-1].headers["retry-after"] == "60"
    assert limited.get("/healthz").status_code == 200
    keyed = limited.get("/api/v1/records?limit=1", headers={"Authorization": "Bearer a key"})
    assert keyed.status_code == 200
    wrong = limited.get("/api/v1/records?limit=1", headers={"Authorization": "Bearer another"})
    assert (wrong.status_code, wrong.headers["www-authenticate"]) == (401, "Bearer")


@pytest.mark.parametrize(("origin", "allowed"), [("https://friend.example", True), ("https://evil.example", False)])
def test_only_friendly_origins_may_read_answers(limited: TestClient, origin: str, *, allowed: bool) -> None:
    response = limited.get("/healthz", headers={"Origin": origin})

    assert (response.headers.get("access-control-allow-origin") == origin) is allowed


class Desk:
    """An application that answers when it is let; `asked` counts what it began to answer."""

    def __init__(self) -> None:
        """Let nobody yet."""
        self.asked = 0
        self.let = asyncio.Event()

    async def __call__(self, _scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        self.asked += 1
        await receive()
        await self.let.wait()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body"})


class Reader:
    """One request and what came of it."""

    def __init__(self, turns: Turns, path: str = "/api/v1/ask") -> None:
        """Ask."""
        self.leaves = asyncio.Event()
        self.status: int | None = None
        self.headers: dict[bytes, bytes] = {}
        self._unread: list[Message] = [{"type": "http.request", "body": b"", "more_body": False}]
        scope: dict[str, Any] = {"type": "http", "method": "GET", "path": path, "headers": [], "query_string": b""}
        self.served = asyncio.ensure_future(turns(scope, self._receive, self._send))

    async def _receive(self) -> Message:
        if self._unread:
            return self._unread.pop()
        await self.leaves.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], dict(message["headers"])


async def settled() -> None:
    """Until nothing more happens by itself."""
    for _ in range(20):
        await asyncio.sleep(0)


def test_some_are_served_some_wait_and_the_rest_are_sent_away_at_once() -> None:
    async def crowded() -> None:
        desk = Desk()
        turns = Turns(desk, RequestMetrics().waiting)
        readers = [Reader(turns) for _ in range(admission.AT_ONCE + admission.WAITING + 5)]
        health = Reader(turns, "/healthz")
        await settled()

        assert desk.asked == admission.AT_ONCE + 1  # health waits for nobody
        away = [each for each in readers if each.served.done()]
        assert [each.status for each in away] == [503] * 5
        assert away[0].headers[b"retry-after"] == b"2"
        assert away[0].headers[b"content-type"] == b"application/problem+json"

        desk.let.set()
        await asyncio.gather(*(each.served for each in (*readers, health)))
        assert [each.status for each in readers].count(200) == admission.AT_ONCE + admission.WAITING

    asyncio.run(crowded())


def test_nothing_is_done_for_a_reader_who_left_while_waiting() -> None:
    async def left() -> None:
        desk = Desk()
        turns = Turns(desk, RequestMetrics().waiting)
        readers = [Reader(turns) for _ in range(admission.AT_ONCE + 10)]
        await settled()
        for reader in readers[admission.AT_ONCE :]:
            reader.leaves.set()
        await settled()

        assert all(reader.served.done() for reader in readers[admission.AT_ONCE :])
        desk.let.set()
        await asyncio.gather(*(each.served for each in readers))
        assert desk.asked == admission.AT_ONCE
        last = Reader(turns)  # their turns are free again
        await last.served
        assert last.status == 200

    asyncio.run(left())


def test_who_would_wait_too_long_is_sent_away_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admission, "PATIENCE", 1e-9)  # less than any request computes

    async def crowded() -> None:
        desk = Desk()
        turns = Turns(desk, RequestMetrics().waiting)
        first = Reader(turns)
        await settled()
        desk.let.set()
        await first.served  # how long it took counts from now on
        desk.let.clear()
        readers = [Reader(turns) for _ in range(admission.AT_ONCE + 2)]
        await settled()

        assert [each.status for each in readers[admission.AT_ONCE :]].count(503) >= 1
        desk.let.set()
        await asyncio.gather(*(each.served for each in readers))

    asyncio.run(crowded())


def test_nothing_is_done_for_a_reader_who_left_at_once() -> None:
    async def left() -> None:
        desk = Desk()
        reader = Reader(Turns(desk, RequestMetrics().waiting))
        reader.leaves.set()
        await reader.served

        assert (desk.asked, reader.status) == (0, None)

    asyncio.run(left())


def test_a_wait_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admission, "PATIENCE", 0.01)

    async def waiting() -> None:
        turns = Turns(Desk(), RequestMetrics().waiting)
        readers = [Reader(turns) for _ in range(admission.AT_ONCE + 1)]
        await readers[-1].served

        assert readers[-1].status == 503
        for each in readers[:-1]:
            each.served.cancel()

    asyncio.run(waiting())


def test_a_body_that_does_not_come_is_given_up(assistant: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "DEADLINE", 0.01)
    sent: list[Message] = []

    async def receive() -> Message:
        await asyncio.Event().wait()
        raise AssertionError

    async def send(message: Message) -> None:
        sent.append(message)

    scope: dict[str, Any] = {
        "type": "http",
        "method": "POST",
        "path": "/api/v1/ask",
        "headers": [],
        "query_string": b"",
    }
    asyncio.run(create_app(assistant)(scope, receive, send))

    assert sent[0]["status"] == 408
    assert (b"connection", b"close") in sent[0]["headers"]


@pytest.fixture
def address(settings: Settings, assistant: Assistant) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """`rag serve` with two workers; its address and process."""
    assert assistant.generation
    with started(settings.vectors, "--workers", "2") as serving_two:
        yield serving_two


def test_workers_share_the_site_and_their_counts(address: tuple[str, subprocess.Popen[str]]) -> None:
    for _ in range(12):  # each over a connection of its own, so that either worker takes some
        assert httpx2.get(f"{address[0]}/api/v1/records?limit=1", timeout=60).is_success

    counted = httpx2.get(f"{address[0]}/metrics", timeout=60).text
    assert re.search(r'requests_total\{route="/api/v1/records",status="200"\} 12', counted)


def test_half_a_request_holds_up_no_stop(address: tuple[str, subprocess.Popen[str]]) -> None:
    host, _, port = address[0].removeprefix("http://").partition(":")
    silent, half = (socket.create_connection((host, int(port))) for _ in range(2))
    half.sendall(b"POST /api/v1/ask HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{")
    address[1].send_signal(signal.SIGTERM)

    assert address[1].wait(timeout=60) is not None
    silent.close()
    half.close()


@pytest.mark.parametrize("head", [b"", b"GET /heal", b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n"])
def test_a_client_that_sends_no_whole_head_is_cut_off(
    assistant: Assistant, monkeypatch: pytest.MonkeyPatch, head: bytes
) -> None:
    monkeypatch.setattr(server, "SILENCE", 0.05)
    with serving(create_app(assistant)) as address:
        host, _, port = address.removeprefix("http://").partition(":")
        with socket.create_connection((host, int(port)), timeout=60) as slow:
            slow.sendall(head)

            assert slow.recv(1) == b""


def test_a_client_that_does_not_read_its_answer_is_cut_off(
    assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "UNREAD", 0.05)
    monkeypatch.setattr(server, "open_files", lambda: server.SPARE + 1)
    with serving(create_app(assistant)) as address:
        host, _, port = address.removeprefix("http://").partition(":")
        with socket.create_connection((host, int(port)), timeout=60) as deaf:
            deaf.sendall(b"GET /static/reading-room.css HTTP/1.1\r\nHost: localhost\r\n\r\n" * 5_000)

            assert answered(address)  # there is no file for another connection until the first has ended


def answered(address: str) -> bool:
    """Whether it answers, sooner or later."""
    for _ in range(600):
        with suppress(httpx2.TransportError):
            return httpx2.get(f"{address}/healthz").is_success
        time.sleep(0.1)
    return False


def test_more_connections_than_there_are_files_for_are_ended(
    assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "open_files", lambda: server.SPARE + 1)
    with serving(create_app(assistant)) as address, httpx2.Client(base_url=address) as first:
        assert first.get("/healthz").status_code == 200
        with pytest.raises(httpx2.TransportError):
            httpx2.get(f"{address}/healthz")
        assert first.get("/healthz").status_code == 200
