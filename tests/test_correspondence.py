"""Who wrote a paper, to whom and from where: read from titles, given by sources, filtered and counted."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from rag.index.ports import Order
from rag.ingest.read import read
from rag.names.annotate import Annotator
from rag.names.build_profile import profile_of
from rag.record import EVERYTHING, Filter, Record

if TYPE_CHECKING:
    from pathlib import Path

    from rag.assistant.assistant import Assistant

# People whom the made-up collection introduces.
PEOPLE = (
    "Otto Lund meets Anna Roca in the harbour. Karl Meier and Peter Falk watch. Minister Peter Brandt writes."
    " Ambassador Maria Stein calls Victor Dahl."
)

TITLES: dict[str, tuple[list[str], list[str], list[str]]] = {
    # From one to another.
    "Letter from Otto Lund to Anna Roca": (["Otto Lund"], ["Anna Roca"], []),
    "Letter from Lund to Roca, 3 May 1962": (["Otto Lund"], ["Anna Roca"], []),
    "Letter From Otto Lund to Anna Roca, Oslo, May 3, 1962": (["Otto Lund"], ["Anna Roca"], []),
    "Memorandum from Karl Meier to Minister Brandt": (["Karl Meier"], ["Peter Brandt"], []),
    "Memorandum from Otto Lund and Karl Meier to Anna Roca": (["Otto Lund", "Karl Meier"], ["Anna Roca"], []),
    "Telegram from Otto Lund to Meier and Falk in Havana": (["Otto Lund"], ["Karl Meier", "Peter Falk"], []),
    "Action Memorandum From Otto Lund to Anna Roca": (["Otto Lund"], ["Anna Roca"], []),
    "Copy of a letter from Otto Lund to Anna Roca": (["Otto Lund"], ["Anna Roca"], []),
    "Postcard from Anna Roca to Otto Lund": (["Anna Roca"], ["Otto Lund"], []),
    "Message From Lund to Roca about the pier": (["Otto Lund"], ["Anna Roca"], []),
    "Note from Lund to Roca regarding Meier": (["Otto Lund"], ["Anna Roca"], []),
    "Cable from Lund to Roca on the talk with Falk": (["Otto Lund"], ["Anna Roca"], []),
    "Letter from Lund to Roca (excerpt)": (["Otto Lund"], ["Anna Roca"], []),
    "Letter to Anna Roca from Otto Lund": (["Otto Lund"], ["Anna Roca"], []),
    "Letter to Anna Roca": ([], ["Anna Roca"], []),
    "Letter from Otto Lund": (["Otto Lund"], [], []),
    # Offices and bodies, and the people in brackets after them.
    "Telegram 12 From the Embassy in Iran to the Department of State, April 18, 1969": (
        ["Embassy in Iran"], ["Department of State"], ["Iran"],
    ),
    "Telegram From the Department of State to the Embassy in Norway": (
        ["Department of State"], ["Embassy in Norway"], [],
    ),
    "Telegram 9 From the Embassy in Norway to the Department of State and the Embassy in Libya, May 3, 1969": (
        ["Embassy in Norway"], ["Department of State", "Embassy in Libya"], ["Norway"],
    ),
    "Letter From the Minister of Harbours (Lund) to the Ambassador in Norway (Stein)": (
        ["Otto Lund"], ["Maria Stein"], [],
    ),
    "Letter From the Ambassador in Norway (Stein) to Minister Brandt": (["Maria Stein"], ["Peter Brandt"], ["Norway"]),
    "Memorandum From the President's Assistant for Harbour Affairs (Meier) to President Lund, Oslo, May 3, 1962": (
        ["Karl Meier"], ["Otto Lund"], [],
    ),
    "Memorandum From the Special Assistant to the Minister (Falk) to Minister Brandt": (
        ["Peter Falk"], ["Peter Brandt"], [],
    ),
    "Memorandum from the Harbour Committee to Lund": (["Harbour Committee"], ["Otto Lund"], []),
    "Memorandum from the Committee on Foreign Relations to Lund": (
        ["Committee on Foreign Relations"], ["Otto Lund"], [],
    ),
    "Airgram A-6 From the Interests Section in Baghdad to the Department of State, December 1, 1972": (
        ["Interests Section in Baghdad"], ["Department of State"], ["Baghdad"],
    ),
    "Telegram 30 From the Department of State to All Diplomatic Posts, May 3, 1970": (
        ["Department of State"], ["All Diplomatic Posts"], [],
    ),
    "Letter from the Shah of Iran to President Lund": (["Shah of Iran"], ["Otto Lund"], []),
    "Directive Sent to the Norwegian Ambassador, Havana": ([], ["Norwegian Ambassador"], []),
    "Dispatch to the Chief, Harbour Division, July 31, 1970": ([], ["Chief, Harbour Division"], []),
    # "To" after an envoy is where they serve.
    "Cable from Norwegian Ambassador to Cuba Maria Stein to the Foreign Ministry": (
        ["Maria Stein"], ["Foreign Ministry"], [],
    ),
    "Cable from Minister Brandt to the Ambassador to Cuba Stein": (["Peter Brandt"], ["Maria Stein"], []),
    "Telegram from Norwegian delegate to the UN Victor Dahl": (["Victor Dahl"], [], []),
    "Note from the Norwegian Ambassador to Lund": (["Norwegian Ambassador"], ["Otto Lund"], []),
    "Note from the Norwegian Ambassador to President Lund": (["Norwegian Ambassador"], ["Otto Lund"], []),
    "Telegram 5 From the Mission to the United Nations to the Department of State, March 10, 1973": (
        ["Mission to the United Nations"], ["Department of State"], [],
    ),
    # Places.
    "Telegram from Otto Lund in New York to the Foreign Ministry (1)": (
        ["Otto Lund"], ["Foreign Ministry"], ["New York"],
    ),
    "Telegram 2670 from Paris": ([], [], ["Paris"]),
    "Telegram 385 from Port Lundholm": ([], [], ["Port Lundholm"]),
    "Telegram 101 to Moscow": ([], [], []),
    # Writers without recipients, and the other way round.
    "From the Diary of Otto Lund": (["Otto Lund"], [], []),
    "From the Diary of Otto Lund, Record of a Conversation with Anna Roca": (["Otto Lund"], [], []),
    "Journal of Ambassador Stein, Memorandum of Conversation with Lund": (["Maria Stein"], [], []),
    "Secret Speech by Otto Lund, 'About Harbours'": (["Otto Lund"], [], []),
    "Cable of Otto Lund on 1 November 1962 conversation between Roca and Meier": (["Otto Lund"], [], []),
    "Otto Lund, Memorandum for Anna Roca on Meeting with Karl Meier": (["Otto Lund"], ["Anna Roca"], []),
    "Embassy in Havana (Stein), Report on Reactions to Lund's Trip": (["Maria Stein"], [], ["Havana"]),
    "Note for the Record by General Lund": (["Otto Lund"], [], []),
    "Memorandum for the Record": ([], [], []),
    "Memorandum from Lund to the File": (["Otto Lund"], [], []),
    "Paper prepared by Karl Meier": (["Karl Meier"], [], []),
    # Nothing but names.
    "Otto Lund to Anna Roca, 3 May 1844": (["Otto Lund"], ["Anna Roca"], []),
    "The Ambassador in Norway ( Stein ) to the Secretary of State": (
        ["Maria Stein"], ["Secretary of State"], ["Norway"],
    ),
    # Titles that say nothing of it.
    "Record of Conversation between Otto Lund and Anna Roca": ([], [], []),
    "Memorandum on the letter from Lund to Roca": ([], [], []),
    "Report of the Harbour Meeting": ([], [], []),
    "Report on Reactions to Lund's Trip to Cuba": ([], [], []),
    "Moscow to Havana, 1962": ([], [], []),
    "Visit of Lund to Roca": ([], [], []),
    "Addendum to Lund": ([], [], []),
    "Notes from transcripts of a meeting": ([], [], []),
    "Harbours in Norway": ([], [], []),
    "": ([], [], []),
}  # fmt: skip


def record(title: str, **fields: tuple[str, ...]) -> Record:
    return replace(Record("made-up", title, "", None), **fields)  # type: ignore[arg-type]  # fields of this name and type


@pytest.fixture(scope="module")
def annotator() -> Annotator:
    return Annotator(
        profile_of(
            [Record("people", PEOPLE, "Moscow, Paris, Havana, Iran, Norway, Libya, Cuba, Baghdad and New York", None)]
        )
    )


@pytest.mark.parametrize("title", TITLES)
def test_a_title_says_who_wrote_to_whom_and_from_where(annotator: Annotator, title: str) -> None:
    named = annotator.named(record(title))

    assert (named.senders, named.recipients, named.sent_from) == tuple(map(tuple, TITLES[title]))


def test_what_the_source_gives_goes_before_the_title(annotator: Annotator) -> None:
    given = record("Letter from Otto Lund to Anna Roca", senders=("Falk, Peter",))

    named = annotator.named(given)

    assert (named.senders, named.recipients) == (("Falk, Peter",), ())


def test_a_table_may_have_columns_of_senders_and_recipients(tmp_path: Path) -> None:
    path = tmp_path / "letters.csv"
    path.write_text(
        "Title,Sender,Addressee,Place of writing\nPier,Otto Lund; Karl Meier,Anna Roca,Oslo\n", encoding="utf-8"
    )

    (letter,) = read([path], {}).records

    assert (letter.senders, letter.recipients, letter.sent_from) == (
        ("Otto Lund", "Karl Meier"),
        ("Anna Roca",),
        ("Oslo",),
    )
    assert set(letter.people) == {"Otto Lund", "Karl Meier", "Anna Roca"}


def test_a_tei_letter_says_who_sent_and_who_received_it(tmp_path: Path) -> None:
    path = tmp_path / "letter.xml"
    path.write_text(
        """<TEI xmlns="http://www.tei-c.org/ns/1.0"><teiHeader><fileDesc><titleStmt><title>On piers</title></titleStmt>
        </fileDesc><profileDesc><correspDesc><correspAction type="sent"><persName>Otto Lund</persName>
        <placeName>Oslo</placeName></correspAction><correspAction type="received"><orgName>Harbour Council</orgName>
        <placeName>Bergen</placeName></correspAction></correspDesc></profileDesc></teiHeader>
        <text><body><p>A pier.</p></body></text></TEI>""",
        encoding="utf-8",
    )

    (letter,) = read([path], {}).records

    assert (letter.senders, letter.recipients, letter.sent_from) == (("Otto Lund",), ("Harbour Council",), ("Oslo",))


def test_the_seeds_are_counted_and_found_by_sender_and_recipient(assistant: Assistant) -> None:
    reader = assistant._index.reader()  # noqa: SLF001 - the port itself is asked
    everything = reader.page(EVERYTHING, Order.DATE, 0, len(reader))
    by_gromyko = Filter(fields=(("sender", frozenset({"Andrei Gromyko"})),))

    assert reader.facets("sender", EVERYTHING) == Counter(name for each in everything for name in each.senders)
    assert reader.facets("recipient", by_gromyko)["A. I. Alekseev"] == 3
    assert {each.senders for each in reader.page(by_gromyko, Order.DATE, 0, 9)} == {("Andrei Gromyko",)}
    assert reader.facets("sent_from", EVERYTHING)["New York"] == 1


@pytest.mark.parametrize(
    "title",
    [
        "Letter from " + "Lund to " * 700,
        "Letter " + "(" * 5000,
        "A to " * 1100,
        "Ambassador to Otto " * 270,
        "Letter of " * 500,
    ],
    ids=["tos", "brackets", "bare", "envoys", "letters"],
)
def test_a_hostile_title_is_read_in_no_time(annotator: Annotator, title: str) -> None:
    start = time.perf_counter()

    annotator.named(record(title))

    assert time.perf_counter() - start < 1
