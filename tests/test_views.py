"""Overviews, timelines and comparisons of the seeds: their parts, headings and order."""

from __future__ import annotations

import datetime as dt
from itertools import groupby
from typing import TYPE_CHECKING

import pytest

from rag.answer.answer import Status
from rag.answer.overview import PERIODS
from rag.dates.archival_date import parse_date
from rag.embeddings import PACKAGED, load_embedder
from rag.evaluate.tuning.trial import Trial
from rag.record import Listing, Record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rag.answer.answer import Answer
    from rag.assistant.assistant import Assistant


def parts(answer: Answer) -> dict[str | None, list[str]]:
    """The records cited under each heading."""
    return {
        heading: [answer.citations[number - 1].hit.record.id for each in part for number in each.citations]
        for heading, part in groupby(answer.sentences, key=lambda sentence: sentence.group)
    }


@pytest.mark.parametrize(
    "question", ["Give me an overview of Guevara", "Summarise the records on Cuba", "overview of 1962"]
)
def test_an_overview_goes_by_periods_each_headed_with_its_records(assistant: Assistant, question: str) -> None:
    answer = assistant.ask(question)
    found = parts(answer)
    days = [each.hit.record.date.start for each in answer.citations if each.hit.record.date]

    assert answer.catalogue is not None
    assert 1 < len(found) <= PERIODS
    assert sum(int(str(heading).rpartition("· ")[2].split()[0]) for heading in found) == answer.catalogue.total
    assert days == sorted(day for day in days if day)
    assert all(1 <= len(ids) <= int(str(heading).rpartition("· ")[2].split()[0]) for heading, ids in found.items())


def test_an_overview_of_what_one_record_tells_is_that_record(assistant: Assistant) -> None:
    answer = assistant.ask("Give me a summary of the records on Afghanistan and Taraki")

    assert parts(answer).keys() == {None}
    assert len(answer.citations) == 1


def test_a_policy_towards_a_country_is_what_concerns_that_country(assistant: Assistant) -> None:
    answer = assistant.ask("Give me an overview of Soviet policy towards Angola")

    assert answer.catalogue is not None
    assert answer.catalogue.text.startswith("1 record names Angola")


@pytest.mark.parametrize(
    ("question", "headings"),
    [
        ("Compare Mikoyan's talks with Castro and Guevara", ("Castro", "Che Guevara")),
        ("What changed in Guevara's talks between 1961 and 1964?", ("1961", "1964")),
        ("Compare what Gorbachev said in February 1990 and in October 1990", ("February 1990", "October 1990")),
        ("What is the difference between Bulgaria and Hungary?", ("Bulgaria", "Hungary")),
        ("Czechoslovak versus Bulgarian weapons for Cuba", ("Czechoslovakia", "Bulgaria")),
    ],
)
def test_a_comparison_has_two_sides_that_cite_their_own(
    assistant: Assistant, question: str, headings: tuple[str, str]
) -> None:
    found = parts(assistant.ask(question))
    one, other = found.values()

    assert list(found) == list(headings)
    assert not {*one} & {*other}


def test_a_comparison_says_once_what_belongs_to_both_sides(assistant: Assistant) -> None:
    sentences = assistant.ask("Compare Castro and Khrushchev on the missiles").sentences

    assert {sentence.group for sentence in sentences} == {"Castro", "Nikita Khrushchev"}
    assert len({sentence.text for sentence in sentences}) == len(sentences)


def test_a_comparison_with_what_no_record_has_is_none(assistant: Assistant) -> None:
    answer = assistant.ask("Compare Castro and Allende")

    assert answer.status is Status.NOT_FOUND
    assert answer.verdict is not None


def test_a_timeline_of_few_records_has_those_near_it_in_other_words_and_says_so(assistant: Assistant) -> None:
    answer = assistant.ask("Day by day: Mikoyan in Havana")

    assert answer.catalogue is not None
    assert answer.catalogue.total == 3
    assert len(answer.citations) == 7
    assert "4 more records are close to the topic without using its words, and are listed too." in answer.notes


@pytest.fixture(scope="module")
def harbour() -> Iterator[Assistant]:
    """Sixty records of the Department about Riga, day by day; the last tells of something else too."""
    days = [dt.date(1971, 3, 1) + dt.timedelta(days=day) for day in range(60)]
    said = ["The Department wrote to Riga about grain."] * 59 + [
        "The Department analyzed the rosy assessment from Riga."
    ]
    records = [
        Record(f"r{at}", f"Note {at}", text, parse_date(day.isoformat()), listings=(Listing("harbour.csv", at + 1),))
        for at, (day, text) in enumerate(zip(days, said, strict=True))
    ]
    with Trial(records, load_embedder(PACKAGED)) as trial:
        yield trial.assistant


def test_a_timeline_of_too_many_records_has_those_nearest_to_the_question(harbour: Assistant) -> None:
    answer = harbour.ask("What happened in 1971 with Riga?")
    of_assessment = harbour.ask("What happened in 1971 with Riga and rosy forecasts and whatever else?")

    assert "The 50 nearest to the question are shown." in answer.notes
    assert len(answer.citations) == 50
    assert "r59" in {each.hit.record.id for each in of_assessment.citations}


def test_an_article_makes_no_title_of_the_word_after_it(harbour: Assistant) -> None:
    answer = harbour.ask("What happened in 1971 with The Department analyzed the rosy assessment?")

    assert [each.hit.record.id for each in answer.citations][-1] == "r59"
    assert answer.catalogue is not None
    assert answer.catalogue.total == 1


def test_the_day_is_told_where_a_question_asks_for_it_in_its_last_words(assistant: Assistant) -> None:
    answer = assistant.ask("Which French president spoke with Gorbachev, and when?")

    assert answer.catalogue is not None
    assert answer.catalogue.text == "The record cited is dated 29 October 1990."


def test_a_day_with_few_records_says_which_are_meant(assistant: Assistant) -> None:
    answer = assistant.ask("In which city did the talk of 13 November 1962 take place?")
    unheard = assistant.ask("What was the weather on 13 November 1962?")

    assert [citation.hit.record.title for citation in answer.citations] == [
        "Record of Conversation between Mikoyan and Fidel Castro, Havana"
    ]
    assert unheard.status is Status.NOT_FOUND


def test_who_is_named_with_both_times_belongs_to_both_sides(assistant: Assistant) -> None:
    answer = assistant.ask("Fidel talking to Kudryavtsev in 1961 versus Fidel talking to Petrov in 1990")

    assert [heading for heading in parts(answer) if heading] == ["1961", "1990"]
    assert all("Castro" in each.hit.record.title for each in answer.citations)


def test_an_overview_is_of_several_records_though_one_has_each_word(assistant: Assistant) -> None:
    answer = assistant.ask("Give me the broad picture of Czechoslovakia's dealings with revolutionary Cuba.")

    assert len(answer.citations) > 2
