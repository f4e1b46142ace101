"""What a search counts as containing the words does, and nothing else does: against a scan of every record's text."""

from __future__ import annotations

import random
import re
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from rag.answer.refusal import evidence_threshold
from rag.assistant.assistant import SORTS, between
from rag.dates.archival_date import Fit
from rag.index.analyzer import analyze
from rag.language.stopwords import FUNCTION_WORDS
from rag.record import EVERYTHING, Filter, Match

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from rag.assistant.assistant import Assistant, Found
    from rag.record import Record

FROM_1962 = between("1962", None)


@pytest.fixture(scope="module")
def records(assistant: Assistant) -> list[Record]:
    return [hit.record for hit in assistant.records(limit=100).hits]


def contains(record: Record, spelling: str) -> bool:
    """Whether the stems of these words follow one another in the title or in the summary."""
    phrase = f" {' '.join(analyze(spelling))} "
    return any(phrase in f" {' '.join(analyze(text))} " for text in (record.title, record.summary))


def scanned(records: Iterable[Record], groups: Sequence[Sequence[str]], at_least: int) -> set[str]:
    return {
        record.id
        for record in records
        if sum(any(contains(record, spelling) for spelling in group) for group in groups) >= at_least
    }


def listed(found: Found, match: Match) -> set[str]:
    return {hit.record.id for hit in found.hits if hit.match is match}


def vocabulary(records: Iterable[Record]) -> list[str]:
    words = {word for record in records for word in re.findall(r"[A-Za-z]{3,}", record.text)}
    return sorted(word for word in words if word.lower() not in FUNCTION_WORDS)


def queries(records: Sequence[Record]) -> list[tuple[str, Callable[[Record], bool]]]:
    """Words, phrases and operators over this vocabulary, each with what a record must be to be counted."""
    chance = random.Random(1962)  # noqa: S311 - the same queries on every run
    made: list[tuple[str, Callable[[Record], bool]]] = []
    for _ in range(60):
        one, two, three = chance.sample(vocabulary(records), 3)
        text = re.findall(r"\w+", chance.choice(records).text)
        begin = chance.randrange(len(text) - 3)
        phrase = " ".join(text[begin : begin + 3])
        made += [
            (one, lambda record, one=one: contains(record, one)),  # type: ignore[misc]
            (f'"{phrase}"', lambda record, phrase=phrase: contains(record, phrase)),  # type: ignore[misc]
            (f"{one} AND {two}", lambda record, a=one, b=two: contains(record, a) and contains(record, b)),  # type: ignore[misc]
            (f"{one} OR {two}", lambda record, a=one, b=two: contains(record, a) or contains(record, b)),  # type: ignore[misc]
            (
                f"{one} OR {two} -{three}",
                lambda record, a=one, b=two, c=three: (  # type: ignore[misc]
                    (contains(record, a) or contains(record, b)) and not contains(record, c)
                ),
            ),
        ]
    return made


def test_three_hundred_searches_as_typed_count_what_a_scan_counts(assistant: Assistant, records: list[Record]) -> None:
    wrong = []
    for query, is_counted in queries(records):
        found = assistant.search(query, k=100, raw=True, facets=True)
        expected = {record.id for record in records if is_counted(record)}
        assert found.facets
        by_summary = found.facets.fields.get("summary", {})
        if not (listed(found, Match.WORDS) == expected and found.total == len(expected) == sum(by_summary.values())):
            wrong.append((query, found.total, len(expected)))

    assert wrong == []


@pytest.mark.parametrize("where", [EVERYTHING, FROM_1962], ids=["everything", "from 1962"])
def test_words_and_names_under_their_spellings_count_what_a_scan_counts(
    assistant: Assistant, records: list[Record], where: Filter
) -> None:
    passing = [record for record in records if where.fit(record) is not Fit.OUTSIDE]
    people = sorted({person for record in records for person in record.people})
    chance = random.Random(1963)  # noqa: S311
    pairs = [" ".join(chance.sample(vocabulary(records), 2)) for _ in range(60)]
    for query in [*people, *pairs, "Castro missiles", "Soviet arms to Cuba", "zzzzqqq", "tractor"]:
        found = assistant.search(query, k=100, where=where)
        words, at_least = found.matching.words, found.matching.at_least
        described = [record for record in passing if all(record.type in wanted for _, wanted in found.where.fields)]
        groups = [*found.where.words, *words]
        expected = scanned(described, groups, len(found.where.words) + at_least)

        assert (found.total, listed(found, Match.WORDS)) == (len(expected), expected), query
        assert at_least == len(words) or not scanned(described, words, at_least + 1), query


@pytest.mark.parametrize("query", ["Castro", "sugar for arms", "What did Castro tell Mikoyan?", "rockets", "zzzzqqq"])
def test_what_is_near_in_meaning_reaches_what_an_answer_demands_and_nothing_else_is_listed(
    assistant: Assistant, query: str
) -> None:
    found = assistant.search(query, k=100)
    assert found.understood
    collection = assistant._open()  # noqa: SLF001 - the background is nowhere else
    bar = evidence_threshold(found.understood, collection.background)
    counted = listed(found, Match.WORDS)
    ranked = assistant.ranking(query, k=100)

    assert all((hit.score or 0.0) >= bar for hit in found.hits if hit.match is Match.MEANING)
    assert [hit.record.id for hit in found.hits] == [
        hit.record.id for hit in ranked if hit.record.id in counted or (hit.score or 0.0) >= bar
    ]
    assert (found.total, found.near) == (len(counted), len(found.hits) - len(counted))


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("query", ["Castro and the missiles", "sugar", "documents from 1962", "Guevara"])
def test_words_and_meaning_are_listed_together_or_each_alone_in_any_order(
    assistant: Assistant, query: str, sort: str
) -> None:
    both = assistant.search(query, k=100, sort=sort)
    words = assistant.search(query, k=100, sort=sort, match=Match.WORDS, apart=3)
    meaning = assistant.search(query, k=100, sort=sort, match=Match.MEANING)

    assert len(both.hits) == both.total + both.near
    assert list(words.hits) == [hit for hit in both.hits if hit.match is Match.WORDS]
    assert list(meaning.hits) == [hit for hit in both.hits if hit.match is Match.MEANING]
    assert {(each.total, each.near, each.next) for each in (both, words, meaning)} == {(both.total, both.near, None)}
    assert len(words.apart) == min(both.near, 3)
    assert {hit.match for hit in words.apart} <= {Match.MEANING}


def test_facets_count_only_what_contains_the_words(assistant: Assistant) -> None:
    found = assistant.search("Castro sugar", k=100, facets=True)
    people = Counter(name for hit in found.hits if hit.match is Match.WORDS for name in set(hit.record.people))

    assert found.near
    assert found.facets
    assert found.facets.fields["people"] == people


def test_where_no_record_has_all_words_those_with_the_most_are_counted_and_it_is_said(assistant: Assistant) -> None:
    found = assistant.search("Khrushchev sugar zzzzqqq")

    assert found.total
    assert found.matching.at_least < len(found.matching.words)
    assert "No record mentions “zzzzqqq”." in found.notes


@pytest.mark.parametrize(
    ("query", "meant", "instead"),
    [
        ("bay of pgis", "Bay of Pigs", True),
        ("What was decided at the bay of pgis?", "What was decided at the Bay of Pigs?", True),
        ("berlin wal", "Berlin Wall", False),
        ("cuban crsis", "cuban crisis", False),
        ("tractor", None, False),
        ("zzzzqqq", None, False),
        ("Castro", None, False),
    ],
)
def test_a_word_in_no_record_is_named_with_what_may_have_been_meant(
    assistant: Assistant,
    query: str,
    meant: str | None,
    instead: bool,  # noqa: FBT001
) -> None:
    found = assistant.search(query)
    raw = assistant.search(query, raw=True)

    assert (found.suggestion, found.instead) == (meant, instead)
    assert (raw.suggestion, raw.instead) == (meant, False)
    assert found.notes == raw.notes or instead
    if query != "Castro":
        assert found.notes[0].startswith("No record mentions “")
    if instead and meant:
        assert found.total == assistant.search(meant).total


def test_a_record_may_be_kept_out_by_a_person_a_place_or_its_type(assistant: Assistant, records: list[Record]) -> None:
    where = EVERYTHING.having({"not_people": ["Fidel Castro"], "not_places": ["Cuba"], "type": ["Report", "Letter"]})
    found = assistant.search(where=where, k=100)

    assert {hit.record.id for hit in found.hits} == {
        record.id
        for record in records
        if record.type in {"Report", "Letter"} and "Fidel Castro" not in record.people and "Cuba" not in record.places
    }


def test_a_record_is_found_by_its_own_title(assistant: Assistant, records: list[Record]) -> None:
    for record in records:
        found = assistant.search(record.title, k=100, match=Match.WORDS)

        assert record.id in {hit.record.id for hit in found.hits}, record.title


@pytest.mark.parametrize(
    ("query", "without", "plain"),
    [
        ('"missile crisis" -Castro', ["phrases"], "missile crisis -Castro"),
        ('"missile crisis" -Castro', ["not_words"], '"missile crisis"'),
        ('"missile crisis" -Castro', ["phrases:Missile crisis", "not_words:castro"], "missile crisis"),
        ("missiles in 1962", ["dates"], "missiles 1962"),
        ("bay of pgis", ["spelling"], None),
    ],
)
def test_what_a_reader_takes_away_is_not_understood(
    assistant: Assistant, query: str, without: list[str], plain: str | None
) -> None:
    found = assistant.search(query, k=100, without=without)

    if plain is None:
        assert (found.suggestion, found.instead) == ("Bay of Pigs", False)
    else:
        assert listed(found, Match.WORDS) == listed(assistant.search(plain, k=100, without=["dates"]), Match.WORDS)


def test_who_is_left_out_is_not_among_the_names_that_are_asked_for(assistant: Assistant) -> None:
    understood = assistant.search("missiles -Castro").understood

    assert understood
    assert understood.names == ()
    assert understood.conditions.not_words == ("Castro",)
