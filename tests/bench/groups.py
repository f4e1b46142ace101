"""The name of a group of figures -> the function that measures it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.bench import against, floor, growth, replicas, serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from tests.bench.figures import Sample
    from tests.bench.run import Run

GROUPS: Mapping[str, Callable[[Run], Iterator[Sample]]] = {
    "help": serving.help_,
    "understand": serving.understand,
    "floor": floor.floor,
    "peers": against.peers,
    "again": growth.again,
    "answer": serving.answer,
    "memory": serving.memory,
    "http": serving.http,
    "import": growth.imported,
    "sizes": growth.sizes,
    "pages": serving.pages,
    "queues": replicas.queues,
    "engines": replicas.engines,
}
"""In the order of a run: later groups ask what earlier ones built."""
