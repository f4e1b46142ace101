"""People's rewritings -> rag/query/carry_over_head.json: logistic regression on the features of `rag.query.carry_over`.

A word counts as taken along where the rewriting has its stem and the question has not.
"""

import json
import sys
from pathlib import Path

import numpy as np

from rag.embeddings.onnx_backend import GraphEmbedder
from rag.embeddings.weights import PACKAGE
from rag.embeddings.word_vectors import WordVectors
from rag.index.analyzer import terms_of
from rag.query.carry_over import HEAD, candidates

SET = Path(__file__).with_name("cast-2019-2020.jsonl")

PENALTY = 100.0
"""Weight of the sum of squares of the standardised weights.

The mean log loss over fifths of the topics, each left out once, is .313; at 1 it is .324, at 300 .317.
"""

_ROUNDS = 30
_DIGITS = 5


def learned(features: np.ndarray, taken: np.ndarray, penalty: float = PENALTY) -> tuple[np.ndarray, float]:
    """Weights (f,) and bias of a logistic regression by Newton's method, the standardisation folded in."""
    mean, spread = features.mean(axis=0), features.std(axis=0)
    spread[spread == 0.0] = 1.0
    rows = np.column_stack([(features - mean) / spread, np.ones(len(features))])  # (n, f + 1)
    ridge = np.diag([*[penalty] * features.shape[1], 0.0])
    weights = np.zeros(rows.shape[1])
    for _ in range(_ROUNDS):
        chances = 1.0 / (1.0 + np.exp(-rows @ weights))
        slope = rows.T @ (chances - taken) + ridge @ weights
        weights -= np.linalg.solve(rows.T @ (rows * (chances * (1.0 - chances))[:, np.newaxis]) + ridge, slope)
    own = weights[:-1] / spread
    return own, float(weights[-1] - own @ mean)


def examples() -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Features (n, f) of all words that could be taken along, whether each was, and the topic of each."""
    embedder, vectors = GraphEmbedder(), WordVectors(PACKAGE)
    features, taken, topics = [], [], []
    for line in SET.read_text(encoding="utf-8").splitlines():
        turn = json.loads(line)
        if not turn["history"]:
            continue
        found = candidates(
            turn["history"],
            turn["question"],
            embedder.attend,
            lambda words, others: vectors.vectors(words) @ vectors.vectors(others).T,
        )
        if found is None:
            continue
        said = set(terms_of(turn["rewrite"]))
        features.append(found.features)
        taken += [said.issuperset(stem.split()) for stem in found.words]
        topics += [turn["topic"]] * len(found.words)
    return np.concatenate(features).astype(np.float64), np.array(taken, np.float64), topics


def main() -> int:
    """Learn, say how well, write."""
    features, taken, topics = examples()
    fifth = np.array([sorted(set(topics)).index(topic) % 5 for topic in topics])
    right = []
    for part in range(5):
        weights, bias = learned(features[fifth != part], taken[fifth != part])
        right += ((features[fifth == part] @ weights + bias > 0.0) == (taken[fifth == part] > 0.0)).tolist()
    weights, bias = learned(features, taken)
    numbers = {"bias": round(bias, _DIGITS), "weights": [round(float(weight), _DIGITS) for weight in weights]}
    HEAD.write_text(json.dumps(numbers, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(f"{len(taken)} words, {taken.mean():.3f} taken; {np.mean(right):.3f} judged right when left out\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
