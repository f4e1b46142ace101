"""The chance that records answer a question: learned, and lower the less they tell."""

import json

import numpy as np
import pytest

from rag.answer.answerability import HEAD, LIKELY, SIGNS, chance

TELLING = {
    "told": 1.0,
    "enough": 1.0,
    "named": 1.0,
    "first": 1.0,
    "nearest": 1.0,
    "clear": 0.2,
    "margin": 0.1,
    "words": 2,
}


def of(**signs: float) -> np.ndarray:
    return np.array([float({**TELLING, **signs}.get(sign, 0.0)) for sign in SIGNS])


def test_every_sign_has_a_weight_and_no_weight_is_of_anything_else() -> None:
    assert json.loads(HEAD.read_text(encoding="utf-8"))["weights"].keys() == {*SIGNS}


def test_what_one_record_tells_whole_is_likely_answered() -> None:
    assert chance(of(), asks_whether=False) > LIKELY


@pytest.mark.parametrize(
    "signs",
    [
        {"told": 0.0, "enough": 0.0, "first": 0.0, "lacking": 1.0, "missing": 6.0, "clear": 0.05, "margin": 0.0},
        {"told": 0.0, "enough": 0.0, "first": 0.0, "named": 0.0, "clear": 0.1},
        {"told": 0.0, "enough": 0.0, "first": 0.0, "uncounted": 1.0, "clear": 0.05, "margin": 0.0},
    ],
    ids=["nothing told", "nobody named", "no number"],
)
def test_what_no_record_tells_is_not(signs: dict[str, float]) -> None:
    assert chance(of(**signs), asks_whether=False) < LIKELY


def test_no_yes_is_likely_of_what_nobody_is_recorded_to_have_done() -> None:
    assert chance(of(undone=1.0), asks_whether=True) == 0.0
