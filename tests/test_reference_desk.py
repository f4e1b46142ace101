"""The judge of the reference desk: perfect replies pass, faulty ones fail, a conversation is asked in order."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from tests.reference_desk.__main__ import main
from tests.reference_desk.desk import Desk
from tests.reference_desk.expectations import EXPECTATIONS, QUALIFIERS, Heard, judge
from tests.reference_desk.turns import SEEDS, read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from tests.reference_desk.desk import Reply

A, B, C = "1961-01-11-a", "1961-01-30-b", "1962-11-16-c"


def reply(*ids: str, text: str = "A sentence.", groups: Mapping[str, str] | None = None, **more: object) -> Reply:
    """Cite these records, a sentence each."""
    said = [
        {"text": text, "citations": [number], "group": (groups or {}).get(id_)} for number, id_ in enumerate(ids, 1)
    ]
    records = [
        {"number": number, "record": {"id": id_, "date": {"start": id_[:10]}}} for number, id_ in enumerate(ids, 1)
    ]
    return {"status": "answered", "answer": said, "citations": records, **more}


def catalogue(total: int, text: str = "") -> dict[str, object]:
    return {"text": text or f"{total} records", "total": total}


def verdict(text: str) -> dict[str, str]:
    return {"kind": "apart", "text": text}


def wrong(expect: Mapping[str, Any], heard: Reply, *history: str) -> list[str]:
    """Judge a reply; any turn before it cited the first two records."""
    return judge(Heard(expect, heard, Desk(lambda _: reply(A, B)), history))


LIST = {"total": 3, "says": r"\b3\b|three", "recall": 1.0, "of": [A, B, C], "order": "date", "first": [A]}
NEVER = {"any_of": [{"status": "not_found"}, {"told": r"\bno\b.*\bboth\b", "only": [A]}]}
SIDES = {"groups": 2, "cites_each": [[A, B], [C]], "precision": 0.9, "in": [A, B, C]}
EXCLUDED = {
    "none": [A, B],
    "cites": [C],
    "filters": {"not_people": ["Alekseyev|Alekseev"], "types": ["telegram"], "date_from": "1962-01-01"},
}
FILTERS = {"not_people": ["A. I. Alekseev"], "types": ["Telegrams"]}
BOTH = "No record names both Stalin and Castro."


@pytest.mark.parametrize(
    ("expect", "perfect", "faulty"),
    [
        (LIST, reply(A, B, C, catalogue=catalogue(3)), reply(A, B, C)),
        (LIST, reply(A, B, C, catalogue=catalogue(3)), reply(A, B, C, catalogue=catalogue(4, "3 or 4"))),
        (LIST, reply(A, B, C, catalogue=catalogue(3)), reply(A, C, catalogue=catalogue(3))),
        (LIST, reply(A, B, C, catalogue=catalogue(3)), reply(C, B, A, catalogue=catalogue(3))),
        (NEVER, reply(A, verdict=verdict(BOTH)), reply(A, C, verdict=verdict(BOTH))),
        (NEVER, reply(status="not_found"), reply(A, notes=[BOTH])),
        (SIDES, reply(A, C, groups={A: "1961", C: "1962"}), reply(A, C, groups={A: "1961", C: "1961"})),
        (SIDES, reply(A, C, groups={A: "1961", C: "1962"}), reply(A, B, groups={A: "1961", B: "1962"})),
        (SIDES, reply(A, C, groups={A: "1961", C: "1962"}), reply(A, C, "x", groups={A: "1961", C: "1962"})),
        (EXCLUDED, reply(C, understood={"filters": FILTERS, "date_from": "1962-01-01"}), reply(C)),
        (EXCLUDED, reply(C, understood={"filters": {**FILTERS, "date_from": "1962-01-01"}}), reply(A, C)),
        ({"quotes": "gold"}, reply(A, text="They discuss Gold."), reply(A, notes=["gold"])),
        ({"cites_some": [A, B], "only": [A, B]}, reply(B), reply(C)),
        ({"min_cites": 2, "max_cites": 2}, reply(A, B), reply(A)),
        ({"min_cites": 2, "max_cites": 2}, reply(A, B), reply(A, B, C)),
        ({"total": 57, "tolerance": 0.1}, reply(A, catalogue=catalogue(60)), reply(A, catalogue=catalogue(63))),
        ({"total_if_told": [2, 3]}, reply(A), reply(A, catalogue=catalogue(4))),
        ({"catalogue": True}, reply(A, catalogue=catalogue(4)), reply(A, catalogue=None)),
        (
            {"status": ["answered", "about"], "says": "57", "not_says": "no record"},
            reply(status="about", catalogue=catalogue(57)),
            reply(status="about", notes=["57 records, but no record mentions Hello"]),
        ),
    ],
)
def test_a_perfect_reply_passes_and_a_faulty_one_fails(
    expect: Mapping[str, Any], perfect: Reply, faulty: Reply
) -> None:
    assert wrong(expect, perfect) == []
    assert len(wrong(expect, faulty)) >= 1


def test_a_later_turn_is_judged_by_what_the_earlier_cited() -> None:
    assert wrong({"prior": {"at": 2}}, reply(B), "list") == []
    assert wrong({"prior": {"at": -1, "back": 2}}, reply(B), "list", "then") == []
    assert wrong({"prior": {"at": 2}}, reply(A), "list") == [f"the first citation is {A}, not {B}"]
    assert wrong({"prior": {"at": 3}}, reply(A), "list") == [f"the first citation is {A}, not missing"]
    assert wrong({"new": True}, reply(C), "list") == []
    assert wrong({"new": True}, reply(A, C), "list") == [f"cited before: {[A]}"]
    assert wrong({"new": True}, reply(), "list") == ["nothing is cited"]


def test_the_turns_of_the_seeds_expect_every_kind_of_thing_and_nothing_else() -> None:
    turns = read(SEEDS)
    every = [each for turn in turns for each in (turn.expect, *turn.expect.get("any_of", ()))]

    assert len(turns) == 136
    assert {key for each in every for key in each} == EXPECTATIONS.keys() | QUALIFIERS.keys()


@contextmanager
def server(answer: Callable[[list[dict[str, Any]]], Reply | None]) -> Iterator[str]:
    """Serve what `answer` makes of a history; None refuses it."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            given = answer(body["history"])
            self.send_response(200 if given else 422)
            self.end_headers()
            self.wfile.write(json.dumps(given).encode())

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        threading.Thread(target=listening.serve_forever, args=(0.01,)).start()
        try:
            yield f"http://127.0.0.1:{listening.server_port}"
        finally:
            listening.shutdown()


def written(path: Path, **changed: object) -> str:
    turn = {"id": "t", "collection": "here", "kind": "k", "history": ["list"], "question": "the second"}
    path.write_text(json.dumps({**turn, "expect": {"prior": {"at": 2}, "max_cites": 1}, **changed}) + "\n")
    return str(path)


@pytest.mark.parametrize("reads_records", [True, False])
def test_a_conversation_passes_on_the_records_cited_to_a_server_that_reads_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], *, reads_records: bool
) -> None:
    histories = []

    def answer(history: list[dict[str, Any]]) -> Reply | None:
        histories.append(history)
        if not reads_records and any("records" in turn for turn in history):
            return None
        return reply(B) if history else reply(A, B)

    with server(answer) as address:
        assert main([written(tmp_path / "turns.jsonl"), f"--at=here={address}"]) == 0

    given = {"question": "list", "records": [A, B]}
    assert histories == ([[], [given]] if reads_records else [[], [given], [{"question": "list"}]])
    assert capsys.readouterr().out.splitlines()[-1] == "all  |   1 |   1  100%"


def test_turns_that_cannot_be_asked_are_failures_and_end_with_status_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with server(lambda _: None) as address:
        assert main([written(tmp_path / "turns.jsonl"), f"--at=here={address}", "--verbose"]) == 1

    out = capsys.readouterr().out
    assert "refuses the request (422)" in out
    assert out.splitlines()[-1] == "all  |   1 |   0    0%"


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"expect": {"totl": 3}}, "1: unknown expectation 'totl'; give one of status, "),
        ({"expect": {"any_of": [{"says": "("}]}}, "1: says is no regular expression "),
        ({"collection": "elsewhere"}, "no server for elsewhere; add --at COLLECTION=ADDRESS"),
    ],
)
def test_what_cannot_be_judged_is_named_before_anything_is_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], changed: dict[str, object], fault: str
) -> None:
    with pytest.raises(SystemExit, match="2"):
        main([written(tmp_path / "turns.jsonl", **changed)])

    assert fault in capsys.readouterr().err


def test_it_runs_without_any_installed_package() -> None:
    argv = [sys.executable, "-S", "-m", "tests.reference_desk", "--help"]
    helped = subprocess.run(argv, check=True, capture_output=True, text=True)  # noqa: S603 - our own

    assert "  cites          All of these are cited.\n" in helped.stdout
