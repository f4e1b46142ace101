"""The cache and the vectors in Milvus -> an IndexReader."""

from collections.abc import Callable
from pathlib import Path

from rag.embeddings import Vectors
from rag.index.embedded.reader import FolderReader
from rag.index.milvus.conditions import condition
from rag.index.milvus.record_vectors import MilvusVectors
from rag.index.ports import any_weights
from rag.record import Filter
from rag.stages import stage


class MilvusReader(FolderReader):
    """Reads one generation: the nearest records and their vectors from Milvus, all else from the cache."""

    def __init__(
        self,
        folder: Path,
        remote: MilvusVectors,
        *,
        accepts: Callable[[str], bool] = any_weights,
        all_digests: bool = False,
    ) -> None:
        self._remote = remote
        super().__init__(folder, accepts=accepts, all_digests=all_digests)

    def _open_vectors(self) -> MilvusVectors:
        return self._remote

    @stage("dense")
    def nearest(self, vector: Vectors, k: int, where: Filter) -> dict[str, float]:
        rows, cosines = self._remote.nearest(vector, k, self._mask(where), condition(self._filtered(where)[0]))
        return self._scored(rows.tolist(), cosines.tolist())
