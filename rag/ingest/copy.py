"""A published collection, moved to another folder or server, record by record and vector by vector."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from rag.embeddings.tuned import carry
from rag.errors import GenerationError
from rag.index.open import open_index
from rag.index.ports import IndexEntry
from rag.settings import Settings

_PAGE = 1_000  # records in memory at once


def copy(
    settings: Settings, source: str, target: str, progress: Callable[[int, int], None] | None = None
) -> tuple[str, int]:
    """Publish at `target` what is published at `source`; the new generation's name and its number of records.

    Each is a folder, or what RAG_INDEX may be. The copy answers with the same records, vectors and dates of entry.

    Raises:
        GenerationError: Nothing is published there, or what arrived is not the same.
    """
    here, there = _at(settings, source), _at(settings, target)
    reader, index = open_index(here).reader(), open_index(there)
    carry(here.vectors, there.vectors, reader.identity.weights)
    total = len(reader)
    with index.writer(reader.identity, keep=settings.keep) as writer:
        times = []
        for offset in range(0, total, _PAGE):
            ids = reader.ids(offset, _PAGE)
            entries = zip(reader.records(ids), reader.vectors(ids), reader.passages(ids), strict=True)
            writer.add([IndexEntry(*entry) for entry in entries])
            times += reader.entered(ids)
            if progress is not None:
                progress(len(times), total)
        name = writer.publish(reader.profile(), reader.word_table()[:], times)
    arrived = index.reader()
    if (arrived.generation, len(arrived), arrived.content) != (name, total, reader.content):
        message = f"{target}: {len(arrived)} records of generation {arrived.generation} are not those of {source}"
        raise GenerationError(message)
    return name, total


def _at(settings: Settings, place: str) -> Settings:
    """The settings for a collection that is kept there."""
    if "://" in place or place.endswith(".db"):
        return replace(settings, index=place)
    return replace(settings, index="", vectors=Path(place))
