"""A path -> its bytes, unpacked: plain, gzip, xz or bzip2, told by the first of them."""

from __future__ import annotations

import bz2
import codecs
import gzip
import io
import lzma
import stat
import zlib
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, BinaryIO, TextIO, cast

from rag.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LARGEST = 64 * 2**20
"""Bytes of the largest file that is read as one piece; tables and lists are read row by row and may be larger."""

_HEAD = 1 << 16  # bytes by which a file's kind is told
_BUFFER = 1 << 18  # bytes
# An honest text shrinks to a tenth, a repetitive one to a fiftieth. A bomb of a few KB unpacks a thousandfold.
_BULGE = 250
_UNPACKERS: dict[bytes, Any] = {b"\x1f\x8b": gzip.open, b"\xfd7zXZ\0": lzma.open, b"BZh": bz2.open}
_ZIP = b"PK\3\4"
_TAR, _TAR_AT = b"ustar", 257


class Opened:
    """A file that can be read, from its beginning, as often as one likes.

    Attributes:
        path: Where it is.
        file: The path below the source given, for people.
        head: Its first 64 KiB, unpacked.
    """

    def __init__(self, path: Path, file: str) -> None:
        """Look at its beginning; SourceError."""
        self.path = path
        self.file = file
        try:
            if not stat.S_ISREG(path.stat().st_mode):  # opening a pipe would wait for ever
                raise self.fault(0, "it is no regular file; save its content into one")
            with path.open("rb") as handle:
                start = handle.read(8)
        except OSError as error:
            raise self._unreadable(error) from error
        if start.startswith(_ZIP):
            raise self.fault(0, "it is a zip archive or a spreadsheet; unpack it, or save it as CSV")
        self._unpacker = next((unpack for magic, unpack in _UNPACKERS.items() if start.startswith(magic)), None)
        with self.bytes() as stream:
            self.head = stream.read(_HEAD)
        if self.head.startswith(_TAR, _TAR_AT):
            raise self.fault(0, "it is a tar archive; unpack it and give its files or folder")

    @property
    def packed(self) -> bool:
        """Whether it has to be unpacked."""
        return self._unpacker is not None

    @contextmanager
    def bytes(self) -> Iterator[BinaryIO]:
        """Its bytes; what goes wrong while they are read is a SourceError."""
        try:
            with self.path.open("rb") as raw:
                if self._unpacker is None:
                    yield raw
                else:
                    unpacked = self._unpacker(raw, "rb")
                    yield cast("BinaryIO", io.BufferedReader(_Watched(unpacked, raw, self), _BUFFER))
        except OSError as error:
            raise self._unreadable(error) from error

    @property
    def start(self) -> str:
        """The text of its head."""
        return self.head.decode(self._encoding, "replace")

    @contextmanager
    def text(self) -> Iterator[TextIO]:
        """Its text as it stands, line ends too; bytes that are no UTF-8 become lone surrogates."""
        with self.bytes() as stream:
            try:
                yield io.TextIOWrapper(stream, encoding=self._encoding, errors="surrogateescape", newline="")
            except UnicodeDecodeError as error:  # UTF-16 leaves nothing to go on with
                raise self.fault(0, f"it is no whole UTF-16 text ({error.reason}); save it as UTF-8") from error

    def whole(self) -> str:
        """All of its text; SourceError where it is larger than LARGEST."""
        with self.bytes() as stream:
            content = stream.read(LARGEST + 1)
        if len(content) > LARGEST:
            raise self.fault(0, f"it is larger than the {LARGEST >> 20} MiB that are read of one file; split it")
        # Joined files hold byte-order marks in mid-text.
        return content.decode("utf-8", "surrogateescape").replace("\ufeff", "")

    @property
    def _encoding(self) -> str:
        return "utf-16" if self.head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"

    def fault(self, line: int, reason: str) -> SourceError:
        """What is wrong with it, and the cure."""
        return SourceError(self.file, line, reason)

    def _unreadable(self, error: OSError) -> SourceError:
        return self.fault(
            0, f"it cannot be read ({error.strerror or error}); make it readable or take it out of the source"
        )


class _Watched(io.RawIOBase):
    """What is unpacked, as long as it is in proportion to what was packed."""

    def __init__(self, unpacked: BinaryIO, raw: BinaryIO, opened: Opened) -> None:
        self._unpacked = unpacked
        self._raw = raw
        self._opened = opened
        self._count = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # all that BufferedReader gives
        try:
            content = self._unpacked.read(len(buffer))
        except (OSError, EOFError, lzma.LZMAError, zlib.error) as error:
            raise self._opened.fault(
                0, f"it is damaged where it was packed ({error}); fetch or pack it again"
            ) from error
        self._count += len(content)
        if self._count > LARGEST and self._count > _BULGE * self._raw.tell():
            reason = f"it unpacks to more than {_BULGE} times its size; unpack it yourself if you trust it"
            raise self._opened.fault(0, reason)
        buffer[: len(content)] = content
        return len(content)
