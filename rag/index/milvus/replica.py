"""The texts of a generation -> the cache: the embedded engine's files of it, without the records' vectors."""

import hashlib
import io
import json
import logging
import shutil
import time
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.embeddings.quantize import dequantize, dtype_fields, quantize
from rag.embeddings.similar_words import WordTable
from rag.errors import GenerationError, RagError
from rag.index.embedded.accessions import Seconds
from rag.index.embedded.generation import verify
from rag.index.embedded.record_store import decode, encode
from rag.index.embedded.writer import FolderWriter
from rag.index.milvus.generation_list import Sealed
from rag.index.milvus.texts import Texts
from rag.index.ports import IndexEntry, Passages

logger = logging.getLogger(__name__)

_ENTERED, _PROFILE, _WORD_TABLE = "entered", "profile", "words"  # keys, which sort after all rows
_PAGE = 1_000  # records at once
_WAIT = 0.2  # seconds between two looks at what another process fetches
_PATIENCE = 600.0
_NO_VECTOR = np.empty(0, np.float32)


def key(row: int) -> str:
    """The key of a record's text."""
    return f"{row:012}"


def packed(entry: IndexEntry) -> bytes:
    """A record, the texts of its passages and their vectors, eight bits a number."""
    passages = entry.passages
    vectors = np.empty(len(passages.texts), dtype_fields(entry.vector.shape[0]))
    quantize(passages.vectors, vectors)
    own = {"texts": passages.texts, "vectors": b64encode(vectors.tobytes()).decode()}
    return encode(entry.record) + b"\n" + json.dumps(own).encode()


def _unpacked(content: bytes, dimensions: int) -> IndexEntry:
    """The same without the record's vector."""
    record, _, rest = content.partition(b"\n")
    passages = json.loads(rest)
    vectors = np.frombuffer(b64decode(passages["vectors"]), dtype_fields(dimensions))
    return IndexEntry(decode(record), _NO_VECTOR, Passages(tuple(passages["texts"]), dequantize(vectors)))


def whole(profile: bytes, word_table: WordTable, entered: Seconds) -> list[tuple[str, bytes]]:
    """What a generation has as a whole, by key."""
    return [(_ENTERED, _array_bytes(entered)), (_PROFILE, profile), (_WORD_TABLE, _array_bytes(word_table))]


def _array(content: bytes) -> NDArray[Any]:
    loaded: NDArray[Any] = np.load(io.BytesIO(content), allow_pickle=False)
    return loaded


def _array_bytes(numbers: NDArray[Any]) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, numbers)
    return buffer.getvalue()


class Digest:
    """SHA-256 over texts in the order of their keys."""

    def __init__(self) -> None:
        self._sha = hashlib.sha256()

    def over(self, items: Iterable[tuple[str, bytes]]) -> Iterator[tuple[str, bytes]]:
        """Take these in while they pass."""
        for name, content in items:
            self._sha.update(f"{name} {len(content)}\n".encode() + content)
            yield name, content

    def hex(self) -> str:
        """The digest."""
        return self._sha.hexdigest()


def ensure(cache: Path, sealed: Sealed, texts: Texts) -> Path:
    """The folder of a generation in the cache, made from the texts where it is missing or damaged; GenerationError."""
    folder = cache / sealed.generation
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            verify(folder)
        except GenerationError as error:
            if folder.exists():
                logger.warning("%s; it is made again from the texts", error)
        else:
            return folder
        try:
            _fetch(cache, sealed, texts)
        except RagError as error:
            # Another process of this machine is fetching it: they share the cache.
            if isinstance(error, GenerationError) or time.monotonic() > deadline:
                raise
            time.sleep(_WAIT)


def _fetch(cache: Path, sealed: Sealed, texts: Texts) -> None:
    with FolderWriter(cache, sealed.identity, with_vectors=False) as writer:
        folder = cache / sealed.generation
        if folder.exists():
            shutil.rmtree(folder)
        digest = Digest()
        page: list[IndexEntry] = []
        parts: dict[str, bytes] = {}
        for name, content in digest.over(texts.items()):
            if not name.isdecimal():
                parts[name] = content
                continue
            page.append(_unpacked(content, sealed.identity.dimensions))
            if len(page) == _PAGE:
                writer.write(page)
                page = []
        writer.write(page)
        if digest.hex() != sealed.texts:
            raise GenerationError(f"{sealed.generation}: the server's texts are not what was written; run `rag build`")
        writer.seal(parts[_PROFILE], _array(parts[_WORD_TABLE]), _array(parts[_ENTERED]), sealed.generation)
    logger.info("fetched %d records of %s into %s", sealed.records, sealed.generation, cache)
