"""Settings -> the index of the collection. Only this module and `analyzer` know which engine it is."""

from collections.abc import Callable

from rag.index.ports import Index, any_weights
from rag.settings import Settings


def has_folder(settings: Settings) -> bool:
    """Whether a folder of generations is there, whatever state it is in; loads no engine."""
    return not settings.index and any(settings.vectors.glob("[!.]*/"))


def open_index(settings: Settings, *, accepts: Callable[[str], bool] = any_weights) -> Index:
    """The index that the settings name. It opens no generation before `reader` is called.

    Args:
        accepts: Whether questions can be embedded by the model of these weights (SHA-256); readers refuse generations
            of any other.
    """
    if not settings.index:
        from rag.index.embedded.index import FolderIndex  # noqa: PLC0415 - its packages take memory

        return FolderIndex(settings.vectors, accepts=accepts)
    from rag.index.milvus.index import MilvusIndex  # noqa: PLC0415 - its packages are an extra

    return MilvusIndex(settings, accepts=accepts)
