"""Words that are used alike, by the packaged model's own table, may stand in for one another."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from rag.embeddings import PACKAGED, folder_of
from rag.embeddings.similar_words import STANDS_IN, Thesaurus, uses_of
from rag.embeddings.word_vectors import NO_WORD_VECTORS, WordVectors
from rag.ingest.read import read
from rag.names.build_profile import profile_of

if TYPE_CHECKING:
    from collections.abc import Mapping

HELD = {"missiles": 9, "flights": 4, "shipments": 3, "the": 12, "penicillin": 1, "1962": 12, "of": 12}


@pytest.fixture(scope="module")
def kindred() -> WordVectors:
    return WordVectors(folder_of(PACKAGED))


def of(words: Mapping[str, int], kindred: WordVectors) -> Thesaurus:
    return Thesaurus(kindred, words, uses_of(words, kindred))


@pytest.mark.parametrize(
    ("asked", "held"), [("rockets", "missiles"), ("planes", "flights"), ("deliveries", "shipments")]
)
def test_a_word_that_the_collection_lacks_has_the_one_used_like_it_as_a_stand_in(
    kindred: WordVectors, asked: str, held: str
) -> None:
    (((other, cosine), *_),) = of(HELD, kindred).stand_ins([asked])

    assert other == held
    assert STANDS_IN <= cosine == pytest.approx(float(np.vdot(*kindred.vectors([asked, held]))), abs=0.004)


def test_no_word_stands_in_for_itself_nor_for_one_that_it_has_nothing_to_do_with(kindred: WordVectors) -> None:
    thesaurus = of(HELD, kindred)

    alone, alike = thesaurus.stand_ins(["penicillin", "missiles"])
    assert alone == ()
    assert "missiles" not in {other for other, _ in alike}


def test_a_table_that_is_cut_short_is_none(tmp_path: Path) -> None:
    packaged = folder_of(PACKAGED)
    assert packaged is not None
    shutil.copyfile(packaged / "tokenizer.json", tmp_path / "tokenizer.json")
    table = {"dtype": "F32", "shape": [30_522, 4], "data_offsets": [0, 30_522 * 16]}
    header = json.dumps({"embeddings.word_embeddings.weight": table}).encode()
    numbers = np.random.default_rng(0).standard_normal((30_522, 4), np.float32).tobytes()
    whole, cut = (len(header).to_bytes(8, "little") + header + numbers[:end] for end in (None, -16))

    weights = tmp_path / "model.safetensors"
    weights.write_bytes(whole)
    assert of({}, WordVectors(tmp_path)).alike(["missiles"], ["missiles"])[0, 0] == pytest.approx(1.0)
    weights.write_bytes(cut)
    assert of({}, WordVectors(tmp_path)).alike(["missiles"], ["missiles"])[0, 0] == 0.0


def test_without_a_table_nothing_stands_in() -> None:
    assert of(HELD, NO_WORD_VECTORS).stand_ins(["rockets"]) == [()]
    assert of({}, NO_WORD_VECTORS).stand_ins(["rockets"]) == [()]
    assert of(HELD, NO_WORD_VECTORS).stand_ins([]) == []


def test_what_was_built_with_a_table_is_told_without_one_and_the_other_way_round(kindred: WordVectors) -> None:
    told = Thesaurus(NO_WORD_VECTORS, HELD, uses_of(HELD, kindred))
    assert told.alike(["missiles", "rockets"], ["missiles"])[:, 0] == pytest.approx([1.0, 0.0])
    assert told.stand_ins(["missiles", "rockets"]) == [(), ()]

    found = Thesaurus(kindred, HELD, uses_of(HELD, NO_WORD_VECTORS))
    assert found.alike(["missiles", "rockets"], ["missiles"])[:, 0] == pytest.approx([1.0, 0.41], abs=0.01)
    assert found.stand_ins(["missiles", "rockets"]) == [(), ()]


def test_words_are_as_alike_whether_the_collection_holds_them_or_not(kindred: WordVectors) -> None:
    words = ["rockets", "missiles", "penicillin", "Zqx7", "missiles", ""]
    vectors = kindred.vectors(words)

    for held in ({}, {"missiles": 2}, HELD, dict.fromkeys(words, 1)):
        thesaurus = of(held, kindred)
        for _ in range(2):
            assert thesaurus.alike(words, words[::-1]) == pytest.approx(vectors @ vectors[::-1].T, abs=0.004)


def test_the_stand_ins_that_are_kept_are_those_that_comparing_all_words_gives(kindred: WordVectors) -> None:
    words = profile_of(read([Path("seeds")]).records).words
    able = [word for word in words if len(word) > 2 and word.isalpha()]
    vectors = kindred.vectors(able)
    asked = [*words, "rockets"]  # which they lack

    for word, own, told in zip(asked, kindred.vectors(asked), of(words, kindred).stand_ins(asked), strict=True):
        cosines = dict(zip(able, vectors @ own, strict=True))
        best = sorted((cosines[other] for other in able if other != word and cosines[other] >= STANDS_IN), reverse=True)
        slack = 1e-4 if word in words else 0.004
        assert [cosine for _, cosine in told] == pytest.approx(best[:3], abs=slack)
        assert all(cosine == pytest.approx(cosines[other], abs=slack) for other, cosine in told)


def test_only_the_commonest_words_stand_in(kindred: WordVectors, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rag.embeddings.similar_words._COMMONEST", 2)
    held = {"missiles": 9, "rockets": 8, "rocket": 1, "the": 12, "12": 99}

    assert {other for told in of(held, kindred).stand_ins([*held]) for other, _ in told} == {"missiles"}


def test_vectors_are_of_unit_length_and_zero_for_what_cannot_be_cut(kindred: WordVectors) -> None:
    vectors = kindred.vectors(["rocket", "antidisestablishmentarianism", ""])

    assert (vectors**2).sum(axis=1) == pytest.approx([1.0, 1.0, 0.0], abs=1e-5)
