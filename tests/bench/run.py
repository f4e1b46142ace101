"""What all groups of figures share: collections, their folders, peers and repetitions."""

from __future__ import annotations

import shutil
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
"""Questions that open everything."""
BLOCK = 6
"""Questions for one side before the turn of the next."""


@dataclass(frozen=True, slots=True)
class Run:
    """What all groups share.

    Attributes:
        folder: For everything that is built.
        ours: Command of our side.
        site: Command of our web application.
        collections: The seeds, then the archives.
        peers: Those that are installed.
        rounds: Number of measurements of each.
        builds: Number of builds of each.
        sizes: Records of the enlarged collections.
        known: A file of vectors from an earlier build, or None.
        engines: Those compared with the embedded one: milvus-lite, Milvus.
        say: Takes a line about what is measured next or failed.
        start: Starts a side in a process of its own.
        homes: Folder of each collection's index, by its name.
        beside: Seconds of its build without the encoder, by its name.
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
    engines: Sequence[str]
    say: Callable[[str], object]
    start: Callable[[Sequence[str]], Worker] = Worker
    homes: dict[str, Path] = field(default_factory=dict)
    beside: dict[str, float] = field(default_factory=dict)

    def home(self, collection: Collection) -> Path:
        """The folder of its index, which is built unless it exists."""
        if collection.name not in self.homes:
            home = self.begun(collection, "ours")
            self.say(f"building {collection.name} records")
            with self.start(self.ours) as worker:
                worker.call("load")
                self.built(collection, home, worker.call("build", collection.source, str(home)))
        return self.homes[collection.name]

    def begun(self, collection: Collection, name: str) -> Path:
        """A new folder for its index, with the vectors of its texts where an earlier build left them."""
        home = self.folder / f"{name}-{collection.records}"
        if self.known is not None and collection is self.collections[-1]:
            home.mkdir()
            shutil.copyfile(self.known, home / "embedded.sqlite")
        return home

    def built(self, collection: Collection, home: Path, spent: Mapping[str, float]) -> None:
        """Keep the folder of its index and the seconds of its build."""
        self.homes[collection.name] = home
        self.beside[collection.name] = spent["wall"] - spent["encoder"]

    @property
    def compared(self) -> Collection:
        """The collection for the comparison with peers: the first archive, or the seeds without one."""
        return self.collections[min(1, len(self.collections) - 1)]


def both(group: str, name: str, column: str, spent: Mapping[str, float] | Cost) -> Iterator[Sample]:
    """Seconds on the clock and of CPU."""
    wall, cpu = (spent.wall, spent.cpu) if isinstance(spent, Cost) else (spent["wall"], spent["cpu"])
    yield Sample(group, f"{name}, wall", column, "s", (wall,))
    yield Sample(group, f"{name}, CPU", column, "s", (cpu,))


def milliseconds(seconds: Iterable[float]) -> tuple[float, ...]:
    """The same in milliseconds."""
    return tuple(1e3 * each for each in seconds)
