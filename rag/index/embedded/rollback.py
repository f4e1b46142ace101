"""The generations that are kept -> a list of them, and the way back to an earlier one."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from rag.errors import GenerationError
from rag.index.embedded.generation import BuildLock, current, names, point, published_at, verify
from rag.index.ports import Generation

if TYPE_CHECKING:
    from pathlib import Path

logger = logging.getLogger(__name__)


def history(vectors: Path) -> list[Generation]:
    """See Index.generations."""
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
        kept.append(Generation(name, published_at(name), records, name == pointed, fault))
    if pointed is not None and not any(generation.current for generation in kept):
        logger.warning("%s: %s is published but gone; `rag rollback` publishes the newest kept", vectors, pointed)
    return kept


def roll_back(vectors: Path, name: str | None = None) -> str:
    """See Index."""
    with BuildLock(vectors):
        known = names(vectors)
        if name is None:
            name = _newest_whole(vectors, _earlier(vectors, known))
        elif name not in known:
            listed = ", ".join(known) or "none"
            message = f"{vectors}: no generation is called {name!r}; kept are {listed}"
            raise GenerationError(message)
        verify(vectors / name, all_digests=True)
        point(vectors, name)
    return name


def _earlier(vectors: Path, known: list[str]) -> list[str]:
    """The generations older than the published one; all of them where that is lost."""
    try:
        pointed = current(vectors)
    except GenerationError:
        return known
    return [name for name in known if pointed not in known or name < pointed]


def _newest_whole(vectors: Path, earlier: list[str]) -> str:
    for name in reversed(earlier):
        try:
            verify(vectors / name)
        except GenerationError:
            continue
        return name
    message = f"{vectors}: no earlier generation is kept; raise RAG_KEEP to keep more from now on"
    raise GenerationError(message)
