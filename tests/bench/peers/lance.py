"""LanceDB in a folder, given the vectors, with its index of words: hybrid, fused by its own default."""

from __future__ import annotations

from typing import TYPE_CHECKING

import lancedb  # type: ignore[import-not-found]  # this is in the peer's environment alone
import pyarrow as pa  # type: ignore[import-untyped]
from lancedb.index import FTS  # type: ignore[import-not-found]

from tests.bench.peers.model import NEAREST, Model

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_NAME = "records"


def write(texts: Sequence[str], home: Path) -> None:
    """Save an index of the texts."""
    vectors = Model().embed(texts)
    fields = [("row", pa.int64()), ("text", pa.string()), ("vector", pa.list_(pa.float32(), vectors.shape[1]))]
    rows = [
        {"row": row, "text": text, "vector": vector}
        for row, (text, vector) in enumerate(zip(texts, vectors, strict=True))
    ]
    table = lancedb.connect(str(home)).create_table(_NAME, rows, schema=pa.schema(fields))
    table.create_index("text", config=FTS())


class Library:
    """The saved index, open."""

    def __init__(self, home: Path) -> None:
        """Open it."""
        self._model = Model()
        self._table = lancedb.connect(str(home)).open_table(_NAME)

    def nearest(self, question: str) -> list[int]:
        """See `tests.bench.peers.__main__.Library`."""
        query = self._table.search(query_type="hybrid").vector(self._model.embed([question])[0]).text(question)
        return [int(each["row"]) for each in query.limit(NEAREST).to_list()]
