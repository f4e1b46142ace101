"""What is asked -> hits: meaning, words and sentences, filtered, weighed in one place.

Candidates are the nearest by vector and the best by word, under the filter. Each candidate then gets every part of
the score in full, whichever side found it:

    record    cosine of question and record
    sentence  cosine of question and the record's best sentence (or title)
    words     BM25 score as a share of what a record earns that holds every word of the question, amply

The parts are absolute, not rescaled to the best candidate's. So a score means the same in every list, does not move
when a list grows by a page, and is low where the collection has little to say; a word that no record holds counts
against all of them alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rag.record import Filter, Hit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.index.ports import Passages, Reader, Vectors, Word

DEPTH = 100
"""Candidates taken from each side, at least."""


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each part counts; they sum to 1, so that a score stays in [0, 1]."""

    record: float = 0.25
    sentence: float = 0.25
    words: float = 0.50


WEIGHTS = Weights()

AMPLY = 1.5
"""BM25 score of a record that is all about the question's words, as a multiple of their summed rarity."""


@dataclass(frozen=True, slots=True)
class Query:
    """What both sides search for.

    Attributes:
        vector: (dim,), the question's unit vector; None where the encoder cannot be loaded.
        words: The words that carry what is asked; function words are left out before.
        where: What a record must satisfy.
    """

    vector: Vectors | None
    words: tuple[Word, ...] = ()
    where: Filter = Filter()


@dataclass(frozen=True, slots=True)
class Evidence:
    """A hit with what an answer is made of.

    Attributes:
        passages: The record's title and sentences.
        nearness: (n,) cosine of the question and each passage, in [-1, 1]; zeros without a vector.
    """

    hit: Hit
    passages: Passages
    nearness: Vectors


def retrieve(reader: Reader, query: Query, k: int) -> list[Evidence]:
    """Up to k records with their evidence, by falling score."""
    depth = max(DEPTH, 4 * k)
    found = [*reader.matching(query.words, depth, query.where)]
    if query.vector is not None:
        found += reader.nearest(query.vector, depth, query.where)
    ids = list(dict.fromkeys(each.id for each in found))
    if not ids:
        return []
    lexical = np.array(reader.scores(query.words, ids))  # (n,)
    words = np.minimum(lexical / _most(reader, query.words), 1.0)  # (n,)
    passages = reader.passages(ids)
    if query.vector is None:
        dense = np.zeros(len(ids), dtype=np.float32)
        nearness = [np.zeros(len(each.texts), dtype=np.float32) for each in passages]
        scores = words
    else:
        dense = reader.vectors(ids) @ query.vector  # (n,)
        nearness = [each.vectors @ query.vector for each in passages]
        best = np.array([each.max() for each in nearness])  # (n,)
        scores = (
            WEIGHTS.record * np.maximum(dense, 0.0)
            + WEIGHTS.sentence * np.maximum(best, 0.0)
            + WEIGHTS.words * words
        )
    order = sorted(range(len(ids)), key=lambda row: (-scores[row], ids[row]))[:k]
    records = reader.records([ids[row] for row in order])
    return [
        Evidence(
            Hit(
                record,
                score=float(np.clip(scores[row], 0.0, 1.0)),
                dense=None if query.vector is None else float(np.clip(dense[row], -1.0, 1.0)),
                lexical=float(lexical[row]),
                parts=(
                    ("sentence", float(np.clip(nearness[row].max(), 0.0, 1.0))),
                    ("words", float(words[row])),
                ),
            ),
            passages[row],
            nearness[row],
        )
        for row, record in zip(order, records, strict=True)
    ]


def _most(reader: Reader, words: Sequence[Word]) -> float:
    """The BM25 score from which on a record can earn no more by these words; above 0."""
    rarity = reader.rarity(words)
    return max(AMPLY * sum(word.weight * each for word, each in zip(words, rarity, strict=True)), 1e-6)
