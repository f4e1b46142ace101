"""A text, records or a vector -> the records nearest by meaning alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from rag.assistant.encoder import NO_ENCODER, Encoder
from rag.embeddings import Vectors
from rag.errors import ModelError, QuestionError
from rag.index.ports import IndexReader
from rag.query.question import writable
from rag.record import Filter, Hit


@dataclass(frozen=True, slots=True)
class Like:
    """What records should be like: exactly one of these."""

    text: str | None = None
    ids: tuple[str, ...] | None = None
    vector: Sequence[float] | None = None

    @classmethod
    def of(
        cls,
        text: str | None,
        record_id: str | None,
        record_ids: Sequence[str] | None,
        vector: Sequence[float] | None,
    ) -> Self:
        """QuestionError where it is none of them, several, or an empty one."""
        if sum(each is not None for each in (text, record_id, record_ids, vector)) != 1:
            raise QuestionError("give exactly one of text, id, ids and vector")
        if record_ids is not None and not record_ids:
            raise QuestionError("ids: there are none; name the records that others should be like")
        if text is not None and not text.strip():
            raise QuestionError("text: it is empty; write what the records should be about")
        ids = [record_id] if record_id is not None else record_ids
        return cls(None if text is None else writable(text), None if ids is None else tuple(map(writable, ids)), vector)


def alike(
    encoder: Encoder, reader: IndexReader, like: Like, k: int, min_score: float, where: Filter
) -> tuple[Hit, ...]:
    """The nearest records, none of them one that is named; their score is the cosine."""
    own = like.ids or ()
    near = _direction(encoder, reader, like)
    cosines = reader.nearest(near, k + len(own), where)
    likest = [each for each, cosine in cosines.items() if each not in own and cosine >= min_score][:k]
    return tuple(
        Hit(record, score=min(max(cosines[each], 0.0), 1.0), dense=cosines[each], lexical=0.0)
        for each, record in zip(likest, reader.records(likest), strict=True)
    )


def _direction(encoder: Encoder, reader: IndexReader, like: Like) -> Vectors:
    """The unit vector (dim,) of what is given; of several records that of their mean."""
    if like.text is not None:
        found = encoder.question(reader, like.text)
        if found is None:
            raise ModelError(NO_ENCODER)
        return found
    given = reader.vectors(like.ids).mean(axis=0) if like.ids else like.vector
    return _unit(() if given is None else given, reader.identity.dimensions)


def _unit(vector: Sequence[float], dimensions: int) -> Vectors:
    given = np.asarray(vector, dtype=np.float64)
    norm = float(np.linalg.norm(given)) if given.shape == (dimensions,) else float("nan")
    if not np.isfinite(norm) or norm == 0.0:
        raise QuestionError(f"vector: give {dimensions} finite numbers, not all zero; these are {given.size}")
    return (given / norm).astype(np.float32)
