"""Sources -> records -> vectors -> one new generation, published whole or not at all."""

import errno
import logging
import os
import shlex
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Protocol

from rag.dates.archival_date import ArchivalDate
from rag.embeddings import Embedder, Prompts, Vectors, folder_of, open_embedder
from rag.embeddings.background import PROBES, BackgroundMeter
from rag.embeddings.cache import FILE, EmbeddingCache
from rag.embeddings.similar_words import word_table_of
from rag.embeddings.tuned import model_of
from rag.embeddings.word_vectors import WordVectors
from rag.errors import GenerationError, NothingToBuild, SourceError, placed
from rag.index.open import open_index
from rag.index.ports import Identity, IndexEntry, Order, Passages
from rag.ingest.read import Collected, read
from rag.ingest.report import BuildReport, DryRun, list_faults
from rag.ingest.source_list import SourceList, clean_up, mark_started, resolve
from rag.language.document_types import document_type
from rag.language.sentences import sentences
from rag.names.annotate import Annotator
from rag.names.authority import Authorities, read_authorities
from rag.names.build_profile import profile_of
from rag.record import EVERYTHING, Record
from rag.settings import Settings

logger = logging.getLogger(__name__)

_SHOWN = 3  # faults in the one line of an error
_SAMPLES = 3  # records that a dry run shows
_PAGE = 1000  # records read at a time, and vectors of so many records in memory


class Progress(Protocol):
    """Receives how far a build is."""

    def __call__(self, step: str, done: int, total: int | None) -> None:
        """Take the step, how much of it is done, and its total where that is known."""


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
        paths: Sources to add to the known ones; with `only`, to replace them.
        chosen: Columns of these sources, in place of guesses: "title=Headline".
        most_faults: Publish nothing if the sources have more; None for any number.
        embedder: The model to embed with, by default the one that the settings name.

    Raises:
        NothingToBuild: A path is missing, no record was read, or there are too many faults; the published generation
            stays in use.
    """
    _check_given(paths)
    authorities = read_authorities(settings.authorities)
    begun = time.time()
    # A build that ends meanwhile may add a source: so the lock comes before the list of known sources.
    with _placing_errors(settings.vectors), open_index(settings).lock() as lock:
        source_list = resolve(settings, paths, chosen, only=only)
        collected = _read(source_list, progress, tolerant=most_faults is not None)
        if refusal := _refusal(collected, most_faults):
            raise NothingToBuild(f"nothing was published: {refusal}")
        mark_started(settings, source_list)
        source_list = replace(source_list, pages=collected.pages, title=collected.title)
        embedding = None if progress is None else partial(progress, "embedding")
        generation, embedded, reused = publish(
            settings, collected.records, source_list, embedding, embedder=embedder, lock=lock, authorities=authorities
        )
        fault_file = None
        with _warning_only(settings.vectors):
            fault_file = list_faults(collected.faults, settings, generation)
        with _warning_only(settings.vectors):
            clean_up(settings, begun)
    logger.info("built %d records into %s", len(collected.records), generation)
    return BuildReport.of(collected, generation=generation, embedded=embedded, reused=reused, fault_file=fault_file)


@contextmanager
def _placing_errors(vectors: Path) -> Iterator[None]:
    """Turn a failed write, also one of SQLite, into an OSError with its place."""
    try:
        with placed(vectors):
            yield
    except sqlite3.DatabaseError as error:
        raise OSError(errno.EIO, f"{error}; the embedded vectors are kept", str(vectors)) from error


@contextmanager
def _warning_only(vectors: Path) -> Iterator[None]:
    """Log a failure to tidy up once the generation is in use: the build itself has succeeded."""
    try:
        with _placing_errors(vectors):
            yield
    except OSError as error:
        message = "%s: %s; the new generation is in use all the same; make room, and build again"
        logger.warning(message, error.filename, error.strerror)


def dry_run(
    settings: Settings,
    paths: Sequence[Path] = (),
    chosen: Sequence[str] = (),
    *,
    only: bool = False,
    most_faults: int | None = None,
    progress: Progress | None = None,
) -> DryRun:
    """Read as a build would and report what it would do; writes nothing."""
    _check_given(paths)
    collected = _read(resolve(settings, paths, chosen, only=only), progress, tolerant=most_faults is not None)
    published = _published(settings)
    read_now = {record.id: (record.text, record.date) for record in collected.records}
    return DryRun.of(
        collected,
        new=len(read_now.keys() - published.keys()),
        changed=sum(published.get(record_id, content) != content for record_id, content in read_now.items()),
        gone=len(published.keys() - read_now.keys()),
        samples=collected.records[:_SAMPLES],
        refusal=_refusal(collected, most_faults),
    )


def _check_given(paths: Sequence[Path]) -> None:
    """Raise NothingToBuild where a given path is missing; a known source may be missing for a while."""
    faults = [
        SourceError(str(path), 0, "there is no such file or folder; correct the path")
        for path in paths
        if not os.path.exists(path)  # noqa: PTH110 - unlike Path.exists it raises for no name at all
    ]
    if faults:
        raise NothingToBuild(f"nothing was published: {_summary(faults)}")


def _read(source_list: SourceList, progress: Progress | None, *, tolerant: bool) -> Collected:
    reading = None if progress is None else partial(progress, "reading", total=None)
    sources = source_list.sources
    collected = read([Path(source) for source in sources], source_list.choices(), reading, tolerant=tolerant)
    gone = {source for source in sources if not os.path.exists(source)}  # noqa: PTH110 - as above
    faults = tuple(_gone(fault.file, source_list, gone) if fault.file in gone else fault for fault in collected.faults)
    return replace(collected, faults=faults)


def _gone(source: str, source_list: SourceList, gone: set[str]) -> SourceError:
    """The fault of a known source that is missing: how to bring it back, or to give it up."""
    others = [other for other in source_list.sources if other not in gone]
    chosen = " with their --map choices" if any(other in others for other, _ in source_list.chosen) else ""
    cure = f"put it back, or name all other sources again{chosen}: rag build --only {shlex.join(others) or 'PATH'}"
    return SourceError(source, 0, f"there is no such file or folder; {cure}")


def _refusal(collected: Collected, most_faults: int | None) -> str:
    """Why nothing may be published: no record, or too many faults; else empty."""
    if collected.records and (most_faults is None or len(collected.faults) <= most_faults):
        return ""
    return _summary(collected.faults) or "the sources have no record"


def _summary(faults: Sequence[SourceError]) -> str:
    """The first faults, in one line."""
    more = [f"and {len(faults) - _SHOWN} more"] if len(faults) > _SHOWN else []
    return "; ".join([*map(str, faults[:_SHOWN]), *more])


def _published(settings: Settings) -> dict[str, tuple[str, ArchivalDate | None]]:
    """Text and date of each published record, by id."""
    index = open_index(settings)
    try:
        if index.published() is None:
            return {}
        reader = index.reader()
    except GenerationError as error:
        logger.warning("%s", error)
        return {}
    with closing(reader):
        pages = (reader.page(EVERYTHING, Order.DATE, offset, _PAGE) for offset in range(0, len(reader), _PAGE))
        return {record.id: (record.text, record.date) for page in pages for record in page}


def publish(
    settings: Settings,
    records: Sequence[Record],
    source_list: SourceList | None = None,
    progress: Callable[[int, int], None] | None = None,
    *,
    embedder: Embedder | None = None,
    lock: object = None,
    authorities: Authorities | None = None,
) -> tuple[str, int, int]:
    """Embed the new texts of these records, write a generation, and point readers to it.

    Returns:
        The generation's name, how many texts were embedded and how many vectors were reused.
    """
    authorities = authorities or read_authorities(settings.authorities)
    profile = profile_of(records, authorities)
    naming = Annotator(profile, authorities)
    records = [naming.named(replace(record, type=record.type or document_type(record.title))) for record in records]
    passages = [(record.title, *sentences(record.summary)) for record in records]
    texts = [*(record.text for record in records), *(text for own in passages for text in own)]
    prompts = Prompts(settings.model_query, settings.model_document)
    embedder = embedder or open_embedder(model_of(settings.model, settings.vectors), prompts)
    source_list = source_list or SourceList()
    identity = Identity(
        embedder.name,
        embedder.weights,
        embedder.dimensions,
        source_list.sources,
        source_list.pages,
        source_list.chosen,
        source_list.title,
    )
    # The writer locks the folder, so it comes first: two builds must not share the file of vectors.
    with (
        open_index(settings).writer(identity, keep=settings.keep, lock=lock) as writer,
        EmbeddingCache(settings.vectors / FILE, embedder) as cache,
    ):
        cache.embed_all([*texts, *PROBES], progress)
        meter = BackgroundMeter(cache.vectors(PROBES))
        for start in range(0, len(records), _PAGE):
            page = slice(start, start + _PAGE)
            vectors = cache.vectors([record.text for record in records[page]])
            passage_vectors = cache.vectors([text for own in passages[page] for text in own])
            meter.add(vectors, passage_vectors)
            writer.add(_entries(records[page], passages[page], vectors, passage_vectors))
        word_table = word_table_of(profile.words, WordVectors(folder_of(settings.model)))
        generation = writer.publish(replace(profile, background=meter.background()).to_bytes(), word_table)
        with _warning_only(settings.vectors):
            cache.prune(settings.keep)
    return generation, cache.done.embedded, cache.done.reused


def _entries(
    records: Sequence[Record], passages: Sequence[tuple[str, ...]], vectors: Vectors, passage_vectors: Vectors
) -> Iterator[IndexEntry]:
    """Pair each record with its vector and its passages; `passage_vectors` has the passages of all records in order."""
    first = 0
    for record, texts, vector in zip(records, passages, vectors, strict=True):
        yield IndexEntry(record, vector, Passages(texts, passage_vectors[first : first + len(texts)]))
        first += len(texts)
