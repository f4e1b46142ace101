"""Keys and bytes of any length -> rows of a collection, for what is not searched there."""

import re
import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator
from itertools import groupby

from rag.index.milvus.engine import SLOW, DataType, Engine

_KEY = re.compile(r"[A-Za-z0-9-]{1,64}")
_LONGEST = 60_000  # characters of a row: Milvus takes 65,535 bytes
_BATCH = 4_000_000  # characters sent at once: Milvus takes 64 MB
_READ = 500  # rows
_FIELDS = {
    "part": (DataType.VARCHAR, {"max_length": 80}),  # key/number, so that the order of parts is that of keys
    "data": (DataType.VARCHAR, {"max_length": 65_535}),  # base64 of zlib
    "unused": (DataType.FLOAT_VECTOR, {"dim": 2}),  # Milvus wants a vector in every collection
}


class Texts:
    """Such a collection. Safe under threads."""

    def __init__(self, engine: Engine, collection: str) -> None:
        self._engine = engine
        self._collection = collection

    def create(self) -> None:
        """Make it, empty."""
        self._engine.create(self._collection, _FIELDS)
        self._engine.index(self._collection, "unused", "FLAT", "L2", {})

    def put(self, items: Iterable[tuple[str, bytes]]) -> None:
        """Write what these keys stand for, once however often it is written."""
        rows, size = [], 0
        for key, content in items:
            data = b64encode(zlib.compress(content, 1)).decode()
            for number, begin in enumerate(range(0, len(data), _LONGEST)):
                part = data[begin : begin + _LONGEST]
                rows.append({"part": f"{_checked(key)}/{number:05}", "data": part, "unused": [0.0, 0.0]})
                size += len(part)
                if size > _BATCH:
                    self._engine.upsert(self._collection, rows)
                    rows, size = [], 0
        if rows:
            self._engine.upsert(self._collection, rows)

    def get(self, key: str) -> bytes | None:
        """What a key stands for, or None."""
        where = f'part like "{_checked(key)}/%"'
        return next((content for _, content in self._items(where)), None)

    def items(self) -> Iterator[tuple[str, bytes]]:
        """Every key and what it stands for, in the order of keys."""
        return self._items('part >= "0"')

    def remove(self, key: str) -> None:
        """Forget a key."""
        where = f'part like "{_checked(key)}/%"'
        parts = [row["part"] for row in self._engine.every(self._collection, where, ["part"], _READ)]
        self._engine.call(lambda client: client.delete(self._collection, ids=parts, timeout=SLOW))

    def _items(self, where: str) -> Iterator[tuple[str, bytes]]:
        rows = self._engine.every(self._collection, where, ["part", "data"], _READ)
        for key, parts in groupby(rows, key=lambda row: str(row["part"]).partition("/")[0]):
            yield key, zlib.decompress(b64decode("".join(part["data"] for part in parts)))


def _checked(key: str) -> str:
    """The key, which goes into conditions as it stands."""
    if not _KEY.fullmatch(key):
        raise ValueError(key)
    return key
