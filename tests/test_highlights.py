"""Where a sentence answers to a question's words: the same stem, another spelling, or a word that is used alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answer.highlights import ALIKE, Marker, Side
from rag.embeddings import PACKAGED, folder_of
from rag.embeddings.similar_words import NO_THESAURUS, NO_WORD_TABLE, Thesaurus
from rag.embeddings.word_vectors import WordVectors
from rag.index.ports import QueryTerm

if TYPE_CHECKING:
    from pathlib import Path

THESAURUS = Thesaurus(WordVectors(folder_of(PACKAGED)), {}, NO_WORD_TABLE)
WORDS = (
    QueryTerm(("deliveries",)),
    QueryTerm(("alekseev", "alexeyev"), is_name=True),
    QueryTerm(("north korea", "dprk"), is_name=True),
)
MARKER = Marker(WORDS, (3.0, 2.0, 1.0), THESAURUS)


def marked(text: str, marker: Marker = MARKER) -> list[tuple[str, str, Side]]:
    return [(text[mark.start : mark.end], mark.asked, mark.side) for mark in marker.marks(text)]


def test_a_word_is_marked_by_stem_by_any_spelling_of_a_name_and_by_what_is_used_like_it() -> None:
    assert marked("Alexeyev told of a delivery and of shipments to the DPRK, not to South Korea.") == [
        ("Alexeyev", "alekseev", Side.WORD),
        ("delivery", "deliveries", Side.WORD),
        ("shipments", "deliveries", Side.MEANING),
        ("DPRK", "north korea", Side.WORD),
    ]


def test_a_name_of_two_words_is_marked_as_one() -> None:
    assert marked("He left for North Korea.") == [("North Korea", "north korea", Side.WORD)]


def test_a_name_is_like_no_other_name() -> None:
    assert marked("Mikoyan went to Beijing.") == []


def test_without_a_table_of_words_only_the_same_word_is_marked() -> None:
    marker = Marker(WORDS, (3.0, 2.0, 1.0), NO_THESAURUS)

    assert marked("A delivery, then shipments.", marker) == [("delivery", "deliveries", Side.WORD)]


def test_what_a_text_holds_counts_by_rarity() -> None:
    held = MARKER.terms_in(["Alekseev spoke.", "A delivery."])

    assert held == {0, 1}
    assert MARKER.share(held) == pytest.approx(5 / 6)
    assert MARKER.share(MARKER.terms_in([])) == 0.0


def test_names_tell_records_apart_where_few_hold_them() -> None:
    marker = Marker(WORDS, (3.0, 2.0, 0.1))

    assert marker.distinctive == {1}
    assert not marker.only_names
    assert Marker(WORDS[1:], (2.0, 0.1)).only_names


@given(st.text(max_size=200))
def test_marks_lie_in_any_text_in_order_and_apart(text: str) -> None:
    at = 0
    for mark in MARKER.marks(text):
        assert at <= mark.start < mark.end <= len(text)
        at = mark.end


@pytest.mark.parametrize(
    ("one", "like", "unlike"),
    [
        ("missiles", "rockets", "ambassador"),
        ("flights", "planes", "proposal"),
        ("deliveries", "shipments", "resignation"),
        ("soldiers", "troops", "meeting"),
        ("fear", "worry", "harbour"),
    ],
)
def test_words_used_alike_are_nearer_than_words_that_are_not(one: str, like: str, unlike: str) -> None:
    near, far = THESAURUS.cosines([one], [like, unlike])[0]

    assert near >= ALIKE > far


def test_the_table_agrees_with_the_model_that_it_is_taken_from() -> None:
    """The encoder, given each word alone, orders the same pairs the same way."""
    from rag.embeddings import open_embedder  # noqa: PLC0415 - only this test needs the encoder

    words = ["missiles", "rockets", "troops", "soldiers", "sugar", "harbour", "aircraft", "planes"]
    vectors = open_embedder(PACKAGED).embed_documents(words)
    upper = np.triu_indices(len(words), 1)
    ours, theirs = THESAURUS.cosines(words, words)[upper], (vectors @ vectors.T)[upper]
    ranks = np.array([np.argsort(np.argsort(each)) for each in (ours, theirs)])

    assert np.corrcoef(ranks)[0, 1] > 0.7


def test_cosines_are_symmetric_and_one_for_the_word_itself() -> None:
    words = ["missiles", "rockets", "euphemistically"]
    cosines = THESAURUS.cosines(words, words)

    np.testing.assert_allclose(cosines, cosines.T, atol=1e-6)
    np.testing.assert_allclose(np.diag(cosines), 1.0, atol=1e-5)


def test_a_model_without_a_table_leaves_all_words_unlike(tmp_path: Path) -> None:
    (tmp_path / "tokenizer.json").write_text("{", encoding="utf-8")

    assert Thesaurus(WordVectors(tmp_path), {}, NO_WORD_TABLE).cosines(
        ["missiles"], ["missiles", "rockets"]
    ).tolist() == [[0.0, 0.0]]
    assert folder_of("no-such-model") is None
    assert folder_of(str(tmp_path)) == tmp_path
    assert THESAURUS.cosines([], ["missiles"]).shape == (0, 1)
