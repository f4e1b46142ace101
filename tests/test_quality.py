"""How good the answers over the seeds are: floors, so that no change makes them worse unseen.

The questions and turns were labelled by reading the records: `tests/evaluation`, `tests/reference_desk`.
"""

from __future__ import annotations

import json
from collections import Counter
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from starlette.testclient import TestClient

from rag.evaluate import evaluate_file
from rag.evaluate.outcomes import Way
from tests.reference_desk.desk import Desk, RefusedError
from tests.reference_desk.turns import SEEDS, put, read, shown
from web.app import create_app

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rag.assistant.assistant import Assistant
    from rag.evaluate.figures import Figure
    from tests.reference_desk.desk import Reply

QUESTIONS = Path(__file__).with_name("evaluation") / "questions.jsonl"

NEAR = QUESTIONS.with_name("near_subject.jsonl")
"""Questions near to the subject of a collection, half of which it answers; `half` says which were looked at."""

SENTENCES = QUESTIONS.with_name("sentences.jsonl")
"""Records that answer a question, with a grade for the title and each sentence: b for the best, a for acceptable,
u for useless."""

PHRASINGS = QUESTIONS.with_name("phrasings.jsonl")
"""Questions that others worded, each with the kind of answer that it asks for."""

REFERENCE_DESK = {
    "turns": 0.88,
    "second": 0.93,
    "third": 0.8,
    "fourth": 0.84,
    "fifth": 0.72,
    "sixth": 0.88,
    "seventh": 0.8,
    "eighth": 0.72,
    "ninth": 0.8,
    "tenth": 0.8,
    "eleventh": 0.68,
    "thirteenth": 0.88,
    "fifteenth": 0.8,
    "seventeenth": 0.82,
    "eighteenth": 0.76,
    "nineteenth": 0.76,
    "twentieth": 0.81,
    "twentysecond": 0.75,
}
"""Share of the turns of each set that must pass; raise it with what passes.

The program was written with the first at hand, then with the second, which others wrote. Of the third, which others
wrote too, only a half was looked at, late. Of the seventh the half "sev-b" is to stay unread, of the ninth
each second turn. The tenth, the eleventh, the thirteenth, the fifteenth and those after it were looked at as soon as
they were measured: 60 to 79 % passed then. The nineteenth has nothing but follow-ups.
"""


@pytest.fixture(scope="module")
def figures(assistant: Assistant) -> dict[tuple[Way, str, str], Figure]:
    """Measure the collection on every labelled question, once."""
    return {(each.way, each.kind, each.measure): each for each in evaluate_file(QUESTIONS, assistant).figures}


@pytest.mark.parametrize(
    ("way", "kind", "measure", "n", "floor"),
    [
        (Way.SEARCH, "all", "nDCG@10", 41, 0.96),
        (Way.ASK, "all", "nDCG@10", 41, 0.957),
        (Way.HISTORY, "followup", "nDCG@10", 6, 0.95),
        (Way.RELATED, "related", "nDCG@5", 10, 0.92),
        (Way.ASK, "noanswer", "refusal recall", 7, 6 / 7),
    ],
)
def test_answers_are_no_worse_than(
    figures: Mapping[tuple[Way, str, str], Figure], way: Way, kind: str, measure: str, n: int, floor: float
) -> None:
    figure = figures[way, kind, measure]

    assert figure.n == n
    assert figure.value >= floor


def test_at_most_two_questions_that_can_be_answered_are_refused(
    figures: Mapping[tuple[Way, str, str], Figure],
) -> None:
    refused = figures[Way.ASK, "answerable", "wrongly refused"]

    assert refused.n == 41
    assert refused.value * refused.n <= 2


def test_questions_near_the_subject_that_nothing_answers_are_refused_and_no_others(assistant: Assistant) -> None:
    refused = {each.measure: each for each in evaluate_file(NEAR, assistant, assistant.sources).figures}

    assert refused["refusal recall"].n == refused["wrongly refused"].n == 54
    assert refused["refusal recall"].value >= 0.7
    assert refused["refusal precision"].value >= 0.95
    assert refused["wrongly refused"].value <= 0.02


def test_the_kind_of_answer_asked_for_is_read_whoever_words_the_question(assistant: Assistant) -> None:
    lines = [json.loads(line) for line in PHRASINGS.read_text(encoding="utf-8").splitlines()]

    wrong = [
        each["question"] for each in lines if assistant.ask(each["question"]).understood.intent.value != each["intent"]
    ]

    assert 1 - len(wrong) / len(lines) >= 0.93, "\n".join(wrong)


def test_the_first_sentence_of_a_record_is_worth_quoting(assistant: Assistant) -> None:
    quoted = {each.measure: each for each in evaluate_file(SENTENCES, assistant).figures}

    assert quoted["useless quoted"].n >= 50
    assert quoted["best first"].value >= 0.8
    assert quoted["acceptable first"].value >= 0.9


@pytest.mark.parametrize(
    ("name", "turns"),
    [
        ("turns", 136),
        ("second", 114),
        ("third", 75),
        ("fourth", 70),
        ("fifth", 70),
        ("sixth", 100),
        ("seventh", 100),
        ("eighth", 120),
        ("ninth", 60),
        ("tenth", 110),
        ("eleventh", 70),
        ("thirteenth", 83),
        ("fifteenth", 91),
        ("seventeenth", 70),
        ("eighteenth", 70),
        ("nineteenth", 60),
        ("twentieth", 70),
        ("twentysecond", 70),
    ],
)
def test_the_reference_desk_passes_as_many_turns_as_before(assistant: Assistant, name: str, turns: int) -> None:
    client = TestClient(create_app(assistant))

    def post(body: Mapping[str, object]) -> Reply:
        response = client.post("/api/v1/ask", json=body)
        if response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY:
            raise RefusedError
        reply: Reply = response.raise_for_status().json()
        return reply

    outcomes = list(put(read(SEEDS.with_name(f"{name}.jsonl")), {"seeds": Desk(post)}))
    failed = [each for each in outcomes if each.wrong]

    assert Counter(each.reply is None for each in outcomes) == {False: turns}
    assert 1 - len(failed) / len(outcomes) >= REFERENCE_DESK[name], "\n".join(map(shown, failed))


def test_a_search_lists_by_meaning_only_what_is_clear_of_what_any_question_reaches(assistant: Assistant) -> None:
    found = assistant.search("Who called the outcome of the crisis a defeat?")

    assert 0 < found.near < 25


def test_where_no_record_names_what_is_asked_about_a_search_lists_less_by_meaning(assistant: Assistant) -> None:
    assert assistant.search("Did Nixon meet Ho Chi Minh?").near < 10
