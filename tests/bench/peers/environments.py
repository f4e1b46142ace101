"""A peer's name -> its Python environment, installed on first use from the versions in .setup/peers/."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.bench.worker import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Peer:
    """An alternative to this program.

    Attributes:
        name: For people.
        module: In tests.bench.peers.
        environment: Below .venv/peers/; None for our own.
        hybrid: Whether it searches by words too.
    """

    name: str
    module: str
    environment: str | None
    hybrid: bool

    @property
    def python(self) -> str:
        """The interpreter of the environment; CalledProcessError where it cannot be installed."""
        if self.environment is None:
            return sys.executable
        subprocess.run(  # noqa: S603 - our own
            [ROOT / ".setup/peer", self.environment], cwd=ROOT, check=True, stdout=sys.stderr
        )
        return str(ROOT / ".venv/peers" / self.environment / "bin/python")

    @property
    def arguments(self) -> list[str]:
        """Its command; with a folder and a question added, it answers that question and ends."""
        return [self.python, "-m", "tests.bench.peers", self.module]


PEERS: Mapping[str, Peer] = {
    "by_hand": Peer("sentence-transformers + FAISS", "by_hand", None, hybrid=False),
    "txtai_hybrid": Peer("txtai, hybrid", "txtai_hybrid", "txtai", hybrid=True),
    "txtai_dense": Peer("txtai, dense", "txtai_dense", "txtai", hybrid=False),
    "chroma": Peer("Chroma", "chroma", "chromadb", hybrid=False),
    "lance": Peer("LanceDB, hybrid", "lance", "lancedb", hybrid=True),
}
