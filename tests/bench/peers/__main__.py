"""Usage: python -m tests.bench.peers PEER [FOLDER QUESTION]."""

from __future__ import annotations

import json
import sys
from functools import cache, partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from tests.bench import cost
from tests.bench.worker import serve

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import ModuleType

    from tests.bench.cost import Cost


class Library(Protocol):
    """A saved index, open."""

    def nearest(self, question: str) -> list[int]:
        """Numbers of the five texts that answer it best, the best first."""
        ...


def main(name: str, arguments: Sequence[str]) -> None:
    """Answer one question from a folder, or calls until the input ends."""
    if arguments:
        home, question = arguments
        print(_library(name, home).nearest(question))  # noqa: T201 - printing is its work
        return
    serve(
        {
            "load": lambda: str(_peer(name)),
            "build": partial(build, name),
            "ask": partial(ask, name),
            "peak": cost.peak,
        }
    )


def build(name: str, texts: str, home: str) -> Cost:
    """Read the texts, a JSON string a line, and save their index."""
    return cost.of_call(lambda: _peer(name).write(_texts(Path(texts)), Path(home)))


def ask(name: str, home: str, questions: Sequence[str]) -> list[Mapping[str, object]]:
    """The cost of each question and the texts found; RuntimeError where there is none."""
    library = _library(name, home)
    return [_asked(library, question) for question in questions]


def _asked(library: Library, question: str) -> Mapping[str, object]:
    found: list[int] = []
    spent = cost.of_call(lambda: found.extend(library.nearest(question)))
    if not found:
        message = f"nothing was found for {question!r}"
        raise RuntimeError(message)
    return {"cpu": spent.cpu, "wall": spent.wall, "found": found}


@cache
def _library(name: str, home: str) -> Library:
    library: Library = _peer(name).Library(Path(home))
    return library


def _peer(name: str) -> ModuleType:
    return import_module(f"tests.bench.peers.{name}")  # its `write(texts, home)` saves what its `Library(home)` opens


def _texts(file: Path) -> list[str]:
    with file.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
