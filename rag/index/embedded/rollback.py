"""The generations that are kept -> a list of them; and back to an earlier one."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.errors import GenerationError
from rag.index.embedded.generation import BuildLock, current, names, point, published_at, verify

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path


logger = logging.getLogger(__name__)


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
    """Every generation, the newest first; a pointer to none of them is told as a warning."""
    pointed, kept = None, []
    try:
        pointed = current(vectors)
    except GenerationError as error:
        logger.warning("%s", error)
    for name in reversed(names(vectors)):
        try:
            records, fault = verify(vectors / name).records, None
        except GenerationError as error:
            records, fault = None, str(error)
        kept.append(Kept(name, published_at(name), records, name == pointed, fault))
    if pointed is not None and not any(each.current for each in kept):
        logger.warning("%s: %s is published but gone; `rag rollback` publishes the newest kept", vectors, pointed)
    return kept


def roll_back(vectors: Path, name: str | None = None) -> str:
    """Point readers at this generation, or at the newest whole one before the current; its name.

    Where the current one is lost, or the pointer says none, any is before it.

    Raises:
        GenerationError: There is no such generation, or it is damaged; the current one is as it was.
    """
    with BuildLock(vectors):
        known = names(vectors)
        if name is None:
            name = _before(vectors, _earlier(vectors, known))
        elif name not in known:
            listed = ", ".join(known) or "none"
            message = f"{vectors}: no generation is called {name!r}; kept are {listed}"
            raise GenerationError(message)
        verify(vectors / name, all_digests=True)
        point(vectors, name)
    return name


def _earlier(vectors: Path, known: list[str]) -> list[str]:
    """Those of the known that are older than the current one."""
    try:
        pointed = current(vectors)
    except GenerationError:
        return known
    return [name for name in known if pointed not in known or name < pointed]


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
