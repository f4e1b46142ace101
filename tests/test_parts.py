"""Several questions in one text: read apart, answered or refused each under its own heading."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rag.answer.answer import Status
from rag.names.build_profile import profile_of
from rag.query.names import Names
from rag.query.parts import read_parts
from rag.record import Record

if TYPE_CHECKING:
    from rag.assistant.assistant import Assistant

NAMES = Names(profile_of([Record("1", "Talk of Ambassador Otto Lund with Anna Roca in Havana", "", None)]))
SEVERAL = {
    "Who was ambassador in 1961, and what arms did Bulgaria give?": [
        "Who was ambassador in 1961",
        "What arms did Bulgaria give",
    ],
    "When did Lund go to Havana and when did Roca leave?": ["When did Lund go to Havana", "When did Roca leave"],
    "What did Lund want; did Roca agree to it?": ["What did Lund want", "Did Roca agree to it"],
    "What did Lund say to Roca? And what to the Swiss?": ["What did Lund say to Roca", "And what to the Swiss"],
    "Which year has more letters, 1961 or 1963?": ["1961", "1963"],
    "Who is mentioned more often, Lund or Roca?": ["Lund", "Roca"],
    "Are there fewer telegrams than letters?": ["Telegrams", "Letters"],
}
ONE = (
    "What did Lund say?",
    "How and when did Lund meet Roca?",
    "What did Lund tell Roca, and why?",
    "Lund met Roca in Havana. What did they discuss?",
    "letters from Lund and Roca",
    "Compare what Lund said in 1961 and what he said in 1963",
    "documents which name Lund and which concern arms",
    "When Lund called on Roca in Havana, what did the two of them decide?",
    "Since Lund was at sea, who wrote the letters?",
    "",
    "?",
    "Who is Thant. The?",
)
LONG = (
    "Good evening! I am writing the history of my family, who kept a bakery by the harbour for three generations, and "
    "my aunt still has letters with foreign stamps from those years. There must have been talks with Ambassador Lund "
    "about the harbour. I would be very grateful if you could tell me which papers mention the price of flour. "
    "Many thanks!"
)


@pytest.mark.parametrize("text", SEVERAL)
def test_several_questions_are_read_apart(text: str) -> None:
    found = read_parts(text, NAMES)

    assert [part.heading for part in found.asked] == SEVERAL[text]
    assert not found.is_partial


@pytest.mark.parametrize("text", ONE)
def test_one_question_stays_as_it_is(text: str) -> None:
    assert not read_parts(text, NAMES).asked


def test_of_a_long_text_what_asks_is_taken_with_the_names_of_the_rest() -> None:
    (part,) = (found := read_parts(LONG, NAMES)).asked

    assert found.is_partial
    assert part.heading == "Which papers mention the price of flour"
    assert part.question == "which papers mention the price of flour (Otto Lund)"


def test_each_part_is_answered_or_refused_under_its_own_heading(assistant: Assistant) -> None:
    answer = assistant.ask("What arms did Bulgaria give, and what did Margaret Thatcher say about cheese?")

    assert answer.status is Status.ANSWERED
    assert {sentence.group for sentence in answer.sentences} == {"What arms did Bulgaria give"}
    assert any(note.startswith("What did Margaret Thatcher say about cheese: No record") for note in answer.notes)
    assert answer.understood.parts == ("What arms did Bulgaria give", "What did Margaret Thatcher say about cheese")


def test_a_reader_may_take_the_parts_away(assistant: Assistant) -> None:
    question = "Who was the president of Angola, and what arms did Bulgaria give?"

    apart, whole = assistant.ask(question), assistant.ask(question, without=["parts"])

    assert apart.understood.parts
    assert not whole.understood.parts


def test_of_two_it_is_counted_which_has_more(assistant: Assistant) -> None:
    answer = assistant.ask("Which year has more documents, 1961 or 1963?")

    assert answer.catalogue is not None
    assert answer.catalogue.text.startswith("1961: 9; 1963: 2. There are 9 records of 1961, ")
    assert answer.catalogue.total == 9 == assistant.search("How many documents are there of 1961?").total


def test_a_few_words_after_a_question_add_to_it(assistant: Assistant) -> None:
    answer = assistant.ask("How often does Dobrynin turn up? give me a figure")

    assert answer.catalogue is not None
    assert answer.catalogue.total == 3
