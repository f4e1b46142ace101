"""One thing can be asked in many ways: each of them is read as the same kind of question, about the same."""

import pytest

from rag.language.document_types import TYPE_WORDS
from rag.query.conditions import mark
from rag.query.intent import Intent, read_shape

WAYS = {
    (Intent.COUNT, "Lund"): (
        "How many papers mention Lund?",
        "In how many of your documents does Lund appear?",
        "What is the number of records that speak of Lund?",
        "number of letters dealing with Lund",
        "Could you tell me how many touch on Lund?",
        "count all the telegrams that refer to Lund",
        "How often does Lund turn up?",
        "what number of papers have to do with Lund?",
    ),
    (Intent.FIRST, "Lund"): (
        "the oldest paper on Lund",
        "With which document does the Lund story begin?",
        "Which is the earliest of Lund's letters?",
        "What is the first we hear of Lund?",
        "When do we first hear of Lund?",
        "earliest mention of Lund",
        "Which record speaks of Lund first?",
        "Where does the story of Lund begin?",
    ),
    (Intent.LAST, "Lund"): (
        "the final letter from Lund",
        "Please show me the most recent record that deals with Lund",
        "With which telegram does the Lund affair end here?",
        "What is the last we hear of Lund?",
        "When was Lund last mentioned?",
    ),
    (Intent.LIST, "Lund"): (
        "Please name every paper in which Lund turns up",
        "In which documents does Lund appear?",
        "Where is Lund mentioned?",
        "Lund's letters: give me all of them",
        "Do you keep anything on Lund?",
        "records that touch on Lund",
        "all that concerns Lund",
        "got anything about Lund?",
        "Tell me about every letter from Lund",
    ),
    (Intent.TIMELINE, "Lund"): (
        "Lund at Port Sund, step by step",
        "Step by step: Lund at Port Sund",
        "What happened to Lund from beginning to end?",
        "the course of events of Lund's mission",
    ),
}


LEARNED = {
    Intent.LIST: ("I'd like to see whatever concerns the Lund dispute, all of it if you don't mind",
                  "Any chance of a peek at your papers about Lund?"),
    Intent.COUNT: ("How large is the set on Lund?", "pls count everything with Lund in it"),
    Intent.OVERVIEW: ("Can you give me an idea of what's held here on Lund?",),
    Intent.HELP: ("I've never used this before, how does one ask?",),
    Intent.ABOUT: ("What sort of documents have you got altogether?",),
    Intent.FIND: ("What did Castro say on the list of arms?", "Which nation was to be first to use nuclear weapons?"),
    Intent.HOW_MANY: ("How many Soviet officers did Castro ask for?", "How tall is Mount Everest?"),
}  # fmt: skip


@pytest.mark.parametrize(("intent", "way"), [(intent, way) for intent, ways in LEARNED.items() for way in ways])
def test_what_no_pattern_has_is_read_by_what_was_learned(intent: Intent, way: str) -> None:
    shape = read_shape(mark(way, (), TYPE_WORDS).text)

    assert shape.intent is intent
    assert ("Lund" in shape.rest) == ("Lund" in way)


def test_a_question_of_whatever_length_is_read() -> None:
    assert read_shape("x" * 100_000).intent is Intent.FIND
    assert read_shape("").intent is Intent.FIND


@pytest.mark.parametrize(("asked", "way"), [(asked, way) for asked, ways in WAYS.items() for way in ways])
def test_the_same_is_asked_in_many_ways(asked: tuple[Intent, str], way: str) -> None:
    shape = read_shape(mark(way, (), TYPE_WORDS).text)

    assert shape.intent is asked[0]
    assert asked[1] in shape.rest


@pytest.mark.parametrize(
    ("question", "topic"),
    [("most recent paper featuring {N0}", "{N0}"), ("give me the latest document that deals with {P0}", "{P0}")],
)
def test_what_records_are_asked_for_is_left_of_any_words_that_ask_for_them(question: str, topic: str) -> None:
    assert read_shape(question).topic == topic
