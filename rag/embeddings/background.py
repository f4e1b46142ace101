"""A collection's vectors -> its background: the cosines that unrelated questions reach.

A cosine means different things in different collections: the more records there are, the nearer the nearest one is to
any question. So a build measures how near a fixed set of everyday questions comes. A collection may answer a few of
them, so the background is a quantile and not the maximum.
"""

from dataclasses import dataclass

import numpy as np

from rag.embeddings.ports import Vectors
from rag.language.tables import table

PROBES: tuple[str, ...] = tuple(table("probes")["questions"])  # questions that hardly any archive answers


_QUANTILE = 0.9


@dataclass(frozen=True, slots=True)
class Background:
    """Cosines of the probes with their nearest records and passages."""

    record: float  # 90th percentile over the probes, for records
    passage: float  # 90th percentile over the probes, for passages


NO_BACKGROUND = Background(record=0.0, passage=0.0)  # where nothing was measured


class BackgroundMeter:
    """Measures a collection batch by batch."""

    def __init__(self, probes: Vectors) -> None:
        """Take the vectors of PROBES, (p, dim), rows of unit length."""
        self._probes = probes
        self._record = self._passage = np.full(len(probes), -1.0, dtype=np.float32)  # (p,)

    def add(self, records: Vectors, passages: Vectors) -> None:
        """Take the next vectors of records, (n, dim), and of passages, (m, dim), rows of unit length."""
        self._record = np.maximum(self._record, _nearest(self._probes, records))
        self._passage = np.maximum(self._passage, _nearest(self._probes, passages))

    def background(self) -> Background:
        """The background of all vectors added: at least one record and one passage."""
        return Background(
            record=float(np.quantile(self._record, _QUANTILE)),
            passage=float(np.quantile(self._passage, _QUANTILE)),
        )


def _nearest(probes: Vectors, vectors: Vectors) -> Vectors:
    """(p,) the cosine of each probe with its nearest vector."""
    nearest: Vectors = (probes @ vectors.T).max(axis=1, initial=-1.0)
    return nearest
