"""The least time for a build: the products of the model's matrices, at the speed of this machine."""

from __future__ import annotations

from pathlib import Path
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # it has no types

from rag.embeddings.tokenizer import tokenizer
from rag.embeddings.weights import PACKAGE
from rag.language.sentences import sentences
from rag.platform import cpus
from tests.bench.collection import records_of
from tests.bench.figures import COUNT, Sample

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tests.bench.run import Run

_WIDE, _WIDER, _LAYERS = 384, 1536, 6
_OF_TOKEN = 2 * _LAYERS * (4 * _WIDE * _WIDE + 2 * _WIDE * _WIDER)
"""Operations of the six layers' eight matrices for one token; attention between tokens comes on top."""

_ROWS = 512  # tokens in a pass
_TIMES = 200


def least(source: str) -> Mapping[str, float]:
    """Tokens of a build with and without sentences, and the operations a second of all cores together."""
    records = records_of(Path(source))
    alone = {record.text for record in records}
    every = {text for record in records for text in (record.text, record.title, *sentences(record.summary))}
    encode = tokenizer(PACKAGE).encode_batch
    chance = np.random.default_rng(0)
    left, right = (chance.standard_normal(shape, np.float32) for shape in ((_ROWS, _WIDE), (_WIDE, _WIDER)))
    spent = []
    with threadpool_limits(limits=1, user_api="blas"):  # in a build, each core computes products of its own
        for _ in range(_TIMES):
            begun = perf_counter()
            left @ right
            spent.append(perf_counter() - begun)
    return {
        "alone": sum(len(each.ids) for each in encode(sorted(alone))),
        "every": sum(len(each.ids) for each in encode(sorted(every))),
        "speed": cpus() * 2 * _ROWS * _WIDE * _WIDER / median(spent),
    }


def floor(run: Run) -> Iterator[Sample]:
    """The least time for a build of what the peers build."""
    column = run.compared.name
    for _ in range(run.rounds):
        run.say(f"the least that a build of {column} records can take")
        with run.start(run.ours) as worker:
            counts = worker.call("least", run.compared.source)
        yield Sample("floor", "tokens, records alone", column, COUNT, (counts["alone"],))
        yield Sample("floor", "tokens, sentences too", column, COUNT, (counts["every"],))
        yield Sample("floor", "products of matrices, all cores", column, "GFLOPS", (counts["speed"] / 1e9,))
        for part, name in (("alone", "records alone"), ("every", "sentences too")):
            seconds = counts[part] * _OF_TOKEN / counts["speed"]
            yield Sample("floor", f"the model's own products, {name}", column, "s", (seconds,))
