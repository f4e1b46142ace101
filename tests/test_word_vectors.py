"""Words with similar vectors, by the packaged model's own table, expand each other."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from rag.embeddings import PACKAGED, folder_of
from rag.embeddings.similar_words import MIN_COSINE, Thesaurus, word_table_of
from rag.embeddings.word_vectors import NO_WORD_VECTORS, WordVectors
from rag.ingest.read import read
from rag.names.build_profile import profile_of

if TYPE_CHECKING:
    from collections.abc import Mapping

WORDS = {"missiles": 9, "flights": 4, "shipments": 3, "the": 12, "penicillin": 1, "1962": 12, "of": 12}


@pytest.fixture(scope="module")
def word_vectors() -> WordVectors:
    return WordVectors(folder_of(PACKAGED))


def of(words: Mapping[str, int], word_vectors: WordVectors) -> Thesaurus:
    return Thesaurus(word_vectors, words, word_table_of(words, word_vectors))


@pytest.mark.parametrize(
    ("asked", "listed"), [("rockets", "missiles"), ("planes", "flights"), ("deliveries", "shipments")]
)
def test_a_word_that_the_collection_lacks_is_expanded_to_the_most_similar_one(
    word_vectors: WordVectors, asked: str, listed: str
) -> None:
    (((other, cosine), *_),) = of(WORDS, word_vectors).expansions([asked])

    assert other == listed
    assert MIN_COSINE <= cosine == pytest.approx(float(np.vdot(*word_vectors.vectors([asked, listed]))), abs=0.004)


def test_no_word_expands_itself_nor_an_unrelated_one(word_vectors: WordVectors) -> None:
    thesaurus = of(WORDS, word_vectors)

    alone, similar = thesaurus.expansions(["penicillin", "missiles"])
    assert alone == ()
    assert "missiles" not in {other for other, _ in similar}


def test_a_table_that_is_cut_short_is_not_used(tmp_path: Path) -> None:
    packaged = folder_of(PACKAGED)
    assert packaged is not None
    shutil.copyfile(packaged / "tokenizer.json", tmp_path / "tokenizer.json")
    table = {"dtype": "F32", "shape": [30_522, 4], "data_offsets": [0, 30_522 * 16]}
    header = json.dumps({"embeddings.word_embeddings.weight": table}).encode()
    numbers = np.random.default_rng(0).standard_normal((30_522, 4), np.float32).tobytes()
    whole, cut = (len(header).to_bytes(8, "little") + header + numbers[:end] for end in (None, -16))

    weights = tmp_path / "model.safetensors"
    weights.write_bytes(whole)
    assert of({}, WordVectors(tmp_path)).cosines(["missiles"], ["missiles"])[0, 0] == pytest.approx(1.0)
    weights.write_bytes(cut)
    assert of({}, WordVectors(tmp_path)).cosines(["missiles"], ["missiles"])[0, 0] == 0.0


def test_without_a_table_there_are_no_expansions() -> None:
    assert of(WORDS, NO_WORD_VECTORS).expansions(["rockets"]) == [()]
    assert of({}, NO_WORD_VECTORS).expansions(["rockets"]) == [()]
    assert of(WORDS, NO_WORD_VECTORS).expansions([]) == []


def test_what_was_built_with_a_table_is_read_without_one_and_the_other_way_round(word_vectors: WordVectors) -> None:
    built_with = Thesaurus(NO_WORD_VECTORS, WORDS, word_table_of(WORDS, word_vectors))
    assert built_with.cosines(["missiles", "rockets"], ["missiles"])[:, 0] == pytest.approx([1.0, 0.0])
    assert built_with.expansions(["missiles", "rockets"]) == [(), ()]

    built_without = Thesaurus(word_vectors, WORDS, word_table_of(WORDS, NO_WORD_VECTORS))
    assert built_without.cosines(["missiles", "rockets"], ["missiles"])[:, 0] == pytest.approx([1.0, 0.41], abs=0.01)
    assert built_without.expansions(["missiles", "rockets"]) == [(), ()]


def test_cosines_do_not_depend_on_the_words_of_the_collection(word_vectors: WordVectors) -> None:
    words = ["rockets", "missiles", "penicillin", "Zqx7", "missiles", ""]
    vectors = word_vectors.vectors(words)

    for words_of_collection in ({}, {"missiles": 2}, WORDS, dict.fromkeys(words, 1)):
        thesaurus = of(words_of_collection, word_vectors)
        for _ in range(2):
            assert thesaurus.cosines(words, words[::-1]) == pytest.approx(vectors @ vectors[::-1].T, abs=0.004)


def test_saved_expansions_are_those_that_comparing_all_words_gives(word_vectors: WordVectors) -> None:
    words = profile_of(read([Path("seeds")]).records).words
    able = [word for word in words if len(word) > 2 and word.isalpha()]
    vectors = word_vectors.vectors(able)
    asked = [*words, "rockets"]  # which they lack

    for word, own, found in zip(
        asked, word_vectors.vectors(asked), of(words, word_vectors).expansions(asked), strict=True
    ):
        cosines = dict(zip(able, vectors @ own, strict=True))
        best = sorted(
            (cosines[other] for other in able if other != word and cosines[other] >= MIN_COSINE), reverse=True
        )
        slack = 1e-4 if word in words else 0.004
        assert [cosine for _, cosine in found] == pytest.approx(best[:3], abs=slack)
        assert all(cosine == pytest.approx(cosines[other], abs=slack) for other, cosine in found)


def test_only_the_commonest_words_are_expansions(word_vectors: WordVectors, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rag.embeddings.similar_words._COMMONEST", 2)
    words = {"missiles": 9, "rockets": 8, "rocket": 1, "the": 12, "12": 99}

    assert {other for found in of(words, word_vectors).expansions([*words]) for other, _ in found} == {"missiles"}


def test_vectors_are_of_unit_length_and_zero_for_what_cannot_be_cut(word_vectors: WordVectors) -> None:
    vectors = word_vectors.vectors(["rocket", "antidisestablishmentarianism", ""])

    assert (vectors**2).sum(axis=1) == pytest.approx([1.0, 1.0, 0.0], abs=1e-5)
