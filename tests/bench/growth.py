"""Builds, imports and collections of every size -> our cost, and how it grows."""

from __future__ import annotations

import shutil
from contextlib import ExitStack
from time import perf_counter
from typing import TYPE_CHECKING

from tests.bench import cost
from tests.bench.figures import Sample
from tests.bench.run import BLOCK, MIB, WARM, both, milliseconds
from tests.bench.worker import WorkerError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from tests.bench.collection import Collection
    from tests.bench.run import Run

BESIDE = "build, without embedding (enlarged: writing alone)"
EVERY = 20  # one of so many batches with known vectors is embedded, to estimate the time for all


def again(run: Run) -> Iterator[Sample]:
    """A build, one after it with nothing new, and one with ten records changed."""
    for collection in run.collections[:2]:
        for number in range(run.builds):
            home = str(run.folder / f"again-{collection.records}-{number}")
            with run.start(run.ours) as worker:
                worker.call("load")
                for name, source in (
                    ("build", collection.source),
                    ("build, nothing new", collection.source),
                    ("build, 10 records changed", collection.changed),
                ):
                    run.say(f"{name}: {collection.name} records")
                    spent = worker.call("build", source, home)
                    yield from both("again", name, collection.name, spent)
                    if name == "build":
                        yield Sample("again", "the encoder in it", collection.name, "s", (spent["encoder"],))


def imported(run: Run) -> Iterator[Sample]:
    """The import of the largest archive from its file, and the encoder's part of it."""
    collection = run.collections[-1]
    home = run.begun(collection, "imported")
    run.say(f"import: {collection.name} records")
    with run.start(run.ours) as worker:
        worker.call("load")
        spent = worker.call("build", collection.source, str(home))
        peak = worker.call("peak")
    encoder, wall = spent["encoder"], spent["wall"]
    rest = wall - encoder
    run.built(collection, home, spent)
    if run.known is not None:
        run.say(f"the encoder, by every {EVERY}th batch")
        with run.start(run.ours) as worker:
            encoder = worker.call("encoding", collection.source, EVERY)
        wall = rest + encoder
    known = f", by every {EVERY}th batch" if run.known is not None else ""
    for name, seconds in (
        (f"the encoder alone{known}", encoder),
        ("all else", rest),
        (f"import{known and ', the sum of both'}", wall),
    ):
        yield Sample("import", name, collection.name, "s", (seconds,))
    yield Sample("import", "import / encoder", collection.name, "", (wall / encoder,))
    yield Sample("import", "peak memory", collection.name, "MiB", (peak / MIB,))


def sizes(run: Run) -> Iterator[Sample]:
    """Each cost of ours by the size of the collection."""
    built: dict[str, tuple[Path, Collection]] = {}
    for collection in run.collections:
        built[collection.name] = (run.home(collection), collection)
        beside = run.beside[collection.name]
        yield Sample("sizes", BESIDE, collection.name, "s", (beside,))
    base = run.collections[-1]
    for n in run.sizes:
        home = run.folder / f"enlarged-{n}"
        column = f"{n:,} enlarged"
        run.say(f"writing {n:,} records")
        try:
            with run.start(run.ours) as worker:
                seconds = worker.call("enlarge", str(run.home(base)), str(home), n)
                yield Sample("sizes", BESIDE, column, "s", (seconds,))
                yield Sample("sizes", "writing, peak memory", column, "MiB", (worker.call("peak") / MIB,))
            built[column] = (home, base)
        except WorkerError as error:
            run.say(f"{n:,} records are left out: {error}")
            shutil.rmtree(home, ignore_errors=True)
    for number in range(run.rounds):
        run.say(f"questions at every size, round {number + 1} of {run.rounds}")
        yield from _at_every_size(run, built, number)


def _at_every_size(run: Run, built: Mapping[str, tuple[Path, Collection]], number: int) -> Iterator[Sample]:
    """The same kinds of questions at every size, a few in turn."""
    order = list(built)[:: 1 if number % 2 == 0 else -1]
    with ExitStack() as opened:
        workers = {column: opened.enter_context(run.start(run.ours)) for column in order}
        for column in order:
            home, collection = built[column]
            begun = perf_counter()
            workers[column].call("ask", str(home), collection.dated[:1])
            yield Sample("sizes", "opening and the first question", column, "s", (perf_counter() - begun,))
            workers[column].call("read_ahead", str(home))
            workers[column].call("ask", str(home), [*collection.plain[:WARM], *collection.dated[:WARM]])
        for begin in range(0, len(next(iter(built.values()))[1].plain), BLOCK):
            for name, dated in (("a question", False), ("a question about a year", True)):
                for column in order:
                    home, collection = built[column]
                    asked = (collection.dated if dated else collection.plain)[begin : begin + BLOCK]
                    spent = workers[column].call("ask", str(home), asked)
                    walls = [each["wall"] for each in spent]
                    yield Sample("sizes", name, column, "ms", milliseconds(walls), tail=True)
        for column in order:
            yield Sample("sizes", "memory, serving", column, "MiB", (workers[column].call("peak") / MIB,))
            yield Sample("sizes", "on disk", column, "MiB", (_generation(built[column][0]) / MIB,))


def _generation(home: Path) -> int:
    """Bytes of the published generation, without the cache of vectors."""
    return cost.size(home / (home / "CURRENT").read_text(encoding="ascii").strip())
