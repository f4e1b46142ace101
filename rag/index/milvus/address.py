"""RAG_INDEX -> where the server is and what the collection is called there."""

import re
from dataclasses import dataclass

from rag.errors import SettingsError

_NAME = r"[A-Za-z_][A-Za-z0-9_]{0,99}"  # of a collection; the names of its generations begin with it
_SERVER = re.compile(
    rf"milvus(?P<tls>\+tls)?://(?P<place>[A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\]):(?P<port>\d{{1,5}})/(?P<name>{_NAME})"
)
_FILE = re.compile(r"[^\0]+\.db")
_COLLECTION = "archive"  # in a file


@dataclass(frozen=True, slots=True)
class Address:
    """Where a collection is."""

    uri: str  # as pymilvus takes it: an http or https address, or the path of a milvus-lite file
    collection: str  # the alias of the published generation, and how every other name begins
    written: str  # as the setting has it, for messages

    @property
    def is_file(self) -> bool:
        """Whether milvus-lite keeps it in a file."""
        return not self.uri.startswith("http")

    @property
    def folder(self) -> str:
        """A name for the folder of its cache."""
        return re.sub(r"\W+", "-", self.written).strip("-")[-100:]


def parse(text: str) -> Address:
    """Read the setting; SettingsError, which does not quote it where it may contain a password."""
    if found := _SERVER.fullmatch(text):
        scheme = "https" if found["tls"] else "http"
        return Address(f"{scheme}://{found['place']}:{found['port']}", found["name"], text)
    if _FILE.fullmatch(text) and "://" not in text:
        return Address(text, _COLLECTION, text)
    shown = "the address" if "@" in text else repr(text[:200])
    raise SettingsError(
        f"RAG_INDEX: {shown} cannot be used; write milvus://HOST:PORT/COLLECTION, milvus+tls:// for TLS, or a path "
        "that ends in .db; user and password belong in RAG_INDEX_TOKEN"
    )
