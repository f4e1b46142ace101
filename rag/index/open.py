"""Settings -> the index of the collection. Only this module and `analyzer` know which engine it is."""

from __future__ import annotations

from rag.index.embedded.index import FolderIndex
from rag.index.ports import Index
from rag.settings import Settings


def open_index(settings: Settings, *, weights: str | None = None) -> Index:
    """The index that the settings name. It opens no generation before `reader` is called.

    Args:
        weights: SHA-256 of the model that embeds the questions; readers refuse generations of another one. None
            accepts any.
    """
    if not settings.index:
        return FolderIndex(settings.vectors, weights=weights)
    from rag.index.milvus.index import MilvusIndex  # noqa: PLC0415 - its packages are an extra

    return MilvusIndex(settings, weights=weights)
