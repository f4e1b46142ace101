"""Searches and answers as tables: a citation a row, in the API, from the pages and from the command line."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answer.answer import Status
from rag.cite import Site, cite
from rag.schemas.table import ANSWER_COLUMNS, COLUMNS, TABLES, answer_rows, as_csv, cited_rows, record_rows
from web.pages.search import all_found
from web.views.urls import Search

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import httpx2

    from rag.assistant.assistant import Assistant

pytest_plugins = ["serving"]

ASKED = "What did Castro and Mikoyan discuss in November 1962?"
UNHEARD_OF = "Who won the football world cup in Argentina?"
PAGE = {"Accept": "text/html"}


def read(text: str) -> list[dict[str, str]]:
    """A table as other programs read it."""
    return list(csv.DictReader(io.StringIO(text, newline="")))


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


@given(st.sampled_from(["=", "+", "-", "@", "\t", "\r", "＝", "  ="]), st.text(st.characters(codec="utf-8")))  # noqa: RUF001
def test_a_cell_that_would_run_as_a_formula_is_made_inert_and_loses_no_letter(sign: str, rest: str) -> None:
    (row,) = read("".join(as_csv([{"title": f"{sign}{rest}"}], ["title"])))

    assert row["title"] == f"'{sign}{rest}"


def test_a_search_is_a_table_with_a_record_and_its_citation_a_row(client: httpx2.Client) -> None:
    query = {"q": "Castro", "k": "7", "match": "words"}
    hits = client.get("/api/v1/search", params=query).json()["hits"]
    response = client.get("/api/v1/search", params={**query, "format": "csv"})
    rows = read(response.text)

    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    assert "ETag" in response.headers
    assert 'rel="next"' in response.headers["link"]
    assert "format=csv" in response.headers["link"]
    assert tuple(rows[0]) == COLUMNS
    assert [row["id"] for row in rows] == [hit["record"]["id"] for hit in hits]
    for row, hit in zip(rows, hits, strict=True):
        cited = client.get(f"/api/v1/records/{row['id']}/citation").text.strip()
        assert (row["title"], row["quote"], row["citation"]) == (
            hit["record"]["title"],
            hit["record"]["summary"],
            cited,
        )


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("text/csv", "text/csv"),
        ("application/x-ndjson", "application/jsonl"),
        ("image/png, application/jsonl;q=0.9", "application/jsonl"),
        ("application/json, text/csv", "application/json"),
        ("text/csv;q=0, application/json", "application/json"),
        ("text/csv;q=0.2, application/x-ndjson", "application/jsonl"),
        ("*/*", "application/json"),
        ("text/html", "application/json"),
    ],
)
def test_the_format_that_a_caller_prefers_is_given(client: httpx2.Client, accept: str, kind: str) -> None:
    response = client.get("/api/v1/search", params={"q": "Castro"}, headers={"Accept": accept})

    assert response.headers["content-type"].partition(";")[0] == kind
    assert "Accept" in response.headers["vary"]


def test_both_formats_say_the_same(client: httpx2.Client) -> None:
    as_table = {kind: client.get("/api/v1/search", params={"q": "Castro", "format": kind}).text for kind in TABLES}

    assert [{name: value or "" for name, value in row.items()} for row in lines(as_table["jsonl"])] == read(
        as_table["csv"]
    )


def test_an_answer_is_a_table_with_a_row_for_each_record_it_cites(client: httpx2.Client) -> None:
    body = {"question": ASKED}
    citations = client.post("/api/v1/ask", json=body).json()["citations"]
    rows = lines(client.post("/api/v1/ask", params={"format": "jsonl"}, json=body).text)

    assert [row["id"] for row in rows] == [each["record"]["id"] for each in citations]
    assert [row["quote"] for row in rows] == [" … ".join(each["quotes"]) for each in citations]
    assert client.post("/api/v1/ask", params={"format": "csv"}, json={"question": UNHEARD_OF}).text.count("\n") == 1


@pytest.mark.parametrize("name", ["xml", "", "CSV"])
def test_a_format_that_is_not_known_is_an_error(client: httpx2.Client, name: str) -> None:
    calls = (
        client.get("/api/v1/search", params={"format": name}),
        client.post("/api/v1/ask", params={"format": name}, json={"question": ASKED}),
    )
    pages = [client.get(path, params={"format": name, "q": ASKED}, headers=PAGE) for path in ("/search", "/", "/list")]
    pages.append(client.get("/conversation.xml", params={"q": ASKED}, headers=PAGE))

    for response in calls:
        assert response.status_code == 422
        assert response.headers["content-type"] == "application/problem+json"
        assert "format: input should be 'json', 'csv' or 'jsonl'" in response.json()["detail"]
    for response in pages:
        assert response.status_code == 422
        assert "format: " in response.text


@pytest.mark.parametrize("name", TABLES)
def test_pages_lead_to_their_tables(client: httpx2.Client, name: str) -> None:
    query = {"q": "Cuba", "people": "Fidel Castro", "format": name}
    found = client.get("/search", params=query, headers=PAGE, follow_redirects=True)
    asked = client.get("/", params={"q": ASKED, "format": name}, headers=PAGE, follow_redirects=True)

    for response in (found, asked):
        assert response.headers["content-type"] == TABLES[name].media_type
        assert f".{name}" in response.headers["content-disposition"]
    total = client.get("/api/v1/search", params={"q": "Cuba", "people": "Fidel Castro"}).json()["total"]
    rows = read(found.text) if name == "csv" else lines(found.text)
    assert 0 < total == len(rows)


def test_a_table_has_more_than_one_page_of_a_search_in_its_order(client: httpx2.Client, assistant: Assistant) -> None:
    asked = Search("Cuba", sort="date")
    whole = [record.id for record in all_found(assistant, asked)]

    assert len(whole) > 21
    assert [record.id for record in all_found(assistant, asked, at_once=7)] == whole
    assert [row["id"] for row in read(client.get(asked.table("csv"), headers=PAGE).text)] == whole
    assert len(read(client.get("/search?format=csv", headers=PAGE).text)) == 57
    assert client.get("/search?format=csv&date_from=octember", headers=PAGE).status_code == 422


def test_a_table_of_an_answer_has_a_row_for_each_sentence_or_says_why_there_is_none(assistant: Assistant) -> None:
    site = assistant.site("https://reading.example")
    answer = assistant.ask(ASKED)
    rows = list(answer_rows(answer, site))
    (refused,) = answer_rows(assistant.ask(UNHEARD_OF), site)

    assert [row["quote"] for row in rows] == [each.text for each in answer.sentences for _ in each.citations]
    assert {row["question"] for row in rows} == {ASKED}
    assert {row["url"] for row in rows} == {f"{site.root}{each.hit.record.url}" for each in answer.citations}
    assert refused["status"] == Status.NOT_FOUND.value
    assert refused["note"]
    assert set(rows[0]) == set(ANSWER_COLUMNS)


def test_a_local_address_is_not_given_away(assistant: Assistant) -> None:
    here, there = assistant.site("http://127.0.0.1:8000"), assistant.site("https://reading.example")
    record = assistant.search("Castro", k=1).hits[0].record

    assert [next(iter(record_rows([record], site)))["url"] for site in (here, there)] == [
        record.url,
        f"https://reading.example{record.url}",
    ]


def test_a_file_of_questions_becomes_a_table_and_a_bad_line_costs_itself_alone(
    rag: Callable[..., tuple[int, str, str]], assistant: Assistant, tmp_path: Path
) -> None:
    file = tmp_path / "questions.txt"
    file.write_bytes(f"{ASKED}\r\n\n\N{LATIN SMALL LETTER E WITH ACUTE}".encode()[:-1] + f"\n{UNHEARD_OF}\n".encode())
    status, out, err = rag("ask", "--file", str(file))
    rows = read(out)

    assert status == 0
    assert tuple(rows[0]) == ANSWER_COLUMNS
    answered = [row for row in rows if row["status"] == "answered"]
    assert [row["quote"] for row in answered] == [each.text for each in assistant.ask(ASKED).sentences]
    assert [row["status"] for row in rows[len(answered) :]] == ["error", "not_found"]
    assert rows[len(answered)]["note"] == f"{file}:3: is not UTF-8; save the file as UTF-8"
    assert rows[len(answered)]["note"] in err
    assert [row["question"] for row in lines(rag("ask", "--file", str(file), "--json")[1])] == [
        row["question"] for row in rows
    ]


def test_a_question_and_a_file_of_them_do_not_go_together(
    rag: Callable[..., tuple[int, str, str]], tmp_path: Path
) -> None:
    file = tmp_path / "questions.txt"
    file.write_text(ASKED, encoding="utf-8")

    assert rag("ask", ASKED, "--file", str(file))[0] == 2
    assert rag("ask", "--file", str(file), "--explain")[0] == 2
    assert rag("ask")[0] == 2
    assert rag("ask", "--file", str(tmp_path / "none.txt"))[0] == 1


def test_a_search_on_the_command_line_prints_the_same_table(
    rag: Callable[..., tuple[int, str, str]], assistant: Assistant
) -> None:
    status, out, _ = rag("search", "Castro", "--format", "csv", "-k", "3")
    records = [hit.record for hit in assistant.search("Castro", k=3).hits]
    site = assistant.site("")

    assert status == 0
    assert [row["citation"] for row in read(out)] == [
        cite(record, "chicago", site=site)[1].strip() for record in records
    ]


def test_a_sentence_quoted_from_two_records_stands_beside_each(assistant: Assistant) -> None:
    answer = assistant.ask(ASKED)
    both = replace(answer.sentences[0], citations=(1, 2))
    rows = answer_rows(replace(answer, sentences=(both,)), Site("x", "", assistant.site("").accessed))

    assert [row["id"] for row in rows] == list(answer.cited[:2])
    assert len(list(cited_rows(answer, assistant.site("")))) == len(answer.citations)
