"""What is understood of a source's dates, against a table written by hand, the edtf package and counted days."""

import datetime as dt
import logging
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest
from babel.dates import format_date
from edtf import parse_edtf
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lark import Lark
from lark import logger as lark_logger

from rag.dates.archival_date import (
    ArchivalDate,
    Fit,
    Interval,
    apart,
    dates_in,
    edtf_interval,
    edtf_of,
    fit,
    is_date,
    overlaps,
    parse_date,
)
from rag.dates.grammar import _grammar
from rag.dates.phrases import whole

CASES = [
    line.split("\t")
    for line in Path(__file__).with_name("dates_cases.tsv").read_text(encoding="utf-8").split("\n")
    if line and not line.startswith("#")
]
FRAGMENTS = """
May Oct. 27 3rd 1962 '62 62 1960s sixties spring winter 19th century circa ? before after between and to - / , of the
early late mid first second half quarter week Saturday, 8 p.m. 10/27/1962 27.X.1962 1962-10 19621027 0 31 [ ] 196- 19--
from until since or onwards Protocol No. 32 00 9999 0001 10/62 -- present n.d. B.C. 99 days few
"""
WORDS = st.sampled_from([*FRAGMENTS.split(), "\u2013", "\u2019"])
SPELLINGS = st.one_of(st.text(max_size=60), st.lists(WORDS, max_size=12).map(" ".join))
DAYS = st.dates(dt.date(1961, 12, 1), dt.date(1962, 3, 1))
POINTS = st.one_of(
    st.dates().map(dt.date.isoformat),
    st.dates().map(lambda day: day.isoformat()[:7]),
    st.dates().map(lambda day: day.isoformat()[:4]),
    st.integers(1, 999).map(lambda decade: f"{decade:03}X"),
    st.integers(1, 99).map(lambda century: f"{century:02}XX"),
    st.tuples(st.integers(1, 9999), st.integers(21, 23)).map(lambda season: f"{season[0]:04}-{season[1]}"),
)


def bounds_by_the_edtf_package(text: str) -> Interval:
    """The same question, asked of somebody else's code."""
    parsed = parse_edtf(text)
    low, high = parsed.lower_strict(), parsed.upper_strict()
    return Interval(*(None if isinstance(end, float) else dt.date(*end[:3]) for end in (low, high)))


@pytest.mark.parametrize(("spelling", "edtf", "start", "end"), CASES)
def test_a_spelling_is_understood_as_the_table_says(spelling: str, edtf: str, start: str, end: str) -> None:
    day = {"-": None, "..": None}

    understood = parse_date(spelling)

    assert understood == ArchivalDate(
        spelling.replace("  ", " ").replace("  ", " "),
        None if edtf == "-" else edtf,
        day[start] if start in day else dt.date.fromisoformat(start),
        day[end] if end in day else dt.date.fromisoformat(end),
    )


def test_the_table_is_long_enough_to_mean_something() -> None:
    assert len({spelling for spelling, *_ in CASES}) >= 200


@pytest.mark.parametrize("edtf", sorted({edtf for _, edtf, *_ in CASES} - {"-", "1962-24"}))
def test_the_days_of_the_table_are_those_of_the_edtf_package(edtf: str) -> None:
    # 1962-24 is left out: to the package a winter is its December alone.
    assert edtf_interval(edtf) == bounds_by_the_edtf_package(edtf)


@pytest.mark.parametrize("language", ["de", "de_AT", "fr", "es", "it", "pt", "nl", "pl", "cs", "ru", "en"])
@pytest.mark.parametrize("written", ["long", "medium", "full"])
def test_each_day_is_read_as_speakers_of_the_language_write_it(language: str, written: str) -> None:
    days = [dt.date(year, month, day) for month in range(1, 13) for year, day in ((1789, 17), (1914, 3))]
    texts = [format_date(day, written, locale=language) for day in days]

    assert [(text, parse_date(text).edtf) for text in texts] == [
        (text, day.isoformat()) for text, day in zip(texts, days, strict=True)
    ]


@pytest.mark.parametrize("text", ["\u00a0November\u00a02,\n1962 ", "November 2,\t1962", "  November 2, 1962"])
def test_white_space_is_folded(text: str) -> None:
    assert parse_date(text).text == "November 2, 1962"
    assert parse_date(text).edtf == "1962-11-02"


@given(SPELLINGS)
@example("winter 9999")
@example("before 0001")
@example("after 9999")
@example("early 0001")
@example("the last week of 1962")
@example("5th quarter of 1962")
@example("0th century")
@example("\u017f")
@example("\u0130 1962")
@example("\uff11\uff19\uff16\uff12")
@example("no earlier than 3 May 1961 - no later than")
def test_any_text_is_read_without_fault(text: str) -> None:
    understood = parse_date(text)

    if understood.start and understood.end:
        assert understood.start <= understood.end
    if understood.edtf is not None:
        assert edtf_interval(understood.edtf) == Interval(understood.start, understood.end)
    else:
        assert understood.start is None
        assert understood.end is None
    is_date(text)
    for named in dates_in(text):
        assert named.edtf is not None
        assert " ".join(named.text.split()) in " ".join(text.split())


@settings(max_examples=40)  # the edtf package takes its time
@given(st.lists(WORDS, max_size=12).map(" ".join))
def test_what_is_understood_is_edtf_that_others_can_read(text: str) -> None:
    understood = parse_date(text)

    # The edtf package cannot read an open interval that begins or ends with a decade or a century (../196X).
    unread = understood.edtf and ".." in understood.edtf and "X" in understood.edtf
    if unread or understood.end == dt.date.max:
        return
    if understood.edtf and not understood.vague and "-24" not in understood.edtf:
        assert bounds_by_the_edtf_package(understood.edtf) == Interval(understood.start, understood.end)


@given(st.dates(dt.date(1000, 1, 1), dt.date(2999, 12, 31)))
def test_no_common_spelling_of_a_day_moves_it(day: dt.date) -> None:
    spellings = [
        f"{day:%B} {day.day}, {day.year}",
        f"{day:%B %d, %Y}",
        f"{day.day} {day:%b} {day.year}",
        f"{day:%A}, {day.day} {day:%B} {day.year}",
        f"{day:%d.%m.%Y}",
        f"{day:%Y%m%d}",
        day.isoformat(),
    ]

    assert {parse_date(spelling).edtf for spelling in spellings} == {day.isoformat()}
    assert all(is_date(spelling) for spelling in spellings if not spelling.isdigit())


@pytest.mark.parametrize(
    "line",
    [
        "November 2, 1962",
        "September, 1959",
        "December 02, 1961",
        "January, 1961",
        " June 2, 1967 ",
        "2 June 1967",
        "October 1962",
        "AUG 76",
        "Spring 1962",
        "winter 1962-63",
        "circa 1958",
        "ca. October 1962",
        "[October 27, 1962]",
        "October 27, 1962, 8 p.m.",
        "Saturday, October 27, 1962",
        "May 3 - June 2, 1961",
        "3-9 May 1961",
        "1962-10-27",
        "1962-7-31",
        "10/27/1962",
        "27.10.1962",
        "between 1958 and 1960",
        "before 1960",
        "early 1962",
    ],
)
def test_a_line_that_is_a_date_is_recognised(line: str) -> None:
    assert is_date(line)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "147",
        "1962",
        "1960-1962",
        "1960 - 1962",
        "1 - 10 of 31",
        "121 - 130 of 300",
        "Results:",
        "Documents",
        "May",
        "October 27",
        "to October 1962",
        "October 1962 to",
        "1960s",
        "the sixties",
        "19th century",
        "19621027",
        "196X",
        "10/62",
        "3.11.62",
        "1962-10",
        "[unknown]",
        "n.d.",
        "Pagination",
        "Next page",
        "Havana, 3 November 1962",
        "Transcript of the SED Politburo Session held on 5 September 1989",
        "Record of a Conversation with Ernesto Guevara, 25 December 1963",
        "2 June 1967 Memo",
        "Protocol No. 147, 7 February 1989",
        "November 2, 1962 (excerpt)",
        "In October 1962 Khrushchev wrote to Castro.",
        "October 27, 1962 " * 40,
    ],
)
def test_a_line_that_is_no_date_or_more_than_one_is_not_recognised(line: str) -> None:
    assert not is_date(line)


@pytest.mark.parametrize(
    ("title", "dates"),
    [
        ("Record of a Conversation with Ernesto Guevara, 25 December 1963", ["1963-12-25"]),
        (
            "Report on Military Assistance, 16 May 1960, and CPCz Politburo Resolution, 17 May 1960",
            ["1960-05-16", "1960-05-17"],
        ),
        ("From a 2 June 1967 Memo of the Soviet Embassy in the DPRK (1st Secretary V. Nemchinov)", ["1967-06-02"]),
        ("Politburo Resolution on Arms Transfers to Cuba, September 1959", ["1959-09"]),
        ("Transcript of the SED Politburo Session held on 5 September 1989", ["1989-09-05"]),
        ("Conversation between Gomułka and David Astor, 19 November 1962 (excerpt)", ["1962-11-19"]),
        ("Cable on 1 November 1962 conversation between Mikoyan and U Thant", ["1962-11-01"]),
        ("'Record of a Conversation with Fidel Castro Ruz, 21 January 1961'", ["1961-01-21"]),
        ("Views on the 1961 invasion", ["1961"]),
        ("Talks of 3 and 5 November 1962", ["1962-11-03", "1962-11-05"]),
        ("Talks of 26 October and 2 November 1962", ["1962-10-26", "1962-11-02"]),
        ("Talks, 3-9 May 1961", ["1961-05-03/1961-05-09"]),
        ("Soviet-Cuban Relations, 1960-1962", ["1960/1962"]),
        ("Trade between 1958 and 1960", ["1958/1960"]),
        ("Letters to 1962 and Notes", ["1962"]),
        ("Angola before 1975 and Cuba after 1959", ["1975", "1959"]),
        ("Plans for the 1970s", ["197X"]),
        ("Letter of October 27, 1962, 8 p.m., to Havana", ["1962-10-27"]),
        ("Note, circa 1958", ["1958~"]),
        ("Notes about 1962", ["1962"]),
        ("What happened in October 1962?", ["1962-10"]),
        ("Meeting (27.10.1962)", ["1962-10-27"]),
        ("Cuba 1962 - Minutes", ["1962"]),
        ("Protocol No. 147 of the Meeting of the Politburo", []),
        ("Protocol No. 1960", []),
        ("UN Resolution 1514 and Order 1962", []),
        ("Alpha 66, IL-28, R-12s, U-2, T-1954 and 7.92 mm bullets", []),
        ("50,000 rifles, 1,962 tons, 1960 rifles, 1500 men and 2000 troops", []),
        ("Box 1962, page 1963, folder 1964, $1965", []),
        ("Telegram 1815 From the Embassy in Iran, May 19, 1969, 1410Z", ["1969-05-19"]),
        ("Draft Resolution A/1473 and Document A/C.5/72/L.16", []),
        ("The 1962 H-bomb tests, at 1900 hours", ["1962"]),
        ("A man in his sixties", []),
        ("Castro may march on 28 October", []),
        ("The 20th Congress, the 26th of July Movement and the Second Declaration", []),
        ("Number 12345 of 9999 and 3000", []),
        ("", []),
    ],
)
def test_the_dates_that_a_title_names_are_found_in_its_order(title: str, dates: list[str]) -> None:
    found = dates_in(title)

    assert [date.edtf for date in found] == dates
    assert all(date.text in title for date in found)


@settings(max_examples=40)  # the edtf package takes its time
@given(POINTS, POINTS, st.sampled_from(["", "?", "~", "%"]))
def test_edtf_spans_the_days_that_the_edtf_package_says(low: str, high: str, mark: str) -> None:
    mark = "" if low[-3:] in {"-21", "-22", "-23"} else mark  # the package takes no mark on a season
    assert edtf_interval(low + mark) == bounds_by_the_edtf_package(low + mark)
    days = Interval(edtf_interval(low).start, edtf_interval(high).end)
    if days.start and days.end and days.start <= days.end:
        assert edtf_interval(f"{low}/{high}") == days
        assert edtf_interval(f"../{high}") == Interval(None, days.end)
        assert edtf_interval(f"{low}/..") == Interval(days.start, None)


@given(st.one_of(st.none(), st.dates()), st.one_of(st.none(), st.dates()))
@example(dt.date(1962, 1, 1), dt.date(1962, 12, 31))
@example(dt.date(1960, 1, 1), dt.date(1969, 12, 31))
@example(dt.date(1900, 1, 1), dt.date(1999, 12, 31))
@example(dt.date(1, 1, 1), dt.date(99, 12, 31))
@example(dt.date(9999, 12, 1), dt.date.max)
def test_an_interval_in_edtf_and_back_is_the_same_interval(first: dt.date | None, second: dt.date | None) -> None:
    start, end = sorted([first, second]) if first and second else (first, second)
    interval = Interval(start, end)

    edtf = edtf_of(interval)

    assert edtf is None if interval == Interval(None, None) else edtf is not None
    if edtf is not None:
        assert edtf_interval(edtf) == interval


@pytest.mark.parametrize(
    ("start", "end", "edtf"),
    [
        ("1962-10-27", "1962-10-27", "1962-10-27"),
        ("1962-10-01", "1962-10-31", "1962-10"),
        ("1962-01-01", "1962-12-31", "1962"),
        ("1960-01-01", "1969-12-31", "196X"),
        ("1900-01-01", "1999-12-31", "19XX"),
        ("1960-01-01", "1962-12-31", "1960/1962"),
        ("1961-05-01", "1961-08-31", "1961-05/1961-08"),
        ("1961-05-03", "1961-05-09", "1961-05-03/1961-05-09"),
        ("1961-01-01", "1961-05-09", "1961-01-01/1961-05-09"),
        ("1962-09-01", "1962-11-30", "1962-09/1962-11"),
        (None, "1959-12-31", "../1959"),
        ("1961-01-01", None, "1961/.."),
        ("1962-10-28", None, "1962-10-28/.."),
        (None, None, None),
    ],
)
def test_an_interval_is_said_as_shortly_as_edtf_can(start: str | None, end: str | None, edtf: str | None) -> None:
    days = (dt.date.fromisoformat(day) if day else None for day in (start, end))

    assert edtf_of(Interval(*days)) == edtf


@pytest.mark.parametrize("text", ["1962-24", " 1962-10-27 ", "1962-10-XX", "1962-XX-XX", "/1960", "1960/", "../.."])
def test_further_shapes_of_edtf_are_taken(text: str) -> None:
    edtf_interval(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "October 1962",
        "1962-13",
        "1962-02-30",
        "1962-20",
        "1962-10-00",
        "1962-21-05",
        "62",
        "0000",
        "-0044",
        "196X-10",
        "1962-XX-05",
        "1962/1960",
        "1960/1961/1962",
        "1962-1-1",
        "1962 ",
        "196\uff12",
        "1962\n1963",
    ],
)
def test_what_is_no_edtf_is_refused_in_one_helpful_line(text: str) -> None:
    if text == "1962 ":
        assert edtf_interval(text) == edtf_interval("1962")
        return
    with pytest.raises(ValueError, match=r"write|there is no|has no day|years run") as refusal:
        edtf_interval(text)

    assert "\n" not in str(refusal.value)


def days_of(date: ArchivalDate | Interval) -> set[dt.date]:
    """Every day of a winter that it can mean, counted one by one."""
    winter = [dt.date(1961, 12, 1) + dt.timedelta(days=number) for number in range(91)]
    return {day for day in winter if (date.start or dt.date.min) <= day <= (date.end or dt.date.max)}


def dated(start: dt.date | None, end: dt.date | None) -> ArchivalDate:
    """A date that is understood, or none where both sides are open."""
    return ArchivalDate("", edtf_of(Interval(start, end)), start, end)


SPANS = st.tuples(DAYS, DAYS).map(sorted)


@given(st.lists(SPANS, min_size=1, max_size=3), SPANS)
def test_fit_agrees_with_counting_days(spans: list[list[dt.date]], asked: list[dt.date]) -> None:
    dates = [dated(*span) for span in spans]
    interval = Interval(*asked)
    wanted = days_of(interval)

    expected = (
        Fit.CERTAIN
        if any(days_of(date) <= wanted for date in dates)
        else Fit.POSSIBLE
        if any(days_of(date) & wanted for date in dates)
        else Fit.OUTSIDE
    )
    assert fit(dates, interval) is expected
    assert [overlaps(date, interval) for date in dates] == [bool(days_of(date) & wanted) for date in dates]
    assert [apart(date, interval) for date in dates] == [
        min(abs((day - other).days) for day in days_of(date) for other in wanted) for date in dates
    ]


@pytest.mark.parametrize(
    ("spellings", "asked", "expected"),
    [
        (["October 27, 1962"], "1962-10", Fit.CERTAIN),
        (["October 1962"], "1962-10-22/1962-10-28", Fit.POSSIBLE),
        (["1962"], "1962-10", Fit.POSSIBLE),
        (["1962"], "196X", Fit.CERTAIN),
        (["1962"], "1963", Fit.OUTSIDE),
        (["circa 1962"], "196X", Fit.POSSIBLE),
        (["1962?"], "1962", Fit.POSSIBLE),
        (["n.d."], "1962", Fit.UNDATED),
        ([], "1962", Fit.UNDATED),
        (["n.d.", "5 September 1989"], "1989", Fit.CERTAIN),
        (["September 5, 1985", "5 September 1989"], "1989", Fit.CERTAIN),
        (["September 5, 1985", "5 September 1989"], "1985", Fit.CERTAIN),
        (["before 1960"], "1958", Fit.POSSIBLE),
        (["before 1960"], "../1960", Fit.CERTAIN),
        (["before 1960"], "1960", Fit.OUTSIDE),
        (["after 1960"], "1961/..", Fit.CERTAIN),
        (["after 1960"], "1961/1965", Fit.POSSIBLE),
        (["1962"], "../..", Fit.CERTAIN),
    ],
)
def test_a_record_fits_by_the_best_of_its_dates(spellings: list[str], asked: str, expected: Fit) -> None:
    assert fit([parse_date(spelling) for spelling in spellings], edtf_interval(asked)) is expected


def test_the_module_is_imported_without_its_grammar() -> None:
    loaded = "import sys, rag.dates.archival_date; sys.exit('lark' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", loaded], check=False).returncode == 0  # noqa: S603 - our own words


def test_the_grammar_leaves_the_parser_no_choice(caplog: pytest.LogCaptureFixture) -> None:
    grammar = files("rag.dates").joinpath("grammar.lark").read_text(encoding="utf-8")

    with caplog.at_level(logging.DEBUG, logger=lark_logger.name):
        Lark(grammar, parser="lalr", lexer="basic", debug=True)

    assert "conflict" not in caplog.text


def test_a_grammar_that_was_kept_reads_as_one_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "__pycache__").mkdir()
    monkeypatch.setattr("rag.dates.grammar.__file__", str(tmp_path / "grammar.py"))
    monkeypatch.setattr("sys.dont_write_bytecode", False)

    understood = []
    for kept in (False, True):
        assert (tmp_path / "__pycache__" / "grammar.lalr").exists() is kept
        _grammar.cache_clear()
        understood.append([whole(spelling) for spelling, *_ in CASES])
    _grammar.cache_clear()  # the next test is not to use this folder's

    assert understood[0] == understood[1]
    assert any(understood[0])
