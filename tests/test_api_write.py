"""Writing through the API: streamed as it is checked, with the reason where there is none."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import httpx2

from tests.models import MODEL

if TYPE_CHECKING:
    from tests.models import ModelServer

pytest_plugins = ["serving"]

ASKED = "What did Blas Roca say about the missile crisis?"
TRUE = 'Blas Roca explained that the crisis "ought to be viewed as a defeat" for Cuba and the Soviet Union [1].'
LIE = "On 12 November 1962 Blas Roca spoke of <b>a victory</b> [1]."


def events(text: str) -> list[tuple[str, dict[str, object]]]:
    found = []
    for block in text.strip().split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines())
        found.append((fields["event"], json.loads(fields["data"])))
    return found


def test_the_stream_begins_with_the_answer_and_ends_with_what_became_of_the_reply(
    site: str, model: ModelServer
) -> None:
    model.script = lambda reply: reply.say(f"{TRUE} {LIE} And {TRUE}")
    with httpx2.Client(base_url=site, timeout=60) as client:
        answer = client.post("/api/v1/ask", json={"question": ASKED}).json()
        response = client.post("/api/v1/write", json={"question": ASKED})
    (first, given), *sentences, (last, end) = events(response.text)

    assert response.headers["content-type"].startswith("text/event-stream")
    assert (first, last) == ("answer", "end")
    assert given == answer
    assert [event for event, _ in sentences] == ["sentence"] * 3
    assert [data["stands"] for _, data in sentences] == [True, False, True]
    assert end == {"outcome": "written", "model": MODEL, "stand": 2, "struck": 1, "notes": []}


def test_a_question_that_cannot_be_answered_at_all_is_a_problem_before_any_stream(site: str) -> None:
    with httpx2.Client(base_url=site, timeout=60) as client:
        response = client.post(
            "/api/v1/write", json={"question": ASKED, "filters": {"date_from": "1963", "date_to": "1961"}}
        )

    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"


def test_without_a_model_the_call_says_so_and_the_page_loads_nothing_for_it(server: str) -> None:
    with httpx2.Client(base_url=server, timeout=60) as client:
        response = client.post("/api/v1/write", json={"question": ASKED})
        shown = client.get("/", params={"q": ASKED}).text

    assert response.status_code == 404
    assert "RAG_LLM_URL" in response.json()["detail"]
    assert "writing" not in shown
