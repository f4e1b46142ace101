"""The sources of the collection, and the columns chosen for each. The manifest of every generation lists them.

So a rollback restores the sources of its generation, and neither a damaged file nor a build that ends meanwhile loses
any. vectors/UNFINISHED keeps the list of a build that was stopped, so that the next build continues it.
vectors/received/ keeps what came by the standard input, for later builds.
"""

import json
import logging
import os
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import IO

from rag.errors import GenerationError, NothingToBuild, placed
from rag.index.open import open_index
from rag.ingest.formats.files import ColumnChoice
from rag.platform import lock_file
from rag.record import ListingPage
from rag.settings import Settings

logger = logging.getLogger(__name__)

TABLE = "table"  # a choice beside the fields of a record: the table of a database

_RECEIVED = "received"
_UNFINISHED = "UNFINISHED"
_CHUNK = 1 << 20  # bytes


@dataclass(frozen=True, slots=True)
class SourceList:
    """The sources of a collection."""

    sources: tuple[str, ...] = ()  # absolute paths, in reading order
    chosen: tuple[tuple[str, str], ...] = ()  # paths, each with one choice for it: "title=Headline"
    pages: tuple[ListingPage, ...] = ()  # the listing pages that were read
    title: str = ""  # the title that all sources give the collection, or empty

    def choices(self) -> dict[Path, ColumnChoice]:
        """Return the choices for each source."""
        by_source: dict[str, dict[str, tuple[str, ...]]] = {}
        for source, choice in self.chosen:
            field, _, column = choice.partition("=")
            columns = by_source.setdefault(source, {})
            columns[field] = (*columns.get(field, ()), column) if column else ()
        return {
            Path(source): ColumnChoice(columns, next(iter(columns.pop(TABLE, ())), None))
            for source, columns in by_source.items()
        }


def resolve(settings: Settings, given: Sequence[Path], chosen: Sequence[str] = (), *, only: bool = False) -> SourceList:
    """Return the known sources, then those given; without either, the seeds. New choices replace old ones of a source.

    GenerationError where the known sources are lost and none is given: the seeds must not replace a person's sources.
    """
    try:
        known = SourceList() if only else _known(settings)
    except GenerationError as error:
        if not given:
            raise
        logger.warning("%s", error)
        known = SourceList()
    added = [str(path.absolute()) for path in given]
    sources = tuple(dict.fromkeys([*known.sources, *added])) or (str(settings.seeds.absolute()),)
    kept = [(source, choice) for source, choice in known.chosen if source not in added or not chosen]
    return SourceList(sources, (*kept, *((source, choice) for source in added for choice in chosen)))


def _known(settings: Settings) -> SourceList:
    """The sources of a build stopped since the last publication; else those of the published generation.

    Where its manifest is lost, those of the newest generation that has one; GenerationError where none has.
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
            for fault in lost:
                logger.warning("%s", fault)
            return SourceList(identity.sources, identity.chosen)
    if lost:
        message = f"{index.location}: no generation says what it was made of; name its sources: `rag build PATH ...`"
        raise GenerationError(message)
    return SourceList()


def mark_started(settings: Settings, source_list: SourceList) -> None:
    """Write the sources of the build that begins to vectors/UNFINISHED, until `clean_up`."""
    content = {"after": _published(settings), "sources": source_list.sources, "chosen": source_list.chosen}
    beside = settings.vectors / f".{_UNFINISHED}"
    beside.write_text(json.dumps(content), encoding="utf-8")
    beside.replace(settings.vectors / _UNFINISHED)


def _unfinished(settings: Settings) -> SourceList | None:
    """The sources of a build that began after the published generation; None if another was published since."""
    file = settings.vectors / _UNFINISHED
    try:
        content = json.loads(file.read_bytes())
        if content["after"] != _published(settings):
            return None
        return SourceList(
            tuple(map(str, content["sources"])), tuple((str(path), str(choice)) for path, choice in content["chosen"])
        )
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError, RecursionError) as error:
        logger.warning("%s: cannot be read (%s); give the sources of the stopped build again", file, error)
        return None


def _published(settings: Settings) -> str:
    """Name of the published generation, or why it is unknown; empty where there is none."""
    try:
        return open_index(settings).published() or ""
    except GenerationError as error:
        return str(error)


def receive(stream: IO[bytes], vectors: Path) -> Path:
    """Save a stream to a file named by its content; NothingToBuild where the stream is empty."""
    chunk = stream.read(_CHUNK)
    if not chunk.strip():
        raise NothingToBuild("nothing was published: the standard input is empty; correct the command before the pipe")
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
    """Remove the mark of the finished build, and received files that no generation needs.

    A file that arrived after the build had `begun` (seconds since 1970), or is still arriving, is for another build.
    """
    (settings.vectors / _UNFINISHED).unlink(missing_ok=True)
    index = open_index(settings)
    needed: set[str] = set()
    for name in index.names():
        try:
            needed.update(index.identity(name).sources)
        except GenerationError:
            return  # its sources may include any of these files
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
