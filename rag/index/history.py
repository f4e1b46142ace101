"""The generations that are kept -> a list of them; and back to an earlier one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.errors import GenerationError
from rag.index.generation import BuildLock, current, names, point, published_at, verify

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Kept:
    """A generation that is kept.

    Attributes:
        records: How many it holds, None where it is damaged.
        current: Whether readers are pointed at it.
        fault: What is wrong with it, None where it is whole.
    """

    name: str
    published: dt.datetime
    records: int | None
    current: bool
    fault: str | None = None


def history(vectors: Path) -> list[Kept]:
    """Every generation, the newest first."""
    pointed = current(vectors)
    kept = []
    for name in reversed(names(vectors)):
        try:
            records, fault = verify(vectors / name).records, None
        except GenerationError as error:
            records, fault = None, str(error)
        kept.append(Kept(name, published_at(name), records, name == pointed, fault))
    return kept


def roll_back(vectors: Path, name: str | None = None) -> str:
    """Point readers at this generation, or at the newest whole one before the current; its name.

    Raises:
        GenerationError: There is no such generation, or it is damaged; the current one is as it was.
    """
    with BuildLock(vectors):
        pointed = current(vectors)
        known = names(vectors)
        if name is None:
            name = _before(vectors, [each for each in known if pointed is None or each < pointed])
        elif name not in known:
            listed = ", ".join(known) or "none"
            message = f"{vectors}: no generation is called {name!r}; kept are {listed}"
            raise GenerationError(message)
        verify(vectors / name, all_digests=True)
        point(vectors, name)
    return name


def _before(vectors: Path, earlier: list[str]) -> str:
    """The newest of these that is whole."""
    for name in reversed(earlier):
        try:
            verify(vectors / name)
        except GenerationError:
            continue
        return name
    message = f"{vectors}: no earlier generation is kept; raise RAG_KEEP to keep more from now on"
    raise GenerationError(message)
