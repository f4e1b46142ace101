"""What a question says that records must satisfy: from whom to whom, of which type, kept where."""

import json
import re
from functools import partial
from pathlib import Path

import pytest

from rag.assistant.assistant import Assistant
from rag.ingest.build import build
from rag.language.document_types import TYPE_WORDS
from rag.language.tables import pattern, table
from rag.settings import Settings

TITLES = (
    ("Telegram 1606 from Port Sund", "Price of flour.", "Harbour House, Files of the Council, Box 12, Flour"),
    ("Cable from Norwegian Ambassador to Cuba Otto Lund to Anna Roca", "Sugar.", "Harbour House, Box 12, Sugar"),
    ("Telegram from Otto Lund to the Council's Assistant for Harbours (Roca)", "Piers.", "Harbour House, Box 112"),
    ("Letter from Anna Roca to Otto Lund", "Operation Seagull.", "Harbour House, Box 13"),
    ("Speech by Otto Lund, Ambassador of Norway", "On Seagull.", "Harbour House, Box 12a"),
    ("Report on the telegram from Otto Lund", "Piers again.", "Harbour House, Box 14"),
)
PARTIES = {  # question -> senders, recipients
    "letters from Otto Lund to Anna Roca": (("Otto Lund",), ("Anna Roca",)),
    "cables from Norwegian Ambassador to Cuba Otto Lund": (("Norwegian Ambassador to Cuba Otto Lund",), ()),
    "telegrams to the Council's Assistant for Harbours (Roca)": ((), ("the Council's Assistant for Harbours (Roca)",)),
    "to Anna Roca, from Otto Lund": (("Otto Lund",), ("Anna Roca",)),
    "telegrams from the Pope": ((), ()),  # whom no field knows, so a word like any other
    "speeches by Norwegian officials": ((), ()),
    "reports about letters from Otto Lund": ((), ()),
    "telegrams that forwarded a letter from Otto Lund": ((), ()),
    "Anna Roca's letter, drafted by Otto Lund": (("Anna Roca",), ()),
}
LISTED = {  # question -> titles listed, by their numbers
    "letters from Anna Roca": [3],
    "telegrams from Otto Lund": [2, 1],  # then, apart, the cable
    "cables from Otto Lund": [1, 2],
    "everything on Operation Seagull": [3, 4],
    "speeches by Norwegian officials": [4],
    "documents from Harbour House, Box 12": [0, 1],
    "documents from Files of the Council, Box 12": [0],
    'source:"Box 13"': [3],
    "Telegram 1606 from Port Sund": [0],
    "reports about the telegram from Otto Lund": [5],
    "papers that speak of Norway or Anna Roca": [1, 2, 3, 4],
    "messages from Otto Lund to Anna Roca": [1, 2],
    "piers, leaving aside reports": [2],
    "excerpts from letters": [3],
    "Operation Seagull, without anything by Roca": [4],
    "papers that name Seagull yet not Roca": [4],
    "papers on Seagull, but without any that bring in Anna Roca": [4],
    "letters among your papers": [3],
    "speeches of Otto Lund of Norway": [4],
    "which papers come out of Harbour House, Box 13?": [3],
    "whatever comes from the Harbour House Archives": [],
    "everything Otto Lund sent": [1, 2, 4],
    "papers that deal neither with sugar nor with flour": [2, 3, 4, 5],
}
NONE = {  # question -> what is said
    "Do you keep photographs?": "No photograph fits the question.",
    "Are there maps of Norway?": "No map names Norway.",
}


@pytest.fixture(scope="module")
def harbour(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    """A small archive whose source says where each paper is kept."""
    folder: Path = tmp_path_factory.mktemp("harbour")
    rows = [f'"{title}","{summary}",190{number}-05-03,"{note}"' for number, (title, summary, note) in enumerate(TITLES)]
    (folder / "list.csv").write_text("\n".join(["title,summary,date,source", *rows]), encoding="utf-8")
    settings = Settings.load({"RAG_VECTORS": str(folder / "vectors")})
    build(settings, [folder / "list.csv"])
    return Assistant.open(settings)


@pytest.mark.parametrize("question", PARTIES)
def test_senders_and_recipients_are_read_whole(harbour: Assistant, question: str) -> None:
    read = harbour.ask(question).understood

    assert (read.conditions.senders, read.conditions.recipients) == PARTIES[question]


@pytest.mark.parametrize("question", LISTED)
def test_records_of_these_conditions_are_listed(harbour: Assistant, question: str) -> None:
    answer = harbour.ask(question)

    titles = [title for title, _, _ in TITLES]
    assert [titles.index(citation.hit.record.title) for citation in answer.citations] == LISTED[question]


@pytest.mark.parametrize("question", NONE)
def test_a_type_that_no_record_is_of_is_named_as_missing(harbour: Assistant, question: str) -> None:
    assert NONE[question] in harbour.ask(question).notes


def test_where_an_original_is_kept_is_what_the_source_note_says(harbour: Assistant) -> None:
    answer = harbour.ask("In which archive is the original of the letter from Anna Roca to Otto Lund kept?")

    assert answer.catalogue is not None
    assert answer.catalogue.text == "The record cited is from Harbour House, Box 13."


def test_what_somebody_did_is_no_type(harbour: Assistant) -> None:
    assert harbour.ask("What did Otto Lund report to Anna Roca?").understood.conditions.types == ()
    assert harbour.ask("What does the report on the telegram say?").understood.conditions.recipients == ()


def test_a_type_under_another_name_stands_apart_in_a_list(harbour: Assistant) -> None:
    answer = harbour.ask("telegrams from Otto Lund")

    assert [sentence.group for sentence in answer.sentences] == ["Telegrams", "Cables"]
    assert answer.catalogue is not None
    assert answer.catalogue.total == 1


def test_what_hints_at_a_role_stands_in_every_question_that_its_pattern_finds() -> None:
    sets = Path(__file__).with_name("reference_desk").glob("*.jsonl")
    asked = [json.loads(line)["question"] for each in sets for line in each.read_text(encoding="utf-8").splitlines()]
    marked = [TYPE_WORDS.sub("{T0}", re.sub(r"(?<= )[A-Z]\w+(?: [A-Z]\w+)*", "{N0}", each)) for each in asked]
    marked += [
        "the {T0} that {N0} got from {N1}",
        "{N0}'s {T0}",
        "{N0}'s {T0} to {N1}",
        "to {N0}, from {N1}",
        "who wrote to {N0}?",
        "where {N0} is the author",
        "where {N0} is the receiver",
        "what did the embassy in {P0} {T0}?",
    ]
    roles = table("conditions")["roles"]
    for hint, whole in (map(partial(pattern, "conditions"), pair) for pair in (*roles["patterns"], *roles["listed"])):
        found = [text for text in marked if whole.search(text)]
        assert found, whole.pattern[:200]
        assert all(hint.search(text) for text in found)


def test_where_no_record_is_of_the_type_asked_for_others_are_listed(assistant: Assistant) -> None:
    answer = assistant.ask("reports on Bulgaria")

    assert answer.catalogue is not None
    assert answer.catalogue.text == "There are no such reports. 1 record names Bulgaria, of 2 December 1961."


def test_who_shares_a_surname_with_whom_is_not_wanted_is_found(assistant: Assistant) -> None:
    answer = assistant.ask("I want Raúl Castro, not Fidel")

    assert answer.catalogue is not None
    assert answer.catalogue.text.startswith("2 records without Fidel Castro name Raul Castro")


def test_not_wanting_the_talks_with_somebody_leaves_other_talks(assistant: Assistant) -> None:
    understood = assistant.ask("Guevara, but leave out the conversations with Kudryavtsev").understood

    assert understood.conditions.not_people == ("Sergey Kudryavtsev",)
    assert not understood.conditions.not_types


def test_holdings_are_named_as_archivists_name_them(tmp_path: Path) -> None:
    source = tmp_path / "papers.csv"
    source.write_text(
        "id,title,date,summary,source_note\n"
        "one,Letter on wool,1961-02-03,On wool.,Kennedy Library; Herter Papers; Box 8\n"
        "two,Letter on Herter,1961-02-04,On Herter and coal.,Kennedy Library; Ball Papers; Box 1\n",
        encoding="utf-8",
    )
    settings = Settings.load({"RAG_VECTORS": str(tmp_path / "vectors")})
    build(settings, [source], only=True)

    kept = Assistant.open(settings).ask("What comes out of the Herter papers at the Kennedy library?")

    assert [citation.hit.record.id for citation in kept.citations] == ["one"]
