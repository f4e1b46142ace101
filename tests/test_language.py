"""A language is a folder of tables, and what documents are called stands in one of them only."""

import re

import pytest

import rag.language
from rag.check.extract import read, references
from rag.language.contractions import in_full
from rag.language.document_types import PLURALS, TYPE_WORDS, document_type, types_of
from rag.language.phrases import Phrases
from rag.language.tables import FOLDER, any_of, table
from rag.query.date_expressions import find_dates

TYPES: dict[str, list[str]] = table("document_types")["types"]


def test_the_package_names_each_file_of_a_language() -> None:
    named = set(re.findall(r"^(\w+\.(?:toml|xz|txt\.xz)) ", rag.language.__doc__ or "", re.MULTILINE))

    assert named == {file.name for file in FOLDER.iterdir() if file.suffix in (".toml", ".xz")}


def test_a_list_may_have_words_or_phrases() -> None:
    assert re.fullmatch(any_of("no nos"), "nos")
    assert re.fullmatch(any_of("mm, per\ncent"), "per cent")
    assert not re.fullmatch(any_of("p.m., a.m."), "pxm.")


@pytest.mark.parametrize("kind", TYPES)
def test_a_title_is_of_the_type_that_its_words_name(kind: str) -> None:
    for word in filter(None, ", ".join(TYPES[kind]).split(", ")):
        assert document_type(f"{word.capitalize()} Castro on sugar") == kind


@pytest.mark.parametrize("word", sorted(PLURALS - {"accords"}))
def test_a_year_before_documents_of_any_type_asks_for_them(word: str) -> None:
    found = find_dates(f"1962 {word} on sugar")

    assert found is not None
    assert not found.soft


@pytest.mark.parametrize("kind", TYPES)
def test_a_reference_may_begin_with_any_type(kind: str) -> None:
    for word in filter(None, ", ".join(TYPES[kind]).split(", ")):
        text = f"{word.partition(' ')[0].capitalize()} from Castro to Lund, 5 May 1962"
        (sentence,) = read(text, Phrases(()))

        assert [span.text for span in references(sentence)] == [text.removesuffix(", 5 May 1962")]


@pytest.mark.parametrize(
    ("word", "types"),
    [
        ("telegram", ("Telegram", "Cable", "Airgram", "Dispatch")),
        ("Cables", ("Cable", "Telegram", "Airgram", "Dispatch")),
        ("airgrams", ("Airgram", "Telegram", "Cable", "Dispatch")),
        ("despatches", ("Dispatch", "Telegram", "Cable", "Airgram")),
        ("memos", ("Memorandum",)),
        ("aide-mémoire", ("Memorandum",)),
        ("memcons", ("Record of conversation",)),
        ("talks with", ("Record of conversation",)),
        ("minutes of the conversation", ("Record of conversation",)),
        ("memoranda of conversation", ("Record of conversation",)),
        ("minutes", ("Minutes", "Transcript")),
        ("journals", ("Diary",)),
        ("addresses by", ("Speech", "Statement")),
        ("studies", ("Study", "Report", "Estimate")),
        ("intelligence estimates", ("Estimate", "Report", "Study")),
        ("records", ()),
        ("records of", ()),
        ("papers", ()),
        ("summary", ()),
        ("sugar", ()),
        ("", ()),
    ],
)
def test_a_word_of_a_question_means_a_type_and_its_kin(word: str, types: tuple[str, ...]) -> None:
    assert types_of(word) == types


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("Any airgrams or memoranda of conversation from Oslo?", ["airgrams", "memoranda of conversation"]),
        ("Talks with Lund, and the position papers", ["Talks with", "position papers"]),
        ("Which papers talk about a telegraphist?", []),
    ],
)
def test_a_question_names_types_in_its_own_words(question: str, named: list[str]) -> None:
    assert [found[0] for found in TYPE_WORDS.finditer(question)] == named


@pytest.mark.parametrize("family", table("document_types")["kin"]["families"])
def test_kin_are_types(family: list[str]) -> None:
    for kind in family:
        assert kind in {*TYPES, *table("document_types")["titles"]}


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Airgram A-12 From the Embassy in Freedonia to the Department of State", "Airgram"),
        ("Despatch 42 from Port Lund", "Dispatch"),
        ("Special National Intelligence Estimate 12-3", "Estimate"),
        ("Budget estimates for 1962", None),
        ("Briefing Paper Prepared for President Lund", "Paper"),
        ("Paper prepared by Lund", "Paper"),
        ("Paper mills in Freedonia", None),
        ("Papers of Otto Lund", None),
        ("Research Study Prepared in the Bureau of Harbours", "Study"),
        ("Memorandum of telephone conversation between Lund and Roca", "Record of conversation"),
        ("Transcript of Telephone Conversation, Oslo", "Record of conversation"),
        ("National Security Decision Memorandum 92", "Memorandum"),
        ("Summary Record of the 531st Meeting", "Record"),
    ],
)
def test_types_of_other_archives(title: str, kind: str | None) -> None:
    assert document_type(title) == kind


@pytest.mark.parametrize(
    ("spoken", "full"),
    [
        ("what've you got?", "what have you got?"),
        ("Who's behind it?", "Who is behind it?"),
        ("which one’s about the mill?", "which one is about the mill?"),
        ("How'd they hide it?", "How did they hide it?"),
        ("Who'd asked them?", "Who had asked them?"),
        ("Castro's letters, Guevara's and one's own", "Castro's letters, Guevara's and one's own"),
    ],
)
def test_contractions_are_read_in_full(spoken: str, full: str) -> None:
    assert in_full(spoken) == full
