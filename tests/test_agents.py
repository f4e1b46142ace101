"""The tools of agents through the protocol's own client, on both transports, and OpenAI's client on /v1."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import re
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import httpx2
import jsonschema_rs
import numpy as np
import openai
import pytest
import yaml  # type: ignore[import-untyped] # without types
from mcp import Client, MCPError, StdioServerParameters
from tokenizers import Tokenizer

from rag.cli import main
from rag.embeddings import PACKAGED, folder_of
from tests.serving import serving
from web.agents.openai import MODEL
from web.agents.tools import NOTE, TOOLS
from web.app import create_app

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator

    from mcp.types import CallToolResult, Tool

    from rag.assistant.assistant import Assistant
    from rag.settings import Settings

pytest_plugins = ["serving"]

T = TypeVar("T")

ASKED = "What did Castro and Mikoyan discuss in November 1962?"
NOWHERE = "How tall is Mount Everest?"


@pytest.fixture(scope="module")
def site(assistant: Assistant) -> Iterator[str]:
    """The application with /mcp; its address."""
    assistant.warm()
    with serving(create_app(assistant, mcp=True)) as address:
        yield address


@pytest.fixture(scope="module", params=["auto", "legacy"])
def connected(request: pytest.FixtureRequest, site: str) -> Callable[[], Client]:
    """How to connect to the site, by the newest protocol or by those with a handshake."""
    return lambda: Client(f"{site}/mcp", mode=request.param)


@pytest.fixture(scope="module")
def client(site: str) -> Iterator[openai.OpenAI]:
    """OpenAI's own client, at the site."""
    with openai.OpenAI(base_url=f"{site}/v1", api_key="none", max_retries=0) as opened:
        yield opened


def during(connect: Callable[[], Client], work: Callable[[Client], Coroutine[Any, Any, T]]) -> T:
    """Do some work with a client."""

    async def run() -> T:
        async with connect() as opened:
            return await work(opened)

    return asyncio.run(run())


def tokens(text: str) -> int:
    """Word pieces of the packaged model, which counts each mark of JSON: more than the models of agents do."""
    tokenizer = Tokenizer.from_file(str(Path(folder_of(PACKAGED) or "") / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return len(tokenizer.encode(text, add_special_tokens=False).ids)


def content(result: CallToolResult) -> dict[str, Any]:
    """The fields of a result, which its text repeats."""
    assert not result.is_error, result.content
    assert isinstance(result.structured_content, dict)
    found = result.structured_content
    assert found["note"] == NOTE
    assert json.loads(result.content[0].text) == found  # type: ignore[union-attr]
    return found


def test_at_most_eight_tools_that_only_read_take_less_than_3000_tokens(connected: Callable[[], Client]) -> None:
    tools = during(connected, lambda opened: opened.list_tools()).tools
    listed = json.dumps([tool.model_dump(by_alias=True, exclude_none=True) for tool in tools], separators=(",", ":"))
    print(f"{len(tools)} tools, {tokens(listed)} tokens")  # noqa: T201 - shown by pytest -s

    assert [tool.name for tool in tools] == list(TOOLS)
    assert len(tools) <= 8
    assert tokens(listed) < 3000
    for tool in tools:
        assert tool.annotations
        assert tool.annotations.read_only_hint
        assert tool.description
        for schema in (tool.input_schema, tool.output_schema):
            jsonschema_rs.meta.validate(schema or {})


def test_an_answer_has_the_apis_sentences_and_links_to_records_that_can_be_read(
    connected: Callable[[], Client], site: str
) -> None:
    async def work(opened: Client) -> tuple[CallToolResult, list[dict[str, Any]]]:
        asked = await opened.call_tool("ask", {"question": ASKED})
        read = [await opened.read_resource(each.uri) for each in asked.content if each.type == "resource_link"]
        return asked, [json.loads(each.contents[0].text) for each in read]  # type: ignore[union-attr]

    asked, read = during(connected, work)
    found = content(asked)
    api = httpx2.post(f"{site}/api/v1/ask", json={"question": ASKED}).json()
    cited = [each["record"] for each in found["citations"]]

    assert found["status"] == "answered"
    assert [each["text"] for each in found["answer"]] == [each["text"] for each in api["answer"]]
    for sentence in found["answer"]:
        assert all(sentence["text"] in cited[number - 1]["summary"] for number in sentence["citations"])
    assert [{"note": NOTE, **each["record"]} for each in found["citations"] + found["nearest"]] == read


@pytest.fixture(scope="module")
def calls(assistant: Assistant) -> dict[str, dict[str, Any]]:
    """A call of each tool."""
    one, other = (hit.record for hit in assistant.records(limit=2).hits)
    return {
        "ask": {"question": NOWHERE, "k": 2, "history": [{"question": ASKED, "records": [one.id]}]},
        "search": {"q": "missiles", "k": 3, "filters": {"date_from": "1962-10", "date_to": "1962-11"}, "sort": "date"},
        "record": {"id": one.id},
        "related": {"id": one.id, "k": 2},
        "similar": {"ids": [one.id, other.id], "k": 2},
        "check": {"text": f"{one.title}, {one.date.text if one.date else ''}"},
        "cite": {"ids": [one.id, other.id], "style": "bibtex"},
        "coverage": {},
    }


async def results(agent: Client, calls: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """What each call gives."""
    return {name: content(await agent.call_tool(name, arguments)) for name, arguments in calls.items()}


def test_each_tool_answers_as_its_schema_says(
    connected: Callable[[], Client], calls: dict[str, dict[str, Any]]
) -> None:
    found = during(connected, lambda opened: results(opened, calls))
    one, other = calls["cite"]["ids"]

    assert list(found) == list(TOOLS)
    for name, result in found.items():
        jsonschema_rs.validate(TOOLS[name].output_schema, result)
        jsonschema_rs.validate(TOOLS[name].input_schema, calls[name])
    assert found["ask"]["status"] == "not_found"
    assert "answer" not in found["ask"]
    assert found["ask"]["nearest"]
    assert found["search"]["total"] >= 3
    assert found["record"]["id"] == one
    assert found["related"]["hits"][0]["reasons"]
    assert {one, other}.isdisjoint(hit["record"]["id"] for hit in found["similar"]["hits"])
    assert found["check"]["findings"][0]["verdict"] == "exact"
    assert found["cite"]["citations"].count("@") == 2
    assert found["coverage"]["records"] == 57


def test_a_program_started_by_its_client_gives_the_same_and_an_agent_cites_from_it(
    calls: dict[str, dict[str, Any]], settings: Settings, site: str
) -> None:
    program = "import sys; from rag.cli import main; sys.exit(main())"
    arguments = ["-c", program, "mcp", "--vectors", str(settings.vectors)]
    started = StdioServerParameters(
        command=sys.executable, args=arguments, cwd=str(Path.cwd()), env={**os.environ, "RAG_SITE": site}
    )

    async def work(opened: Client) -> tuple[list[Tool], dict[str, dict[str, Any]], str]:
        listed = (await opened.list_tools()).tools
        return listed, await results(opened, calls), await answer_with_citations(opened, ASKED)

    assert during(lambda: Client(started), work) == during(lambda: Client(f"{site}/mcp"), work)


def test_what_cannot_be_used_is_refused_in_one_line_that_names_it(connected: Callable[[], Client]) -> None:
    async def work(opened: Client) -> list[str]:
        calls: list[tuple[str, dict[str, Any]]] = [
            ("ask", {"question": ASKED, "when": "1962"}),
            ("ask", {"question": ""}),
            ("search", {"filters": {"date_from": "1963", "date_to": "1962"}}),
            ("record", {"id": "nowhere"}),
            ("cite", {"ids": ["nowhere"], "style": "oscola"}),
            ("similar", {}),
        ]
        results = [await opened.call_tool(name, arguments) for name, arguments in calls]
        assert all(result.is_error for result in results)
        return [result.content[0].text for result in results]  # type: ignore[union-attr]

    refused = during(connected, work)

    assert [fault for fault in refused if "\n" in fault] == []
    for fault, named in zip(refused, ("when", "question", "1963", "nowhere", "style", "exactly one"), strict=True):
        assert named in fault


def test_what_is_not_there_is_an_error_of_the_protocol(connected: Callable[[], Client]) -> None:
    async def work(opened: Client) -> None:
        with pytest.raises(MCPError, match="there is no tool 'delete'"):
            await opened.call_tool("delete", {})
        for uri in ("reading-room://records/nowhere", "file:///etc/passwd"):
            with pytest.raises(MCPError, match="there is no such record"):
                await opened.read_resource(uri)

    during(connected, work)


def test_all_records_are_listed_as_resources_page_by_page(connected: Callable[[], Client]) -> None:
    async def work(opened: Client) -> list[str]:
        page = await opened.list_resources()
        uris = [each.uri for each in page.resources]
        while page.next_cursor:
            page = await opened.list_resources(cursor=page.next_cursor)
            uris += [each.uri for each in page.resources]
        return uris

    assert len(set(during(connected, work))) == 57


async def answer_with_citations(agent: Client, question: str) -> str:
    """A small agent: it asks, quotes, cites, has what it wrote checked, and says no where the archive does."""
    asked = content(await agent.call_tool("ask", {"question": question}))
    if asked["status"] == "not_found":
        return f"Not in this collection. {asked['verdict']['text']}"
    ids = [each["record"]["id"] for each in asked["citations"]]
    notes = [content(await agent.call_tool("cite", {"ids": [each]}))["citations"].strip() for each in ids]
    draft = "\n".join(
        [f"“{each['text']}” [{each['citations'][0]}]" for each in asked["answer"]]
        + [f"[{number}] {note}" for number, note in enumerate(notes, 1)]
    )
    checked = content(await agent.call_tool("check", {"text": draft}))
    assert {each["verdict"] for each in checked["findings"]} == {"exact"}
    return draft


def test_an_agent_quotes_cites_and_has_its_own_text_checked(connected: Callable[[], Client]) -> None:
    async def work(opened: Client) -> list[str]:
        return [await answer_with_citations(opened, question) for question in (ASKED, NOWHERE)]

    written, refused = during(connected, work)

    assert re.search(r"“.+” \[1\]", written)
    assert "curator’s summary" in written.replace("'", "’")
    assert refused.startswith("Not in this collection. No record mentions")


def test_mcp_is_off_unless_asked_for_and_takes_requests_of_its_own_site_alone(server: str, site: str) -> None:
    body = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
    accepting = {"Accept": "application/json, text/event-stream"}

    assert httpx2.post(f"{server}/mcp", json=body).status_code == 404
    assert httpx2.get(f"{site}/mcp", headers=accepting).status_code == 405
    assert httpx2.post(f"{site}/mcp", json=body, headers=accepting).status_code == 200
    for header in ({"Origin": "https://evil.example"}, {"Host": "evil.example"}):
        assert httpx2.post(f"{site}/mcp", json=body, headers=accepting | header).status_code in (403, 421)


def test_a_chat_completion_is_the_answer_with_marks_that_are_annotations(client: openai.OpenAI, site: str) -> None:
    message = (
        client.chat.completions.create(model=MODEL, messages=[{"role": "user", "content": ASKED}]).choices[0].message
    )
    text, annotations = message.content or "", message.annotations or []
    api = httpx2.post(f"{site}/api/v1/ask", json={"question": ASKED}).json()
    cited = [each.url_citation for each in annotations]

    for sentence in api["answer"]:
        assert f"{sentence['text']} {''.join(f'[{number}]' for number in sentence['citations'])}\n" in text
    marks = [f"[{number}]" for number in range(1, len(api["citations"]) + 1)]
    assert [text[each.start_index : each.end_index] for each in cited] == marks
    assert [each.url for each in cited] == [f"{site}{each['record']['url']}" for each in api["citations"]]
    assert all(f"[{at}] {each.title}. " in text and each.url in text for at, each in enumerate(cited, 1))
    assert NOTE in text


def test_a_stream_says_the_same_piece_by_piece(client: openai.OpenAI) -> None:
    whole = (
        client.chat.completions.create(model=MODEL, messages=[{"role": "user", "content": ASKED}]).choices[0].message
    )
    stream = list(
        client.chat.completions.create(model=MODEL, messages=[{"role": "user", "content": ASKED}], stream=True)
    )
    deltas = [chunk.choices[0].delta for chunk in stream]
    annotations = [each for delta in deltas for each in (delta.model_extra or {}).get("annotations", [])]

    assert len(stream) > 5
    assert "".join(delta.content or "" for delta in deltas) == whole.content
    assert annotations == [each.model_dump() for each in whole.annotations or []]
    assert stream[-1].choices[0].finish_reason == "stop"


def test_a_conversation_goes_on_from_what_the_assistant_said(client: openai.OpenAI) -> None:
    said = client.chat.completions.create(model=MODEL, messages=[{"role": "user", "content": ASKED}]).choices[0].message
    second = client.chat.completions.create(
        model=MODEL,
        temperature=0.5,  # what has no meaning here is ignored
        messages=[
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": ASKED},
            {"role": "assistant", "content": said.content},
            {"role": "user", "content": [{"type": "text", "text": "the second one"}]},
        ],
    )
    (cited,) = second.choices[0].message.annotations or []

    assert said.annotations
    assert cited.url_citation.url == said.annotations[1].url_citation.url


def test_a_chat_says_no_and_what_lies_nearest(client: openai.OpenAI) -> None:
    message = (
        client.chat.completions.create(model=MODEL, messages=[{"role": "user", "content": NOWHERE}]).choices[0].message
    )

    assert (message.content or "").startswith("Not in this collection.\nNo record mentions “Mount” or “Everest”.\n")
    assert "Nearest records, which do not answer:" in (message.content or "")
    assert message.annotations == []


def test_embeddings_are_the_vectors_by_which_records_are_found(client: openai.OpenAI, site: str) -> None:
    answering, embedding = client.models.list().data
    texts = ["arms deliveries to Cuba", "missiles"]
    unpacked = client.embeddings.create(model=embedding.id, input=texts)  # the client asks for base64
    plain = client.embeddings.create(model=embedding.id, input=texts, encoding_format="float", dimensions=384)
    single = client.embeddings.create(model=embedding.id, input=texts[0])
    by_vector = httpx2.post(f"{site}/api/v1/similar", json={"vector": plain.data[0].embedding}).json()
    by_text = httpx2.post(f"{site}/api/v1/similar", json={"text": texts[0]}).json()

    assert (answering.id, embedding.id) == (MODEL, "all-MiniLM-L6-v2")
    assert answering.created > 1_700_000_000
    np.testing.assert_allclose([each.embedding for each in unpacked.data], [each.embedding for each in plain.data])
    np.testing.assert_allclose(single.data[0].embedding, plain.data[0].embedding, atol=1e-6)
    assert [hit["record"]["id"] for hit in by_vector["hits"]] == [hit["record"]["id"] for hit in by_text["hits"]]
    raw = httpx2.post(
        f"{site}/v1/embeddings", json={"model": embedding.id, "input": texts[1], "encoding_format": "base64"}
    ).json()["data"][0]["embedding"]
    np.testing.assert_allclose(np.frombuffer(base64.b64decode(raw), "<f4"), plain.data[1].embedding, atol=1e-6)


def test_openais_client_raises_what_is_wrong(client: openai.OpenAI) -> None:
    ask = client.chat.completions.create
    with pytest.raises(openai.UnprocessableEntityError, match="/v1/models lists"):
        ask(model="gpt-5", messages=[{"role": "user", "content": ASKED}])
    with pytest.raises(openai.UnprocessableEntityError, match="end with a message of the role user"):
        ask(model=MODEL, messages=[{"role": "system", "content": ASKED}])
    with pytest.raises(openai.UnprocessableEntityError, match="longer than 2000 characters"):
        ask(model=MODEL, messages=[{"role": "user", "content": "x" * 2001}])
    with pytest.raises(openai.UnprocessableEntityError, match="send 10 texts"):
        client.embeddings.create(model="all-MiniLM-L6-v2", input=["x" * 600] * 17)
    with pytest.raises(openai.UnprocessableEntityError, match="dimensions: all-MiniLM-L6-v2 has 384"):
        client.embeddings.create(model="all-MiniLM-L6-v2", input="x", dimensions=100)


@pytest.mark.parametrize("command", [["mcp"], ["serve", "--port", "0"]])
def test_without_the_extra_it_says_in_one_line_what_to_install(
    command: list[str],
    settings: Settings,
    assistant: Assistant,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert assistant.generation
    monkeypatch.setitem(sys.modules, "mcp", None)
    monkeypatch.delitem(sys.modules, "web.agents.mcp", raising=False)
    monkeypatch.setenv("RAG_MCP", "1")
    monkeypatch.setenv("RAG_VECTORS", str(settings.vectors))

    assert main(command) == 1
    assert capsys.readouterr().err == (
        "rag: rag mcp and RAG_MCP need the package mcp; pip install 'reading-room[mcp]', or unset RAG_MCP\n"
    )


def test_the_registrys_entry_names_this_package_and_how_it_is_started() -> None:
    entry = json.loads(Path(".agents/server.json").read_text(encoding="utf-8"))
    project = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["project"]
    (package,) = entry["packages"]

    assert len(entry["description"]) <= 100
    assert re.fullmatch(r"[a-zA-Z0-9.-]+/[a-zA-Z0-9._-]+", entry["name"])
    released = entry["version"]
    assert released == package["version"] == package["runtimeArguments"][0]["value"].partition("==")[2]
    assert f"\nversion: {released}\n" in Path(".github/CITATION.cff").read_text(encoding="utf-8")
    assert (package["registryType"], package["identifier"]) == ("pypi", project["name"])
    assert package["transport"] == {"type": "stdio"}
    assert f"mcp-name: {entry['name']}" in Path("README.md").read_text(encoding="utf-8")


def test_the_skills_description_is_short_and_its_commands_exist() -> None:
    _, head, body = Path(".agents/SKILL.md").read_text(encoding="utf-8").split("---\n", 2)
    described = yaml.safe_load(head)

    assert described["name"] == "reading-room"
    assert 0 < tokens(described["description"]) < 150
    assert len(re.findall(r"(?m)^rag ", body)) >= 5
