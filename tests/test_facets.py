"""What is found is counted by field and over time as reading every record by hand counts it."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from starlette.testclient import TestClient

from rag.dates.archival_date import Fit, fit
from rag.language.document_types import document_type
from rag.record import EVERYTHING, FIELDS, Filter, Match
from rag.search.facets import Unit, count_facets

if TYPE_CHECKING:
    from rag.record import Record
    from rag.search.facets import FacetCounts

from rag.assistant.assistant import Assistant, between
from rag.ingest.build import build
from rag.settings import Settings
from web.app import create_app

CASTRO = ("people", frozenset({"Fidel Castro", "Che Guevara"}))
TELEGRAM = ("type", frozenset({"Telegram"}))
OCTOBER = between("1962-10", "1962-10").when
WHERES = (
    EVERYTHING,
    Filter(fields=(CASTRO,)),
    Filter(fields=(CASTRO, ("year", frozenset({"1961", "1962"})))),
    Filter(when=OCTOBER, fields=(TELEGRAM,)),
    Filter(when=between("1959-09-10", "1961").when),
    Filter(fields=(("people", frozenset({"nobody"})),)),
)


def values(record: Record, field: str) -> set[str]:
    """What a record has of a field, read off it anew."""
    date = record.date
    match field:
        case "summary":
            return {"with" if record.summary else "without"}
        case "file":
            return {listing.file for listing in record.listings}
        case "type":
            return set(filter(None, [record.type]))
        case "year":
            return {str(date.start.year)} if date and date.start else set()
        case "precision":
            return {"day" if date and date.start == date.end else "month"}
        case _:
            several = {"sender": "senders", "recipient": "recipients", "inside": "hierarchy"}
            return set(getattr(record, several.get(field, field)) or ())


def found(records: list[Record], where: Filter) -> list[Record]:
    return [
        record
        for record in records
        if all(values(record, field) & wanted for field, wanted in where.fields)
        and (where.when is None or fit(record.dates, where.when) in {Fit.CERTAIN, Fit.POSSIBLE})
    ]


def counted(assistant: Assistant, where: Filter, text: str | None = None) -> FacetCounts:
    result = assistant.search(text, where=where, facets=True).facets
    assert result is not None
    return result


@pytest.fixture(scope="module")
def records(assistant: Assistant) -> list[Record]:
    return [hit.record for hit in assistant.records(limit=100).hits]


@pytest.mark.parametrize("where", WHERES, ids=range(len(WHERES)))
def test_each_field_is_counted_over_what_passes_all_other_conditions(
    assistant: Assistant, records: list[Record], where: Filter
) -> None:
    fields = counted(assistant, where).fields

    for field in FIELDS:
        others = found(records, where.without(field))
        expected = Counter(value for record in others for value in values(record, field))
        assert dict(fields.get(field, {})) == expected, field


def test_with_words_only_what_contains_them_is_counted(assistant: Assistant) -> None:
    for where in WHERES:
        hits = assistant.search("Castro and Mikoyan", where=where, k=100, match=Match.WORDS).hits
        fields = counted(assistant, where, "Castro and Mikoyan").fields
        for field in set(FIELDS) - {name for name, _ in where.fields}:
            expected = Counter(value for hit in hits for value in values(hit.record, field))
            assert dict(fields.get(field, {})) == expected, field


@pytest.mark.parametrize("where", WHERES, ids=range(len(WHERES)))
def test_every_record_is_counted_once_along_time(assistant: Assistant, records: list[Record], where: Filter) -> None:
    result = counted(assistant, where)
    passing = found(records, where)
    lying = [record.date for record in passing if record.date and record.date.start and record.date.end]

    stretches = sum(each.days + each.within for each in result.buckets)
    assert stretches + result.across + result.outside == len(passing)
    for each in result.buckets:
        within = [
            date for date in lying if date.start and date.end and each.start <= date.start <= date.end <= each.end
        ]
        assert each.days == sum(date.start == date.end for date in within)
        assert each.within == sum(date.start != date.end for date in within)
    for each, following in pairwise(result.buckets):
        assert following.start == each.end + dt.timedelta(days=1)


def test_days_asked_for_part_what_is_found_into_certain_and_possible(
    assistant: Assistant, records: list[Record]
) -> None:
    where = between("1959-09-10", "1961-01-20")
    result = counted(assistant, where)
    fits = [fit(record.dates, where.when) for record in records if where.when]

    assert (result.certain, result.possible) == (fits.count(Fit.CERTAIN), fits.count(Fit.POSSIBLE))
    assert result.possible == 2  # "September, 1959" and "January, 1961"
    for only, count in ((Fit.CERTAIN, result.certain), (Fit.POSSIBLE, result.possible)):
        one = replace(where, only=only)
        found = assistant.search(where=one, k=100, facets=True)
        assert {hit.fit for hit in found.hits} == {only}
        assert len(found.hits) == found.total == count
        assert found.facets
        assert (found.facets.certain, found.facets.possible) == (result.certain, result.possible)
        for sort in ("relevance", "date"):
            words = assistant.search("talks of arms", where=one, k=100, sort=sort, match=Match.WORDS)
            both = assistant.search("talks of arms", where=where, k=100, sort=sort, match=Match.WORDS)
            assert {hit.record.id for hit in words.hits} == {hit.record.id for hit in both.hits if hit.fit is only}
            assert words.total == len(words.hits)
    assert counted(assistant, EVERYTHING).certain is None


@pytest.mark.parametrize(
    ("start", "end", "unit", "stretches"),
    [
        (None, None, Unit.YEAR, 35),
        ("1962", "1962", Unit.MONTH, 12),
        ("1962-10", "1962-10", Unit.DAY, 31),
        ("1961", "1963", Unit.MONTH, 36),
        ("1959-09", "1964-08", Unit.MONTH, 60),
        ("1963", "1968", Unit.YEAR, 6),
        ("1800", "1956", Unit.DAY, 1),
        ("1850", "1851", None, 0),
    ],
)
def test_a_timeline_is_drawn_in_the_unit_that_shows_most(
    assistant: Assistant, start: str | None, end: str | None, unit: Unit | None, stretches: int
) -> None:
    result = counted(assistant, between(start, end))

    assert (result.unit, len(result.buckets)) == (unit, stretches)


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Telegram from Nikita Khrushchev to Anastas Mikoyan", "Telegram"),
        ("Memorandum of Conversation between Castro and Mikoyan", "Record of conversation"),
        (
            "From the Journal of S. M. Kudryavtsev, 'Record of a Conversation with Raul Castro'",
            "Record of conversation",
        ),
        ("From the Diary of A. Petrov", "Diary"),
        ("Cable of V.V. Kuznetsov on 1 November 1962 conversation between Mikoyan and U Thant", "Cable"),
        ("Robert F. Kennedy, Memorandum for Dean Rusk on Meeting with Anatoly F. Dobrynin", "Memorandum"),
        ("Record from Protocol No. 147 of the Meeting of the Politburo", "Protocol"),
        ("Reporters in Havana", None),
        ("", None),
    ],
)
def test_a_title_says_what_kind_of_document_it_is(title: str, expected: str | None) -> None:
    assert document_type(title) == expected


def test_nothing_found_spreads_nowhere(assistant: Assistant) -> None:
    reader = assistant._index.reader()  # noqa: SLF001 - the port itself is asked
    result = count_facets(reader, Filter(fields=(("people", frozenset({"nobody"})), ("type", frozenset({"none"})))))

    assert result.fields == {}
    assert result.buckets == ()


FONDS = """<ead xmlns="urn:isbn:1-931666-22-9"><archdesc level="fonds">
<did><unittitle>Falk papers</unittitle></did><dsc>
<c01 level="series"><did><unittitle>Letters</unittitle></did>
<c02><did><unittitle>Letter on the weir</unittitle></did></c02><c02><did><unittitle>Letter on the mill</unittitle></did>
</c02></c01><c01 level="series"><did><unittitle>Maps</unittitle></did><c02><did><unittitle>Map of the weir</unittitle>
</did></c02></c01></dsc></archdesc></ead>"""


@pytest.mark.parametrize(
    ("branch", "parts"),
    [
        ("Falk papers", {"Letters", "Letter on the weir", "Letter on the mill", "Maps", "Map of the weir"}),
        ("Falk papers > Letters", {"Letter on the weir", "Letter on the mill"}),
        ("Maps", {"Map of the weir"}),
        ("papers > Letters", set()),
    ],
)
def test_a_branch_of_the_hierarchy_limits_a_search_and_a_question(
    fonds: Assistant, branch: str, parts: set[str]
) -> None:
    where = Filter().having({"inside": [branch]})
    answer = fonds.ask("What is there on the weir?", where=where)

    assert {hit.record.title for hit in fonds.search(where=where).hits} == parts
    assert {cited.hit.record.title for cited in answer.citations} <= parts
    assert counted(fonds, EVERYTHING).fields["inside"] == {
        "Falk papers": 5, "Falk papers > Letters": 2, "Falk papers > Maps": 1
    }  # fmt: skip


def test_the_site_and_its_api_take_a_branch(fonds: Assistant) -> None:
    client = TestClient(create_app(fonds))
    found = client.get("/api/v1/search", params={"inside": "Falk papers > Maps"}).json()
    body = {"question": "What is there on the weir?", "filters": {"inside": ["Falk papers > Maps"]}}
    answer = client.post("/api/v1/ask", json=body).json()
    page = client.get("/search", params={"inside": "Falk papers > Maps"}).text

    assert [hit["record"]["title"] for hit in found["hits"]] == ["Map of the weir"]
    assert {cited["record"]["title"] for cited in answer["citations"]} == {"Map of the weir"}
    assert "Letter on the weir" not in page
    assert "Map of the weir" in page


@pytest.fixture(scope="module")
def fonds(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    """A fonds with two series."""
    folder = tmp_path_factory.mktemp("fonds")
    (folder / "falk.xml").write_text(FONDS, encoding="utf-8")
    settings = Settings.load({"RAG_VECTORS": str(folder / "vectors")})
    build(settings, [folder / "falk.xml"], only=True)
    return Assistant.open(settings)
