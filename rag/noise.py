"""A collection's vectors -> how near to it a question comes that has nothing to do with it.

Cosines mean different things in different collections: the more records there are, the nearer the nearest to any
question at all. So the build asks a fixed set of everyday questions, and what they reach is the collection's noise.
Some may be at home in one collection or another, hence the median and not the mean.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from rag.embed import Vectors

PROBES = (
    "How do I reset my password?",
    "best pizza near the station",
    "how to train a puppy",
    "recipe for chocolate cake",
    "What is the capital of Australia?",
    "weather tomorrow afternoon",
    "Who won the football match last night?",
    "how to remove a coffee stain",
    "cheap hotels with a swimming pool",
    "What is the boiling point of water?",
    "guitar chords for beginners",
    "Why is the sky blue?",
    "opening hours of the supermarket",
    "How many calories are in a banana?",
    "what to plant in a shady garden",
    "How do vaccines work?",
    "install a printer driver",
    "lyrics of a lullaby",
    "How old is the universe?",
    "exercises for lower back pain",
    "What is a prime number?",
    "knitting pattern for a scarf",
    "Which birds migrate in winter?",
    "how to change a bicycle tyre",
)
"""Questions that no archive is likely to answer."""


_MOST = 0.9
_SLICE = 65536  # vectors multiplied at once: 100 MB at 384 dimensions


@dataclass(frozen=True, slots=True)
class Noise:
    """How near the collection comes to questions that have nothing to do with it.

    Attributes:
        record: Cosine that nine probes of ten do not reach with any record.
        passage: Cosine that nine probes of ten do not reach with any passage.
        sign: Cosine that half of the probes do not reach with any record: from there on a record shows some evidence.
    """

    record: float
    passage: float
    sign: float = 0.0


SILENCE = Noise(record=0.0, passage=0.0)
"""The noise of a collection in which nothing was measured."""


def measure(probes: Vectors, records: Vectors, passages: Vectors) -> Noise:
    """The noise of a collection.

    Args:
        probes: (len(PROBES), dim), unit vectors.
        records: (n, dim), unit vectors; n at least 1.
        passages: (m, dim), unit vectors; m at least 1.
    """
    record, passage = _nearest(probes, records), _nearest(probes, passages)  # each (p,)
    return Noise(
        record=float(np.quantile(record, _MOST)),
        passage=float(np.quantile(passage, _MOST)),
        sign=float(np.median(record)),
    )


def _nearest(probes: Vectors, vectors: Vectors) -> Vectors:
    """(p,) the cosine of each probe and its nearest vector, a slice of the vectors at a time."""
    best = np.full(len(probes), -1.0, dtype=np.float32)
    for begin in range(0, len(vectors), _SLICE):
        best = np.maximum(best, (probes @ vectors[begin : begin + _SLICE].T).max(axis=1))
    return best
