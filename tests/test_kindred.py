"""Words that are used alike, by the packaged model's own table, may stand in for one another."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import numpy as np
import pytest

from rag.embed import PACKAGED, folder_of
from rag.kindred import NOBODY, STANDS_IN, Kindred, Thesaurus
from rag.names.profile import Profile

if TYPE_CHECKING:
    from pathlib import Path

HELD = {"missiles": 9, "flights": 4, "shipments": 3, "the": 12, "penicillin": 1, "1962": 12, "of": 12}


@pytest.fixture(scope="module")
def kindred() -> Kindred:
    return Kindred(folder_of(PACKAGED))


@pytest.mark.parametrize(
    ("asked", "held"), [("rockets", "missiles"), ("planes", "flights"), ("deliveries", "shipments")]
)
def test_a_word_that_the_collection_lacks_has_the_one_used_like_it_as_a_stand_in(
    kindred: Kindred, asked: str, held: str
) -> None:
    (((other, cosine), *_),) = Thesaurus(kindred, HELD).stand_ins([asked])

    assert other == held
    assert STANDS_IN <= cosine == pytest.approx(float(np.vdot(*kindred.vectors([asked, held]))), abs=1e-4)


def test_no_word_stands_in_for_itself_nor_for_one_that_it_has_nothing_to_do_with(kindred: Kindred) -> None:
    thesaurus = Thesaurus(kindred, HELD)

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
    assert Thesaurus(Kindred(tmp_path), {}).alike(["missiles"], ["missiles"])[0, 0] == pytest.approx(1.0)
    weights.write_bytes(cut)
    assert Thesaurus(Kindred(tmp_path), {}).alike(["missiles"], ["missiles"])[0, 0] == 0.0


def test_without_a_table_nothing_stands_in() -> None:
    assert Thesaurus(NOBODY, HELD).stand_ins(["rockets"]) == [()]
    assert Thesaurus(NOBODY, {}).stand_ins(["rockets"]) == [()]
    assert Thesaurus(NOBODY, HELD).stand_ins([]) == []


def test_words_are_as_alike_whether_the_collection_holds_them_or_not(kindred: Kindred) -> None:
    words = ["rockets", "missiles", "penicillin", "Zqx7", "missiles", ""]
    vectors = kindred.vectors(words)

    for held in ({}, {"missiles": 2}, HELD):
        thesaurus = Thesaurus(kindred, held)
        for _ in range(2):
            assert thesaurus.alike(words, words[::-1]) == pytest.approx(vectors @ vectors[::-1].T, abs=1e-5)


def test_what_was_told_of_all_words_before_is_what_is_told_when_they_are_asked_for(kindred: Kindred) -> None:
    told = Thesaurus(kindred, HELD).of_all()
    asked = ["missiles", "rockets", "the", "shipments", "missiles"]

    assert told.keys() == {"missiles", "flights", "shipments", "the", "penicillin"}
    assert Profile.from_bytes(Profile(12, HELD, stand_ins=told).to_bytes()).stand_ins == told
    assert Thesaurus(kindred, HELD, told).stand_ins(asked) == Thesaurus(kindred, HELD).stand_ins(asked)


def test_what_is_remembered_of_more_words_than_there_is_room_for_stays_right(kindred: Kindred) -> None:
    many = [f"word{number}" for number in range(2_500)]
    thesaurus = Thesaurus(kindred, HELD)

    for words in (["rockets", *many], [*many, "rockets"], ["rockets"]):
        assert thesaurus.stand_ins(words)[words.index("rockets")][0][0] == "missiles"
        assert thesaurus.alike(words, ["missiles"])[words.index("rockets"), 0] == pytest.approx(0.41, abs=0.01)


def test_vectors_are_of_unit_length_and_zero_for_what_cannot_be_cut(kindred: Kindred) -> None:
    vectors = kindred.vectors(["rocket", "antidisestablishmentarianism", ""])

    assert (vectors**2).sum(axis=1) == pytest.approx([1.0, 1.0, 0.0], abs=1e-5)
