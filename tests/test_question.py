"""A question is read as far as its reader allows: days become a filter, names are found, and the rest is asked."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rag.dates.archival_date import edtf_interval
from rag.ingest.read import read
from rag.language.stopwords import FUNCTION_WORDS
from rag.names.build_profile import profile_of
from rag.query.carry_over import NO_CARRY_OVER
from rag.query.conversation import Memory
from rag.query.enquiry import ALL_ASPECTS, Aspect, Turn
from rag.query.events import NO_EVENTS
from rag.query.names import Names, Respelling
from rag.query.question import Vocabulary, content_words, understand
from rag.record import EVERYTHING, Filter
from tests.hostile import HOSTILE, hostile

if TYPE_CHECKING:
    from rag.query.understanding import Understanding

SEEDS = read([Path("seeds")]).records
NAMES = Names(profile_of(SEEDS))
YEAR = Filter(edtf_interval("1962"))


def asked(
    question: str, *before: str, where: Filter = EVERYTHING, aspects: frozenset[Aspect] = ALL_ASPECTS
) -> Understanding:
    forgetful = Memory(
        NAMES,
        NO_EVENTS,
        cited=lambda _: (),
        among=lambda *_: (),
        nearest=lambda *_: (),
        can_list=lambda _: False,
        asks_catalogue=lambda _: False,
        together=lambda _: False,
        carry_over=lambda *_: NO_CARRY_OVER,
    )
    return understand(question, [Turn(turn) for turn in before], where, Vocabulary(NAMES), aspects, memory=forgetful)


def words(of: Understanding) -> set[str]:
    """The words as the reader gave them."""
    return {word.spellings[0] for word in of.terms}


@pytest.mark.parametrize("question", ["Who spoke of the pier?", "Who has spoken about the pier?"])
def test_who_speaks_of_something_is_asked_by_that_alone(question: str) -> None:
    assert words(asked(question)) == {"pier"}
    assert "spoke" in words(asked("Who spoke with Castro about the pier?"))


def test_days_become_a_filter_and_leave_what_is_asked() -> None:
    found = asked("What did Castro tell Mikoyan in November 1962?")

    assert found.where == Filter(edtf_interval("1962-11"))
    assert (found.when, found.when_text) == (edtf_interval("1962-11"), "November 1962")
    assert found.text == "What did Castro tell Mikoyan in November 1962?"
    assert "1962" not in found.meaning
    assert words(found) == {"castro", "mikoyan"}


def test_a_filter_that_is_given_replaces_the_days_of_the_question() -> None:
    found = asked("documents from 1968", where=YEAR)

    assert found.where == YEAR
    assert found.when == YEAR.when
    assert found.only_filter


def test_fields_that_are_filtered_stay_when_days_are_read() -> None:
    field = Filter(fields=(("type", frozenset({"telegram"})),))

    assert asked("What happened in 1968?", where=field).where == Filter(edtf_interval("1968"), field.fields)


def test_days_that_name_are_words_and_no_filter() -> None:
    found = asked("What did the 1962 crisis do to the economy?")

    assert (found.where, found.when, found.when_text) == (EVERYTHING, None, None)
    assert "1962" in words(found)


def test_operators_narrow_the_filter_under_the_collections_spellings_and_leave_the_rest_to_be_asked() -> None:
    found = asked(
        'What of arms did "Che Guevara" say -Alekseev in 1962?', where=Filter(fields=(("type", frozenset({"Letter"})),))
    )

    assert found.when == edtf_interval("1962")
    assert found.where.words == (("Che Guevara",),)
    assert {"alekseev", "alexeev"} <= set(found.where.not_words)
    assert found.where.fields == (("type", frozenset({"Letter"})),)
    assert words(found) == {"che", "guevara", "arms"}
    assert "Alekseev" not in found.meaning


def test_what_records_say_without_something_excludes_nothing_and_records_without_it_are_excluded() -> None:
    assert not asked("Can a treaty be signed without inspection?").where.not_words
    assert asked("Which documents speak of arms without inspection?").where.not_words == ("inspection",)
    assert asked("arms, but not bank loans").where.not_words == ("bank loans",)


def test_operators_are_read_though_nothing_else_may_be() -> None:
    found = asked("Castro OR Mikoian missiles type:Letter", aspects=frozenset())

    assert found.where.words == (("castro", "mikoian"),)
    assert found.where.fields == (("type", frozenset({"Letter"})),)
    assert [term.spellings for term in found.terms] == [("missiles",), ("castro", "mikoian")]
    assert asked("documents type:Letter").only_filter
    assert not asked("documents type:Letter", aspects=frozenset()).only_filter


def test_a_question_of_nothing_but_days_is_only_a_filter() -> None:
    assert asked("documents from 1968").only_filter
    assert not asked("documents on missiles from 1968").only_filter
    assert not asked("documents").only_filter


def test_each_aspect_can_be_taken_away() -> None:
    question = "What did Mikoian say of Lima in 1962?"
    everything = asked(question)

    assert everything.when == edtf_interval("1962")
    assert everything.corrections == (Respelling("Mikoian", "Anastas Mikoyan"),)
    assert "Anastas Mikoyan" in everything.names

    without = asked(question, aspects=ALL_ASPECTS - {Aspect.DATES})
    assert (without.where, without.when) == (EVERYTHING, None)
    assert "1962" in words(without)

    assert asked(question, aspects=ALL_ASPECTS - {Aspect.NAMES}).names == ()
    assert asked(question, aspects=ALL_ASPECTS - {Aspect.SPELLING}).corrections == ()

    followed = asked("And in 1960?", question)
    alone = asked("And in 1960?", question, aspects=ALL_ASPECTS - {Aspect.HISTORY})
    assert (followed.text, followed.rewritten) == (
        "What did Mikoian say of Lima in 1960",
        True,
    )
    assert (alone.text, alone.rewritten) == ("And in 1960?", False)


def test_with_nothing_understood_the_words_stand_as_they_are() -> None:
    found = asked("What did Mikoian say of Lima in 1962?", "Castro?", aspects=frozenset())

    assert [word.spellings for word in found.terms] == [("mikoian",), ("lima",), ("1962",)]
    assert (found.where, found.names) == (EVERYTHING, ())


def test_a_misspelt_name_is_searched_under_its_own_spelling_too() -> None:
    (word,) = asked("Mikoian").terms

    assert {"mikoian", "mikoyan"} <= set(word.spellings)


def test_what_no_record_holds_is_absent() -> None:
    assert set(asked("Who discovered penicillin with Fleming?").absent) >= {"penicillin", "Fleming"}
    assert asked("What did Castro say of the withdrawal of the missiles?").absent == ()


def test_function_words_carry_nothing_unless_there_is_nothing_else() -> None:
    assert words(asked("What did he say about the missiles?")).isdisjoint(FUNCTION_WORDS)
    assert words(asked("What is it about?")) <= FUNCTION_WORDS
    assert asked("What is it about?").terms


def test_content_words_come_once_each() -> None:
    assert [word.spellings for word in content_words("Missiles, missiles and the MISSILES of Castro")] == [
        ("missiles",),
        ("castro",),
    ]


def test_white_space_means_nothing() -> None:
    assert asked("  What did\n\tCastro   want? ") == asked("What did Castro want?")


@pytest.mark.parametrize("question", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_questions_are_read_like_any_other(question: str) -> None:
    for found in (asked(question), asked(question, "What did Castro want in 1962?"), asked("and he?", question)):
        assert found.text.encode() is not None
        assert found.meaning.encode() is not None
        assert all(word.spellings for word in found.terms)
        when = found.where.when
        assert when is None or when.start is None or when.end is None or when.start <= when.end


@given(st.text(), st.text(), st.sets(st.sampled_from(Aspect)).map(frozenset))
@example("\ud800", "\udfff", ALL_ASPECTS)
@example("and in 1960?", "Castro in 1962", ALL_ASPECTS)
def test_any_question_is_read_the_same_every_time(question: str, before: str, aspects: frozenset[Aspect]) -> None:
    found = asked(question, before, aspects=aspects)

    assert found == asked(question, before, aspects=aspects)
    assert found.text.encode() is not None
    assert len(set(found.terms)) == len(found.terms)
    assert found.rewritten <= (Aspect.HISTORY in aspects)


def test_three_thousand_hostile_questions_raise_nothing_and_change_nothing() -> None:
    before = asked("What did Mikoian tell Castro in 1962?")

    for put in hostile(3_000):
        assert asked(put.question, *put.before).text.encode() is not None

    assert asked("What did Mikoian tell Castro in 1962?") == before
