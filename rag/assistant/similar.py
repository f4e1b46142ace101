"""A text, records or a vector -> the records nearest by meaning alone."""

from collections.abc import Sequence

import numpy as np

from rag.assistant.encoder import NO_ENCODER, Encoder
from rag.embeddings import Vectors
from rag.errors import ModelError, QuestionError
from rag.index.ports import IndexReader
from rag.query.question import writable
from rag.record import Filter, Hit


def alike(  # noqa: PLR0913 - each thing that records can be like
    encoder: Encoder,
    reader: IndexReader,
    k: int,
    min_score: float,
    where: Filter,
    *,
    text: str | None,
    record_id: str | None,
    record_ids: Sequence[str] | None,
    vector: Sequence[float] | None,
) -> tuple[Hit, ...]:
    """The nearest records, none of them one that is named; their score is the cosine.

    QuestionError where not exactly one thing is given that they should be like, or an empty one.
    """
    if sum(each is not None for each in (text, record_id, record_ids, vector)) != 1:
        raise QuestionError("give exactly one of text, id, ids and vector")
    if record_ids is not None and not record_ids:
        raise QuestionError("ids: there are none; name the records that others should be like")
    if text is not None and not text.strip():
        raise QuestionError("the text is empty; write what the records should be about")
    own = [writable(each) for each in record_ids or ([] if record_id is None else [record_id])]
    if text is None:
        near = _unit(
            reader.vectors(own).mean(axis=0) if own else () if vector is None else vector, reader.identity.dimensions
        )
    elif (found := encoder.question(reader, writable(text))) is None:
        raise ModelError(NO_ENCODER)
    else:
        near = found
    cosines = reader.nearest(near, k + len(own), where)
    likest = [each for each, cosine in cosines.items() if each not in own and cosine >= min_score][:k]
    return tuple(
        Hit(record, score=min(max(cosines[each], 0.0), 1.0), dense=cosines[each], lexical=0.0)
        for each, record in zip(likest, reader.records(likest), strict=True)
    )


def _unit(vector: Sequence[float], dimensions: int) -> Vectors:
    given = np.asarray(vector, dtype=np.float64)
    norm = float(np.linalg.norm(given)) if given.shape == (dimensions,) else float("nan")
    if not np.isfinite(norm) or norm == 0.0:
        raise QuestionError(f"vector: give {dimensions} finite numbers, not all zero; these are {given.size}")
    return (given / norm).astype(np.float32)
