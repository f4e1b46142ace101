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
    from rag.embeddings import Vectors

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


@dataclass(frozen=True, slots=True)
class Background:
    """How near the collection comes to questions that have nothing to do with it.

    Attributes:
        record: Cosine that nine probes of ten do not reach with any record.
        passage: Cosine that nine probes of ten do not reach with any passage.
        evidence_floor: Cosine that half of the probes do not reach with any record; above it a record counts as found.
    """

    record: float
    passage: float
    evidence_floor: float = 0.0


NO_BACKGROUND = Background(record=0.0, passage=0.0)
"""The noise of a collection in which nothing was measured."""


class BackgroundMeter:
    """Measures a collection as it passes by, some of its vectors at a time."""

    def __init__(self, probes: Vectors) -> None:
        """Take the vectors of PROBES, (p, dim), rows of unit length."""
        self._probes = probes
        self._record = self._passage = np.full(len(probes), -1.0, dtype=np.float32)  # (p,)

    def add(self, records: Vectors, passages: Vectors) -> None:
        """Take the next vectors of records, (n, dim), and of passages, (m, dim), rows of unit length."""
        self._record = np.maximum(self._record, _nearest(self._probes, records))
        self._passage = np.maximum(self._passage, _nearest(self._probes, passages))

    def background(self) -> Background:
        """The noise of all that was taken: at least one record and one passage."""
        return Background(
            record=float(np.quantile(self._record, _MOST)),
            passage=float(np.quantile(self._passage, _MOST)),
            evidence_floor=float(np.median(self._record)),
        )


def _nearest(probes: Vectors, vectors: Vectors) -> Vectors:
    """(p,) the cosine of each probe and its nearest vector."""
    nearest: Vectors = (probes @ vectors.T).max(axis=1, initial=-1.0)
    return nearest
