"""A path -> its bytes and text, unpacked. The first bytes say whether gzip, xz or bzip2 packed it, not the name."""

import bz2
import codecs
import gzip
import io
import lzma
import stat
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, TextIO, cast

from rag.errors import SourceError
from rag.ingest.formats.encodings import encoding_of

# Bytes of the largest file that is read in one piece. Tables and lists are read row by row and may be larger.
LARGEST = 64 * 2**20

HEAD = 1 << 16  # bytes by which a format recognizes a file
_BUFFER = 1 << 18  # bytes
# Ordinary text packs to a tenth, repetitive text to a fiftieth. A bomb of a few KB unpacks to a thousandfold.
_MOST_EXPANSION = 250
_UNPACKERS: dict[bytes, Any] = {b"\x1f\x8b": gzip.open, b"\xfd7zXZ\0": lzma.open, b"BZh": bz2.open}
_FOREIGN = (  # bytes, where they stand, and what to do with a file that has them
    (b"%PDF", 0, "it is a PDF; give a table or list of its documents, or its text"),
    (b"ustar", 257, "it is a tar archive; unpack it and give its files or folder"),
    (b"Standard ACE DB", 4, "it is a database of Access; export its table as CSV, XML or Excel"),
    (b"Standard Jet DB", 4, "it is a database of Access; export its table as CSV, XML or Excel"),
    *((mark, 0, "it is RDF in Turtle; convert it to RDF/XML or JSON-LD") for mark in (b"@prefix ", b"PREFIX ")),
)


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """What a person chose for a source, in place of a guess."""

    # The columns that give each field, in every file that has one of them; no columns leave the field empty.
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    table: str | None = None  # the table to read of a database

    @property
    def names(self) -> frozenset[str]:
        """All chosen columns."""
        return frozenset().union(*self.columns.values())


NO_CHOICE = ColumnChoice()  # everything is guessed


class SourceFile:
    """A file of a source. It can be read several times, each time from its beginning.

    Attributes:
        path: Where it is.
        file: The path below the source, as people see it.
        head: Its first 64 KiB, unpacked.
        choice: What a person chose for its source.
        mended: Whether bytes that are not UTF-8 were mended where no row can say so.
    """

    def __init__(self, path: Path, file: str, choice: ColumnChoice = NO_CHOICE) -> None:
        self.path = path
        self.file = file
        self.choice = choice
        self.mended = False
        try:
            if not stat.S_ISREG(path.stat().st_mode):  # opening a pipe would wait for ever
                raise self.fault(0, "it is not a regular file; save its content into one")
            with path.open("rb") as handle:
                start = handle.read(8)
        except OSError as error:
            raise self._unreadable(error) from error
        self._encodings: tuple[str, str] | None = None
        self._unpacker = next((unpack for magic, unpack in _UNPACKERS.items() if start.startswith(magic)), None)
        with self.bytes() as stream:
            self.head = stream.read(HEAD)
        if reason := next((reason for mark, at, reason in _FOREIGN if self.head.startswith(mark, at)), ""):
            raise self.fault(0, reason)

    @property
    def packed(self) -> bool:
        """Whether it is compressed."""
        return self._unpacker is not None

    @contextmanager
    def bytes(self) -> Iterator[BinaryIO]:
        """Open its unpacked bytes; a failure while they are read is a SourceError."""
        try:
            with self.path.open("rb") as raw:
                if self._unpacker is None:
                    yield raw
                else:
                    unpacked = self._unpacker(raw, "rb")
                    yield cast("BinaryIO", io.BufferedReader(_BoundedStream(unpacked, raw, self), _BUFFER))
        except OSError as error:
            raise self._unreadable(error) from error

    @property
    def start(self) -> str:
        """The text of its head."""
        return self.head.decode(self._encoding, "replace")

    @contextmanager
    def text(self) -> Iterator[TextIO]:
        """Open its text with its own line ends; invalid UTF-8 becomes lone surrogates."""
        with self.bytes() as stream:
            try:
                yield io.TextIOWrapper(stream, encoding=self._encoding, errors="surrogateescape", newline="")
            except UnicodeDecodeError as error:  # after an error in UTF-16 nothing can be read
                raise self._damaged(error) from error

    def whole(self) -> str:
        """Read all of its text; SourceError where it is larger than LARGEST."""
        with self.bytes() as stream:
            content = stream.read(LARGEST + 1)
        if len(content) > LARGEST:
            raise self.fault(0, f"it is larger than the {LARGEST >> 20} MiB that are read of one file; split it")
        try:
            # Joined files have byte-order marks in the middle.
            return content.decode(self._encoding, "surrogateescape").replace("\ufeff", "")
        except UnicodeDecodeError as error:
            raise self._damaged(error) from error

    def found_encoding(self) -> str | None:
        """What Python calls the encoding of its text, if that is none of Unicode."""
        return self._encoding if self._encoding and self.old_encoding else None

    @property
    def old_encoding(self) -> str:
        """The encoding in which its text was read, where that was found by looking; else empty."""
        return self._encodings[1] if self._encodings else ""

    @property
    def _encoding(self) -> str:
        """What Python calls its encoding."""
        if self._encodings is None:
            if self.head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
                self._encodings = "utf-16", ""
            else:
                self._encodings = encoding_of(_chunks(self))
        return self._encodings[0]

    def fault(self, line: int, reason: str) -> SourceError:
        """Make the fault of this file: what is wrong, and the cure."""
        return SourceError(self.file, line, reason)

    def _damaged(self, error: UnicodeDecodeError) -> SourceError:
        return self.fault(0, f"its UTF-16 is damaged ({error.reason}); save it as UTF-8")

    def _unreadable(self, error: OSError) -> SourceError:
        return self.fault(
            0, f"it cannot be read ({error.strerror or error}); make it readable or take it out of the source"
        )


def _chunks(opened: SourceFile) -> Iterator[bytes]:
    """Its bytes, as far as they can be read."""
    with suppress(SourceError), opened.bytes() as stream:
        while chunk := stream.read(_BUFFER):
            yield chunk


class _BoundedStream(io.RawIOBase):
    """The unpacked bytes, up to a limit in proportion to the packed ones."""

    def __init__(self, unpacked: BinaryIO, raw: BinaryIO, opened: SourceFile) -> None:
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
            raise self._opened.fault(0, f"its packed data is damaged ({error}); fetch or pack it again") from error
        self._count += len(content)
        if self._count > LARGEST and self._count > _MOST_EXPANSION * self._raw.tell():
            reason = f"it unpacks to more than {_MOST_EXPANSION} times its size; unpack it yourself if you trust it"
            raise self._opened.fault(0, reason)
        buffer[: len(content)] = content
        return len(content)
