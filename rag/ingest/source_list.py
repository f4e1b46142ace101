"""The collection remembers its sources, and what was chosen for each: in the manifest of every generation.

So that going back to an older generation goes back to its sources, and neither a damaged file nor another build that
ends meanwhile makes one forgotten. What a build was given that was stopped later is kept in vectors/UNFINISHED, so that
the next goes on with it. What came by the standard input is kept in vectors/received/, to be read again.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import tempfile
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import IO, TYPE_CHECKING

from rag.errors import GenerationError, NothingToBuild, placed
from rag.index.open import open_index
from rag.ingest.formats.protocol import ColumnChoice
from rag.platform import lock_file

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.record import PageHeld
    from rag.settings import Settings

logger = logging.getLogger(__name__)

TABLE = "table"
"""What is chosen beside the fields of a record: the table of a database."""

_RECEIVED = "received"
_UNFINISHED = "UNFINISHED"
_CHUNK = 1 << 20  # bytes


@dataclass(frozen=True, slots=True)
class SourceList:
    """What a collection is made of.

    Attributes:
        sources: Absolute paths, in the order in which they are read.
        chosen: Paths with what was chosen for them: "title=Headline".
        pages: The saved pages read, with what each says it is a part of.
        title: What all sources call the collection, or empty.
    """

    sources: tuple[str, ...] = ()
    chosen: tuple[tuple[str, str], ...] = ()
    pages: tuple[PageHeld, ...] = ()
    title: str = ""

    def choices(self) -> dict[Path, ColumnChoice]:
        """What was chosen, by source."""
        columns: dict[str, dict[str, tuple[str, ...]]] = {}
        for source, choice in self.chosen:
            field, _, column = choice.partition("=")
            told = columns.setdefault(source, {})
            told[field] = (*told.get(field, ()), column) if column else ()
        return {
            Path(source): ColumnChoice(told, next(iter(told.pop(TABLE, ())), None)) for source, told in columns.items()
        }


def resolve(settings: Settings, given: Sequence[Path], chosen: Sequence[str] = (), *, only: bool = False) -> SourceList:
    """The sources remembered, then those given; at first the seeds. A choice anew takes the place of the old one.

    GenerationError where what is remembered is lost and nothing is given: the seeds must not take a person's place.
    """
    try:
        known = SourceList() if only else _remembered(settings)
    except GenerationError as error:
        if not given:
            raise
        logger.warning("%s", error)
        known = SourceList()
    added = [str(path.absolute()) for path in given]
    sources = tuple(dict.fromkeys([*known.sources, *added])) or (str(settings.seeds.absolute()),)
    kept = [(source, choice) for source, choice in known.chosen if source not in added or not chosen]
    return SourceList(sources, (*kept, *((source, choice) for source in added for choice in chosen)))


def _remembered(settings: Settings) -> SourceList:
    """What a build after the published generation read and did not finish, or what that generation was made of.

    Where that is lost, the newest that still says it; GenerationError where none of them does.
    """
    if (unfinished := _unfinished(settings)) is not None:
        return unfinished
    index = open_index(settings)
    lost: list[GenerationError] = []
    try:
        published = index.published()
    except GenerationError as error:
        lost.append(error)
        published = None
    newest_first = index.names()[::-1]
    for name in dict.fromkeys([published, *newest_first] if published else newest_first):
        try:
            identity = index.identity(name)
        except GenerationError as error:
            lost.append(error)
        else:
            for each in lost:
                logger.warning("%s", each)
            return SourceList(identity.sources, identity.chosen)
    if lost:
        message = f"{index.location}: no generation says what it was made of; name its sources: `rag build PATH ...`"
        raise GenerationError(message)
    return SourceList()


def mark_started(settings: Settings, origin: SourceList) -> None:
    """Keep of what a generation is about to be made, until `clean_up`."""
    told = {"after": _published(settings), "sources": origin.sources, "chosen": origin.chosen}
    beside = settings.vectors / f".{_UNFINISHED}"
    beside.write_text(json.dumps(told), encoding="utf-8")
    beside.replace(settings.vectors / _UNFINISHED)


def _unfinished(settings: Settings) -> SourceList | None:
    """What was begun after the published generation; going back to an older one, or on to another, ends that."""
    file = settings.vectors / _UNFINISHED
    try:
        told = json.loads(file.read_bytes())
        if told["after"] != _published(settings):
            return None
        return SourceList(
            tuple(map(str, told["sources"])), tuple((str(path), str(what)) for path, what in told["chosen"])
        )
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError, RecursionError) as error:
        logger.warning("%s: cannot be read (%s); name again what the stopped build was given", file, error)
        return None


def _published(settings: Settings) -> str:
    """Name of the published generation, or why it is unknown; empty where there is none."""
    try:
        return open_index(settings).published() or ""
    except GenerationError as error:
        return str(error)


def receive(stream: IO[bytes], vectors: Path) -> Path:
    """Keep what comes by a stream; the same content is the same file. NothingToBuild where nothing comes."""
    chunk = stream.read(_CHUNK)
    if not chunk.strip():
        message = "nothing was published: nothing came by the standard input; correct the command before the pipe"
        raise NothingToBuild(message)
    folder = vectors / _RECEIVED
    folder.mkdir(parents=True, exist_ok=True)
    digest = blake2b(digest_size=6)
    with placed(folder), tempfile.NamedTemporaryFile(dir=folder, prefix=".", delete=False) as kept:
        lock_file(kept)  # so that `clean_up` knows it from what a killed one left
        try:
            while chunk:
                digest.update(chunk)
                kept.write(chunk)
                chunk = stream.read(_CHUNK)
        except BaseException:
            Path(kept.name).unlink()
            raise
    file = folder / f"stdin-{digest.hexdigest()}"
    shutil.move(kept.name, file)
    file.chmod(0o644)
    return file


def clean_up(settings: Settings, begun: float) -> None:
    """The build is finished: remove what was kept for it, and what was received for generations that are no more.

    What came after it had `begun` (seconds since 1970), or is still coming, is for another build.
    """
    (settings.vectors / _UNFINISHED).unlink(missing_ok=True)
    index = open_index(settings)
    needed: set[str] = set()
    for name in index.names():
        try:
            needed.update(index.identity(name).sources)
        except GenerationError:
            return  # it may have been this one's
    for file in (settings.vectors / _RECEIVED).glob("*"):
        if str(file.absolute()) not in needed and not _is_awaited(file, begun):
            file.unlink(missing_ok=True)


def _is_awaited(file: Path, begun: float) -> bool:
    try:
        with file.open("rb") as opened:
            lock_file(opened, shared=True)
            return os.fstat(opened.fileno()).st_ctime >= begun  # of the last that became of it: its name
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
