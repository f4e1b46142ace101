"""One question, one page, one command of ours -> its cost."""

from __future__ import annotations

import json
from dataclasses import asdict
from http import HTTPStatus
from http.client import HTTPConnection
from time import perf_counter
from typing import TYPE_CHECKING

from tests.bench import cost
from tests.bench.figures import OURS, Sample
from tests.bench.run import MIB, WARM, both, milliseconds
from tests.bench.worker import ROOT, WorkerError, environment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.bench.run import Run


def answer(run: Run) -> Iterator[Sample]:
    """An answer compared with finding its records alone, question by question."""
    for collection in run.collections[:2]:
        home = str(run.home(collection))
        for number in range(run.rounds):
            run.say(f"answer and retrieval, {collection.name} records, round {number + 1} of {run.rounds}")
            with run.start(run.ours) as worker:
                spent = worker.call("answer", home, collection.questions)
            for each in ("wall", "cpu"):
                clock = {"wall": "wall", "cpu": "CPU"}[each]
                whole, found, encoded = ([parts[at][each] for parts in spent] for at in range(3))
                for name, costs in (
                    ("question with its answer", whole),
                    ("retrieval alone", found),
                    ("the encoder alone", encoded),
                ):
                    yield Sample("answer", f"{name}, {clock}", collection.name, "ms", milliseconds(costs))
                for name, part in (("retrieval", found), ("encoder", encoded)):
                    ratios = tuple(a / b for a, b in zip(whole, part, strict=True))
                    yield Sample("answer", f"answer / {name}, {clock}", collection.name, "", ratios)


def memory(run: Run) -> Iterator[Sample]:
    """Memory of serving, stage by stage."""
    for collection in run.collections[:2]:
        run.say(f"memory, {collection.name} records")
        with run.start(run.ours) as worker:
            stages = worker.call("memory", str(run.home(collection)), collection.questions)
        for name, peak in stages:
            yield Sample("memory", name, collection.name, "MiB", (peak / MIB,))


def http(run: Run) -> Iterator[Sample]:
    """Questions over HTTP on this machine."""
    for collection in run.collections[:2]:
        home = str(run.home(collection))
        for _ in range(run.rounds):
            run.say(f"questions over HTTP, {collection.name} records")
            with run.start(run.site) as worker:
                connection = HTTPConnection("127.0.0.1", worker.call("listen", home))
                walls = []
                for question in collection.questions[:WARM]:
                    _post(connection, question)
                before = worker.call("cpu")
                for question in collection.questions:
                    begun = perf_counter()
                    _post(connection, question)
                    walls.append(perf_counter() - begun)
                cpu = worker.call("cpu") - before
                connection.close()
                yield Sample("http", "a question over HTTP", collection.name, "ms", milliseconds(walls), tail=True)
                yield Sample("http", "server's mean CPU", collection.name, "ms", milliseconds([cpu / len(walls)]))
                yield Sample("http", "server's memory", collection.name, "MiB", (worker.call("peak") / MIB,))


def understand(run: Run) -> Iterator[Sample]:
    """Understanding twelve words, with the names of the seeds and with a large vocabulary."""
    for column, home in ((run.collections[0].name, str(run.home(run.collections[0]))), ("50,000 words", None)):
        for _ in range(run.rounds):
            run.say(f"understanding: {column}")
            with run.start(run.ours) as worker:
                arranged, spent = worker.call("understand", home)
            cpus = [each["cpu"] for each in spent]
            yield Sample("understand", "understanding 12 words, CPU", column, "ms", milliseconds(cpus), tail=True)
            yield Sample("understand", "arranging the names once, CPU", column, "ms", milliseconds([arranged["cpu"]]))


def pages(run: Run) -> Iterator[Sample]:
    """Every page in every state, on the seeds and on the last archive."""
    for collection in [run.collections[0], *run.collections[1:][-1:]]:
        for number in range(run.rounds):
            run.say(f"pages, {collection.name} records, round {number + 1} of {run.rounds}")
            with run.start(run.site) as worker:
                spent = worker.call("pages", str(run.home(collection)), asdict(collection))
            for name, each in spent.items():
                seconds, sizes = zip(*each, strict=True)
                yield Sample("pages", name, collection.name, "ms", milliseconds(seconds))
                if not number:
                    yield Sample("pages", f"{name}: the largest", collection.name, "kB", (max(sizes) / 1000,))


def help_(run: Run) -> Iterator[Sample]:
    """The help of the command line."""
    for _ in range(5 * run.rounds):
        spent = cost.of_process([run.rag, "--help"], ROOT, environment())
        yield from both("help", "rag --help", OURS, spent)


def _post(connection: HTTPConnection, question: str) -> None:
    """Ask the served application; WorkerError where it does not answer."""
    body = json.dumps({"question": question})
    connection.request("POST", "/api/v1/ask", body, {"Content-Type": "application/json"})
    with connection.getresponse() as response:
        content = response.read()
    if response.status != HTTPStatus.OK:
        message = f"/api/v1/ask: status {response.status}: {content[:200]!r}"
        raise WorkerError(message)
