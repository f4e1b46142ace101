"""The embedded engine finds what reading every record by hand finds: cosines, words, dates, fields, orders, counts."""

from __future__ import annotations

import datetime as dt
import math
import re
import tempfile
import unicodedata
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import compress, pairwise
from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.dates.archival_date import ArchivalDate, Fit, Interval, fit, overlaps, parse_date
from rag.embeddings.similar_words import NO_WORD_TABLE
from rag.errors import RecordNotFound
from rag.index.embedded.reader import FolderReader
from rag.index.embedded.writer import FolderWriter
from rag.index.ports import Identity, IndexEntry, Matching, Order, Passages, QueryTerm, ValueCounts
from rag.record import Filter, Listing, Record
from tests.fakes import WordCountEmbedder, shelve

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from random import Random

    from rag.index.ports import IndexReader

EMBEDDER = WordCountEmbedder()
EVERYTHING = Filter()
FIRST, LAST = dt.date(1962, 10, 1), dt.date(1962, 10, 14)  # the calendar that these tests write out day by day
CALENDAR = [FIRST + dt.timedelta(days=day) for day in range((LAST - FIRST).days + 1)]
VOCABULARY = ("castro", "mikoyan", "cuba", "arms", "grain", "alekseev", "alexeev", "sugar")


def opened(folder: Path, records: Sequence[Record]) -> FolderReader:
    return FolderReader(folder / shelve(folder, records, EMBEDDER))


@pytest.fixture(scope="module")
def shared_folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


days = st.sampled_from(CALENDAR)
intervals = st.one_of(
    st.tuples(days, days).map(lambda pair: Interval(min(pair), max(pair))),
    days.map(lambda day: Interval(day, None)),
    days.map(lambda day: Interval(None, day)),
    st.just(Interval(None, None)),
)
dates = st.one_of(
    intervals.map(lambda known: ArchivalDate("as written", None, known.start, known.end)),
    days.map(lambda day: ArchivalDate(str(day), str(day), day, day)),
)
phrases = st.lists(st.sampled_from(VOCABULARY), max_size=12).map(" ".join)
names = st.lists(st.sampled_from(("Castro", "Mikoyan", "Chen Yi")), max_size=3).map(tuple)
written_records = st.builds(
    Record,
    id=st.just("replaced"),
    title=phrases.map("note {}".format),
    summary=phrases,
    date=st.none() | dates,
    dates_in_title=st.lists(dates, max_size=3).map(tuple),
    listings=st.lists(st.builds(Listing, st.sampled_from(("a.txt", "b.txt")), st.integers(1, 9)), max_size=2).map(
        tuple
    ),
    people=names,
    type=st.none() | st.sampled_from(("Letter", "Report")),
)
collections = st.lists(written_records, min_size=1, max_size=12).map(
    lambda records: [replace(record, id=f"r{number}") for number, record in enumerate(records)]
)
conditions = st.lists(
    st.tuples(
        st.sampled_from(("people", "type", "file", "summary")),
        st.frozensets(st.sampled_from(("Castro", "Chen Yi", "Letter", "a.txt", "with", "nowhere")), max_size=3),
    ),
    max_size=2,
).map(tuple)
sought = st.lists(st.sampled_from((*VOCABULARY, "note", "unheard", "?")), min_size=1, max_size=2).map(" ".join)
word_groups = st.lists(st.lists(sought, min_size=1, max_size=3).map(tuple), max_size=3).map(tuple)
# To write a generation takes longer than to ask it, so each is asked under several filters.
filters = st.builds(
    Filter,
    when=st.none() | intervals,
    only=st.sampled_from((None, Fit.CERTAIN, Fit.POSSIBLE)),
    on=st.just(()) | st.lists(intervals, max_size=2).map(tuple),
    listed=st.booleans(),
    fields=conditions,
    words=word_groups,
    not_words=st.lists(sought, max_size=1).map(tuple),
    not_fields=conditions,
    not_when=st.lists(intervals, max_size=2).map(tuple),
    ids=st.none() | st.frozensets(st.sampled_from([*(f"r{number}" for number in range(9)), "nobody"])),
)
several_filters = st.lists(filters, min_size=4, max_size=4)
questions = st.lists(
    st.builds(
        QueryTerm,
        st.lists(st.sampled_from((*VOCABULARY, "unheard")), min_size=1, max_size=2).map(tuple),
        st.sampled_from((0.5, 1.0, 2.0)),
    ),
    max_size=4,
)


def possible_days(when: Interval | ArchivalDate) -> set[dt.date]:
    """Write out every day; a day before and one after the calendar stand for all that lie beyond it."""
    long_ago, far_off = FIRST - dt.timedelta(days=1), LAST + dt.timedelta(days=1)
    start, end = when.start or long_ago, when.end or far_off
    return {day for day in (long_ago, *CALENDAR, far_off) if start <= day <= end}


def passes(record: Record, where: Filter) -> bool:
    values: dict[str, set[str | None]] = {
        "people": set(record.people),
        "type": {record.type},
        "file": {listing.file for listing in record.listings},
        "summary": {"with" if record.summary else "without"},
    }
    known = [date for date in record.dates if date.start or date.end]
    compared = known[:1] if where.listed else known
    left_out = known and all(any(fit([date], when) is Fit.CERTAIN for when in where.not_when) for date in compared)
    return (
        all(values[field] & wanted for field, wanted in where.fields)
        and not any(values[field] & wanted for field, wanted in where.not_fields)
        and contained(record, where.words) == len(where.words)
        and not any(contains(record, spelling) for spelling in where.not_words)
        and not left_out
        and (where.ids is None or record.id in where.ids)
        and (not where.on or any(fit(known, when) is Fit.CERTAIN for when in where.on))
        and (
            where.when is None
            or (
                any(possible_days(date) & possible_days(where.when) for date in compared)
                and where.only in {None, fit(record.dates, where.when)}
            )
        )
    )


def contained(record: Record, words: Sequence[Sequence[str]]) -> int:
    """How many of these groups of spellings it contains."""
    return sum(any(contains(record, spelling) for spelling in group) for group in words)


def contains(record: Record, spelling: str) -> bool:
    """Whether these words follow one another in the title or in the summary."""
    phrase = " ".join(re.findall(r"\w+", spelling))
    return bool(phrase) and any(f" {phrase} " in f" {text} " for text in (record.title, record.summary))


def bm25(records: Sequence[Record], words: Sequence[QueryTerm]) -> dict[str, float]:
    """Robertson's formula with k1 = 1.2 and b = 0.75, as in every textbook; all spellings are one word."""
    texts = {record.id: record.text.split() for record in records}
    mean = sum(map(len, texts.values())) / len(texts)

    def rarity(spellings: tuple[str, ...]) -> float:
        frequency = min(sum(word in other for other in texts.values() for word in set(spellings)), len(texts))
        return math.log(1 + (len(texts) - frequency + 0.5) / (frequency + 0.5))

    def score(text: list[str], word: str) -> float:
        often = text.count(word)
        return often * 2.2 / (often + 1.2 * (0.25 + 0.75 * len(text) / mean))

    return {
        record_id: sum(
            word.weight * rarity(word.spellings) * max(score(text, spelling) for spelling in word.spellings)
            for word in words
        )
        for record_id, text in texts.items()
    }


@settings(max_examples=12)
@given(collections, several_filters, st.integers(1, 15), phrases)
def test_the_nearest_under_a_filter_are_those_of_sorting_every_cosine(
    shared_folder: Path, records: list[Record], wheres: list[Filter], k: int, asked: str
) -> None:
    reader = opened(shared_folder, records)
    question = EMBEDDER.embed_questions([asked])[0]
    cosines = {record.id: float(EMBEDDER.embed_documents([record.text])[0] @ question) for record in records}

    for where in (EVERYTHING, *wheres):
        found = reader.nearest(question, k, where)
        passing = [passes(record, where) for record in records]

        expected = sorted((cosines[record.id] for record in compress(records, passing)), reverse=True)[:k]
        np.testing.assert_allclose(list(found.values()), expected, atol=1e-5)
        np.testing.assert_allclose([cosines[each] for each in found], expected, atol=1e-5)


@settings(max_examples=12)
@given(collections, phrases, st.randoms())
def test_a_record_is_as_near_as_its_nearest_passage(
    shared_folder: Path, records: list[Record], asked: str, chance: Random
) -> None:
    reader = opened(shared_folder, records)
    question = EMBEDDER.embed_questions([asked])[0]
    some = chance.sample(records, chance.randint(0, len(records)))
    texts = [[text for text in (record.title, record.summary) if text] for record in some]

    nearness = reader.passage_cosines(question, [record.id for record in some])

    expected = [float((EMBEDDER.embed_documents(each) @ question).max()) for each in texts]
    np.testing.assert_allclose(nearness, expected, atol=0.01)  # eight bits are coarser for few numbers than for 384


@settings(max_examples=12)
@given(collections, several_filters, questions, st.sampled_from((1, 1024)))
def test_the_records_that_match_are_scored_by_the_textbook_whatever_the_filter(
    shared_folder: Path, records: list[Record], wheres: list[Filter], words: list[QueryTerm], few: int
) -> None:
    reader = opened(shared_folder, records)
    scores = bm25(records, words)

    # Rows and codes are one query each or one set; days are sought in the tree, or in a range as well.
    with patch("rag.index.embedded.fulltext._FEW", few), patch("rag.index.embedded.fulltext._RECORDS_A_DAY", few):
        assert reader.scores(words, list(scores))[0] == pytest.approx(list(scores.values()), rel=1e-4)
        for where in (EVERYTHING, *wheres):
            found = reader.search_words(words, len(records), where)

            inside = {record.id: scores[record.id] for record in records if passes(record, where) and scores[record.id]}
            assert found == pytest.approx(inside, rel=1e-4)
            assert list(found.values()) == pytest.approx(sorted(inside.values(), reverse=True), rel=1e-4)


long_texts = st.lists(
    st.integers(0, 700).flatmap(lambda words: st.randoms().map(lambda chance: chance.choices(VOCABULARY, k=words))),
    min_size=1,
    max_size=6,
)


@settings(max_examples=20)
@given(long_texts, st.lists(st.lists(st.sampled_from(VOCABULARY), min_size=1, max_size=3).map(" ".join), max_size=5))
def test_records_are_scored_by_their_texts_as_the_index_of_words_scores_them(
    shared_folder: Path, texts: list[list[str]], spellings: list[str]
) -> None:
    records = [record(f"r{number}", "Note", " ".join(words)) for number, words in enumerate(texts)]
    reader = opened(shared_folder, records)

    for words in (
        [QueryTerm(tuple(spellings), 0.5)] if spellings else [],
        [QueryTerm((spelling,)) for spelling in spellings],
    ):
        matching = reader.search_words(words, len(records), EVERYTHING)
        ids = [each.id for each in records][::-1]
        assert reader.scores(words, ids)[0] == pytest.approx([matching.get(each, 0.0) for each in ids], rel=1e-5)


@settings(max_examples=12)
@given(collections, several_filters, word_groups, st.integers(0, 3), st.sets(st.integers(0, 11)))
def test_what_matches_is_counted_and_paged_as_by_hand(
    shared_folder: Path,
    records: list[Record],
    wheres: list[Filter],
    words: tuple[tuple[str, ...], ...],
    at_least: int,
    also: set[int],
) -> None:
    reader = opened(shared_folder, records)
    worded = {record.id for record in records if contained(record, words) >= at_least}
    others = {record.id for number, record in enumerate(records) if number in also}

    for where in (*wheres, EVERYTHING):
        passing = [contained(record, words) for record in records if passes(record, where)]
        assert reader.most_words(words, where) == max(passing, default=0)
    for showing in (worded, worded | others):
        matching = Matching(words, at_least, tuple(showing - worded))
        every = [record.id for record in records]
        assert list(compress(every, reader.matches(every, matching))) == [each for each in every if each in showing]
        for where in (*wheres, EVERYTHING):
            expected = {record.id for record in records if passes(record, where)} & showing
            undated = [
                record
                for record in records
                if record.id in showing and not any(date.understood for date in record.dates)
            ]
            assert reader.count_undated(where, matching) == sum(passes(record, where.timeless()) for record in undated)
            assert {record.id for record in reader.page(where, Order.DATE, 0, 99, matching)} == expected
            assert reader.count(where, matching) == len(expected)
            people = (name for record in records if record.id in expected for name in set(record.people))
            counted = Counter(people)
            assert reader.facets("people", where, matching) == counted
            commonest = dict(sorted(counted.items(), key=lambda one: (-one[1], one[0]))[:2])
            assert reader.top_values("people", where, 2, matching) == ValueCounts(commonest, max(len(counted) - 2, 0))
            rarest = {name: counted[name] for name in sorted(counted, key=lambda name: (counted[name], name))[:1]}
            listed = commonest | rarest
            omitted = len(counted) - len(listed)
            assert reader.top_values("people", where, 2, matching, (*rarest, "nobody")) == ValueCounts(listed, omitted)


@settings(max_examples=12)
@given(collections, several_filters)
def test_records_are_paged_and_counted_in_the_order_of_their_dates(
    shared_folder: Path, records: list[Record], wheres: list[Filter]
) -> None:
    def day(record: Record) -> dt.date | None:
        return next((date.start or date.end for date in record.dates if date.start or date.end), None)

    reader = opened(shared_folder, records)
    by_id = sorted(records, key=lambda record: record.id)
    undated = [record for record in by_id if not day(record)]
    rising = sorted((record for record in by_id if day(record)), key=lambda record: day(record) or FIRST)
    falling = sorted(rising, key=lambda record: day(record) or FIRST, reverse=True)

    for record, spans in zip(records, reader.date_spans([record.id for record in records]), strict=True):
        closed = {(date.start, date.end) for date in record.dates if date.start and date.end}
        assert {(dt.date.fromordinal(first), dt.date.fromordinal(last)) for first, last in spans} == closed
    for where in (EVERYTHING, *wheres):
        passing = [record for record in records if passes(record, where)]
        timeless = where.timeless()
        halves = [*reader.page(where, Order.DATE, 0, 3), *reader.page(where, Order.DATE, 3, 99)]
        assert halves == [record for record in rising + undated if record in passing]
        backwards = reader.page(where, Order.DATE_DESCENDING, 0, 99)
        assert backwards == [record for record in falling + undated if record in passing]
        assert reader.count(where) == len(passing)
        assert reader.count_undated(where) == sum(passes(record, timeless) for record in undated)
        assert reader.facets("people", where) == Counter(name for record in passing for name in set(record.people))
        assert reader.facets("summary", where) == Counter("with" if record.summary else "without" for record in passing)


@settings(max_examples=12)
@given(collections, several_filters, st.lists(days, min_size=2, max_size=5, unique=True).map(sorted))
def test_records_are_counted_along_time_as_by_hand(
    shared_folder: Path, records: list[Record], wheres: list[Filter], edges: list[dt.date]
) -> None:
    reader = opened(shared_folder, records)
    stretches = [Interval(first, after - dt.timedelta(days=1)) for first, after in pairwise(edges)]
    everywhere = [Interval(None, edges[0] - dt.timedelta(days=1)), *stretches, Interval(edges[-1], None)]

    for where in (EVERYTHING, *wheres):
        passing = [record for record in records if passes(record, where)]
        listed = [next((date for date in record.dates if date.understood), None) for record in passing]
        dates = [date for date in listed if date]
        known = [day for date in dates for day in (date.start, date.end) if day]
        found = reader.timeline(where, edges)

        reached = [[overlaps(date, stretch) for stretch in everywhere] for date in dates]
        inside = [each.index(True) - 1 for each in reached if sum(each) == 1 and not each[0] and not each[-1]]
        assert Counter(dict(enumerate(map(sum, zip(found.days, found.within, strict=True))))) == Counter(inside)
        assert sum(found.days) == sum(
            date.start == date.end is not None and edges[0] <= date.end < edges[-1] for date in dates
        )
        assert found.undated == listed.count(None)
        assert found.outside == sum(not any(each[1:-1]) for each in reached)
        assert found.across == len(passing) - len(inside) - found.undated - found.outside
        assert reader.extent(where) == (Interval(min(known), max(known)) if known else None)
        fits = [fit(record.dates, where.when) for record in passing] if where.when else [Fit.CERTAIN] * len(passing)
        assert reader.count_certain(where) == fits.count(Fit.CERTAIN)


@settings(max_examples=12)
@given(collections)
def test_a_record_stands_between_those_before_and_after_it_in_time(shared_folder: Path, records: list[Record]) -> None:
    reader = opened(shared_folder, records)
    ids = [record.id for record in reader.page(EVERYTHING, Order.DATE, 0, 99)]

    assert [reader.neighbours(each) for each in ids] == list(zip([None, *ids], [*ids[1:], None], strict=False))


@pytest.mark.parametrize(
    ("dates", "precision"),
    [
        (["October 27, 1962"], "day"),
        (["September, 1959"], "month"),
        (["1962"], "year"),
        (["1960 to 1962"], "loose"),
        (["about 1962"], "loose"),
        (["after 1962"], "loose"),
        (["illegible"], "undated"),
        ([], "undated"),
        (["illegible", "2 May 1962"], "day"),
    ],
)
def test_a_record_is_filtered_by_how_closely_it_is_dated(tmp_path: Path, dates: list[str], precision: str) -> None:
    listed, *titled = [*map(parse_date, dates), None][: max(len(dates), 1)]
    titles = tuple(date for date in titled if date is not None)
    reader = opened(tmp_path, [record("a", date=listed, dates_in_title=titles)])

    assert reader.facets("precision", EVERYTHING) == {precision: 1}


anything = st.builds(
    Record,
    id=st.text(min_size=1),
    title=st.text(),
    summary=st.text(),
    date=st.none()
    | st.builds(ArchivalDate, st.text(), st.none() | st.text(), st.none() | st.dates(), st.none() | st.dates()),
    dates_in_title=st.lists(st.builds(ArchivalDate, st.text(), st.none(), st.dates(), st.dates()), max_size=9).map(
        tuple
    ),
    listings=st.lists(st.builds(Listing, st.text(), st.integers(1), st.none() | st.text()), max_size=3).map(tuple),
    source_url=st.none() | st.text(),
    people=st.lists(st.text(), max_size=3).map(tuple),
    languages=st.lists(st.text(), max_size=2).map(tuple),
    type=st.none() | st.text(),
    rights=st.none() | st.text(),
)


@settings(max_examples=12)
@given(st.lists(anything, min_size=1, max_size=4, unique_by=lambda record: record.id), st.binary())
def test_what_is_saved_is_what_is_loaded(shared_folder: Path, records: list[Record], profile: bytes) -> None:
    word_table = np.frombuffer(profile, np.dtype([("byte", "i1")]))
    backwards = range(len(word_table) - 1, -1, -1)
    folder = shared_folder / shelve(shared_folder, records, EMBEDDER, profile=profile, word_table=word_table)

    reader = FolderReader(folder)

    ids = [record.id for record in records]
    assert reader.records(ids[::-1]) == records[::-1]
    assert reader.profile() == reader.word_table()[:].tobytes() == profile
    assert reader.word_table()[backwards].tobytes() == profile[::-1]
    np.testing.assert_array_equal(reader.vectors(ids), EMBEDDER.embed_documents([record.text for record in records]))
    for record, passages in zip(records, reader.passages(ids), strict=True):
        texts = (record.title, record.summary) if record.summary else (record.title,)
        assert passages.texts == texts
        np.testing.assert_allclose(passages.vectors, EMBEDDER.embed_documents(texts), atol=0.5 / 127)
    assert all(reader.facets("people", EVERYTHING)[name] for record in records for name in record.people)


def record(record_id: str, title: str = "Note", summary: str = "", **fields: object) -> Record:
    return replace(Record(record_id, title, summary, None), **fields)  # type: ignore[arg-type]  # the test's own choice


def found(reader: IndexReader, *spellings: str) -> set[str]:
    return set(reader.search_words([QueryTerm(spellings)], 99, EVERYTHING))


@pytest.mark.parametrize("hostile", ['title:x OR "', "AND NOT -(", "*", "[a TO z]", "\\", "plain:^2", "", "\x00", "—"])
def test_no_text_of_a_reader_is_read_as_query_syntax(tmp_path: Path, hostile: str) -> None:
    reader = opened(tmp_path, [record("a", "grain"), record("b", "sugar")])

    assert found(reader, hostile) == set()
    assert found(reader, hostile, "grain") == {"a"}


def test_accents_and_cases_are_no_difference(tmp_path: Path) -> None:
    decomposed = unicodedata.normalize("NFD", "Dubček")
    reader = opened(tmp_path, [record("a", "Talk with GOMUŁKA"), record("b", decomposed), record("c", "Gomulko")])

    assert found(reader, "gomulka") == found(reader, "Gomułka") == {"a"}
    assert found(reader, "dubcek") == found(reader, "Dubček") == found(reader, decomposed) == {"b"}


def test_a_spelling_of_several_words_is_found_as_they_stand_together(tmp_path: Path) -> None:
    reader = opened(tmp_path, [record("a", "Talk with Mao Tse-tung"), record("b", "Tung asked Mao about Tse")])

    assert found(reader, "Tse-tung") == {"a"}
    assert found(reader, "Zedong", "Tse-tung") == {"a"}


def test_words_of_one_stem_are_one_word(tmp_path: Path) -> None:
    records = [record("a", "Arms deliveries"), record("b", "Delivery of grain")]

    assert found(opened(tmp_path, records), "delivery") == {"a", "b"}


def test_rarity_takes_all_spellings_for_one_word(tmp_path: Path) -> None:
    reader = opened(
        tmp_path, [record("a", "grain Alekseev"), record("b", "grain Alexeev"), record("c", "grain Alexeev")]
    )

    def textbook(frequency: int) -> float:
        return math.log(1 + (3 - frequency + 0.5) / (frequency + 0.5))

    words = [
        QueryTerm(("grain",)),
        QueryTerm(("alexeev", "alekseev", "alexejew")),
        QueryTerm(("nowhere",)),
        QueryTerm(("grain alexeev",)),
    ]
    expected = [textbook(3), textbook(3), textbook(0), textbook(2)]
    assert reader.idf(words) == pytest.approx(expected)


def test_two_dates_of_a_record_are_not_mixed_into_one_span(tmp_path: Path) -> None:
    early, late = (ArchivalDate(str(day), str(day), day, day) for day in (CALENDAR[0], CALENDAR[-1]))
    reader = opened(tmp_path, [record("a", "grain", date=early, dates_in_title=(late,))])

    def counts(*between: dt.date) -> tuple[int, int]:
        where = Filter(when=Interval(*between))
        return reader.count(where), len(reader.search_words([QueryTerm(("grain",))], 9, where))

    assert counts(CALENDAR[1], CALENDAR[-2]) == (0, 0)
    assert counts(CALENDAR[1], CALENDAR[-1]) == (1, 1)
    assert counts(CALENDAR[0], CALENDAR[0]) == (1, 1)


def test_years_are_those_that_the_listed_date_cannot_mistake(tmp_path: Path) -> None:
    def dated(record_id: str, start: dt.date | None, end: dt.date | None) -> Record:
        return record(record_id, date=ArchivalDate("as written", None, start, end))

    reader = opened(
        tmp_path,
        [
            dated("a", dt.date(1962, 1, 1), dt.date(1962, 12, 31)),
            dated("b", dt.date(1962, 10, 27), dt.date(1962, 10, 27)),
            dated("c", dt.date(1960, 1, 1), dt.date(1962, 12, 31)),
            dated("d", dt.date(1962, 1, 1), None),
            record("e", dates_in_title=(ArchivalDate("1962", "1962", dt.date(1962, 1, 1), dt.date(1962, 12, 31)),)),
        ],
    )

    assert reader.facets("year", EVERYTHING) == {"1962": 2}
    assert reader.count(Filter(fields=(("year", frozenset({"1962"})),))) == 2


def test_an_unknown_id_is_not_found_by_name(tmp_path: Path) -> None:
    reader = opened(tmp_path, [record("a")])

    for read in (reader.records, reader.vectors, reader.passages, lambda ids: reader.scores([QueryTerm(("x",))], ids)):
        with pytest.raises(RecordNotFound, match="'b'"):
            read(["a", "b"])


def test_misuse_is_refused(tmp_path: Path) -> None:
    reader = opened(tmp_path, [record("a")])
    vector = EMBEDDER.embed_questions(["a"])[0]

    with pytest.raises(ValueError, match="'colour'"):
        reader.count(Filter(fields=(("colour", frozenset({"red"})),)))
    with pytest.raises(ValueError, match="colour"):
        reader.count(Filter(not_fields=(("colour", frozenset({"red"})),)))
    with pytest.raises(ValueError, match="'colour'"):
        reader.facets("colour", EVERYTHING)
    with pytest.raises(ValueError, match="end before they begin"):
        reader.count(Filter(when=Interval(LAST, FIRST)))
    with pytest.raises(ValueError, match="end before"):
        reader.count(Filter(not_when=(Interval(LAST, FIRST),)))
    for wrong in (vector[:-1], vector[np.newaxis], vector * np.nan):
        with pytest.raises(ValueError, match="64 finite numbers"):
            reader.nearest(wrong, 1, EVERYTHING)


def test_asking_for_none_or_too_many_is_no_misuse(tmp_path: Path) -> None:
    reader = opened(tmp_path, [record("a", "grain")])
    vector = EMBEDDER.embed_questions(["grain"])[0]

    assert reader.nearest(vector, 0, EVERYTHING) == {}
    assert reader.search_words([QueryTerm(("grain",))], 0, EVERYTHING) == {}
    assert reader.search_words([], 9, EVERYTHING) == {}
    assert reader.page(EVERYTHING, Order.DATE, 5, 9) == []
    assert reader.records([]) == []
    assert reader.passages([]) == []
    assert (
        len(reader.nearest(vector, 10**9, EVERYTHING))
        == len(reader.search_words([QueryTerm(("grain",))], 10**9, EVERYTHING))
        == 1
    )
    for scores in reader.scores([], ["a"]):
        assert scores.tolist() == [0.0]
    for scores in reader.scores([QueryTerm(("grain",))], []):
        assert scores.tolist() == []
    assert reader.vectors([]).shape == (0, 64)


def test_the_writer_refuses_what_would_rank_wrongly(tmp_path: Path) -> None:
    unit = EMBEDDER.embed_documents(["a"])
    none = Passages((), np.empty((0, 64), np.float32))
    entries = {
        "already": IndexEntry(record("a"), unit[0], none),
        "unit length": IndexEntry(record("b"), unit[0] * 2, none),
        r"\(n, 64\)": IndexEntry(record("c"), unit[0][:63], none),
        "passages": IndexEntry(record("d"), unit[0], Passages(("x", "y"), unit)),
    }

    with FolderWriter(tmp_path, Identity("m", EMBEDDER.weights, 64, ())) as writer:
        writer.add([IndexEntry(record("a"), unit[0], none)])
        for fault, entry in entries.items():
            with pytest.raises(ValueError, match=fault):
                writer.add([entry])
        generation = writer.publish(b"", NO_WORD_TABLE)

    reader = FolderReader(tmp_path / generation)
    assert (len(reader), [each.id for each in reader.page(EVERYTHING, Order.DATE, 0, 9)]) == (1, ["a"])


def test_threads_see_what_one_thread_sees(tmp_path: Path) -> None:
    records = [record(f"r{n}", f"note {VOCABULARY[n % 8]} {VOCABULARY[n % 5]}") for n in range(60)]
    reader = opened(tmp_path, records)

    def everything(word: str) -> tuple[object, ...]:
        vector = EMBEDDER.embed_questions([word])[0]
        where = Filter(fields=(("summary", frozenset({"without"})),))
        hits = reader.search_words([QueryTerm((word,))], 9, where)
        return hits, reader.nearest(vector, 9, where), reader.records(list(hits))

    alone = [everything(word) for word in VOCABULARY * 8]
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(everything, VOCABULARY * 8)) == alone


def test_a_reader_leaves_no_trace_in_its_generation(tmp_path: Path) -> None:
    folder = tmp_path / shelve(tmp_path, [record("a", "grain")], EMBEDDER)

    def trace() -> dict[Path, tuple[int, int]]:
        return {path: (path.stat().st_mtime_ns, path.stat().st_size) for path in (folder, *folder.rglob("*"))}

    before = trace()
    reader = FolderReader(folder)
    reader.search_words([QueryTerm(("grain",))], 9, EVERYTHING)
    reader.page(EVERYTHING, Order.DATE, 0, 9)
    reader.read_ahead()
    reader.close()

    assert trace() == before


def test_a_phrase_stands_in_the_title_or_in_the_summary_and_never_runs_from_one_into_the_other(tmp_path: Path) -> None:
    reader = opened(
        tmp_path,
        [
            record("title", "The nuclear tests ban", "Talks."),
            record("summary", "Talks", "On nuclear testing bans, again."),
            record("across", "Nuclear test", "Ban of it."),
            record("apart", "Nuclear", "No ban of the test."),
        ],
    )
    phrase = Filter(words=(("nuclear test ban",),))

    assert {each.id for each in reader.page(phrase, Order.DATE, 0, 9)} == {"title", "summary"}
    assert set(reader.search_words([QueryTerm(("nuclear test ban",))], 9, EVERYTHING)) == {"title", "summary"}
    assert reader.count(Filter(words=(("nuclear",), ("test",), ("ban",)))) == 4
