"""Engines behind the index -> their latency; stage times of a question -> what so many replicas answer (simulated)."""

import random
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from heapq import heapify, heapreplace
from itertools import product

from tests.bench.figures import Sample
from tests.bench.run import BLOCK, WARM, Run, milliseconds
from tests.engines import MilvusServer

CORES = 2
"""Of a replica: so many questions are encoded at a time, while Python does the rest of one."""

ARRIVALS = 20_000
REPLICAS = (1, 2, 4)
LOADS = (0.5, 0.8, 0.95)
"""Shares of the questions a second that the replicas could answer at most."""


def engines(run: Run) -> Iterator[Sample]:
    """A question by engine, over the largest collection; the records are copied, nothing is embedded again."""
    collection, home = run.collections[-1], run.folder / "engines"
    source = str(run.home(collection))
    with ExitStack() as running:
        places = {"embedded": (source, "")}
        for name in run.engines:
            run.say(f"{name}: copying {collection.name} records")
            index = str(run.folder / "engines.db")
            if name == "Milvus":
                server = MilvusServer(run.folder / "milvus")
                running.callback(server.kill)
                server.start()
                index = server.address("bench")
            with run.start(run.ours) as worker:
                worker.call("copied", str(home), source, index)
            places[name] = str(home), index
        workers = {name: running.enter_context(run.start(run.ours)) for name in places}
        for name, (folder, index) in places.items():
            workers[name].call("ask", folder, [*collection.plain[:WARM], *collection.dated[:WARM]], index)
        for _, kind in product(range(run.rounds), ("a question", "a question about a year")):
            questions = collection.plain if kind == "a question" else collection.dated
            for begin, (name, (folder, index)) in product(range(0, len(questions), BLOCK), places.items()):
                spent = workers[name].call("ask", folder, questions[begin : begin + BLOCK], index)
                walls = milliseconds(each["wall"] for each in spent)
                yield Sample("engines", f"{kind}, {collection.name} records", name, "ms", walls, tail=True)


def queues(run: Run) -> Iterator[Sample]:
    """Simulated: how long a question takes at a load, by the measured CPU of its two stages."""
    for collection in run.collections[:2]:
        with run.start(run.ours) as worker:
            spent = worker.call("answer", str(run.home(collection)), collection.questions)
        stages = [(encoded["cpu"], max(whole["cpu"] - encoded["cpu"], 0.0)) for whole, _, encoded in spent]
        slowest = max(sum(encoder for encoder, _ in stages) / CORES, sum(rest for _, rest in stages))
        for replicas in REPLICAS:
            most = replicas * len(stages) / slowest
            column = f"{replicas} of {CORES} cores, {collection.name} records"
            yield Sample("queues", "questions a second, at most", column, "found", (most,))
            for load in LOADS:
                waits = simulated(stages, replicas, load * most)
                yield Sample("queues", f"a question at {load:.0%} of it", column, "ms", milliseconds(waits), tail=True)


def simulated(stages: Sequence[tuple[float, float]], replicas: int, rate: float) -> list[float]:
    """Seconds from arrival to answer of ARRIVALS questions, `rate` a second at random times, each replica in turn.

    A question is encoded by a free core, then waits for the one thread that runs Python.
    """
    chance = random.Random(7)  # noqa: S311 - no secret
    encoders = [[0.0] * CORES for _ in range(replicas)]
    for each in encoders:
        heapify(each)
    python, now, waits = [0.0] * replicas, 0.0, []
    for number in range(ARRIVALS):
        now += chance.expovariate(rate)
        encoder, rest = chance.choice(stages)
        replica = number % replicas
        encoded = max(now, encoders[replica][0]) + encoder
        heapreplace(encoders[replica], encoded)
        python[replica] = max(encoded, python[replica]) + rest
        waits.append(python[replica] - now)
    return waits
