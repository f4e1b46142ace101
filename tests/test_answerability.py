"""The chance that records answer a question: learned, and lower the less they tell."""

import json
from dataclasses import fields, replace

import pytest

from rag.answer.answerability import HEAD, LIKELY, AnswerFeatures, chance

TELLING = AnswerFeatures(
    covered=1.0,
    enough=True,
    named=True,
    missing=0.0,
    lacking=0.0,
    first=1.0,
    nearest=1.0,
    clear=0.2,
    margin=0.1,
    words=2,
    absent=0,
    undone=False,
    uncounted=False,
)
NOTHING = replace(TELLING, covered=0.0, enough=False, first=0.0, clear=0.05, margin=0.0)


def test_every_sign_has_a_weight_and_no_weight_is_of_anything_else() -> None:
    learned = json.loads(HEAD.read_text(encoding="utf-8"))

    assert learned.keys() == {"bias", *(each.name for each in fields(AnswerFeatures))}


def test_what_one_record_covers_whole_is_likely_answered() -> None:
    assert chance(TELLING, asks_whether=False) > LIKELY


@pytest.mark.parametrize(
    "features",
    [
        replace(NOTHING, lacking=1.0, missing=6.0),
        replace(NOTHING, named=False, clear=0.1, margin=0.1),
        replace(NOTHING, uncounted=True),
    ],
    ids=["nothing covered", "nobody named", "no number"],
)
def test_what_no_record_covers_is_not(features: AnswerFeatures) -> None:
    assert chance(features, asks_whether=False) < LIKELY


def test_no_yes_is_likely_of_what_nobody_is_recorded_to_have_done() -> None:
    assert chance(replace(TELLING, undone=True), asks_whether=True) == 0.0
