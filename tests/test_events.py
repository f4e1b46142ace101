"""Days beside an event, a date or what a title of the collection names; days of whatever year."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from rag.answer.answer import Status
from rag.dates.archival_date import Interval
from rag.names.authority import packaged
from rag.query.date_expressions import find_days_of_any_year, in_every_year
from rag.query.events import Events

if TYPE_CHECKING:
    from rag.assistant.assistant import Assistant

EVENTS = Events(packaged().events)
DAYS = {  # question -> first day, last day, what remains
    "Cables from the day after the Bay of Pigs invasion": ("1961-04-18", "1961-04-18", "Cables"),
    "the two days before the Bay of Pigs": ("1961-04-15", "1961-04-16", ""),
    "two days before the Bay of Pigs landing": ("1961-04-15", "1961-04-15", ""),
    "What happened on the eve of the missile crisis?": ("1962-10-02", "1962-10-15", "What happened?"),
    "on the eve of Stalin's death": ("1953-03-04", "1953-03-04", ""),
    "Letters in the week after Kennedy's speech": ("1962-10-23", "1962-10-29", "Letters"),
    "the three weeks after 27 October 1962": ("1962-10-28", "1962-11-17", ""),
    "in the days after the Berlin Wall": ("1961-08-14", "1961-08-20", ""),
    "What did Mikoyan do during the missile crisis?": ("1962-10-16", "1962-11-20", "What did Mikoyan do?"),
    "in the wake of the fall of Khrushchev": ("1964-10-15", "1964-11-14", ""),
    "arms for Angola since independence of Angola": ("1975-11-12", None, "arms for Angola"),
    "talks before the Six-Day War": (None, "1967-06-04", "talks"),
}
NO_DAYS = (
    "after the meeting",
    "the week after",
    "the day after tomorrow",
    "the missile crisis",
    "before 1962",
    "after 5 May",
)


def day(written: str | None) -> dt.date | None:
    return None if written is None else dt.date.fromisoformat(written)


@pytest.mark.parametrize("question", DAYS)
def test_days_beside_an_event_or_a_date_are_counted(question: str) -> None:
    found = EVENTS.find(question)

    first, last, rest = DAYS[question]
    assert found is not None
    assert (found.interval, found.rest) == (Interval(day(first), day(last)), rest)
    assert found.text in question


@pytest.mark.parametrize("question", NO_DAYS)
def test_what_is_beside_nothing_known_asks_for_no_days(question: str) -> None:
    assert EVENTS.find(question) is None


def test_an_event_is_what_the_titles_of_records_of_one_time_name(assistant: Assistant) -> None:
    answer = assistant.ask("documents from the week after Brezhnev's secret speech")

    assert answer.understood.when == Interval(dt.date(1968, 4, 10), dt.date(1968, 4, 16))
    assert [citation.hit.record.date and citation.hit.record.date.edtf for citation in answer.citations] == [
        "1968-04-10",
        "1968-04-15",
    ]


def test_a_day_without_a_year_is_that_day_in_each_year(assistant: Assistant) -> None:
    answer = assistant.ask("Oct 27")

    days = [record.date.edtf for citation in answer.citations if (record := citation.hit.record).date]
    assert days == [*["1962-10-27"] * 4, "1964-10-27"]
    assert answer.understood.conditions.every_year == ("Oct 27",)
    assert answer.catalogue is not None
    assert (
        answer.catalogue.text == "There are 5 records of Oct 27 of any year, from 27 October 1962 to 27 October 1964."
    )
    assert assistant.search("Oct 27").total == 5


@pytest.mark.parametrize("question", ["Feb 29", "What was said on 4 July?", "How many letters are from 4 July?"])
def test_a_day_of_no_record_is_said_to_be_of_none(assistant: Assistant, question: str) -> None:
    answer = assistant.ask(question)

    assert answer.status is Status.NOT_FOUND
    assert answer.notes[0].startswith("No ")


def test_the_days_of_february_end_where_the_year_says() -> None:
    extent = Interval(dt.date(1959, 5, 1), dt.date(1960, 1, 1))
    month, leap = map(find_days_of_any_year, ("letters from February", "letters of 29 February"))

    assert month is not None
    assert leap is not None
    assert in_every_year(month.interval, extent) == (
        Interval(dt.date(1959, 2, 1), dt.date(1959, 2, 28)),
        Interval(dt.date(1960, 2, 1), dt.date(1960, 2, 29)),
    )
    assert in_every_year(leap.interval, extent) == (Interval(dt.date(1960, 2, 29), dt.date(1960, 2, 29)),)
    assert find_days_of_any_year("what may have happened in 1962, on 3 May 2000") is None


def test_a_count_goes_by_listed_dates_and_says_what_more_a_title_dates(assistant: Assistant) -> None:
    answer = assistant.ask("How many records are there of 1961?")

    assert answer.catalogue is not None
    assert answer.catalogue.total == 9 == assistant.search("How many records are there of 1961?").total
    assert answer.catalogue.text.endswith("; 1 more has a date of 1961 in the title.")
