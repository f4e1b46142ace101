"""Related records come with reasons that hold; the record itself and its copies are left out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from rag.dates.archival_date import dates_in, parse_date
from rag.embeddings import PackagedEmbedder
from rag.errors import RecordNotFound
from rag.ingest.build import publish
from rag.language.tokens import words
from rag.query.question import content_words
from rag.record import Record
from rag.search.ranking import are_copies
from rag.search.related import FEATURES, relate, weights
from rag.settings import Settings
from tests.fakes import WordCountEmbedder, index_of

if TYPE_CHECKING:
    from pathlib import Path

    from rag.assistant.assistant import Assistant
    from rag.index.ports import IndexReader
    from rag.search.related import Related

EMBEDDER = WordCountEmbedder(dimensions=256)


def record(name: str, title: str, summary: str, date: str | None = None) -> Record:
    return Record(name, title, summary, None if date is None else parse_date(date), dates_in(title))


PIER = record("pier", "Cable on the New Pier", "The harbour master asks for a second pier.", "May 3, 1951")
QUAY = record("quay", "Cable on the Old Pier", "The harbour master asks for a second crane.", "May 3, 1951")
MONTH = record("month", "Letter on the Second Pier", "The harbour master is against it.", "May, 1951")
WEEK = record("week", "Letter on the Third Pier", "The harbour master wants it.", "May 9, 1951")
NEXT = record("next", "Letter on the Fourth Pier", "The harbour master has it.", "May 10, 1951")
DIARY = record("diary", "Talk about a Pier, 4 May 1951", "The harbour master and the merchants.", "June 8, 1960")
LATER = record("later", "Talk about a Pier in 1951", "The harbour master and the bakers.", "May 2, 1970")
BARE = record("bare", "Talk about a Pier and a Crane", "The harbour master and the millers.")
COPY = replace(PIER, id="copy", date=parse_date("May 4, 1951"))
FAR = record("far", "Recipe for Soup", "Onions, carrots, leeks.", "May 3, 1911")


def read(folder: Path, *records: Record) -> IndexReader:
    """A collection of these."""
    publish(Settings(seeds=folder, vectors=folder / "vectors"), records, embedder=EMBEDDER)
    return index_of(folder / "vectors").reader()


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> IndexReader:
    return read(tmp_path_factory.mktemp("related"), PIER, QUAY, MONTH, WEEK, NEXT, DIARY, LATER, BARE, COPY, FAR)


def by_id(found: tuple[Related, ...]) -> dict[str, Related]:
    return {each.hit.record.id: each for each in found}


def test_ivanovs_note_of_the_same_day_is_among_the_first_of_malinovskys_report(assistant: Assistant) -> None:
    title = "Malinovsky Report on Special Ammunition for Operation Anadyr"
    (report,) = [hit.record for hit in assistant.records(limit=100).hits if hit.record.title == title]
    first = {each.hit.record.title: each.reasons for each in assistant.related(report.id)[:3]}

    assert "same day" in first["Handwritten Note for the Record by Colonel General S.P. Ivanov"]


def test_no_record_of_the_seeds_is_related_to_itself_or_without_a_reason(assistant: Assistant) -> None:
    for hit in assistant.records(limit=100).hits:
        related = assistant.related(hit.record.id, k=100)
        ids = [each.hit.record.id for each in related]
        scores = [each.hit.score for each in related]

        assert hit.record.id not in ids
        assert len(set(ids)) == len(ids)
        assert scores == sorted(scores, key=lambda score: -(score or 0.0))
        assert all(score is not None and 0.0 <= score <= 1.0 for score in scores)
        assert all(each.reasons for each in related)
        assert assistant.related(hit.record.id, k=3) == related[:3]


def test_a_reason_holds_of_both_records(assistant: Assistant) -> None:
    for hit in assistant.records(limit=100).hits:
        one = hit.record
        days = {date.start for date in one.dates if date.start == date.end}
        for each in assistant.related(one.id, k=100):
            other = each.hit.record
            for reason in each.reasons:
                what, _, names = reason.partition(": ")
                match what:
                    case "same day":
                        assert days & {date.start for date in other.dates if date.start == date.end}
                    case "same people":
                        assert set(names.split(", ")) <= set(one.people) & set(other.people)
                    case "same places":
                        assert set(names.split(", ")) <= set(one.places) & set(other.places)
                    case "same subject":
                        assert (each.hit.dense or 0.0) >= 0.6
                    case "same words":
                        assert set(names.split(", ")) <= set(words(one.text)) & set(words(other.text))
                    case "one text names the date of the other":
                        assert {date.start for date in dates_in(one.text)} & {date.start for date in other.dates}
                    case _:
                        assert what in {"same week", "similar wording"}


def test_the_score_is_meaning_words_and_time_together(reader: IndexReader) -> None:
    ids = ["quay", "month", "week", "diary", "later", "bare"]
    own, *lexical = reader.scores(content_words(PIER.text), ["pier", *ids])[0]
    dense = reader.vectors(ids) @ reader.vectors(["pier"])[0]
    days = [0, 0, 6, 1, 0, np.inf]
    found = by_id(relate(reader, PIER, 100))

    for name, cosine, score, apart in zip(ids, dense, lexical, days, strict=True):
        features = [cosine, min(score / own, 1.0), 1.0 / (1.0 + apart / 30.0), 0.0, 0.0]
        assert found[name].hit.score == pytest.approx(weights() @ features, abs=1e-5)


def test_a_day_is_the_same_only_where_both_are_known_to_the_day(reader: IndexReader) -> None:
    found = by_id(relate(reader, PIER, 100))

    assert "same day" in found["quay"].reasons
    assert "same week" in found["week"].reasons
    assert "same week" in found["diary"].reasons  # the talk was the day after, the diary years later
    for name in ("month", "next", "later", "bare"):
        assert not {"same day", "same week"} & set(found[name].reasons)


def test_what_a_text_refers_to_and_what_stands_beside_it_come_before_their_like(tmp_path: Path) -> None:
    answer = replace(
        record("answer", "Reply on the Quay", "In answer to your cable of May 3, 1951, the quay stays.", "May 9, 1952"),
        hierarchy=("Harbour", "Quays", "Repairs"),
    )
    meant, other, beside = (
        replace(record(name, f"Cable on the Quay by {name}", "The quay falls.", date), hierarchy=("Harbour", *branch))
        for name, date, branch in (
            ("Alder", "May 3, 1951", ["Ships"]),
            ("Birch", "May 4, 1951", ["Ships"]),
            ("Cedar", "May 4, 1951", ["Quays", "Cranes"]),
        )
    )
    found = by_id(relate(read(tmp_path, answer, meant, other, beside), answer, 3))

    assert "one text names the date of the other" in found["Alder"].reasons
    assert "same series: Quays" in found["Cedar"].reasons
    assert "same series: Harbour" in found["Birch"].reasons
    assert list(found)[-1] == "Birch"


def test_what_counted_most_is_the_first_reason(assistant: Assistant) -> None:
    order = {"same subject": 0, "same day": 2, "same week": 2, "same people": 1, "same places": 1, "same words": 1}
    for hit in assistant.records(limit=100).hits:
        for each in assistant.related(hit.record.id):
            parts = dict(each.hit.parts)
            counted = weights() * [max(each.hit.dense or 0.0, 0.0), *(parts[name] for name in FEATURES[1:])]
            places = [order[what] for reason in each.reasons if (what := reason.partition(": ")[0]) in order]

            assert places == sorted(places, key=lambda place: -counted[place])


def test_copies_and_what_is_far_are_left_out(reader: IndexReader) -> None:
    found = by_id(relate(reader, PIER, 100))

    assert not {"pier", "copy", "far"} & set(found)


def test_a_report_on_another_place_in_the_same_words_is_no_copy() -> None:
    here, there = (
        record(
            place,
            "Report",
            f"Summary of a conversation with the Soviet ambassador in {place} on the economic situation of Cuba, "
            "deliveries of weapons, the training of pilots, and the policy of the United States.",
        )
        for place in ("Havana", "Moscow")
    )
    vectors = PackagedEmbedder().embed_documents([here.text, there.text])

    assert not are_copies(here, there, float(vectors[0] @ vectors[1]))


def test_a_lone_record_is_related_to_none(tmp_path: Path) -> None:
    assert relate(read(tmp_path, PIER), PIER, 5) == ()


def test_what_is_not_here_has_no_related_records(assistant: Assistant) -> None:
    with pytest.raises(RecordNotFound, match="no record has the id 'elsewhere'"):
        assistant.related("elsewhere")
