"""When each record entered the collection: carried over from one generation to the next, in seconds since 1970, UTC."""

from __future__ import annotations

import datetime as dt
import logging
from contextlib import closing
from sqlite3 import DatabaseError
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rag.errors import GenerationError
from rag.index.embedded.corruption import CURE
from rag.index.embedded.generation import by_preference, published_at, verify
from rag.index.embedded.record_store import RecordStore

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

logger = logging.getLogger(__name__)

Seconds = NDArray[np.int64]


def carried(vectors: Path, ids: Sequence[str], file: str, rows: str) -> Seconds:
    """(n,) for the records of a new generation: as the published one says, now for those that it has not.

    That may be an older program's, or each new form of a generation would make all records new. Where it is damaged,
    the newest other that can say it does. `file` is the name of such an array in a generation, `rows` that of its
    records.
    """
    faults = []
    for name in by_preference(vectors):
        try:
            entered = _as_told(vectors / name, ids, file, rows)
        except (GenerationError, DatabaseError, OSError, ValueError) as error:
            faults.append(str(error).removesuffix(f"; {CURE}"))  # that is under way
        else:
            if faults:
                logger.warning("%s; records entered when %s says", faults[0], name)
            return entered
    if faults:
        logger.warning("%s; all records count as new", faults[0])
    return np.full(len(ids), _now(), np.int64)


def _as_told(folder: Path, ids: Sequence[str], file: str, rows: str) -> Seconds:
    """(n,) as this generation says, now for those that it has not."""
    verify(folder, any_schema=True, only=(file, rows))
    before = read(folder / file, folder.name)
    entered = np.full(len(ids), _now(), np.int64)
    with closing(RecordStore(folder / rows)) as known:
        for place, row in enumerate(known.known(ids)):
            if row is not None:
                entered[place] = before[row % len(before)]
    return entered


def _now() -> int:
    return int(dt.datetime.now(dt.UTC).timestamp())


def read(file: Path, generation: str) -> Seconds:
    """(n,), or (1,) for all alike where the generation was written before it was kept: when that was published."""
    if file.exists():
        entered: Seconds = np.load(file)
        return entered
    return np.array([int(published_at(generation).timestamp())], np.int64)
