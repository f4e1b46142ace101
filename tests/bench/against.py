"""Ours and the peers in turn, each in a process of its own, on the same records and questions -> their costs."""

from __future__ import annotations

from contextlib import ExitStack
from subprocess import CalledProcessError
from typing import TYPE_CHECKING, Any

from tests.bench import cost
from tests.bench.figures import COUNT, OURS, Sample
from tests.bench.run import BLOCK, MIB, WARM, both, milliseconds
from tests.bench.worker import ROOT, WorkerError, environment

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from tests.bench.run import Run

ALONE = f"{OURS}, records alone"


def peers(run: Run) -> Iterator[Sample]:
    """Ours and all peers on the same records and questions."""
    sides = _Sides(run)
    for number in range(run.builds):
        yield from sides.build(number)
    for number in range(run.rounds):
        yield from sides.first(number)
        yield from sides.ask(number)


class _Sides:
    """Ours and the peers; one that fails is reported once and then left out."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._collection = run.compared
        self._started = {OURS: list(run.ours), **{peer.name: peer.arguments for peer in run.peers}}
        self._homes: dict[str, Path] = {}

    def build(self, number: int) -> Iterator[Sample]:
        """Build each, ours with and without the vectors of sentences."""
        for name in self._turns([*self._started, ALONE], number):
            if name != ALONE and name not in self._started:
                continue
            home = self._run.folder / f"{name.replace(' ', '-')}-{number}"
            try:
                yield from self._built(name, home)
            except (WorkerError, CalledProcessError) as error:
                self._leave_out(name, error)

    def first(self, number: int) -> Iterator[Sample]:
        """Start each for one question."""
        for name in self._turns(self._started, number):
            self._run.say(f"start to first answer: {name}")
            question = self._collection.questions[number % len(self._collection.questions)]
            home = str(self._homes[name])
            command = [*self._started[name], home, question]
            if name == OURS:
                command = [self._run.rag, "ask", "--vectors", home, question]
            try:
                spent = cost.of_process(command, ROOT, environment())
            except CalledProcessError as error:
                self._leave_out(name, error)
                continue
            yield from both("peers", "start to first answer", name, spent)

    def ask(self, number: int) -> Iterator[Sample]:
        """Ask all sides the same questions, a few in turn."""
        self._run.say(f"questions, round {number + 1} of {self._run.rounds}")
        questions = self._collection.questions
        with ExitStack() as open_sides:
            workers = {name: open_sides.enter_context(self._run.start(self._started[name])) for name in self._started}
            spent: dict[str, list[Mapping[str, Any]]] = {name: [] for name in workers}
            for begin in (None, *range(0, len(questions), BLOCK)):
                block = questions[:WARM] if begin is None else questions[begin : begin + BLOCK]
                for name in self._turns(self._started, number):
                    try:
                        asked = workers[name].call("ask", str(self._homes[name]), block)
                    except WorkerError as error:
                        self._leave_out(name, error)
                        continue
                    if begin is not None:
                        spent[name] += asked
            for name in self._started:
                each = spent[name]
                walls, cpus = [one["wall"] for one in each], [one["cpu"] for one in each]
                yield Sample("peers", "a question", name, "ms", milliseconds(walls), tail=True)
                yield Sample("peers", "a question, CPU", name, "ms", milliseconds(cpus))
                yield Sample("peers", "memory, serving", name, "MiB", (workers[name].call("peak") / MIB,))
                rows = self._collection.ids if name == OURS else self._collection.rows
                hits = sum(right in one["found"] for right, one in zip(rows, each, strict=True))
                figure = f"records asked about, of {len(rows)}, among five"
                yield Sample("peers", figure, name, COUNT, (hits,))

    def _built(self, name: str, home: Path) -> Iterator[Sample]:
        self._run.say(f"build: {name}")
        with self._run.start(self._run.ours if name == ALONE else self._started[name]) as worker:
            worker.call("load")
            if name == OURS:
                spent = worker.call("build", self._collection.source, str(home))
            elif name == ALONE:
                spent = worker.call("build_alone", self._collection.source, str(home))
            else:
                spent = worker.call("build", self._collection.texts, str(home))
            yield from both("peers", "build", name, spent)
            yield Sample("peers", "build, peak memory", name, "MiB", (worker.call("peak") / MIB,))
            yield Sample("peers", "on disk", name, "MiB", (cost.size(home) / MIB,))
            self._homes[name] = home
            if name == OURS:
                self._run.built(self._collection, home, spent)

    def _turns(self, names: Iterable[str], number: int) -> list[str]:
        """Each side is first in turn, because the first one finds the machine as the last one left it."""
        order = list(names)
        first = number % len(order)
        return order[first:] + order[:first]

    def _leave_out(self, name: str, error: Exception) -> None:
        self._run.say(f"{name} is left out: {error}")
        self._started.pop(name, None)
        if name == OURS:
            raise error
