"""Equal listings are one record with a lasting name; the seeds contain what was counted in them by hand."""

import hashlib
import re
import shutil
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.dates.archival_date import Interval, overlaps, parse_date
from rag.ingest.deduplicate import merge
from rag.ingest.formats import listing_pages
from rag.ingest.formats.protocol import Item
from rag.ingest.read import read
from rag.record import Listing, ListingPage, Record
from tests.pages import GRAIN, HARBOUR, PIER, STORM, Entry, bulleted, numbered

SEEDS = Path(__file__).parent.parent / "seeds"


@pytest.fixture(scope="module")
def seeds() -> tuple[Record, ...]:
    """Every record of the seeds."""
    return read([SEEDS]).records


def titled(records: tuple[Record, ...], title: str) -> Record:
    """The one record with this title."""
    (record,) = (record for record in records if record.title == title)
    return record


def test_the_seeds_contain_what_was_counted_by_hand() -> None:
    collected = read([SEEDS])

    assert collected.faults == ()
    assert (collected.files, collected.listings, len(collected.records)) == (5, 60, 57)
    assert sorted(len(record.listings) for record in collected.records) == [1] * 54 + [2] * 3
    assert collected.pages == (
        ListingPage("000_92deb407e94ed40a.txt", "1 - 10 of 31", 10),
        ListingPage("001_96587afc2d9c085d.txt", "121 - 130 of 300", 10),
        ListingPage("002_eec9be913a5825aa.txt", "1 - 10 of 10", 10),
        ListingPage("003_fc35869fd91e771d.txt", None, 20),
        ListingPage("004_8cd7b962cf6ab52f.txt", "11 - 20 of 24", 10),
    )


def test_the_seeds_three_doubles_are_merged_with_both_their_listings(seeds: tuple[Record, ...]) -> None:
    doubles = {record.title: record.listings for record in seeds if len(record.listings) > 1}

    assert doubles == {
        "Summary of a Conversation between Cde. A. M. Rumyantsev, Editor-in-Chief of the journal 'Problemy Mira i "
        "Sotsializma', and Cde. Blas Roca, Member of the Secretariat of the National Leadership of the United "
        "Revolutionary Organizations": (
            Listing("000_92deb407e94ed40a.txt", 1, "1 - 10 of 31"),
            Listing("002_eec9be913a5825aa.txt", 1, "1 - 10 of 10"),
        ),
        "Record of Conversation between Soviet Deputy Foreign Minister Kuznetsov and UN Secretary General U Thant": (
            Listing("002_eec9be913a5825aa.txt", 10, "1 - 10 of 10"),
            Listing("003_fc35869fd91e771d.txt", 16, None),
        ),
        "Cable from USSR Ambassador to Cuba Alekseev to Soviet Ministry of Foreign Affairs": (
            Listing("003_fc35869fd91e771d.txt", 14, None),
            Listing("003_fc35869fd91e771d.txt", 15, None),
        ),
    }


def test_the_seeds_dates_are_as_exact_as_the_source(seeds: tuple[Record, ...]) -> None:
    assert all(record.date is not None and record.date.edtf for record in seeds)
    assert [record.date.edtf for record in seeds if record.date and len(record.date.edtf or "") < 10] == [
        "1959-09",
        "1961-01",
    ]


def test_seed_records_are_read_to_the_letter(seeds: tuple[Record, ...]) -> None:
    talk = titled(seeds, "Record of Conversation between N.S. Khrushchev and Prime Minister of Cuba Fidel Castro")
    arms = titled(seeds, "Top Secret Bulgarian Politburo Resolution on Arms Delivery to Cuba")
    last = titled(seeds, "Telegram from Nikita Khrushchev to Anastas Mikoyan")
    talks = titled(seeds, "Record of Conversation between Mikoyan and Ernesto 'Che' Guevara, Havana, 16 November 1962")

    assert [record.title for record in seeds if not record.summary] == [talk.title]
    assert talk.date == parse_date("September 20, 1960")
    assert arms.date == parse_date("December 02, 1961")
    assert arms.summary == (
        "A proposal from the Minister of Foreign Trade, G. Kambuliev, for the donation to Cuba of 35,000 automatic "
        "rifles, recently decommissioned by the Bulgarian military."
    )
    assert last.summary.endswith("of the reasons why the weapons were deployed to Cuba in the first place.")
    assert "the battleship “Potemkin.” Hinting at further disagreement ahead, he gently" in talks.summary


def test_seed_titles_that_name_another_date_than_the_listing(seeds: tuple[Record, ...]) -> None:
    differing = {
        record.date.text: [date.edtf for date in record.dates_in_title]
        for record in seeds
        if record.date
        and record.dates_in_title
        and not any(overlaps(date, Interval(record.date.start, record.date.end)) for date in record.dates_in_title)
    }

    assert differing == {
        "October 27, 1964": ["1964-10-16"],
        "January 29, 1964": ["1963-12-25"],
        "April 5, 1963": ["1963-02-25"],
        "November 2, 1962": ["1962-11-01"],
        "February 15, 1961": ["1961-01-21"],
        "April 18, 1961": ["1961-04-06"],
        "January 11, 1962": ["1961-12-16"],
        "September 5, 1985": ["1989-09-05"],
        "April 5, 1956": ["1956-03-31"],
    }


def test_seed_titles_that_name_the_listed_date_keep_it(seeds: tuple[Record, ...]) -> None:
    agreeing = {
        record.date.text: [date.edtf for date in record.dates_in_title]
        for record in seeds
        if record.date and record.date.edtf in {date.edtf for date in record.dates_in_title}
    }

    assert agreeing == {
        "June 2, 1967": ["1967-06-02"],
        "April 10, 1968": ["1968-04-10"],
        "November 19, 1962": ["1962-11-19"],
        "September, 1959": ["1959-09"],
        "May 17, 1960": ["1960-05-16", "1960-05-17"],
        "November 16, 1962": ["1962-11-16"],
    }


def merged(*texts: str) -> tuple[Record, ...]:
    """The records of these pages, none of which has a fault."""
    records, repeated = merge(
        item for number, text in enumerate(texts) for item in listing_pages.parse(text, str(number)).items
    )

    assert not repeated

    return records


def test_listings_that_differ_in_white_space_and_spelling_of_the_date_only_are_one_record() -> None:
    respelt = Entry("3 May 1951", "Cable on \n the New\u00a0Pier", PIER.summary.replace(" ", "  "))

    (record,) = merged(numbered([PIER], "1 - 1 of 1"), bulleted([respelt]))

    assert record.date == parse_date(PIER.date)
    assert record.listings == (Listing("0", 1, "1 - 1 of 1"), Listing("1", 1, None))


@pytest.mark.parametrize(
    "other",
    [
        replace(PIER, date="May, 1951"),
        replace(PIER, title="Cable on the new Pier"),
        replace(PIER, summary="The harbour master asks for a second pier."),
        replace(PIER, summary=""),
    ],
    ids=["date", "title", "summary", "none"],
)
def test_listings_that_differ_in_anything_else_are_two(other: Entry) -> None:
    first, second = merged(bulleted([PIER, other]))

    assert first.id != second.id


def test_ids_are_readable_and_survive_any_order_of_files(tmp_path: Path, seeds: tuple[Record, ...]) -> None:
    for number, path in enumerate(sorted(SEEDS.glob("*.txt"), reverse=True)):
        shutil.copyfile(path, tmp_path / f"{number}.txt")

    reordered = read([tmp_path]).records

    assert [record.id for record in reordered] != [record.id for record in seeds]
    assert {record.id for record in reordered} == {record.id for record in seeds}
    assert all(re.fullmatch(r"\d{4}-\d\d(-\d\d)?-[a-z0-9-]{1,60}-[0-9a-f]{6}", record.id) for record in seeds)
    assert titled(seeds, "Telegram from Soviet delegate to the UN Zorin to USSR Foreign Ministry").id.startswith(
        "1962-10-27-telegram-from-soviet-delegate-to-the-un-zorin-to-ussr-"
    )


@pytest.mark.parametrize(
    ("date", "title", "start"),
    [
        ("May 3, 1951", "Władysław Gomułka's Note to Görög", "1951-05-03-wladyslaw-gomulkas-note-to-gorog-"),
        ("1960/1962", "A Note", "1960_1962-a-note-"),
        ("1958?", "A Note", "1958-a-note-"),
        ("no one knows when", "«Протокол»", "undated-"),
        ("May 3, 1951", "x" * 80, f"1951-05-03-{'x' * 60}-"),
    ],
)
def test_ids_are_safe_in_an_address(date: str, title: str, start: str) -> None:
    record = Record("", title, "", parse_date(date), listings=(Listing("page.txt", 1),))

    ((named,), _) = merge([Item(1, record)])

    assert re.fullmatch(rf"{re.escape(start)}[0-9a-f]{{6}}", named.id)


def test_ids_never_change() -> None:
    records = merged(numbered(HARBOUR))

    assert [record.id for record in records] == [
        f"{start}-{hashlib.blake2b(content.encode(), digest_size=3).hexdigest()}"
        for start, content in [
            ("1951-05-03-cable-on-the-new-pier", f"1951-05-03\n{PIER.title}\n{PIER.summary}"),
            ("1951-06-04-talk-with-the-grain-merchants-2-june-1951", f"1951-06-04\n{GRAIN.title}\n{GRAIN.summary}"),
            ("1951-07-note-on-the-storm", f"1951-07\n{STORM.title}\n"),
        ]
    ]


def test_records_whose_digests_are_the_same_have_ids_of_their_own() -> None:
    seen: dict[bytes, str] = {}
    for number in count():  # a birthday among 2**24 digests comes after some 5,000
        summary = f"Summary {number}."
        digest = hashlib.blake2b(f"1951-05-03\nNote\n{summary}".encode(), digest_size=3).digest()
        if digest in seen:
            break
        seen[digest] = summary
    texts = [bulleted([Entry("May 3, 1951", "Note", text)]) for text in (seen[digest], summary)]

    records, _ = merge(item for text in texts for item in listing_pages.parse(text, "page.txt").items)

    assert [record.summary for record in records] == [seen[digest], summary]
    assert records[1].id.startswith(f"{records[0].id}-")


def test_records_with_ids_of_their_own_are_never_merged_across_them() -> None:
    draft = Record("a/1", PIER.title, PIER.summary, parse_date(PIER.date), listings=(Listing("page.txt", 1),))

    records, repeated = merge(
        Item(line, replace(draft, id=own)) for line, own in enumerate(["a/1", "", "a/2", "a/1"], 1)
    )

    assert not repeated
    assert [len(record.listings) for record in records] == [2, 1, 1]
    assert len({record.id for record in records}) == 3


PHOTO = Record("", "Photograph", "", parse_date("1962"), listings=(Listing("table.csv", 1),), source="Box 1")
PHOTOS = [
    PHOTO,
    replace(PHOTO, source="Box 2"),
    replace(PHOTO, source_url="https://harbour.example/1"),
    replace(PHOTO, people=("Roca, Blas",)),
    replace(PHOTO, places=("Havana",)),
    replace(PHOTO, archive="Harbour Archive"),
    replace(PHOTO, source=None),
]


@given(st.permutations([*PHOTOS, PHOTO]))
def test_listings_without_id_that_differ_in_any_field_are_records_of_their_own_in_any_order(
    photos: list[Record],
) -> None:
    records, repeated = merge(Item(line, photo) for line, photo in enumerate(photos, 1))

    named = {replace(record, id="", listings=PHOTO.listings): record.id for record in records}
    (again,) = merge(Item(line, photo) for line, photo in enumerate(PHOTOS, 1))[:1]
    assert not repeated
    assert sorted(len(record.listings) for record in records) == [1] * 6 + [2]
    assert named == {replace(record, id="", listings=PHOTO.listings): record.id for record in again}
    assert all(re.fullmatch(r"1962-photograph(-[0-9a-f]{6}){1,2}", record.id) for record in records)


def test_an_id_changes_for_no_record_that_differs_in_title_or_says_no_more() -> None:
    bare = replace(PHOTO, source=None)
    ((plain,), _) = merge([Item(1, bare)])

    alone, _ = merge([Item(1, PHOTO), Item(2, replace(PHOTO, title="Note"))])
    beside, _ = merge([Item(1, PHOTO), Item(2, replace(PHOTO, source="Box 2")), Item(3, bare)])

    assert alone[0].id == beside[2].id == plain.id


def test_a_listing_of_nothing_but_date_title_and_summary_is_the_same_as_the_one_that_says_more() -> None:
    bare = replace(PHOTO, source=None)

    for items in ([Item(1, bare), Item(2, PHOTO), Item(3, bare)], [Item(1, PHOTO), Item(2, bare), Item(3, bare)]):
        (record,), repeated = merge(items)

        assert (record.source, record.id, len(record.listings)) == ("Box 1", merge([Item(1, bare)])[0][0].id, 3)
        assert not repeated


def test_listings_of_one_own_id_are_united_in_all_their_fields() -> None:
    one = replace(PHOTO, id="7", subjects=("Piers", "Storms"), source_url="http://harbour.example/7")
    other = replace(PHOTO, id="7", subjects=("Storms", "Grain"), source_url="https://harbour.example/7", type="Letter")

    (record,), repeated = merge([Item(1, one), Item(2, other)])

    assert (record.subjects, record.type) == (("Piers", "Storms", "Grain"), "Letter")
    assert (record.source_url, repeated) == (one.source_url, {})


def test_an_id_of_two_records_is_that_of_neither() -> None:
    first = replace(PHOTO, id="7")

    records, repeated = merge([Item(2, first), Item(3, replace(first, source="Box 2")), Item(4, first)])

    assert [(record.source, len(record.listings)) for record in records] == [("Box 1", 2), ("Box 2", 1)]
    assert all(re.fullmatch("7-1962-photograph-[0-9a-f]{6}", record.id) for record in records)
    assert repeated == {"table.csv": 1}


@given(st.lists(st.sampled_from([PIER, GRAIN, STORM, replace(PIER, title="Cable"), replace(GRAIN, date="1951-06-04")])))
def test_merging_keeps_every_listing_once_and_every_id_apart(listings: list[Entry]) -> None:
    items = listing_pages.parse(bulleted(listings), "page.txt").items

    records, repeated = merge(items)

    assert not repeated
    assert sorted(listing.position for record in records for listing in record.listings) == list(
        range(1, len(listings) + 1)
    )
    assert (
        len({record.id for record in records})
        == len(records)
        == len({(entry.title, entry.summary) for entry in listings})
    )
