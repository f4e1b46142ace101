"""A language is a folder of tables, and what documents are called stands in one of them only."""

from __future__ import annotations

import re

import pytest

import rag.language
from rag.check.extract import read, references
from rag.language.document_types import PLURALS, document_type
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
