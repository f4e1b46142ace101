"""What a request may cost: time grows with the length of a text, not with its square, whatever is in it."""

from __future__ import annotations

from functools import partial
from time import process_time
from typing import TYPE_CHECKING

import pytest
from starlette.testclient import TestClient

from rag import check
from rag.assistant.assistant import TURNS
from rag.check.extract import readable
from rag.dates.archival_date import dates_in
from rag.language.sentences import sentences
from rag.llm.claims import draft
from rag.query.enquiry import Turn
from tests.soak.bodies import PIECES, TITLE, bodies, filled
from web.app import create_app
from web.request_bodies import LONGEST

if TYPE_CHECKING:
    from collections.abc import Callable

    from rag.assistant.assistant import Assistant

FACTOR = 4
_MOST = 2.2 * FACTOR  # times as long for FACTOR times the text; by the square it would be FACTOR ** 2
_SECONDS = 1.5
_ENOUGH = 0.2  # seconds; below, a clock's noise decides


def seconds(work: Callable[[str], object], text: str) -> float:
    """The processor's time for a text, at best of two."""
    taken = []
    for _ in range(2):
        began = process_time()
        work(text)
        taken.append(process_time() - began)
        if taken[0] < _ENOUGH:
            break
    return min(taken)


def grows_with_its_square(work: Callable[[str], object], length: int) -> list[str]:
    """The pieces of which FACTOR times the text takes out of all proportion."""
    found = []
    for piece in PIECES:
        long = seconds(work, filled(piece, length))
        if long > _ENOUGH and long > _MOST * seconds(work, filled(piece, length // FACTOR)):
            found.append(f"{piece!r}: {long:.2f} s")
    return found


@pytest.mark.parametrize("work", [dates_in, sentences, readable, draft], ids=lambda work: work.__name__)
def test_reading_a_text_takes_time_by_its_length(work: Callable[[str], object]) -> None:
    assert grows_with_its_square(work, 10_000) == []


def test_checking_a_text_takes_time_by_its_length(assistant: Assistant) -> None:
    assistant.check(TITLE)

    assert grows_with_its_square(assistant.check, check.LONGEST // 8) == []


def test_understanding_a_question_takes_time_by_its_length(assistant: Assistant) -> None:
    assistant.warm()
    assistant.ask(TITLE)

    assert grows_with_its_square(assistant.ask, LONGEST // 2) == []


def test_of_a_long_conversation_the_latest_turns_count(assistant: Assistant) -> None:
    turns = [Turn(f"What did Castro say of {number}?") for number in range(2 * TURNS)]

    assert assistant.ask("And Mikoyan?", history=turns) == assistant.ask("And Mikoyan?", history=turns[TURNS:])


def test_a_text_with_too_many_sentences_is_compared_in_part_and_says_so(assistant: Assistant) -> None:
    few, many = (assistant.check(filled("Castro left. ", length)) for length in (1000, check.LONGEST))
    quoted = assistant.check(filled("“Castro told Mikoyan of missiles” ", check.LONGEST))

    said = f"Only the first {check.MOST} sentences and quotations were compared; check the rest separately."
    assert said not in few.notes
    assert said in many.notes
    assert said in quoted.notes or len(quoted.findings) < check.MOST


@pytest.mark.parametrize("path", sorted(bodies()))
def test_no_body_of_64_kib_costs_more_than_a_second_and_a_half(assistant: Assistant, path: str) -> None:
    site = TestClient(create_app(assistant))
    site.post(path, json=bodies()[path]("A"))  # what only the first request loads
    spent = {}
    for piece in ("A Library of the ", "A.", "1962-10-27-"):  # of all, `make soak` tries
        spent[piece] = seconds(partial(site.post, json=bodies()[path](piece)), path)

    assert {piece: cost for piece, cost in spent.items() if cost > _SECONDS} == {}
