"""Dataclasses as JSON: records and manifests come back as they were, and nothing else is taken for one."""

from __future__ import annotations

import datetime as dt

import pytest
from pydantic import TypeAdapter

from rag.dates.archival_date import parse_date
from rag.index.json_values import dumped, loaded, restored
from rag.index.ports import Identity
from rag.record import Listing, ListingPage, Record

RECORD = Record(
    id="a-1",
    title="Telegram “No. 7”",
    summary="",
    date=parse_date("ca. October 1962"),
    dates_in_title=(parse_date("27 October 1962"), parse_date("no date")),
    listings=(Listing("a.html", 1, "1 - 10 of 31"), Listing("b.html", 2)),
    people=("Fidel Castro", "Михаил"),
)


def test_a_record_comes_back_as_it_was() -> None:
    assert loaded(Record, dumped(RECORD)) == RECORD
    assert loaded(Record, dumped(RECORD)).dates_in_title[0].start == dt.date(1962, 10, 27)


def test_the_bytes_are_those_that_pydantic_wrote_for_earlier_programs() -> None:
    assert dumped(RECORD) == TypeAdapter(Record).dump_json(RECORD)


def test_what_a_later_program_added_is_ignored_and_what_an_earlier_one_lacked_has_its_default() -> None:
    plain = {"model": "m", "weights": "w", "dimensions": 3, "sources": ["a"], "chosen": [["a", "b=c"]], "new": 1}

    assert restored(Identity, plain) == Identity("m", "w", 3, ("a",), chosen=(("a", "b=c"),))


@pytest.mark.parametrize(
    "plain",
    [
        {},
        [],
        {"file": 1, "page": None, "listings": 1},
        {"file": "a", "page": 2, "listings": 1},
        {"file": "a", "page": None, "listings": "1"},
        {"file": "a", "listings": 1},
    ],
)
def test_what_is_no_such_value_is_refused(plain: object) -> None:
    with pytest.raises(TypeError):
        restored(ListingPage, plain)


def test_a_text_is_no_list_of_texts() -> None:
    with pytest.raises(TypeError):
        restored(Identity, {"model": "m", "weights": "w", "dimensions": 3, "sources": "abc"})
