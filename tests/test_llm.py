"""Writing against a real server: what is sent, what is shown, and that every fault ends in the extractive answer."""

from __future__ import annotations

import json
import logging
import socket
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from rag.cli import main
from rag.cli.doctor import State, examine
from rag.errors import WritingError
from rag.llm.client import Endpoint, Limits
from rag.llm.gate import GatedSentence, ReasonKind
from rag.llm.prompt import BUDGET, prompt
from rag.llm.writer import AT_ONCE, SENTENCES, AnswerWriter, WritingOutcome, Written
from rag.settings import Secret, Settings
from tests.models import MODEL, model_server

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rag.answer.answer import Answer
    from rag.assistant.assistant import Assistant
    from rag.ingest.report import BuildReport
    from tests.models import ModelServer, Reply, Script

KEY = "sk-not-for-any-log"
ASKED = "What did Blas Roca say about the missile crisis?"
TRUE = 'Blas Roca explained that the crisis "ought to be viewed as a defeat" for Cuba and the Soviet Union [1].'
LIE = "Blas Roca explained that the crisis was a victory for Cuba [1]."
SHORT = Limits(size=20_000)


@pytest.fixture(scope="module")
def server() -> Iterator[ModelServer]:
    """A model's server."""
    with model_server() as serving:
        yield serving


@pytest.fixture(scope="module")
def answer(assistant: Assistant) -> Answer:
    """An answer whose first citation is Roca's record."""
    answer = assistant.ask(ASKED)
    assert answer.citations[0].hit.record.id.endswith("975c69")
    return answer


@pytest.fixture
def writer(assistant: Assistant, server: ModelServer) -> AnswerWriter:
    """A writer that does not read much."""
    server.seen.clear()
    return AnswerWriter(assistant, Endpoint(server.url, MODEL, Secret(KEY), SHORT))


def write(writer: AnswerWriter, answer: Answer) -> tuple[list[GatedSentence], Written]:
    *judged, written = writer.write(answer)
    assert all(isinstance(each, GatedSentence) for each in judged)
    assert isinstance(written, Written)
    return [each for each in judged if isinstance(each, GatedSentence)], written


def test_what_stands_is_given_and_what_is_struck_says_why(
    server: ModelServer, writer: AnswerWriter, answer: Answer
) -> None:
    server.script = lambda reply: reply.say(f"{TRUE} {LIE} And {TRUE}")
    judged, written = write(writer, answer)

    assert [each.stands for each in judged] == [True, False, True]
    assert [reason.kind for reason in judged[1].reasons] == [ReasonKind.DENIAL]
    assert judged[0].citations == (1,)
    assert written == Written(WritingOutcome.WRITTEN, MODEL, 2, 1, ())


def test_the_server_is_sent_the_records_fenced_and_nothing_of_other_services(
    server: ModelServer, writer: AnswerWriter, answer: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("OPENAI_ORG_ID", "OPENAI_PROJECT_ID", "OPENAI_API_KEY"):
        monkeypatch.setenv(name, "of-another-service")
    server.script = lambda reply: reply.say(TRUE)
    write(writer, answer)
    path, headers, body = server.seen[-1]
    sent = body["messages"][1]["content"]

    assert path == "/v1/chat/completions"
    assert headers["authorization"] == f"Bearer {KEY}"
    assert "of-another-service" not in str(headers)
    assert body["model"] == MODEL
    assert body["stream"] is True
    for citation in answer.citations:
        assert f"record [{citation.number}]\n" in sent
        assert citation.hit.record.title in sent
    assert sent.endswith(ASKED)


def test_of_many_records_the_first_eight_are_put_before_the_model(
    server: ModelServer, writer: AnswerWriter, assistant: Assistant
) -> None:
    ticked = [hit.record.id for hit in assistant.records(limit=12).hits]
    server.script = lambda reply: reply.say(TRUE)
    write(writer, assistant.ask(ASKED, among=ticked))
    sent = server.seen[-1][2]["messages"][1]["content"]

    assert [number for number in range(1, 13) if f"record [{number}]\n" in sent] == list(range(1, 9))


def test_no_record_can_close_its_own_fence(answer: Answer) -> None:
    record = answer.citations[0].hit.record
    rules = str(prompt("?", {1: record})[0]["content"])
    fence = next(word for word in rules.split() if word.startswith("#"))
    sent = str(prompt(f"{fence} end", {1: record})[1]["content"])

    assert sent.count(fence) == 1
    assert len(str(prompt("?", dict.fromkeys(range(1, 9), record))[1]["content"])) < 1.1 * BUDGET


def broken_json(reply: Reply) -> None:
    reply.begin()
    reply.event('{"choices": [{')


def cut(reply: Reply) -> None:
    reply.begin()
    reply.piece(f"{TRUE} Then Castro sa")
    reply.connection.shutdown(socket.SHUT_RDWR)


def endless(reply: Reply) -> None:
    reply.begin()
    while True:
        reply.piece("and so on ")


def pings(reply: Reply) -> None:
    reply.begin()
    while True:
        reply.wfile.write(b": still here\n\n")


def silent(reply: Reply) -> None:
    reply.begin()
    reply.piece(TRUE)
    reply.rfile.read(1)  # until the client hangs up


def error_inside(reply: Reply) -> None:
    reply.begin()
    reply.piece(TRUE)
    reply.event(json.dumps({"error": {"message": f"{KEY} {ASKED}", "code": 500}}))


def status(code: int, **headers: str) -> Script:
    return lambda reply: reply.whole(code, json.dumps({"error": {"message": f"{KEY} {ASKED}"}}), **headers)


def events(*data: str) -> Script:
    def script(reply: Reply) -> None:
        reply.begin()
        for each in data:
            reply.event(each)

    return script


FAULTS: dict[str, tuple[Script, str]] = {
    "broken JSON": (broken_json, "could not be read"),
    "cut": (cut, "broke off"),
    "endless": (endless, "did not end"),
    "only pings": (pings, "did not end"),
    "an error inside": (error_inside, "could not be read"),
    "a list for an event": (events("[1, 2]", "[DONE]"), "could not be read"),
    "a number for an event": (events("17", "[DONE]"), "could not be read"),
    "null choices": (events('{"choices": null}', "[DONE]"), "could not be read"),
    "another shape": (events('{"choices": [{"delta": null}]}', "[DONE]"), "could not be read"),
    "no events": (lambda reply: reply.whole(200, "<html>hello</html>", "text/html"), "broke off"),
    "empty": (lambda reply: reply.say(""), "wrote nothing"),
    "429": (status(429, **{"Retry-After": "60"}), "is asked too often (status 429)"),
    "500": (status(500), "failed (status 500)"),
    "529": (status(529), "failed (status 529)"),
    "401": (status(401), "does not accept the key (status 401)"),
    "404": (status(404), "does not know the model or the address (status 404)"),
    "redirect": (status(302, Location="http://127.0.0.1:9/elsewhere"), "points elsewhere, which is not followed"),
    "refusal": (lambda reply: reply.say("I'm sorry, but I cannot help with that."), "declined, or cited no record"),
    "wrong ids": (lambda reply: reply.say("Blas Roca spoke of a defeat [7]. Castro agreed [8]."), "Too little"),
    "no answer": (lambda reply: reply.say("NOT IN THESE RECORDS"), "found no answer in these records"),
    "thinking only": (lambda reply: reply.say("<think>Well, Roca said [1]."), "wrote nothing"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_every_fault_ends_in_the_extractive_answer_and_a_note(
    server: ModelServer, writer: AnswerWriter, answer: Answer, fault: str, caplog: pytest.LogCaptureFixture
) -> None:
    server.script, said = FAULTS[fault]
    with caplog.at_level(logging.DEBUG):
        judged, written = write(writer, answer)
    shown = " ".join([*written.notes, *(reason.text for sentence in judged for reason in sentence.reasons)])

    assert written.outcome is WritingOutcome.EXTRACTIVE
    assert said in written.notes[0]
    assert written.notes[-1] == "The curators’ own words are the answer."
    for secret in (KEY, ASKED, server.url):
        assert secret not in shown
    assert KEY not in caplog.text
    assert ASKED not in caplog.text
    assert "Roca" not in caplog.text


@pytest.mark.parametrize(("script", "limits"), [(silent, Limits(silence=0.2)), (cut, Limits(whole=0.0))])
def test_a_server_that_takes_too_long_is_left(
    server: ModelServer, assistant: Assistant, answer: Answer, script: Script, limits: Limits
) -> None:
    server.script = script
    _, written = write(AnswerWriter(assistant, Endpoint(server.url, MODEL, Secret(), limits)), answer)

    assert written.notes[0] == "The language model took too long."
    assert written.outcome is WritingOutcome.EXTRACTIVE


def test_a_server_that_is_not_there_cannot_be_reached(assistant: Assistant, answer: Answer) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    _, written = write(AnswerWriter(assistant, Endpoint(f"http://127.0.0.1:{port}/v1", MODEL, Secret(), SHORT)), answer)

    assert written.notes[0] == "The language model cannot be reached."


def test_a_reply_that_is_cut_at_its_limit_loses_only_its_last_sentence(
    server: ModelServer, writer: AnswerWriter, answer: Answer
) -> None:
    def script(reply: Reply) -> None:
        reply.begin()
        reply.piece(f"{TRUE} Then Castro agreed that")
        reply.piece(None, "length")

    server.script = script
    judged, written = write(writer, answer)

    assert [each.stands for each in judged] == [True, False]
    assert judged[1].reasons[0].kind is ReasonKind.BROKEN
    assert written.outcome is WritingOutcome.WRITTEN


def test_a_reply_that_goes_on_and_on_is_read_up_to_a_bound(
    server: ModelServer, writer: AnswerWriter, answer: Answer
) -> None:
    endless = " ".join(f"Note {number}: {TRUE}" for number in range(SENTENCES + 5))
    server.script = lambda reply: reply.say(endless, 200)

    assert len(write(writer, answer)[0]) == SENTENCES


@pytest.mark.parametrize("again", [TRUE, f"{TRUE} " * 99])
def test_a_reply_is_read_until_it_says_the_same_again(
    server: ModelServer, writer: AnswerWriter, answer: Answer, again: str
) -> None:
    server.script = lambda reply: reply.say(f"{TRUE} {LIE} {again}", 200)
    judged, written = write(writer, answer)

    assert [each.stands for each in judged] == [True, False]
    assert written == Written(WritingOutcome.WRITTEN, MODEL, 1, 1, ())


def test_the_thinking_of_a_model_is_no_part_of_its_reply(
    server: ModelServer, writer: AnswerWriter, answer: Answer
) -> None:
    server.script = lambda reply: reply.say(f"<think>Castro was a spy. No.</think>\n\n{TRUE}", 3)
    judged, written = write(writer, answer)

    assert [each.stands for each in judged] == [True]
    assert written.outcome is WritingOutcome.WRITTEN


def test_a_declined_reply_is_not_taken_for_a_written_one(
    server: ModelServer, writer: AnswerWriter, answer: Answer
) -> None:
    def script(reply: Reply) -> None:
        reply.begin()
        reply.piece(None, refusal="I will not.")

    server.script = script

    assert write(writer, answer)[1].notes[0] == "The language model declined to answer."


def test_what_is_not_answered_or_only_listed_is_not_written(
    server: ModelServer, writer: AnswerWriter, assistant: Assistant
) -> None:
    server.seen.clear()
    for question in ("How tall is Mount Everest?", "documents from 1962"):
        judged, written = write(writer, assistant.ask(question))
        assert (judged, written.outcome) == ([], WritingOutcome.EXTRACTIVE)

    assert server.seen == []


def test_so_many_replies_at_once_and_no_more(server: ModelServer, writer: AnswerWriter, answer: Answer) -> None:
    server.script = lambda reply: reply.say(f"{TRUE} {TRUE} {TRUE}")
    under_way = [writer.write(answer) for _ in range(AT_ONCE)]
    for each in under_way:
        next(each)
    busy = write(writer, answer)[1]
    for each in under_way:
        each.close()  # type: ignore[attr-defined] # a generator, whatever its type promises

    assert busy.notes[0] == "The language model is busy with other readers."
    assert write(writer, answer)[1].outcome is WritingOutcome.WRITTEN


# --- Settings, doctor and command line ---


def test_by_default_there_is_no_model(assistant: Assistant, settings: Settings) -> None:
    assert AnswerWriter.of(assistant, settings) is None


def test_a_key_is_shown_nowhere(server: ModelServer) -> None:
    loaded = Settings.load({"RAG_LLM_URL": server.url, "RAG_LLM_MODEL": MODEL, "RAG_LLM_KEY": KEY})

    assert loaded.llm_key.reveal() == KEY
    assert KEY not in f"{loaded} {loaded!r} {loaded.llm_key} {[loaded.llm_key]}"
    with pytest.raises(TypeError):
        json.dumps(loaded.llm_key)


def test_a_model_that_cannot_be_asked_is_a_warning_and_one_that_can_is_well(
    settings: Settings, server: ModelServer
) -> None:
    def found(url: str, model: str) -> tuple[State, str]:
        last = examine(replace(settings, llm_url=url, llm_model=model, llm_key=Secret(KEY)))[-1]
        assert KEY not in last.line()
        return last.state, last.line()

    assert found(server.url, MODEL) == (State.OK, f"OK    language model {MODEL} can be reached")
    state, line = found(server.url, "other")
    assert state is State.WARN
    assert line.endswith(f"set RAG_LLM_MODEL to one of {MODEL}")
    server.listing = lambda reply: reply.whole(500, "")
    state, line = found(server.url, MODEL)
    server.listing = None
    assert state is State.WARN
    assert "failed (status 500)" in line
    assert examine(settings)[-1].line() == "OK    no language model is set; answers are only in the curators' words"


def test_without_the_package_the_cure_is_named(server: ModelServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "openai", None)

    with pytest.raises(WritingError, match=r"pip install 'reading-room\[llm\]'"):
        Endpoint(server.url, MODEL, Secret()).models()


def test_the_command_line_prints_what_stands_and_what_is_struck(
    server: ModelServer,
    settings: Settings,
    report: BuildReport,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    server.script = lambda reply: reply.say(f"{TRUE} {LIE}")
    assert report.records
    for name, value in (("VECTORS", str(settings.vectors)), ("LLM_URL", server.url), ("LLM_MODEL", MODEL)):
        monkeypatch.setenv(f"RAG_{name}", value)

    assert main(["ask", ASKED, "--write"]) == 0
    printed = capsys.readouterr().out
    assert f"Written by {MODEL}" in printed
    assert "checked  Blas Roca explained" in printed
    assert "struck   Blas Roca explained" in printed
    assert "1 checked, 1 struck out" in printed

    assert main(["ask", ASKED, "--write", "--json"]) == 0
    first, *middle, last = map(json.loads, capsys.readouterr().out.splitlines())
    assert first["status"] == "answered"
    assert [each["stands"] for each in middle] == [True, False]
    assert last["outcome"] == "written"

    monkeypatch.delenv("RAG_LLM_URL")
    monkeypatch.delenv("RAG_LLM_MODEL")
    assert main(["ask", ASKED, "--write"]) == 1
    assert "set RAG_LLM_URL" in capsys.readouterr().err
