"""The write side: sources -> records -> vectors -> one new generation, published whole or not at all."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from rag.embed import open_embedder
from rag.embedded import EmbeddingCache
from rag.errors import GenerationError, NothingToBuild
from rag.index.folder import FolderWriter
from rag.index.generation import current, names, verify
from rag.index.ports import Entry, Identity, Passages
from rag.kinds import kind
from rag.names.naming import Naming
from rag.names.profile import Profile
from rag.noise import PROBES, measure
from rag.sentences import sentences
from rag.sources import read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from rag.embed import Embedder, Vectors
    from rag.errors import SourceError
    from rag.record import PageHeld, Record
    from rag.settings import Settings
    from rag.sources.item import Mapped

logger = logging.getLogger(__name__)

_SHOWN = 3  # faults named in the one line of an error


@dataclass(frozen=True, slots=True)
class Report:
    """What a build did, in numbers.

    Attributes:
        merged: Listings that are one record with an earlier one.
        untold: Records without a summary.
        undated: Records without an understood date.
        embedded: Texts whose vector was computed now.
        reused: Texts whose vector was known from an earlier build.
    """

    generation: str
    files: int
    listings: int
    records: int
    untold: int
    undated: int
    embedded: int
    reused: int
    pages: tuple[PageHeld, ...]
    mapped: tuple[Mapped, ...]
    faults: tuple[SourceError, ...]

    @property
    def merged(self) -> int:
        """Listings that are one record with an earlier one."""
        return self.listings - self.records

    def lines(self) -> Iterator[str]:
        """The report for people."""
        yield f"{self.files} files, {self.listings} listings, {self.records} records, {self.merged} merged"
        yield f"{self.untold} without summary, {self.undated} undated"
        yield f"{self.embedded} texts embedded, {self.reused} reused"
        for page in self.pages:
            yield f"  {page.file}: {page.page or 'no range line'}: {page.listings} held"
        for mapped in self.mapped:
            yield from mapped.lines()
        yield f"{len(self.faults)} faults" + (":" if self.faults else "")
        for fault in self.faults:
            yield f"  {fault}"
        yield f"published {self.generation}"


def build(
    settings: Settings,
    paths: Sequence[Path] = (),
    *,
    only: bool = False,
    strict: bool = False,
    progress: Callable[[int, int], None] | None = None,
    embedder: Embedder | None = None,
) -> Report:
    """Read the collection's sources and publish a new generation.

    Args:
        paths: Sources to add to those remembered; with `only`, to take their place.
        strict: Publish nothing if any source has a fault.
        progress: Called with texts done and texts in all, while embedding.
        embedder: The model to embed by; the one that the settings name, unless given.

    Raises:
        NothingToBuild: No record was read, or `strict` met a fault; the published generation is as it was.
    """
    sources = _sources(settings, paths, only=only)
    collected = read([Path(source) for source in sources])
    if not collected.records or (strict and collected.faults):
        faults = [str(fault) for fault in collected.faults[:_SHOWN]] or ["the sources hold no record"]
        if len(collected.faults) > _SHOWN:
            faults.append(f"and {len(collected.faults) - _SHOWN} more")
        message = f"nothing was published: {'; '.join(faults)}"
        raise NothingToBuild(message)
    records = collected.records
    generation, embedded, reused = publish(settings, records, sources, collected.pages, progress, embedder=embedder)
    logger.info("built %d records into %s", len(records), generation)
    return Report(
        generation=generation,
        files=collected.files,
        listings=collected.listings,
        records=len(records),
        untold=sum(not record.summary for record in records),
        undated=sum(all(date.edtf is None for date in record.dates) for record in records),
        embedded=embedded,
        reused=reused,
        pages=collected.pages,
        mapped=collected.mapped,
        faults=collected.faults,
    )


def publish(
    settings: Settings,
    records: Sequence[Record],
    sources: Sequence[str] = (),
    pages: tuple[PageHeld, ...] = (),
    progress: Callable[[int, int], None] | None = None,
    *,
    embedder: Embedder | None = None,
) -> tuple[str, int, int]:
    """Embed what is new of these records, write a generation, point readers at it.

    Returns:
        The generation's name, how many texts were embedded and how many vectors were reused.
    """
    profile = Profile.make(records)
    naming = Naming(profile)
    records = [naming.named(replace(record, type=record.type or kind(record.title))) for record in records]
    passages = [(record.title, *sentences(record.summary)) for record in records]
    texts = [*(record.text for record in records), *(text for each in passages for text in each)]
    embedder = embedder or open_embedder(settings.model)
    identity = Identity(embedder.name, embedder.weights, embedder.dimensions, tuple(sources), pages)
    # The writer holds the lock of the folder, so it comes first: two builds must not share the file of vectors.
    with (
        FolderWriter(settings.vectors, identity, keep=settings.keep) as writer,
        EmbeddingCache(settings.vectors / "embedded.sqlite", embedder) as cache,
    ):
        embedded = cache.embed_all([*texts, *PROBES], progress)
        vectors, probes = embedded.vectors[: len(texts)], embedded.vectors[len(texts) :]
        writer.add(_entries(records, passages, vectors))
        noise = measure(probes, vectors[: len(records)], vectors[len(records) :])
        generation = writer.publish(replace(profile, noise=noise).to_bytes())
        cache.prune(settings.keep)
    return generation, embedded.embedded, embedded.reused


def _entries(records: Sequence[Record], passages: Sequence[tuple[str, ...]], vectors: Vectors) -> Iterator[Entry]:
    """Pair records with their vectors: first one a record, then every record's passages in turn."""
    first = len(records)
    for row, (record, texts) in enumerate(zip(records, passages, strict=True)):
        yield Entry(record, vectors[row], Passages(texts, vectors[first : first + len(texts)]))
        first += len(texts)


def _sources(settings: Settings, paths: Sequence[Path], *, only: bool) -> tuple[str, ...]:
    """The sources of this build, as absolute paths: those remembered, then those given; at first the seeds."""
    given = [str(path.absolute()) for path in paths]
    remembered = [] if only else _remembered(settings)
    return tuple(dict.fromkeys([*remembered, *given])) or (str(settings.seeds.absolute()),)


def _remembered(settings: Settings) -> list[str]:
    """The sources of the published generation, or of the newest good one where that is damaged."""
    try:
        published = current(settings.vectors)
    except GenerationError as error:
        logger.warning("%s", error)
        published = None
    newest_first = sorted(names(settings.vectors), reverse=True)
    for name in [published, *newest_first] if published else newest_first:
        try:
            return list(verify(settings.vectors / name).identity.sources)
        except GenerationError as error:
            logger.warning("%s", error)
    return []
