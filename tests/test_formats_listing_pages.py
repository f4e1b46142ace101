"""A saved page is read by its structure: the same listings in any layout, and no loss that is not reported."""

from __future__ import annotations

import random
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rag.ingest.deduplicate import merge
from rag.ingest.formats import listing_pages
from rag.record import Listing, ListingPage
from tests.pages import GRAIN, HARBOUR, PIER, STORM, Entry, bulleted, footed, from_bulleted, numbered

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    Layout = Callable[[Iterable[Entry]], str]

SEEDS = Path(__file__).parent.parent / "seeds"
DASH = "\N{EN DASH}"


def entries(text: str) -> list[Entry]:
    """The listings of a page without faults."""
    parsed = listing_pages.parse(text, "page.txt")

    assert not parsed.faults

    return [
        Entry(item.record.date.text if item.record.date else "", item.record.title, item.record.summary)
        for item in parsed.items
    ]


def faults(text: str) -> list[tuple[int, str]]:
    return [(fault.line, fault.reason) for fault in listing_pages.parse(text, "page.txt").faults]


@pytest.mark.parametrize("layout", [numbered, bulleted, footed])
def test_every_layout_gives_the_same_listings(layout: Layout) -> None:
    assert entries(layout(HARBOUR)) == list(HARBOUR)


def test_the_bulleted_seed_in_the_layout_of_a_numbered_one_gives_the_same() -> None:
    text = (SEEDS / "003_fc35869fd91e771d.txt").read_text(encoding="utf-8")

    rewritten = from_bulleted(text, "1 - 20 of 20")

    assert "•" not in rewritten
    assert len(entries(text)) == 20
    assert entries(rewritten) == entries(text)


@pytest.mark.parametrize("name", ["000_92deb407e94ed40a.txt", "001_96587afc2d9c085d.txt", "004_8cd7b962cf6ab52f.txt"])
def test_a_numbered_seed_in_the_other_layouts_gives_the_same(name: str) -> None:
    seed = entries((SEEDS / name).read_text(encoding="utf-8"))

    assert len(seed) == 10
    assert entries(bulleted(seed)) == seed
    assert entries(footed(seed, f"11 {DASH} 20 of 1,234")) == seed


RESPELT: dict[str, Callable[[str], str]] = {
    "CRLF": lambda text: text.replace("\n", "\r\n"),
    "CRCRLF": lambda text: text.replace("\n", "\r\r\n"),
    "CR": lambda text: text.replace("\n", "\r"),
    "trailing blanks": lambda text: text.replace("\n", "   \n"),
    "blanks on blank lines": lambda text: text.replace("\n\n", "\n \t\n\u00a0\n"),
    "tabs": lambda text: re.sub("(?m)^ +", "\t", text),
    "NBSP": lambda text: re.sub("(?m)^ +", lambda indent: "\u00a0" * len(indent[0]), text).replace("• ", "•\u00a0"),
    "stars": lambda text: text.replace("• ", "*   "),
    "wrapped": lambda text: text.replace("asks for", "asks\nfor").replace("Cable on", "Cable\non"),
    "OCR": lambda text: text.replace("asks ", "asks\x0c").replace("more ", "more\x85").replace("the ", "the\u2028"),
    "blank lines around": lambda text: f"\n\n{text}\n\n\n",
}


@pytest.mark.parametrize("respell", RESPELT.values(), ids=RESPELT)
@pytest.mark.parametrize("layout", [numbered, bulleted, footed])
def test_ends_of_lines_indents_and_wrapping_change_nothing(layout: Layout, respell: Callable[[str], str]) -> None:
    assert entries(respell(layout(HARBOUR))) == list(HARBOUR)


def test_listings_know_their_place_and_their_page() -> None:
    parsed = listing_pages.parse(numbered(HARBOUR), "folder/page.txt")

    assert [item.line for item in parsed.items] == [7, 13, 19]
    assert [item.record.listings for item in parsed.items] == [
        (Listing("folder/page.txt", position, "1 - 3 of 12"),) for position in (1, 2, 3)
    ]
    assert parsed.pages == (ListingPage("folder/page.txt", "1 - 3 of 12", 3),)


def test_a_title_may_lack_a_summary_anywhere() -> None:
    bare = [Entry(entry.date, entry.title) for entry in HARBOUR]

    assert entries(numbered(bare)) == bare
    assert entries(bulleted(bare)) == bare


def test_paragraphs_of_a_summary_become_one_text() -> None:
    page = numbered(
        [Entry(PIER.date, PIER.title, "First part.\n\nSecond\npart.\n\n- Third\n— and last — part."), STORM],
        "1 - 2 of 2",
    )

    assert entries(page)[0].summary == "First part. Second part. - Third — and last — part."


def test_a_page_without_blank_lines_is_read_line_by_line() -> None:
    compact = "1 - 3 of 12\n" + "\n".join("\n".join(entry.paragraphs) for entry in HARBOUR)
    in_groups = "1 - 3 of 12\n\n" + "\n\n".join("\n".join(entry.paragraphs) for entry in HARBOUR)

    assert entries(compact) == list(HARBOUR)
    assert entries(in_groups) == list(HARBOUR)
    assert entries(bulleted(HARBOUR).replace("\n\n", "\n")) == list(HARBOUR)


def test_a_page_without_blank_lines_may_break_off_after_a_date() -> None:
    in_groups = "1 - 3 of 12\n\n" + "\n\n".join("\n".join(entry.paragraphs) for entry in HARBOUR)

    parsed = listing_pages.parse(f"{in_groups}\n\nAugust 1, 1951", "page.txt")

    assert [item.record.title for item in parsed.items] == [entry.title for entry in HARBOUR]
    assert [fault.line for fault in parsed.faults] == [14]


def test_a_title_right_below_its_date_is_read() -> None:
    page = numbered(HARBOUR).replace("May 3, 1951\n\n", "May 3, 1951\n")

    assert entries(page) == list(HARBOUR)


def test_a_date_within_a_title_or_a_sentence_opens_nothing() -> None:
    entry = Entry("May 3, 1951", "Minutes of the meeting held on 5 May 1950", "They met on May 5, 1950 and parted.")

    assert entries(numbered([entry], "1 - 1 of 1")) == [entry]
    assert entries(numbered([entry], "1 - 1 of 1").replace(" on ", " on\n")) == [entry]


def test_a_bare_date_in_a_summary_is_kept_where_bullets_mark_the_listings() -> None:
    entry = Entry(PIER.date, PIER.title, "Two letters, of\n\n    May 1, 1951\n\n    and of the day after.")

    assert entries(bulleted([entry, STORM]))[0].summary == "Two letters, of May 1, 1951 and of the day after."


def test_a_bare_date_in_a_summary_is_shown_by_the_count_elsewhere() -> None:
    entry = Entry(PIER.date, PIER.title, "Two letters, of\n\nMay 1, 1951\n\nand of the day after.")

    parsed = listing_pages.parse(numbered([entry, GRAIN, STORM]), "page.txt")

    assert len(parsed.items) == 4
    assert [(fault.file, fault.line) for fault in parsed.faults] == [("page.txt", 4)]
    assert "'1 - 3 of 12', which is 3, but 4 could be read" in parsed.faults[0].reason


@pytest.mark.parametrize(
    "foot",
    [
        "Pagination",
        "Pagination\n\n1\n\n2\n\n3\n\nNext page\n\nLast page\n\nFooter\n\nAbout the archive\n\nWrite to us",
        "1 2 3 … 31\n\nNext page",
        "Page 2 of 31",
        "Pagination\n\n1\n\n2\n\n1616",
        "«\n\n»",
        "1 - 3 of 12\n\nFooter",
    ],
)
@pytest.mark.parametrize("last", [PIER, STORM])
def test_the_foot_of_a_page_is_no_part_of_its_last_listing(last: Entry, foot: str) -> None:
    assert entries(f"{numbered([GRAIN, GRAIN, last])}\n{foot}\n")[-1] == last


def test_text_at_the_margin_ends_an_indented_listing() -> None:
    assert entries(f"{bulleted(HARBOUR[:2])}\n\nAn archive of the harbour\n\nWrite to us\n") == list(HARBOUR[:2])


def test_a_page_number_within_a_summary_is_passed_over() -> None:
    page = numbered([Entry(PIER.date, PIER.title, "It begins here\n\n12\n\nand ends there.")], "1 - 1 of 1")

    assert entries(page)[0].summary == "It begins here and ends there."


@pytest.mark.parametrize("date", ["1951", "[1951?]", "1950s", "1950-1951", "[Undated]", "n.d."])
@pytest.mark.parametrize("layout", [numbered, bulleted, footed])
def test_a_year_or_the_word_that_there_is_none_is_a_date_where_one_is_due(layout: Layout, date: str) -> None:
    listings = [PIER, Entry(date, "Plan of the Quay", "It shows the quay."), STORM]

    assert entries(layout(listings)) == listings


def test_nothing_above_the_first_date_is_read() -> None:
    assert entries(f"The Harbour Archive\n\nEverything on piers.\n\n{numbered(HARBOUR)}") == list(HARBOUR)


def test_pages_saved_into_one_file_are_kept_apart() -> None:
    parsed = listing_pages.parse(
        f"{footed(HARBOUR)}\n{bulleted(HARBOUR)}\n\n{numbered(HARBOUR, '4 - 6 of 12')}", "page.txt"
    )

    assert not parsed.faults
    assert [item.record.listings[0].position for item in parsed.items] == list(range(1, 10))
    assert [(page.page, page.listings) for page in parsed.pages] == [
        ("1 - 3 of 12", 3),
        (None, 3),
        ("4 - 6 of 12", 3),
    ]


def test_a_page_that_yields_less_than_it_says_is_a_fault_at_its_range_line() -> None:
    assert faults(numbered(HARBOUR, "1 - 4 of 12")) == [
        (4, "the page says '1 - 4 of 12', which is 4, but 3 could be read; save the page again"),
    ]
    assert [line for line, _ in faults("Results:\n\n1 - 10 of 31\n\nDocuments")] == [3]


def test_a_date_without_a_title_is_a_fault() -> None:
    page = numbered([PIER, Entry("June 5, 1951", ""), STORM], "1 - 2 of 2")

    assert faults(page) == [(13, "the date 'June 5, 1951' has no title below it; add the title or take the date out")]


@pytest.mark.parametrize("strange", ["\udcff", "\0"])
def test_a_strange_byte_costs_only_itself(strange: str) -> None:
    parsed = listing_pages.parse(numbered(HARBOUR).replace("cheaper", f"{strange}cheaper"), "page.txt")

    assert [item.record.title for item in parsed.items] == [entry.title for entry in HARBOUR]
    assert (parsed.mended, parsed.faults) == (1, ())


building_blocks = st.sampled_from(
    [
        *("\n", "\r\n", "\r", "\n\n", "\x85", "\x0c", "\u2028", " ", "\t", "\u00a0", "\ufeff", "\0", "\udc80"),
        *("May 3, 1951", "May, 1951", "1951", "  • May 03, 1951", "•", "Undated", "31 February 1951"),
        *("1 - 10 of 31", f"11 {DASH} 5 of 2", "Pagination", "Documents", "7", "A title", "A summary."),
    ]
)


@given(st.one_of(st.text(), st.lists(building_blocks).map("".join)))
@example("1 - 99,,9. of 1")
def test_any_text_is_read_or_names_its_faulty_line(text: str) -> None:
    parsed = listing_pages.parse(text, "page.txt")

    lines = len(re.findall("\r\n|\r|\n", text)) + 1
    assert all(1 <= fault.line <= lines for fault in parsed.faults)
    assert all(1 <= item.line <= lines and item.record.title and item.record.date for item in parsed.items)
    assert listing_pages.has_listings(text) in {True, False}


def mangled(page: bytes, chance: random.Random) -> bytes:
    """The page after one or two accidents."""
    for _ in range(chance.randint(1, 2)):
        lines = page.split(b"\n")
        match chance.randrange(5):
            case 0:
                page = page[: chance.randrange(len(page) + 1)]
            case 1:
                page = page[chance.randrange(len(page) + 1) :]
            case 2:
                chance.shuffle(lines)
                page = b"\n".join(lines)
            case 3:
                page = b"\n".join(line for line in lines for _ in range(chance.choice((0, 1, 1, 2))))
            case _:
                for _ in range(chance.randint(1, 20)):
                    place = chance.randrange(len(page) + 1)
                    page = page[:place] + chance.randbytes(chance.randint(1, 3)) + page[place + chance.randint(0, 2) :]
    return page


def test_mangled_pages_end_in_records_and_faults() -> None:
    chance = random.Random(1962)  # noqa: S311 - the accidents must be the same in every run
    seeds = [path.read_bytes() for path in sorted(SEEDS.glob("*.txt"))]

    for number in range(1000):
        text = mangled(seeds[number % len(seeds)], chance).decode("utf-8", "surrogateescape")
        parsed = listing_pages.parse(text, "page.txt")
        records, clashes = merge(parsed.items)
        listings = sum(page.listings for page in parsed.pages)
        promised = re.findall(r"(?m)^(\d+) - (\d+) of \d+\r?$", text)

        assert listings == len(parsed.items) == sum(len(record.listings) for record in records) + len(clashes)
        assert all(1 <= fault.line <= text.count("\n") + text.count("\r") + 1 for fault in parsed.faults)
        assert all(record.text.encode() and record.id.isascii() for record in records)
        if promised and listings != int(promised[0][1]) - int(promised[0][0]) + 1:
            assert parsed.faults
