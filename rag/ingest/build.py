"""The write side: sources -> records -> vectors -> one new generation, published whole or not at all."""

from __future__ import annotations

import errno
import logging
import os
import shlex
import sqlite3
import time
from contextlib import closing, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from rag.embeddings import folder_of, open_embedder
from rag.embeddings.background import PROBES, BackgroundMeter
from rag.embeddings.cache import FILE, EmbeddingCache
from rag.embeddings.similar_words import uses_of
from rag.embeddings.word_vectors import WordVectors
from rag.errors import GenerationError, NothingToBuild, SourceError, placed
from rag.index.embedded import FolderReader, FolderWriter
from rag.index.embedded.generation import BuildLock, current
from rag.index.ports import Identity, IndexEntry, Order, Passages
from rag.ingest.read import read
from rag.ingest.report import BuildReport, DryRun, list_faults
from rag.ingest.source_list import SourceList, clean_up, mark_started, resolve
from rag.language.english.document_types import document_type
from rag.language.sentences import sentences
from rag.names.annotate import Annotator
from rag.names.build_profile import profile_of
from rag.record import EVERYTHING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from rag.dates.archival_date import ArchivalDate
    from rag.embeddings import Embedder, Vectors
    from rag.ingest.read import Collected
    from rag.record import Record
    from rag.settings import Settings

logger = logging.getLogger(__name__)

_SHOWN = 3  # faults named in the one line of an error
_SAMPLES = 3  # records shown by a trial
_PAGE = 1000  # records read at once, and whose vectors are in memory at once


class Progress(Protocol):
    """What is told while a build goes on."""

    def __call__(self, step: str, done: int, total: int | None) -> None:
        """So much of this step is done, of so much in all where that is known."""
        ...


def build(
    settings: Settings,
    paths: Sequence[Path] = (),
    chosen: Sequence[str] = (),
    *,
    only: bool = False,
    most_faults: int | None = None,
    progress: Progress | None = None,
    embedder: Embedder | None = None,
) -> BuildReport:
    """Read the collection's sources and publish a new generation.

    Args:
        paths: Sources to add to those remembered; with `only`, to take their place.
        chosen: For these sources, what would else be guessed: "title=Headline".
        most_faults: Publish nothing if the sources have more; None for any number.
        progress: Called with the step, how much of it is done, and how much it is in all where that is known.
        embedder: The model to embed by; the one that the settings name, unless given.

    Raises:
        NothingToBuild: A path is missing, no record was read, or too many faults; what was published is as it was.
    """
    _check_given(paths)
    begun = time.time()
    # Another build may end meanwhile, with a source more: so the lock comes before the question what is remembered.
    with _told_where(settings.vectors), BuildLock(settings.vectors) as lock:
        origin = resolve(settings, paths, chosen, only=only)
        collected = _read(origin, progress)
        if refusal := _refusal(collected, most_faults):
            message = f"nothing was published: {refusal}"
            raise NothingToBuild(message)
        mark_started(settings.vectors, origin)
        origin = replace(origin, pages=collected.pages, title=collected.title)
        embedding = None if progress is None else partial(progress, "embedding")
        generation, embedded, reused = publish(
            settings, collected.records, origin, embedding, embedder=embedder, lock=lock
        )
        listed = None
        with _only_warned(settings.vectors):
            listed = list_faults(collected.faults, settings.vectors, generation)
        with _only_warned(settings.vectors):
            clean_up(settings.vectors, begun)
    logger.info("built %d records into %s", len(collected.records), generation)
    return BuildReport.of(collected, generation=generation, embedded=embedded, reused=reused, listed=listed)


@contextmanager
def _told_where(vectors: Path) -> Iterator[None]:
    """What could not be written is an OSError with its place, SQLite's too."""
    try:
        with placed(vectors):
            yield
    except sqlite3.DatabaseError as error:
        raise OSError(errno.EIO, f"{error}; what is embedded is kept", str(vectors)) from error


@contextmanager
def _only_warned(vectors: Path) -> Iterator[None]:
    """For what is tidied once a generation is in use: if that fails, the build has not."""
    try:
        with _told_where(vectors):
            yield
    except OSError as error:
        message = "%s: %s; the new generation is in use all the same; make room, and build again"
        logger.warning(message, error.filename, error.strerror)


def rehearse(
    settings: Settings,
    paths: Sequence[Path] = (),
    chosen: Sequence[str] = (),
    *,
    only: bool = False,
    most_faults: int | None = None,
    progress: Progress | None = None,
) -> DryRun:
    """Read as a build would, and say what it would do; nothing is written."""
    _check_given(paths)
    collected = _read(resolve(settings, paths, chosen, only=only), progress)
    published = _published(settings)
    told = {record.id: (record.text, record.date) for record in collected.records}
    return DryRun.of(
        collected,
        new=len(told.keys() - published.keys()),
        changed=sum(record_id in published and published[record_id] != text for record_id, text in told.items()),
        gone=len(published.keys() - told.keys()),
        samples=collected.records[:_SAMPLES],
        refusal=_refusal(collected, most_faults),
    )


def _check_given(paths: Sequence[Path]) -> None:
    """NothingToBuild where a path is mistyped; a source that is remembered may be gone for a while."""
    faults = [
        SourceError(str(path), 0, "there is no such file or folder; correct the path")
        for path in paths
        if not os.path.exists(path)  # noqa: PTH110 - unlike Path.exists it raises for no name at all
    ]
    if faults:
        message = f"nothing was published: {_told(faults)}"
        raise NothingToBuild(message)


def _read(origin: SourceList, progress: Progress | None) -> Collected:
    reading = None if progress is None else partial(progress, "reading", total=None)
    collected = read([Path(source) for source in origin.sources], origin.choices(), reading)
    gone = {source for source in origin.sources if not os.path.exists(source)}  # noqa: PTH110 - as above
    faults = tuple(_gone(fault.file, origin, gone) if fault.file in gone else fault for fault in collected.faults)
    return replace(collected, faults=faults)


def _gone(source: str, origin: SourceList, gone: set[str]) -> SourceError:
    """A source is remembered and gone: how it comes back, or is forgotten."""
    others = [other for other in origin.sources if other not in gone]
    chosen = ", with what was chosen for them" if any(other in others for other, _ in origin.chosen) else ""
    cure = (
        f"put it back, or forget it and name all others anew{chosen}: rag build --only {shlex.join(others) or 'PATH'}"
    )
    return SourceError(source, 0, f"there is no such file or folder; {cure}")


def _refusal(collected: Collected, most_faults: int | None) -> str:
    """Why nothing may be published: there is no record, or more faults than may be; else empty."""
    if collected.records and (most_faults is None or len(collected.faults) <= most_faults):
        return ""
    return _told(collected.faults) or "the sources hold no record"


def _told(faults: Sequence[SourceError]) -> str:
    """The first of these faults, in one line."""
    more = [f"and {len(faults) - _SHOWN} more"] if len(faults) > _SHOWN else []
    return "; ".join([*map(str, faults[:_SHOWN]), *more])


def _published(settings: Settings) -> dict[str, tuple[str, ArchivalDate | None]]:
    """Text and date of each published record, by id."""
    try:
        if (name := current(settings.vectors)) is None:
            return {}
        reader = FolderReader(settings.vectors / name)
    except GenerationError as error:
        logger.warning("%s", error)
        return {}
    with closing(reader):
        pages = (reader.page(EVERYTHING, Order.DATE, offset, _PAGE) for offset in range(0, len(reader), _PAGE))
        return {record.id: (record.text, record.date) for page in pages for record in page}


def publish(
    settings: Settings,
    records: Sequence[Record],
    origin: SourceList | None = None,
    progress: Callable[[int, int], None] | None = None,
    *,
    embedder: Embedder | None = None,
    lock: BuildLock | None = None,
) -> tuple[str, int, int]:
    """Embed what is new of these records, write a generation, point readers at it.

    Returns:
        The generation's name, how many texts were embedded and how many vectors were reused.
    """
    profile = profile_of(records)
    naming = Annotator(profile)
    records = [naming.named(replace(record, type=record.type or document_type(record.title))) for record in records]
    passages = [(record.title, *sentences(record.summary)) for record in records]
    texts = [*(record.text for record in records), *(text for each in passages for text in each)]
    embedder = embedder or open_embedder(settings.model)
    origin = origin or SourceList()
    identity = Identity(
        embedder.name,
        embedder.weights,
        embedder.dimensions,
        origin.sources,
        origin.pages,
        origin.chosen,
        origin.title,
    )
    # The writer holds the lock of the folder, so it comes first: two builds must not share the file of vectors.
    with (
        FolderWriter(settings.vectors, identity, keep=settings.keep, lock=lock) as writer,
        EmbeddingCache(settings.vectors / FILE, embedder) as cache,
    ):
        cache.embed_all([*texts, *PROBES], progress)
        meter = BackgroundMeter(cache.vectors(PROBES))
        for mark_started in range(0, len(records), _PAGE):
            page = slice(mark_started, mark_started + _PAGE)
            vectors = cache.vectors([record.text for record in records[page]])
            told = cache.vectors([text for each in passages[page] for text in each])
            meter.add(vectors, told)
            writer.add(_entries(records[page], passages[page], vectors, told))
        uses = uses_of(profile.words, WordVectors(folder_of(settings.model)))
        generation = writer.publish(replace(profile, background=meter.background()).to_bytes(), uses)
        with _only_warned(settings.vectors):
            cache.prune(settings.keep)
    return generation, cache.done.embedded, cache.done.reused


def _entries(
    records: Sequence[Record], passages: Sequence[tuple[str, ...]], vectors: Vectors, told: Vectors
) -> Iterator[IndexEntry]:
    """Pair records with their vectors; `told` are those of every record's passages in turn."""
    first = 0
    for record, texts, vector in zip(records, passages, vectors, strict=True):
        yield IndexEntry(record, vector, Passages(texts, told[first : first + len(texts)]))
        first += len(texts)
