"""A follow-up takes what it lacks from the question before; a new topic takes nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.query.followup import complete
from rag.query.question import carrying

NAMES = {"castro", "mikoyan", "guevara", "khrushchev", "chen", "yi", "brezhnev", "cuba", "havana", "laos", "taraki"}


def completed(before: str, question: str) -> str | None:
    return complete(question, [before], content=carrying, is_name=lambda word: word.casefold() in NAMES)


@pytest.mark.parametrize(
    ("before", "question", "expected"),
    [
        (
            "What did Khrushchev and Chen Yi talk about?",
            "Did they mention Laos?",
            "What did Khrushchev and Chen Yi talk about? Did they mention Laos?",
        ),
        ("Which arms did Czechoslovakia send?", "And in 1960?", "Which arms did Czechoslovakia send in 1960?"),
        ("Arms for Cuba in May 1961", "and in November?", "Arms for Cuba in November 1961"),
        ("Arms for Cuba in 1961", "and in 1960?", "Arms for Cuba in 1960?"),
        (
            "What did Castro tell Mikoyan in November 1962?",
            "How about Guevara?",
            "What did Guevara tell Mikoyan in November 1962?",
        ),
        ("What did Castro want?", "And Brezhnev?", "What did Brezhnev want?"),
        ("Who shot down the plane?", "What had it photographed?", "Who shot down the plane? What had it photographed?"),
        ("Soviet records about Havana", "the one with Taraki", "Soviet records about Havana? the one with Taraki"),
        ("Letters of Castro", "just the telegram", "Letters of Castro? the telegram"),
        (
            "What did Castro ask of Mikoyan?",
            "And how did he answer?",
            "What did Castro ask of Mikoyan? how did he answer?",
        ),
        ("What did Castro ask?", "what did the president say?", "What did Castro ask? what did the president say?"),
        ("What did Castro ask?", "the gold reserves?", "What did Castro ask? the gold reserves?"),
    ],
)
def test_a_question_that_leans_is_completed(before: str, question: str, expected: str) -> None:
    assert completed(before, question) == expected


@pytest.mark.parametrize(
    "question",
    [
        "Why did Castro object to the withdrawal of the missiles?",
        "Brezhnev",
        "cheap flights to Lisbon",
        "gold, currency and the blockade of the economy",
        "grain for the farmers of the island",
        "What did Khrushchev say about his resignation?",
        "Is it true that Castro wanted war?",
        "Who introduced the scientists from Tajikistan to Amin?",
        "documents about arms from Bulgaria",
        "How tall is Mount Everest?",
        "What did Castro think of the Soviet Union and its promises?",
    ],
)
def test_a_new_topic_takes_nothing_along(question: str) -> None:
    assert completed("What did Mikoyan tell Castro in November 1962?", question) is None


def test_a_chain_of_follow_ups_keeps_its_topic() -> None:
    asked = ["Which arms did Czechoslovakia send in 1959?", "And in 1960?", "and in 1961?"]
    text = complete(asked[-1], asked[:-1], content=carrying, is_name=lambda _: False)

    assert text == "Which arms did Czechoslovakia send in 1961?"


@given(st.text(max_size=200), st.text(max_size=200))
def test_any_two_questions_can_follow_each_other(before: str, question: str) -> None:
    result = completed(before, question)

    assert result is None or result.strip()
