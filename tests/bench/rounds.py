"""Round by round: each group of figures on ours and on the peer in turn, in processes that begin with the round."""

from __future__ import annotations

import json
import os
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from http.client import HTTPConnection
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import TYPE_CHECKING, ParamSpec, Protocol, TypeVar

from tests.bench import cost, ours, peer
from tests.bench.addresses import addresses
from tests.bench.collection import prepare
from tests.bench.figures import Sample, rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from concurrent.futures import Executor

    from tests.bench.collection import Collection
    from tests.bench.cost import Cost
    from tests.bench.figures import Row

P = ParamSpec("P")
T = TypeVar("T")

_ROOT = Path(__file__).resolve().parents[2]
_HELPS = 5  # times that the help is asked for in a round: each is short


class Program(Protocol):
    """What both sides can do; `ours` and `peer` are such modules."""

    def load(self) -> None:
        """Import what takes seconds."""

    def build(self, source: Path, home: Path, /, *, alter: bool) -> Cost:
        """Build from the source into the home."""

    def ask(self, home: Path, questions: Sequence[str]) -> list[Cost]:
        """Ask each question."""

    def first(self, home: Path, question: str) -> list[str]:
        """The command that answers one question and ends."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two in one round.

    Attributes:
        home: The folder of what it builds.
        process: Its own process.
    """

    program: Program
    source: Path
    home: Path
    process: Executor
    samples: list[Sample] = field(default_factory=list)

    def call(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call a function in its process."""
        return self.process.submit(function, *args, **kwargs).result()


@dataclass(frozen=True, slots=True)
class Report:
    """What a run measured."""

    collection: Collection
    rounds: int
    rows: tuple[Row, ...]


def process() -> Executor:
    """Start a process that has nothing of this one."""
    return ProcessPoolExecutor(1, mp_context=get_context("spawn"))


def measure(
    source: Path,
    rounds: int,
    groups: Sequence[str],
    *,
    process: Callable[[], Executor] = process,
    say: Callable[[str], object] = lambda _: None,
) -> Report:
    """Measure these groups of figures on the collection of this source.

    Args:
        source: A folder that `rag build` reads, or an archive in JSON lines.
        process: Starts what the calls of one side run in.
        say: Is told what is measured next.
    """
    samples: tuple[list[Sample], list[Sample]] = ([], [])
    with TemporaryDirectory(prefix="reading-room-bench-") as name:
        folder = Path(name)
        texts = folder / "texts.jsonl"
        with process() as preparing:
            collection = preparing.submit(prepare, source, texts).result()
        for number in range(rounds):
            # Where builds are not measured, that of the first round serves all.
            home = folder / str(number if "build" in groups else 0)
            home.mkdir(exist_ok=True)
            with process() as one, process() as other:
                both = [
                    Side(ours, source, home / "ours", one, samples[0]),
                    Side(peer, texts, home / "peer", other, samples[1]),
                ]
                if number == 0 and "build" not in groups and {*groups} != {"help"}:
                    say("building what is asked, unmeasured")
                    for side in both:
                        side.call(side.program.build, side.source, side.home, alter=False)
                for group in (each for each in GROUPS if each in groups):
                    say(f"round {number + 1} of {rounds}: {group}")
                    # Who is first finds the machine as the other left it, so they take turns.
                    for side in both if number % 2 == 0 else reversed(both):
                        side.samples.extend(_measured(group, side, collection))
    return Report(collection, rounds, tuple(rows(*samples)))


def _measured(group: str, side: Side, collection: Collection) -> Iterator[Sample]:
    if group in _BOTH:
        yield from _BOTH[group](side, collection)
    elif side.program is ours:
        yield from _OURS[group](side, collection)


def _help(_side: Side, _collection: Collection) -> Iterator[Sample]:
    for _ in range(_HELPS):
        yield from _seconds("rag --help", cost.of_process([ours.RAG, "--help"], _ROOT, _environment()))


def _build(side: Side, collection: Collection) -> Iterator[Sample]:
    side.call(side.program.load)
    spent = side.call(side.program.build, side.source, side.home, alter=False)
    yield from _seconds("build", spent)
    yield Sample("build, speed", "records/s", (collection.records / spent.wall,))
    yield _megabytes("build, peak memory", spent.rss)
    yield _megabytes("build, on disk", sum(file.stat().st_size for file in side.home.rglob("*") if file.is_file()))
    yield from _seconds("build, 10 changed", side.call(side.program.build, side.source, side.home, alter=True))
    yield from _seconds("build, nothing new", side.call(side.program.build, side.source, side.home, alter=False))


def _first(side: Side, collection: Collection) -> Iterator[Sample]:
    spent = cost.of_process(side.program.first(side.home, collection.questions[0]), _ROOT, _environment())
    yield from _seconds("start to first answer", spent)
    yield _megabytes("start to first answer, peak memory", spent.rss)


def _question(side: Side, collection: Collection) -> Iterator[Sample]:
    side.call(side.program.ask, side.home, collection.questions[:3])  # the first time everything is opened
    spent = side.call(side.program.ask, side.home, collection.questions)
    yield _milliseconds("question, wall", (each.wall for each in spent), tail=True)
    yield _milliseconds("question, CPU", (each.cpu for each in spent))


def _http(side: Side, collection: Collection) -> Iterator[Sample]:
    connection = HTTPConnection("127.0.0.1", side.call(ours.serve, side.home))
    walls = []
    _post(connection, collection.questions[0])
    before = side.call(ours.cpu)
    for question in collection.questions:
        begun = perf_counter()
        _post(connection, question)
        walls.append(perf_counter() - begun)
    cpu = side.call(ours.cpu) - before
    connection.close()
    yield _milliseconds("question over HTTP, wall", walls, tail=True)
    yield _milliseconds("question over HTTP, server's mean CPU", [cpu / len(walls)])


def _understand(side: Side, collection: Collection) -> Iterator[Sample]:
    for name, home in ((collection.name, side.home), ("50,000 words", None)):
        arranged, spent = side.call(ours.understand, home)
        yield _milliseconds(f"arranging the names, {name}, CPU", [arranged.cpu])
        yield _milliseconds(f"understanding 12 words, {name}, CPU", (each.cpu for each in spent), tail=True)


def _pages(side: Side, collection: Collection) -> Iterator[Sample]:
    receipt = side.call(ours.receipt, side.home, collection.questions[0])
    for name, each in addresses(collection, receipt).items():
        _, *spent = side.call(ours.pages, side.home, each)
        yield _milliseconds(f"page {name}, CPU", (one.cpu for one in spent))


_BOTH: Mapping[str, Callable[[Side, Collection], Iterator[Sample]]] = {
    "build": _build,
    "first": _first,
    "question": _question,
}
_OURS: Mapping[str, Callable[[Side, Collection], Iterator[Sample]]] = {
    "help": _help,
    "http": _http,
    "understand": _understand,
    "pages": _pages,
}
GROUPS = (*_BOTH, *_OURS)
"""The groups of figures, in the order of a round; what is built first is what the others ask."""


def _post(connection: HTTPConnection, question: str) -> None:
    """Ask the served application; RuntimeError where it does not answer."""
    body = json.dumps({"question": question})
    connection.request("POST", "/api/v1/ask", body, {"Content-Type": "application/json"})
    with connection.getresponse() as response:
        told = response.read()
    if response.status != 200:
        message = f"/api/v1/ask: status {response.status}: {told[:200]!r}"
        raise RuntimeError(message)


def _environment() -> dict[str, str]:
    """This one's without our settings, so that every run measures the same."""
    return {name: value for name, value in os.environ.items() if not name.startswith("RAG_")}


def _seconds(name: str, spent: Cost) -> Iterator[Sample]:
    yield Sample(f"{name}, CPU", "s", (spent.cpu,))
    yield Sample(f"{name}, wall", "s", (spent.wall,))


def _milliseconds(name: str, seconds: Iterable[float], *, tail: bool = False) -> Sample:
    return Sample(name, "ms", tuple(1e3 * each for each in seconds), tail)


def _megabytes(name: str, size: int) -> Sample:
    return Sample(name, "MB", (size / 1e6,))
