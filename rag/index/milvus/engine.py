"""Calls to Milvus, with a time-out and one retry."""

import logging
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from itertools import count
from threading import Lock
from time import monotonic, sleep
from typing import Any, TypeVar

from rag.errors import EngineUnavailable, SettingsError, printable
from rag.index.milvus.address import Address
from rag.settings import Secret

try:
    import grpc  # type: ignore[import-untyped]
    from pymilvus import DataType, MilvusClient, MilvusException  # type: ignore[import-untyped]
except ImportError as error:
    message = "RAG_INDEX: pymilvus is not installed; pip install 'reading-room[cluster]', or unset RAG_INDEX"
    raise SettingsError(message) from error


__all__ = ["SLOW", "DataType", "Engine"]

SLOW = 60.0  # seconds for a call of a build, within which a server may be started again
_QUICK = 3.0  # seconds for one of a question; a file is read by this process, as fast as the processor lets it
_LOADING = 600.0
_PAUSE = 0.5
_SHOWN = 200  # characters shown of a library's message
_RAISED = (MilvusException, grpc.RpcError, grpc.FutureTimeoutError, OSError)
_Result = TypeVar("_Result")
_connecting = Lock()

# These log a page of traceback for each failed call, which is tried again or reported here.
for _name in ("grpc._server", *logging.root.manager.loggerDict):
    if _name.partition(".")[0] in {"grpc", "pymilvus"}:
        logging.getLogger(_name).setLevel(logging.CRITICAL)


class Engine:
    """One server, or one file of milvus-lite. Safe under threads.

    Attributes:
        quick: Seconds for a call that a reader waits for.
    """

    def __init__(self, address: Address, token: Secret, *, patient: bool = False) -> None:
        """Note where it is; the first call connects. A build is `patient` with every call."""
        self.address = address
        self._patience = SLOW if patient else 0.0
        self.quick = SLOW if patient or address.is_file else _QUICK
        self._token = token

    def call(self, do: Callable[[MilvusClient], _Result]) -> _Result:
        """What this returns at the first or second attempt, or as soon as patience allows; EngineUnavailable.

        It must set time-outs, and do no harm where it is done twice.
        """
        deadline = monotonic() + self._patience
        for attempt in count(1):
            try:
                return self._call(do)
            except _RAISED as error:
                if attempt > 1 and monotonic() >= deadline:
                    raise self.unavailable(printable(str(error))[:_SHOWN]) from error
            sleep(_PAUSE if self._patience else 0)
        raise AssertionError

    def _call(self, do: Callable[[MilvusClient], _Result]) -> _Result:
        with _connecting:
            client = _connected(self.address.uri, self._token.reveal())
        return do(client)

    def unavailable(self, fault: str) -> EngineUnavailable:
        """What to raise over this fault."""
        return EngineUnavailable(f"{self.address.written}: {fault}; start the server, or correct RAG_INDEX")

    def version(self) -> str:
        """The server's."""
        return self.call(lambda client: str(client.get_server_version(timeout=self.quick)))

    def exists(self, collection: str) -> bool:
        """Whether there is a collection or alias of this name."""
        return self.call(lambda client: bool(client.has_collection(collection, timeout=self.quick)))

    def collections(self) -> list[str]:
        """Every collection of the server."""
        return self.call(lambda client: list(client.list_collections(timeout=self.quick)))

    def create(self, collection: str, fields: Mapping[str, tuple[DataType, Mapping[str, Any]]]) -> None:
        """Make a collection; the first field is its key."""
        schema = MilvusClient.create_schema(auto_id=False, enable_dynamic_field=False)
        for place, (name, (kind, details)) in enumerate(fields.items()):
            schema.add_field(name, kind, is_primary=place == 0, **details)
        self.call(
            lambda client: client.create_collection(
                collection, schema=schema, consistency_level="Bounded", timeout=SLOW
            )
        )

    def index(self, collection: str, field: str, kind: str, metric: str, params: Mapping[str, int]) -> None:
        """Index the vectors of a collection and load it."""
        described = MilvusClient.prepare_index_params()
        described.add_index(field_name=field, index_type=kind, metric_type=metric, params=dict(params))
        self.call(lambda client: client.create_index(collection, described, timeout=_LOADING))
        self.load(collection)

    def load(self, collection: str) -> None:
        """Let it be searched; at once where it is already."""
        self.call(lambda client: client.load_collection(collection, timeout=_LOADING))

    def drop(self, collection: str) -> None:
        """Remove a collection, if there is one."""
        self.call(lambda client: client.drop_collection(collection, timeout=SLOW))

    def upsert(self, collection: str, rows: list[dict[str, Any]]) -> None:
        """Write rows, in place of those with the same keys."""
        self.call(lambda client: client.upsert(collection, rows, timeout=SLOW))

    def count(self, collection: str, where: str = "") -> int:
        """How many rows that meet a condition were ever acknowledged."""
        found = self.call(
            lambda client: client.query(
                collection, filter=where, output_fields=["count(*)"], consistency_level="Strong", timeout=SLOW
            )
        )
        return int(found[0]["count(*)"])

    def every(self, collection: str, where: str, fields: list[str], batch: int) -> Iterator[dict[str, Any]]:
        """Every row that meets a condition, in the order of the keys; EngineUnavailable where any is missing."""
        left = self.count(collection, where)  # waits for all that was acknowledged, as the iterator does not
        iterator = self.call(
            lambda client: client.query_iterator(
                collection, batch_size=batch, filter=where, output_fields=fields, timeout=SLOW
            )
        )
        try:
            while rows := self.call(lambda _: iterator.next()):
                left -= len(rows)
                yield from rows
        finally:
            iterator.close()
        if left:
            raise self.unavailable(f"{collection}: {abs(left)} rows too {'few' if left > 0 else 'many'}")


@lru_cache(8)
def _connected(uri: str, token: str) -> MilvusClient:
    return MilvusClient(uri=uri, token=token, timeout=_QUICK)
