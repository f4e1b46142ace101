"""The words that a question leans on are taken along, by what the model looks at."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pytest
from transformers import AutoModel, AutoTokenizer

from rag.embeddings.onnx_backend import GraphEmbedder
from rag.embeddings.weights import PACKAGE
from rag.embeddings.word_vectors import WordVectors
from rag.index.analyzer import analyze
from rag.query.carry_over import HEAD, candidates, carry_over
from tests.followups.__main__ import SET, learned
from tests.followups.over_frus import questions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.embeddings import Attention, Vectors
    from rag.query.carry_over import CarryOver

VECTORS = WordVectors(PACKAGE)


@pytest.fixture(scope="module")
def graph() -> GraphEmbedder:
    return GraphEmbedder()


def cosines(words: Sequence[str], others: Sequence[str]) -> Vectors:
    found: Vectors = VECTORS.vectors(words) @ VECTORS.vectors(others).T
    return found


def taken(graph: GraphEmbedder, *turns: str) -> CarryOver:
    return carry_over(turns[:-1], turns[-1], 0.25, graph.attend, cosines)


def test_attention_and_states_are_those_of_the_model(graph: GraphEmbedder) -> None:
    text = "What did Castro tell Mikoyan? And how did he answer?"
    model = AutoModel.from_pretrained(PACKAGE, attn_implementation="eager", local_files_only=True)
    given = AutoTokenizer.from_pretrained(PACKAGE, local_files_only=True)(text, return_tensors="pt")
    seen = model(**given, output_attentions=True)
    ours = graph.attend(text)

    np.testing.assert_allclose(ours.heads, np.concatenate([each[0].detach() for each in seen.attentions]), atol=1e-4)
    np.testing.assert_allclose(ours.states, seen.last_hidden_state[0].detach(), atol=1e-3)
    assert ours.ids.tolist() == given["input_ids"][0].tolist()


def test_a_pronoun_takes_along_whom_it_stands_for(graph: GraphEmbedder) -> None:
    found = taken(graph, "What did Mikoyan discuss in Havana?", "whom did he meet?")

    assert next((each.text, each.turn) for each in found.carried) == ("Mikoyan", 0)
    assert found.context is not None
    assert np.linalg.norm(found.context) == pytest.approx(1.0, abs=1e-5)


def test_words_that_the_question_has_are_not_taken_again(graph: GraphEmbedder) -> None:
    found = taken(graph, "Which missiles were sent to Cuba?", "Who sent the missile?")

    assert "missile" not in " ".join(each.text for each in found.carried)


def test_only_the_first_turn_and_the_last_three_are_read(graph: GraphEmbedder) -> None:
    turns = ["Arms from Prague", *(f"What of {town}?" for town in ("Sofia", "Warsaw", "Budapest", "Bonn"))]
    found = candidates(turns, "and when was that?", graph.attend, cosines)

    assert found is not None
    assert "Sofia" not in found.text
    assert {place.turn for places in found.words.values() for place in places} == {0, 2, 3, 4}


def test_without_attention_the_words_of_the_turn_before_are_taken() -> None:
    def blind(_: str) -> Attention | None:
        return None

    found = carry_over(["Arms", "What did Castro say about sugar?"], "why did he?", 0.25, blind, cosines)

    assert [each.text for each in found.carried] == ["Castro", "sugar"]
    assert found.context is None


def test_the_sixty_follow_ups_over_frus_are_whole() -> None:
    asked = [question for question in questions() if question.history]

    assert len(asked) == len({question.id for question in asked}) == 60
    assert len({question.id.partition("-")[0] for question in asked}) == 20
    assert all(question.relevant for question in asked)


def test_a_regression_finds_the_weights_that_made_its_examples() -> None:
    rng = np.random.default_rng(7)
    features = rng.normal(2.0, 3.0, (20_000, 3))
    own = np.array([0.8, -0.5, 0.0])
    taken_ = (rng.random(20_000) < 1.0 / (1.0 + np.exp(-(features @ own - 1.0)))).astype(float)
    weights, bias = learned(features, taken_, 1.0)

    np.testing.assert_allclose([*weights, bias], [*own, -1.0], atol=0.1)


def test_the_weights_in_use_have_one_for_each_feature(graph: GraphEmbedder) -> None:
    found = candidates(["Arms from Prague"], "and when was that?", graph.attend, cosines)

    assert found is not None
    assert found.features.shape == (2, len(json.loads(HEAD.read_text(encoding="utf-8"))["weights"]))


def test_most_words_that_people_add_are_taken_along(graph: GraphEmbedder) -> None:
    turns = [json.loads(line) for line in SET.read_text(encoding="utf-8").splitlines()[::10]]
    right = wrong = missed = 0
    for turn in turns:
        found = taken(graph, *turn["history"], turn["question"])
        added = set(analyze(turn["rewrite"])) - set(analyze(turn["question"]))
        ours = {stem for each in found.carried for stem in analyze(each.text)}
        right += len(ours & added)
        wrong += len(ours - added)
        missed += len(added & {stem for each in turn["history"] for stem in analyze(each)} - ours)

    assert right / (right + wrong) >= 0.55
    assert right / (right + missed) >= 0.6
