"""The ranking is the sum written down, counted again by hand from the reader's own vectors and scores."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from starlette.testclient import TestClient

from rag.assistant.assistant import Assistant
from rag.dates.archival_date import Fit, Interval, edtf_interval, fit, parse_date
from rag.index.ports import Matching, QueryTerm
from rag.ingest.build import publish
from rag.record import EVERYTHING, Filter, Match, Record
from rag.search.ranking import (
    FULL_MATCH,
    RECORD_WEIGHT,
    SENTENCE_WEIGHT,
    SMOOTHING_DEPTH,
    SMOOTHING_NEIGHBOURS,
    SMOOTHING_WEIGHT,
    WORDS_WEIGHT,
    Query,
    SearchScope,
    are_copies,
    list_matches,
    retrieve,
    top_places,
)
from rag.settings import Settings
from tests.fakes import WordCountEmbedder, index_of
from web.app import create_app

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from rag.embeddings import Vectors
    from rag.index.ports import IndexReader
    from rag.search.ranking import Evidence


class Varied(WordCountEmbedder):
    """Counts words, but no two texts come out equally alike, so that every order is decided."""

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """As counted, and a little to the side."""
        vectors = super().embed_documents(texts)
        for row, text in enumerate(texts):
            vectors[row] += 0.05 * np.random.default_rng([*text.encode()]).standard_normal(self.dimensions)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors


EMBEDDER = Varied(dimensions=32)
NOUNS = ("pier", "quay", "crane", "grain", "storm", "letter", "cable", "harbour", "coal", "timber", "ferry", "berth")
RECORDS = tuple(
    Record(
        f"{number:03}",
        f"{one} {two} {three}".capitalize(),
        f"{two.capitalize()} and {two} of {one}. {three.capitalize()} {number % 7}." if number % 5 else "",
        None if number % 11 == 0 else parse_date(f"May {number % 28 + 1}, {1950 + number % 6}"),
    )
    for number, (one, two, three) in enumerate(itertools.islice(itertools.combinations(NOUNS, 3), 140))
)
MAY_1952 = Filter(edtf_interval("1952-05"))


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> IndexReader:
    """More records than lend each other score."""
    folder = tmp_path_factory.mktemp("retrieved")
    publish(Settings(seeds=folder, vectors=folder), RECORDS, embedder=EMBEDDER)
    return index_of(folder).reader()


def query(text: str, where: Filter = EVERYTHING) -> Query:
    return Query(EMBEDDER.embed_questions([text])[0], tuple(map(QueryTerm, zip(text.split()))), where)


def score(evidence: Evidence) -> float:
    assert evidence.hit.score is not None
    return evidence.hit.score


def by_hand(reader: IndexReader, asked: Query) -> dict[str, float]:
    """Every passing record's score, one record after the other."""
    passing = [record for record in RECORDS if asked.where.when is None or passes(record, asked.where.when)]
    ids = [record.id for record in passing]
    vectors = dict(zip(ids, reader.vectors(ids), strict=True))
    most = FULL_MATCH * sum(reader.idf(asked.terms))
    told, _ = reader.scores(asked.terms, ids)
    own = {}
    for record, lexical, passages in zip(passing, told.tolist(), reader.passages(ids), strict=True):
        words = min(lexical / most, 1.0)
        if asked.vector is None:
            own[record.id] = words
            continue
        cosine = float(vectors[record.id] @ asked.vector)
        sentence = max(float(vector @ asked.vector) for vector in passages.vectors)
        own[record.id] = 0.3 * max(cosine, 0.0) + 0.3 * max(sentence, 0.0) + 0.4 * words
    if asked.vector is None:
        return own
    best = sorted(ids, key=lambda name: -own[name])[:SMOOTHING_DEPTH]
    lent = {name: 0.8 * own[name] for name in ids}
    for name in best:
        alike = {other: max(float(vectors[name] @ vectors[other]), 0.0) for other in best if other != name}
        lenders = sorted(alike, key=lambda other: -alike[other])[:SMOOTHING_NEIGHBOURS]
        total = sum(alike[other] for other in lenders)
        mean = sum(alike[other] * own[other] for other in lenders) / total if total else own[name]
        lent[name] += 0.2 * mean
    return lent


def passes(record: Record, when: Interval) -> bool:
    return fit(record.dates, when) in {Fit.CERTAIN, Fit.POSSIBLE}


def test_the_weights_are_shares_of_one() -> None:
    assert (RECORD_WEIGHT, SENTENCE_WEIGHT, WORDS_WEIGHT, SMOOTHING_WEIGHT) == (0.3, 0.3, 0.4, 0.2)


@pytest.mark.parametrize("where", [EVERYTHING, MAY_1952], ids=["everything", "a month"])
@pytest.mark.parametrize("text", ["pier", "storm over the harbour", "coal ferry crane", "soup"])
def test_the_ranking_is_what_is_counted_by_hand(reader: IndexReader, text: str, where: Filter) -> None:
    asked = query(text, where)
    expected = by_hand(reader, asked)
    found = retrieve(reader, asked, 1000)

    assert [each.hit.record.id for each in found] == sorted(expected, key=lambda name: -expected[name])
    assert [score(each) for each in found] == pytest.approx(sorted(expected.values(), reverse=True), abs=1e-5)


def test_without_a_vector_words_alone_decide(reader: IndexReader) -> None:
    asked = Query(None, (QueryTerm(("pier",)), QueryTerm(("storm",))))
    expected = by_hand(reader, asked)
    found = retrieve(reader, asked, 1000)

    assert {each.hit.record.id for each in found} == {name for name, own in expected.items() if own}
    assert [score(each) for each in found] == pytest.approx(sorted(filter(None, expected.values()), reverse=True))
    assert {each.hit.dense for each in found} == {None}


def test_what_stands_in_for_a_word_orders_the_records_that_lack_it(reader: IndexReader) -> None:
    (pier,) = reader.idf([QueryTerm(("pier",))])
    asked = query("grain wharf")
    told = (QueryTerm(("grain",)), QueryTerm(("wharf",), expansions=(("pier", 0.5), ("grains", 0.9))))
    plain = {each.hit.record.id: each for each in retrieve(reader, asked, 1000)}
    alike = {each.hit.record.id: each for each in retrieve(reader, replace(asked, terms=told), 1000)}

    assert plain.keys() == alike.keys()
    most = FULL_MATCH * sum(reader.idf(asked.terms))
    for name, before in plain.items():
        (by_pier,), _ = reader.scores([QueryTerm(("pier",))], [name])
        assert pier < reader.idf([QueryTerm(("wharf",))])[0]  # it is held by more, so it counts by its own rarity
        # "grains" is of the stem of "grain", but it is "wharf" that it stands in for.
        (by_grains,), _ = reader.scores([QueryTerm(("grains",))], [name])
        expected = min(((before.hit.lexical or 0.0) + max(0.5 * by_pier, 0.9 * by_grains)) / most, 1.0)
        assert dict(alike[name].hit.parts)["words"] == pytest.approx(expected, abs=1e-4)
        assert alike[name].hit.lexical == before.hit.lexical


def test_a_stand_in_rarer_than_the_word_counts_as_if_it_were_as_rare(reader: IndexReader) -> None:
    common, rare = QueryTerm(("harbour",)), QueryTerm(("6",))
    own, other = reader.idf([common, rare])
    assert other > own
    ids = [record.id for record in RECORDS]
    alone, _ = reader.scores([rare], ids)
    by_word, stood_in = reader.scores([QueryTerm(("harbour",), expansions=(("6", 1.0),))], ids)

    assert by_word.tolist() == reader.scores([common], ids)[0].tolist()
    for score_of_it, by_both, held in zip(alone, stood_in, by_word, strict=True):
        assert by_both == pytest.approx(max(held, score_of_it * own / other), abs=1e-4)


def test_with_neither_words_nor_vector_there_is_nothing(reader: IndexReader) -> None:
    assert retrieve(reader, Query(None), 5) == []
    assert retrieve(reader, query("pier"), 0) == []
    assert retrieve(reader, query("pier", Filter(edtf_interval("1871"))), 5) == []


texts = st.lists(st.sampled_from([*NOUNS, "soup", "the"]), min_size=1, max_size=6).map(" ".join)
wheres = st.sampled_from([EVERYTHING, MAY_1952, Filter(edtf_interval("1951/1953"))])


@examples(max_examples=40)
@given(texts, wheres, st.integers(1, 30))
def test_scores_fall_within_their_bounds_and_a_shorter_list_is_the_head_of_a_longer(
    reader: IndexReader, text: str, where: Filter, k: int
) -> None:
    found = retrieve(reader, query(text, where), k)
    scores = [score(each) for each in found]

    assert scores == sorted(scores, reverse=True)
    assert all(0.0 <= each <= 1.0 for each in scores)
    assert len({each.hit.record.id for each in found}) == len(found) == min(k, reader.count(where))
    assert all(where.when is None or passes(each.hit.record, where.when) for each in found)
    assert [each.hit for each in retrieve(reader, query(text, where), k + 7)][:k] == [each.hit for each in found]
    for each in found:
        assert -1.0 <= (each.hit.dense or 0.0) <= 1.0
        assert (each.hit.lexical or 0.0) >= 0.0
        assert all(0.0 <= part <= 1.0 for _, part in each.hit.parts)


@examples(max_examples=25)
@given(texts)
def test_lending_lifts_nothing_from_beyond_the_depth_above_what_lies_within(reader: IndexReader, text: str) -> None:
    asked = query(text)
    found = retrieve(reader, asked, 1000)
    own = {
        each.hit.record.id: 0.3 * max(each.hit.dense or 0.0, 0.0)
        + 0.3 * dict(each.hit.parts)["sentence"]
        + 0.4 * dict(each.hit.parts)["words"]
        for each in found
    }
    bar = sorted(own.values(), reverse=True)[SMOOTHING_DEPTH - 1]
    within = {each.hit.record.id for each in found[:SMOOTHING_DEPTH]}

    assert len(found) > SMOOTHING_DEPTH
    assert all(own[name] <= bar + 1e-6 for name in own.keys() - within)
    for each in found[SMOOTHING_DEPTH:]:
        assert score(each) <= 0.8 * bar + 1e-6


@pytest.mark.parametrize("candidates", [10, 150])
@pytest.mark.parametrize("text", ["storm over the harbour", "coal", "soup"])
def test_a_search_lists_what_matches_and_of_the_first_candidates_what_reaches_the_bar(
    reader: IndexReader, monkeypatch: pytest.MonkeyPatch, text: str, candidates: int
) -> None:
    monkeypatch.setattr("rag.search.ranking.CANDIDATES_PER_SIDE", candidates)
    asked = query(text)
    words = tuple(word.spellings for word in asked.terms)
    matching = Matching(words, max(reader.most_words(words, EVERYTHING), 1))
    everything = retrieve(reader, asked, 1000)
    first = {*reader.search_words(asked.terms, candidates, EVERYTHING)}
    first |= {*reader.nearest(asked.vector, candidates, EVERYTHING)} if asked.vector is not None else set()
    matched = {
        record.id
        for record, matches in zip(RECORDS, reader.matches([record.id for record in RECORDS], matching), strict=True)
        if matches
    }
    near = {each.hit.record.id for each in everything if score(each) >= 0.4} & first - matched
    scope = SearchScope(matching, 0.4)
    page = list_matches(reader, asked, scope, 0, 1000, apart=2)
    ranked = [each.hit.record.id for each in everything if each.hit.record.id in matched | near]
    scores = [hit.score or 0.0 for hit in page.hits]

    assert scores == sorted(scores, reverse=True)
    assert {hit.record.id for hit in page.hits} == matched | near
    assert candidates == 10 or [hit.record.id for hit in page.hits] == ranked
    assert {hit.record.id for hit in page.hits if hit.match is Match.WORDS} == matched
    assert (page.total, {*page.near}, len(page.near)) == (len(matched), near, len(near))
    assert [hit.record.id for hit in page.apart] == list(page.near[:2])
    for offset, k in itertools.product((0, 1, 7, 30), (1, 5, 100)):
        assert list_matches(reader, asked, scope, offset, k).hits == page.hits[offset : offset + k]


@pytest.mark.parametrize("text", ["storm over the harbour", "coal", "pier quay"])
def test_deeper_pools_go_on_below_the_first_without_moving_it(
    reader: IndexReader, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.setattr("rag.search.ranking.CANDIDATES_PER_SIDE", 10)  # so that the records make several
    everything = [each.hit for each in retrieve(reader, query(text), 1000)]
    scores = [hit.score for hit in everything]

    assert sorted(hit.record.id for hit in everything) == [record.id for record in RECORDS]
    assert scores == sorted(scores, key=lambda each: -(each or 0.0))
    for k in (1, 9, 10, 11, 25, 60, 219):
        assert [each.hit for each in retrieve(reader, query(text), k)] == everything[:k]


def test_a_hit_says_how_its_dates_lie_to_the_days_asked_for(reader: IndexReader) -> None:
    assert {each.hit.fit for each in retrieve(reader, query("pier", MAY_1952), 5)} == {Fit.CERTAIN}
    assert {each.hit.fit for each in retrieve(reader, query("pier"), 5)} == {None}


def test_where_nothing_is_dated_a_year_is_a_word_like_any_other(tmp_path: Path) -> None:
    undated = [replace(record, date=None) for record in RECORDS[:30]]
    publish(Settings(seeds=tmp_path, vectors=tmp_path), undated, embedder=EMBEDDER)
    found = Assistant(index_of(tmp_path), lambda: EMBEDDER).search("pier and quay since 1979")

    assert found.where == EVERYTHING
    assert found.understood is not None
    assert found.understood.when is None
    assert {record.id for record in undated if "pier" in record.text.casefold()} >= {found.hits[0].record.id}


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Some records held again under another id: to the letter, in capitals, with another date; and one quite other."""
    folder = tmp_path_factory.mktemp("copied")
    first = RECORDS[1]
    again = [
        replace(first, id="copy", source_url="elsewhere"),
        replace(first, id="shouted", title=first.title.upper()),
        replace(first, id="other", summary="Of coal and of ferries."),
    ]
    publish(Settings(seeds=folder, vectors=folder), [*RECORDS[:40], *again], embedder=WordCountEmbedder(dimensions=32))
    return folder


def test_near_copies_share_a_place_behind_the_record_that_they_copy(copied: Path) -> None:
    reader = index_of(copied).reader()
    found = [each.hit for each in retrieve(reader, query(RECORDS[1].title), 100)]
    of = {hit.record.id: hit.copy_of for hit in found}
    leader, *behind = [hit for hit in found if hit.record.id in {"001", "copy", "shouted"}]
    place = found.index(leader)

    assert of["other"] is None
    assert leader.copy_of is None
    assert {hit.copy_of for hit in behind} == {leader.record.id}
    assert {hit.score for hit in behind} == {leader.score}
    assert found[place + 1 : place + 3] == behind


def test_copies_take_no_place_from_other_records(copied: Path) -> None:
    reader = index_of(copied).reader()
    found = [each.hit for each in top_places(reader, query(RECORDS[1].title), 3)]

    assert sum(hit.copy_of is None for hit in found) == 3
    assert sum(hit.copy_of is not None for hit in found) == 2
    assert len(top_places(reader, query("pier"), 1000)) == len(reader)


@pytest.mark.parametrize(("cosine", "is_copy"), [(0.984, False), (0.986, True)])
def test_the_same_words_in_another_order_may_say_something_else(cosine: float, is_copy: bool) -> None:  # noqa: FBT001
    first = replace(RECORDS[1], summary="The dock lay below the harbour.")
    turned = replace(first, id="turned", summary="The harbour lay below the dock.")

    assert are_copies(first, turned, cosine) is is_copy


def test_page_and_api_name_the_record_of_which_another_is_a_near_copy(copied: Path) -> None:
    small = WordCountEmbedder(dimensions=32)
    client = TestClient(create_app(Assistant(index_of(copied), lambda: small)))
    hits = client.get("/api/v1/search", params={"q": RECORDS[1].title}).json()["hits"]
    page = client.get("/search", params={"q": RECORDS[1].title}).text
    copies = [hit for hit in hits if "copy_of" in hit]

    assert len(copies) == 2
    assert {hit["copy_of"] for hit in copies} <= {hit["record"]["id"] for hit in hits}
    assert page.count(f'Nearly the same as <a href="/records/{copies[0]["copy_of"]}">') == 2
