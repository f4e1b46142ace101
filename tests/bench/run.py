"""What all groups of figures share: the collections, where they are built, who is measured and how often."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.bench.cost import Cost
from tests.bench.figures import Sample
from tests.bench.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from tests.bench.collection import Collection
    from tests.bench.peers.environments import Peer

MIB = 2**20
WARM = 3
"""Questions by which everything is opened."""
BLOCK = 6
"""Questions of one side before the next has its turn."""


@dataclass(frozen=True, slots=True)
class Run:
    """What all groups share.

    Attributes:
        folder: Where everything is built.
        ours: What starts our side.
        site: What starts our web application.
        collections: The seeds, then every archive that was given.
        peers: Those that could be installed.
        rounds: How often each is measured.
        builds: How often each is built.
        sizes: Records of the enlarged collections.
        known: A file of vectors that an earlier build left, or None.
        say: Is told what is measured next, or could not be.
        start: Starts a side in a process of its own.
        homes: Where each collection is built, by its name.
        beside: Seconds that its build took beside those of the encoder, by its name.
    """

    folder: Path
    ours: Sequence[str]
    site: Sequence[str]
    rag: str
    collections: Sequence[Collection]
    peers: Sequence[Peer]
    rounds: int
    builds: int
    sizes: Sequence[int]
    known: Path | None
    say: Callable[[str], object]
    start: Callable[[Sequence[str]], Worker] = Worker
    homes: dict[str, Path] = field(default_factory=dict)
    beside: dict[str, float] = field(default_factory=dict)

    def home(self, collection: Collection) -> Path:
        """Where it is built; built now, unless it is."""
        if collection.name not in self.homes:
            home = self.folder / f"ours-{collection.records}"
            self.say(f"building {collection.name} records")
            with self.start(self.ours) as worker:
                worker.call("load")
                self.built(collection, home, worker.call("build", collection.source, str(home)))
        return self.homes[collection.name]

    def built(self, collection: Collection, home: Path, spent: Mapping[str, float]) -> None:
        """Remember where it is built, and what that took."""
        self.homes[collection.name] = home
        self.beside[collection.name] = spent["wall"] - spent["encoder"]

    @property
    def compared(self) -> Collection:
        """The collection that peers are measured on: the first archive, or the seeds where there is none."""
        return self.collections[min(1, len(self.collections) - 1)]


def both(group: str, name: str, column: str, spent: Mapping[str, float] | Cost) -> Iterator[Sample]:
    """What it took on the clock and of the cores, in seconds."""
    wall, cpu = (spent.wall, spent.cpu) if isinstance(spent, Cost) else (spent["wall"], spent["cpu"])
    yield Sample(group, f"{name}, wall", column, "s", (wall,))
    yield Sample(group, f"{name}, CPU", column, "s", (cpu,))


def milliseconds(seconds: Iterable[float]) -> tuple[float, ...]:
    """The same in milliseconds."""
    return tuple(1e3 * each for each in seconds)
