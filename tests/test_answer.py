"""An answer is the curators' own words, to the letter, each with its records; or no, with the reason."""

from __future__ import annotations

from itertools import cycle
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answer import Status, numbered, refusal
from rag.compose import MOST, RECORDS, Quote
from rag.dates import Fit
from rag.index.ports import Passages, Word
from rag.noise import SILENCE, Noise
from rag.question import Asked, Understood
from rag.record import EVERYTHING, Filter, Hit, Record
from rag.retrieve import Evidence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.assistant import Assistant

ASKED = (
    "Why did Castro object to the withdrawal of the missiles?",
    "What did Mikoyan promise Castro about trade?",
    "Which arms did Czechoslovakia send to Cuba?",
    "How were the arms shipments concealed from the Americans?",
    "Who shot down the American plane over Cuba?",
    "What did Robert Kennedy tell Dobrynin?",
    "What did Guevara say of revolution in Latin America?",
    "Was Guevara pro-Chinese?",
    "What did Mao think of Stalin?",
    "Did Khrushchev denounce Stalin?",
    "What was discussed in Laos?",
    "Chen Yi",
    "Soviet scientists in Afghanistan",
    "the Hungarian border and East German citizens",
    "Saddam Hussein's invasion of Kuwait",
    "cuts in strategic arms",
    "sugar above world market prices",
    "arms for Angola",
    "nuclear free zone in Latin America",
    "What did Brezhnev tell the plenum?",
    "Marshal Grechko on aid to Cuba",
    "North Korea and Cuba",
    "How many rifles did Bulgaria give?",
    "Alpha 66 raids on the Cuban coast",
    "U Thant's visit to Cuba",
    "How are the launchers to be verified?",
    "Operation Anadyr ammunition",
    "Was the Aleksandrovsk ready to sail?",
    "What did Khrushchev and Castro talk about in 1960?",
    "documents from 1968",
    "records from 5 October 1962",
    "documents from 1961",
    "anything from the seventies",
    "letters from November 1962",
    "What happened between 1963 and 1964?",
    "What did Castro say before 1961?",
    "the 1962 crisis",
    "early November 1962",
    "Records from 1971",
    "documents before 1900",
    "How tall is Mount Everest?",
    "Who discovered penicillin?",
    "best pizza near the station",
    "Did Reagan meet Thatcher?",
    "Kruschev and Mikoian on the misiles",
    "Castro",
    "Cuba",
    "of the",
    "what?",
    "1962",
    "No. 147",
    "U.S.",
    "Cde. A. M. Rumyantsev",
    "“six days which shook the world”",
    "Record of Conversation between N.S. Khrushchev and Prime Minister of Cuba Fidel Castro",
    "\0\1\x1b[2J Castro \x7f\x08",
    "(" * 1000 + "[" * 1000,
    "Castro " + "{[(" * 600 + " missiles",
    "\u202e\u2067Castro\u2069 \u200f missiles \u200e",
    "AND OR NOT",
    "title:Castro AND summary:^~* OR (missiles",
    "+Castro -missiles ~2 ^99 [a TO z] {1 TO *}",
    'Castro" OR "1"="1',
    "'; DROP TABLE record; --",
    "<script>alert('Castro')</script>",
    "<b>missiles</b> &amp; &lt;Cuba&gt;",
    "{{ missiles }} {% raw %} ${jndi:ldap://cuba}",
    "../../etc/passwd %00 Cuba",
    "\ud800 Castro \udfff",
    "\N{ROCKET} missiles \N{ROCKET}",
    "Кастро и Микоян",
    "Гевара 1961",
    "x" * 2000,
    "Castro " * 285,
)


@pytest.mark.parametrize(("question", "k"), [*zip(ASKED, cycle((5, 3)), strict=False)], ids=range(len(ASKED)))
def test_every_sentence_stands_to_the_letter_in_every_record_it_cites(
    assistant: Assistant, question: str, k: int
) -> None:
    answer = assistant.ask(question, k=k)
    cited = {citation.number: citation for citation in answer.citations}
    lists_days = answer.understood.only_filter

    for sentence in answer.sentences:
        assert sentence.text.strip()
        assert sentence.citations
        for number in sentence.citations:
            record = cited[number].hit.record
            assert sentence.text in record.title or sentence.text in record.summary
            assert sentence.text in cited[number].quotes
    for number, citation in cited.items():
        of_it = [sentence.text for sentence in answer.sentences if number in sentence.citations]
        assert sorted(citation.quotes) == sorted(of_it) != []
    assert list(cited) == list(range(1, len(cited) + 1))
    firsts = list(dict.fromkeys(number for sentence in answer.sentences for number in sentence.citations))
    assert lists_days or firsts == list(cited)
    assert len(answer.citations) <= (50 if lists_days else RECORDS)
    assert lists_days or all(len(citation.quotes) <= MOST for citation in answer.citations)
    for sentence in answer.sentences:
        ends = [0, *(mark.end for mark in sentence.marks)]
        assert all(0 <= end <= mark.start < mark.end for end, mark in zip(ends, sentence.marks, strict=False))
        assert ends[-1] <= len(sentence.text)
    assert (answer.status is Status.ANSWERED) == bool(answer.sentences) == bool(answer.citations)
    assert answer.sentences or answer.notes

    ranking = [*(citation.hit for citation in answer.citations), *answer.nearest]
    ids = [hit.record.id for hit in ranking]
    scores = [hit.score for hit in answer.nearest if hit.score is not None]
    assert len(set(ids)) == len(ids)
    assert lists_days or 0 < len(ids) <= k
    assert scores == sorted(scores, reverse=True)
    assert all(0.0 <= hit.score <= 1.0 for hit in ranking if hit.score is not None)
    assert lists_days or not cited or max(ranking, key=lambda hit: hit.score or 0.0).record.id in ids[: len(cited)]
    when = answer.understood.when
    if when is not None and answer.sentences:
        assert all(Filter(when).fit(hit.record) in {Fit.CERTAIN, Fit.POSSIBLE} for hit in ranking)


def evidence(score: float, title: str, *body: str, nearness: Sequence[float] = ()) -> Evidence:
    record = Record(title, title, " ".join(body), None)
    cosines = np.array(nearness or [0.5] * (len(body) + 1), np.float32)
    return Evidence(Hit(record, score), Passages((title, *body), np.zeros((len(body) + 1, 2), np.float32)), cosines)


def asked(*absent: str, words: int = 2) -> Asked:
    text = " ".join(["who", *absent])
    return Asked(
        Understood(text), text, tuple(Word((str(each),)) for each in range(words)), (False,) * words, EVERYTHING, absent
    )


NOISE = Noise(record=0.2, passage=0.3)


def test_an_empty_ranking_is_refused() -> None:
    assert refusal([], asked(), SILENCE) is not None
    assert refusal([], asked("Fleming"), NOISE) == "No record mentions “Fleming”."


@given(st.floats(0.0, 1.0), st.floats(0.0, 1.0), st.floats(0.0, 0.9), st.floats(0.0, 0.9))
def test_who_is_answered_is_answered_with_more_evidence_and_less_noise(
    score: float, more: float, noise: float, less: float
) -> None:
    low, high = sorted((score, more))
    quiet, loud = sorted((noise, less))
    for question in (asked(), asked("Fleming"), asked("penicillin")):
        if refusal([evidence(low, "a")], question, Noise(loud, loud)) is None:
            assert refusal([evidence(high, "a")], question, Noise(quiet, quiet)) is None


@given(st.floats(0.0, 1.0))
def test_a_stranger_is_never_answered_sooner_than_somebody_known(score: float) -> None:
    found = [evidence(score, "a")]

    if refusal(found, asked("Fleming"), NOISE) is None:
        assert refusal(found, asked(), NOISE) is None


def test_a_refusal_names_what_is_missing_and_else_that_nothing_is_near() -> None:
    far = [evidence(0.1, "a")]

    assert refusal(far, asked(), NOISE) == "No record is near enough to the question to answer it."
    assert refusal(far, asked("Fleming", "Pasteur"), NOISE) == "No record mentions “Fleming” or “Pasteur”."
    assert refusal(far, asked("penicillin", "fungi"), NOISE) == "No record mentions “penicillin” or “fungi”."
    assert refusal(far, asked("penicillin"), NOISE) == "No record is near enough to the question to answer it."


def test_a_text_of_several_records_is_said_once_and_cites_them_all() -> None:
    one, two, three = (Hit(Record(name, name, "Same. Other.", None), 0.5) for name in "abc")
    lines, citations = numbered([Quote("Same.", one), Quote("Other.", two), Quote("Same.", three), Quote("Same.", one)])

    assert [line.text for line in lines] == ["Same.", "Other."]
    assert [{citations[number - 1].hit.record.id for number in line.citations} for line in lines] == [{"a", "c"}, {"b"}]
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
