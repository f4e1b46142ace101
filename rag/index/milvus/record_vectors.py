"""The vectors of a generation in Milvus -> the nearest rows, and vectors by row."""

import math
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from rag.embeddings import Vectors
from rag.index.embedded.bitmaps import Mask
from rag.index.embedded.field_values import Facts
from rag.index.embedded.filters import Criteria
from rag.index.embedded.vectors import Found, RecordVectors
from rag.index.milvus.engine import SLOW, DataType, Engine

FLAT = 50_000  # rows up to which Milvus compares all; beyond, it walks a graph of them

# By kind of index, passing rows up to which their vectors are fetched and compared here: a graph misses rare rows.
FEW = {"FLAT": 1_000, "HNSW": 10_000}

_GRAPH = {"M": 16, "efConstruction": 200}
_BREADTH = 128  # of a walk, at least; and four times the rows wanted
_MOST = 16_384  # rows that Milvus returns at once
_WIDEST = 4_096  # of a walk, unless more rows are wanted
_MORE = 8  # times as many rows are asked for, where too few of those found pass
_SPARE = 1.5  # times as many rows are asked for as should hold enough that pass
_BATCH = 1_000  # rows sent or fetched at once
_CODES = 4_096  # of a record, at most that Milvus takes
_LISTED = 5_000  # numbers in a condition's list; without the list, more rows meet the condition
_UNKNOWN = (1, 0)  # days of an undated record: no period overlaps them


def condition(criteria: Criteria) -> str:
    """A condition of Milvus that every row meets which meets the criteria; others may too. Only numbers enter it."""
    parts = [f"array_contains_any(codes, {_numbers(codes)})" for codes in criteria.codes if len(codes) <= _LISTED]
    if criteria.not_codes and len(criteria.not_codes) <= _LISTED:
        parts.append(f"not array_contains_any(codes, {_numbers(criteria.not_codes)})")
    if criteria.days is not None:
        first, last = criteria.days
        parts.append(f"first <= {int(last)} and last >= {int(first)}")
    if criteria.rows is not None and len(criteria.rows) <= _LISTED:
        parts.append(f"row in {_numbers(criteria.rows)}")
    return " and ".join(parts)


def _numbers(numbers: Sequence[int]) -> list[int]:
    return [*map(int, numbers)]


class MilvusVectors(RecordVectors):
    """Such a collection."""

    at_once = _BATCH

    def __init__(self, engine: Engine, collection: str, count: int, dimensions: int, kind: str) -> None:
        """Note which, how many rows of how many numbers it has, and how they are indexed: a key of FEW."""
        super().__init__(count, dimensions)
        self._engine, self._collection, self._kind = engine, collection, kind

    def _search(
        self, question: Vectors, k: int, mask: Mask | None, passing: int, criteria: Criteria | None
    ) -> Found | None:
        """See RecordVectors: where Milvus finds too few, all that pass are compared."""
        if mask is not None and passing <= FEW[self._kind]:
            return None
        for wanted, asked in self._attempts(k, passing, condition(criteria) if criteria else ""):
            rows, cosines = self._found(question, wanted, asked)
            kept = slice(None) if mask is None else mask[rows]
            found = rows[kept][:k], cosines[kept][:k]
            if len(found[0]) == k:
                return found
        return None

    def _attempts(self, k: int, passing: int, condition: str) -> Iterator[tuple[int, str]]:
        """How many rows to ask for, under which condition, until k of them pass.

        A graph finds its nearest rows well and those that meet a condition badly: of many rows, enough will pass.
        """
        wanted = math.ceil(_SPARE * k * len(self) / passing)
        if self._kind != "FLAT" and wanted <= _MOST:
            yield wanted if passing < len(self) else k, ""
        wanted = k
        while wanted <= _MOST:
            yield wanted, condition
            wanted *= _MORE

    def take(self, rows: list[int] | NDArray[np.int64]) -> Vectors:
        """See RecordVectors."""
        known, places = np.unique(np.asarray(rows, np.int64), return_inverse=True)
        found: dict[int, Vectors] = {}
        for begin in range(0, len(known), _BATCH):
            found |= self._fetched(known[begin : begin + _BATCH].tolist())
        if missing := len(known) - len(found):
            raise self._engine.unavailable(f"{self._collection} lacks {missing} of {len(self)} rows")
        vectors = np.array([found[row] for row in known.tolist()], np.float32).reshape(-1, self._dimensions)
        return vectors[places]

    def _fetched(self, rows: list[int]) -> dict[int, Vectors]:
        answer = self._engine.call(
            lambda client: client.query(
                self._collection, filter=f"row in {rows}", output_fields=["row", "vector"], timeout=self._engine.quick
            )
        )
        return {each["row"]: np.asarray(each["vector"], np.float32) for each in answer}

    def _found(self, question: Vectors, k: int, condition: str) -> Found:
        """Up to k rows that meet the condition, as Milvus finds them."""
        (hits,) = self._engine.call(
            lambda client: client.search(
                self._collection,
                data=[question.tolist()],
                limit=k,
                filter=condition,
                anns_field="vector",
                search_params={"params": {"ef": max(_BREADTH, min(4 * k, _WIDEST), k)}},
                output_fields=["row"],
                consistency_level="Bounded",
                timeout=self._engine.quick,
            )
        )
        rows = np.array([hit["entity"]["row"] for hit in hits], np.int64)
        return rows, np.array([hit["distance"] for hit in hits], np.float32)


class RecordVectorsWriter:
    """Writes such a collection."""

    def __init__(self, engine: Engine, collection: str, dimensions: int) -> None:
        self._engine = engine
        self._collection = collection
        self._written = 0
        engine.create(
            collection,
            {
                "row": (DataType.INT64, {}),
                "first": (DataType.INT64, {}),
                "last": (DataType.INT64, {}),
                "codes": (DataType.ARRAY, {"element_type": DataType.INT64, "max_capacity": _CODES}),
                "vector": (DataType.FLOAT_VECTOR, {"dim": dimensions}),
            },
        )

    def add(self, facts: Sequence[Facts], vectors: Iterable[Vectors]) -> None:
        """Write the next rows."""
        rows = [
            {
                "row": row,
                "first": min((first for first, _ in each.spans), default=_UNKNOWN[0]),
                "last": max((last for _, last in each.spans), default=_UNKNOWN[1]),
                "codes": list(each.codes),
                "vector": vector,
            }
            for row, (each, vector) in enumerate(zip(facts, vectors, strict=True), self._written)
        ]
        for begin in range(0, len(rows), _BATCH):
            self._engine.upsert(self._collection, rows[begin : begin + _BATCH])
        self._written += len(rows)

    def save(self) -> str:
        """Index all rows and let them be searched; the kind of index, a key of FEW."""
        kind, params = ("FLAT", {}) if self._written <= FLAT else ("HNSW", _GRAPH)
        if params:
            self._engine.call(lambda client: client.flush(self._collection, timeout=SLOW))
        self._engine.index(self._collection, "vector", kind, "IP", params)
        return kind
