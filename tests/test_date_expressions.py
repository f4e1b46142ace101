"""Which days a question asks for, against a table written by hand."""

import datetime as dt
import random
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rag.dates.archival_date import Interval
from rag.query.date_expressions import find_dates

CASES = [
    line.split("\t")
    for line in Path(__file__).with_name("date_expression_cases.tsv").read_text(encoding="utf-8").split("\n")
    if line and not line.startswith("#")
]
DATED = [case for case in CASES if case[1] != "-"]
FRAGMENTS = """
what happened on in of from to between and or before after since until by the a 1962 1961-62 1960s '62 62 October
may May Oct. 28 28th 3 first second half quarter week of year early mid- late spring winter 1962-63 crisis documents
records Castro Guevara, ? . ( ) " - / 10/27/1962 27.10.1962 1962-10-27 No. Protocol 147 IL-28 R-12s 7.92 50,000 about
around not except onwards on later than earlier present century 19th sixties 8 p.m. Saturday, & 's
"""


def day(text: str) -> dt.date | None:
    """A day of the table; None where that side is open."""
    return None if text == ".." else dt.date.fromisoformat(text)


@pytest.mark.parametrize(("question", "words", "start", "end", "kind", "only"), DATED)
def test_a_question_asks_for_the_days_of_the_table(
    question: str, words: str, start: str, end: str, kind: str, only: str
) -> None:
    when = find_dates(question)

    assert when is not None
    assert when.text == words
    assert when.interval == Interval(day(start), day(end))
    assert when.soft is (kind == "hint")
    assert when.only_filter is (only == "only")


@pytest.mark.parametrize("question", [question for question, words, *_ in CASES if words == "-"])
def test_a_question_without_a_date_asks_for_no_days(question: str) -> None:
    assert find_dates(question) is None


def test_the_table_is_long_enough_to_mean_something() -> None:
    assert len({question for question, *_ in CASES}) >= 150


@pytest.mark.parametrize(
    ("question", "rest"),
    [
        ("Guevara conversations between 1963 and 1964", "Guevara conversations"),
        ("What happened on 28 October 1962?", "What happened?"),
        ("What happened on Saturday, 27 October 1962?", "What happened?"),
        ("In 1962, what did Castro say?", "what did Castro say?"),
        ("what do you have from 1990?", "what do you have?"),
        (
            "What did Castro say in the month of November 1962 about IL-28 bombers?",
            "What did Castro say about IL-28 bombers?",
        ),
        ("What was said of Angola in the 1970s?", "What was said of Angola?"),
        ("letters after 1960 from Castro before 1963", "letters from Castro"),
        ("documents from 1962 on Cuba", "documents on Cuba"),
        ("documents dated between May 1961 and June 1961", "documents"),
        ("telegrams (October 1962), Gromyko", "telegrams, Gromyko"),
        ("the 1962 crisis", "the crisis"),
        ("What caused the 1961 Bay of Pigs invasion?", "What caused the Bay of Pigs invasion?"),
        ("What happened after the 1961 invasion?", "What happened after the invasion?"),
        ("Did Castro believe in 1962 that Mikoyan was in Havana?", "Did Castro believe that Mikoyan was in Havana?"),
        ("1962", ""),
    ],
)
def test_what_remains_is_the_question_without_its_date(question: str, rest: str) -> None:
    when = find_dates(question)

    assert when is not None
    assert when.rest == rest


@pytest.mark.parametrize(
    ("question", "days"),
    [
        ("and in November?", ("1962-11-01", "1962-11-30")),
        ("and on 28 October?", ("1962-10-28", "1962-10-28")),
        ("between 3 and 5 November?", ("1962-11-03", "1962-11-05")),
        ("and from November to February?", ("1962-11-01", "1963-02-28")),
        ("and before November?", ("..", "1962-10-31")),
        ("and in spring?", ("1962-03-01", "1962-05-31")),
        ("and in 1960?", ("1960-01-01", "1960-12-31")),
    ],
)
def test_a_day_or_month_without_a_year_takes_that_of_the_turns_before(question: str, days: tuple[str, str]) -> None:
    when = find_dates(question, year=1962)

    assert when is not None
    assert when.interval == Interval(*map(day, days))


@pytest.mark.parametrize("question", ["what may happen?", "Castro may be right", "march on", "and 28 of them?", "147"])
def test_the_year_of_the_turns_before_makes_no_date_of_other_words(question: str) -> None:
    assert find_dates(question, year=1962) is None


def check(question: str, year: int | None = None) -> None:
    """What holds for any question at all."""
    when = find_dates(question, year=year)
    if when is None:
        return
    assert question[slice(*when.span)] == when.text != ""
    assert len(when.rest) <= len(question)
    assert not (when.soft and when.only_filter)
    assert when.interval != Interval(None, None)
    if when.interval.start and when.interval.end:
        assert when.interval.start <= when.interval.end


@given(st.text(max_size=80))
@example("İİİ 1962 İ")
@example("around 9999")
@example("around 0001")
@example("\x85 1962 \u2028")
@example("before 0001-01-01")
def test_any_text_is_read_without_fault(question: str) -> None:
    check(question)
    check(question, year=1962)


def test_ten_thousand_heaps_of_date_words_are_read_without_fault() -> None:
    pieces = FRAGMENTS.split()
    chance = random.Random(1962)  # noqa: S311 - the same heaps every time

    for _ in range(10_000):
        check(" ".join(chance.choices(pieces, k=chance.randint(1, 12))), chance.choice([None, 1962]))


@pytest.mark.parametrize(
    "piece",
    ["1 ", "9", "1962 ", "may ", "from 1962 to ", "a-", ", ", "the ", "(1962) ", "1962-", "'62", "? ", "\u0130", "."],
)
def test_long_hostile_questions_are_read_without_fault(piece: str) -> None:
    check((piece * 5000)[:5000])
