"""Why an answer is as it is, in words that a reader can check against the answer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from rag.answer.why import why
from rag.query.enquiry import Turn

if TYPE_CHECKING:
    from rag.answer.answer import Answer
    from rag.assistant.assistant import Assistant

ASKED = "What did Castro and Mikoyan discuss in November 1962?"


def said(answer: Answer) -> tuple[str, str, str]:
    understood, weighed, decided = (" ".join(reason.lines) for reason in why(answer))
    return understood, weighed, decided


def test_each_record_quoted_is_named_with_its_evidence_and_what_it_shares(assistant: Assistant) -> None:
    answer = assistant.ask(ASKED)
    understood, weighed, decided = said(answer)

    assert understood == "Dates: November 1962. Names: Castro · Anastas Mikoyan."
    for citation in answer.citations:
        assert citation.hit.record.title in weighed
        assert f"{round(100 * (citation.hit.score or 0))} points;" in weighed
        assert f"quoted as {citation.number}." in weighed
    assert "has “castro”, “mikoyan” and “discuss”" in weighed
    assert f"from {len(answer.citations)} records" in decided


@pytest.mark.parametrize(
    ("question", "decided"),
    [
        ("Who won the football world cup in Argentina?", r"No record mentions .*What no record names is not answered"),
        ("What did Stalin tell Castro in 1962?", r"No record of 1962 names both .* none of it is the answer"),
        (
            "Did Khrushchev visit Cuba?",
            r"The best sentence covers \d+% of what is asked: “visit”. It is 0% likely .* at least 50%",
        ),
        (
            "Documents from October 1962",
            r"The catalogue says: There are 15 records .*The quotations are in order of date",
        ),
    ],
)
def test_the_verdict_is_explained(assistant: Assistant, question: str, decided: str) -> None:
    assert re.search(decided, said(assistant.ask(question))[2])


def test_what_is_below_the_bar_is_said_to_be_below_it(assistant: Assistant) -> None:
    answer = assistant.ask("best recipe for sourdough bread")
    found = re.search(r"has (\d+) of the (\d+) points needed", said(answer)[2])

    assert not answer.sentences
    assert found
    assert int(found[1]) < int(found[2])


def test_what_was_not_weighed_is_said(assistant: Assistant) -> None:
    listed = assistant.ask("documents of 1961")
    pointed = assistant.ask("the second one", history=[Turn("documents of 1961", None, listed.cited)])
    chosen = assistant.ask(ASKED, among=listed.cited[:1])

    assert said(listed)[1].startswith("Nothing was compared: every record that fits is counted")
    assert said(pointed)[1] == "1 record shown before, to which the question points."
    assert said(assistant.ask("thank you"))[1].startswith("No records: ")
    assert said(chosen)[2].startswith("You chose the records")
