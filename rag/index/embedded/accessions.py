"""When each record entered the collection, in seconds since 1970 (UTC): carried over from generation to generation."""

import datetime as dt
import logging
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path
from sqlite3 import DatabaseError

import numpy as np
from numpy.typing import NDArray

from rag.errors import GenerationError
from rag.index.embedded.corruption import CURE
from rag.index.embedded.generation import by_preference, published_at, verify
from rag.index.embedded.record_store import RecordStore

logger = logging.getLogger(__name__)

Seconds = NDArray[np.int64]


def carried(vectors: Path, ids: Sequence[str], file: str, rows: str) -> Seconds:
    """(n,) for the records of a new generation: the times in the published one, now for records new to it.

    An older program's generation counts, or every new schema would make all records new. Where the published one is
    damaged, the newest readable one serves. `file` names the array of times in a generation, `rows` its records.
    """
    faults = []
    for name in by_preference(vectors):
        try:
            entered = _times(vectors / name, ids, file, rows)
        except (GenerationError, DatabaseError, OSError, ValueError) as error:
            faults.append(str(error).removesuffix(f"; {CURE}"))  # the cure is under way
        else:
            if faults:
                logger.warning("%s; records entered when %s says", faults[0], name)
            return entered
    if faults:
        logger.warning("%s; all records count as new", faults[0])
    return np.full(len(ids), _now(), np.int64)


def _times(folder: Path, ids: Sequence[str], file: str, rows: str) -> Seconds:
    """(n,) from this generation, now for records that it lacks."""
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


def seconds(times: Iterable[dt.datetime]) -> Seconds:
    """(n,) of these times."""
    return np.array([time.timestamp() for time in times], np.int64)


def read(file: Path, generation: str) -> Seconds:
    """(n,) or, from a generation that is older than this file, (1,): the time when that was published."""
    if file.exists():
        entered: Seconds = np.load(file)
        return entered
    return np.array([int(published_at(generation).timestamp())], np.int64)
