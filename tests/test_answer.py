"""An answer is the curators' own words, to the letter, each with its records; or no, with the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from rag.answer.draft import Quote, numbered
from rag.answer.refusal import refusal
from rag.embeddings.background import NO_BACKGROUND, Background
from rag.index.ports import Passages, QueryTerm
from rag.query.understanding import Understanding
from rag.record import Hit, Record
from rag.search.ranking import Evidence

if TYPE_CHECKING:
    from collections.abc import Sequence


def evidence(score: float, title: str, *body: str, nearness: Sequence[float] = ()) -> Evidence:
    record = Record(title, title, " ".join(body), None)
    cosines = np.array(nearness or [0.5] * (len(body) + 1), np.float32)
    return Evidence(Hit(record, score), Passages((title, *body), np.zeros((len(body) + 1, 2), np.float32)), cosines)


def asked(*absent: str, words: int = 2) -> Understanding:
    text = " ".join(["who", *absent])
    return Understanding(text, text, tuple(QueryTerm((str(each),)) for each in range(words)), absent=absent)


NOISE = Background(record=0.2, passage=0.3)


def test_an_empty_ranking_is_refused() -> None:
    assert refusal([], asked(), NO_BACKGROUND) is not None
    assert refusal([], asked("Fleming", words=1), NOISE) == "No record mentions “Fleming”."


@given(st.floats(0.0, 1.0), st.floats(0.0, 1.0), st.floats(0.0, 0.9), st.floats(0.0, 0.9))
def test_who_is_answered_is_answered_with_more_evidence_and_less_noise(
    score: float, more: float, noise: float, less: float
) -> None:
    low, high = sorted((score, more))
    quiet, loud = sorted((noise, less))
    for question in (asked(), asked("penicillin")):
        if refusal([evidence(low, "a")], question, Background(loud, loud)) is None:
            assert refusal([evidence(high, "a")], question, Background(quiet, quiet)) is None


def test_a_refusal_names_what_is_missing_and_else_that_nothing_is_near() -> None:
    far = [evidence(0.1, "a")]

    assert refusal(far, asked(), NOISE) == "No record comes close enough to the question to answer it."
    assert refusal(far, asked("Fleming", "Pasteur"), NOISE) == "No record mentions “Fleming” or “Pasteur”."
    assert refusal(far, asked("penicillin", "fungi"), NOISE) == "No record mentions “penicillin” or “fungi”."
    assert refusal(far, asked("penicillin"), NOISE) == "No record comes close enough to the question to answer it."


def test_a_text_of_several_records_is_said_once_and_cites_them_all() -> None:
    one, two, three = (Hit(Record(name, name, "Same. Other.", None), 0.5) for name in "abc")
    lines, citations = numbered([Quote("Same.", one), Quote("Other.", two), Quote("Same.", three), Quote("Same.", one)])

    assert [line.text for line in lines] == ["Same.", "Other."]
    cited = [[citations[number - 1].hit.record.id for number in line.citations] for line in lines]
    assert cited == [["a", "c"], ["b"]]
    assert [line.citations for line in lines] == [(1, 2), (3,)]
    assert all(citation.quotes == tuple(dict.fromkeys(citation.quotes)) for citation in citations)


chosen = st.lists(
    st.builds(
        Quote,
        st.sampled_from(["One.", "Two.", "Three."]),
        st.sampled_from([Hit(Record(name, name, "One. Two. Three.", None), 0.5) for name in "abcd"]),
    )
)


@given(chosen)
def test_citations_are_numbered_once_and_hold_what_was_chosen(quoted: list[Quote]) -> None:
    lines, citations = numbered(quoted)
    pairs = {(line.text, citations[number - 1].hit.record.id) for line in lines for number in line.citations}

    assert pairs == {(quote.text, quote.hit.record.id) for quote in quoted}
    assert [citation.number for citation in citations] == list(range(1, len(citations) + 1))
    assert len({line.text for line in lines}) == len(lines)
    assert {(text, citation.hit.record.id) for citation in citations for text in citation.quotes} == pairs
