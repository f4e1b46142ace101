"""The questions that an answer offers to go on with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rag.answer.answer import Status

if TYPE_CHECKING:
    from rag.assistant.assistant import Assistant


@pytest.mark.parametrize(
    "question",
    [
        "What did Castro and Mikoyan discuss in November 1962?",
        "What did Robert Kennedy and Dobrynin talk about?",
        "Czechoslovak arms deliveries to Cuba",
        "What did Reagan say at the Brandenburg Gate?",
        "How tall is Mount Everest?",
        "Documents from October 1962",
        "hello",
    ],
)
def test_every_question_offered_is_another_and_is_answered(assistant: Assistant, question: str) -> None:
    offered = assistant.next_questions(assistant.ask(question))

    assert len(set(offered) - {question}) == len(offered) <= 3
    assert [each for each in offered if assistant.ask(each).status is not Status.ANSWERED] == []


def test_an_answer_leads_on_to_who_is_named_beside(assistant: Assistant) -> None:
    offered = assistant.next_questions(assistant.ask("What did Robert Kennedy and Dobrynin talk about?"))

    assert offered[0] == "What do the records say about Dean Rusk?"
    assert assistant.next_questions(assistant.ask("hello")) == ()


def test_a_name_and_the_same_name_in_full_are_not_asked_about_together(assistant: Assistant) -> None:
    offered = assistant.next_questions(assistant.ask("What did Fidel Castro say to Mikoyan?"))

    assert [each for each in offered if each.count("Castro") > 1] == []
