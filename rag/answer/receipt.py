"""What an answer was made of -> one line that anyone can keep; the line -> the same, unless it was miscopied.

    rr2.<JSON, deflated, in base64url>.<SHA-256 of all before it, the first eight digits>

A receipt names records by id and holds digests of their texts, never the texts: whatever anybody writes into one, it
cannot be taken for the archive's own words. Its checksum notices a slip of copying, not a forger; nothing in it is
believed, only compared with what the collection answers now.
"""

import base64
import binascii
import datetime as dt
import hashlib
import re
import zlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import Field, TypeAdapter, ValidationError, with_config

from rag.errors import ReceiptError
from rag.query.enquiry import STRICT, Enquiry, Id, Name, Text

# No `from __future__ import annotations` here: pydantic reads annotations at run time.

FORM = "rr2"
"""Name of the form; another with every change that an older program would misread."""

_READABLE = (FORM, "rr1")  # of rr1, which had the questions of earlier turns alone, all is still read

LONGEST = 64 * 1024
"""Characters of a line, at most; those of everyday answers have about a thousand."""

_LARGEST = 1024 * 1024  # bytes of its JSON: a small line may swell to any size
_LINE = re.compile(r"\brr\d{1,3}\.[\w-]+\.[0-9a-f]{8}(?!\w)", re.ASCII)
_PARTS = re.compile(r"(rr\d{1,3})\.([\w-]+)\.([0-9a-f]{8})", re.ASCII)

Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{12}$")]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


@with_config(STRICT)
@dataclass(frozen=True, slots=True)
class Read:
    """A question as it was understood; see `rag.query.question.Understanding`."""

    text: Text
    date_from: dt.date | None
    date_to: dt.date | None
    names: Annotated[tuple[Text, ...], Field(max_length=100)]


@with_config(STRICT)
@dataclass(frozen=True, slots=True)
class CitedRecord:
    """One record of the ranking.

    Attributes:
        told: Digest of all that the curators say of it: title, summary, date.
        quotes: Digests of the sentences quoted from it, in order.
    """

    id: Id
    told: Digest
    quotes: Annotated[tuple[Digest, ...], Field(max_length=100)] = ()


@with_config(STRICT)
@dataclass(frozen=True, slots=True)
class Receipt:
    """What an answer was made of, and what came of it.

    Attributes:
        generation: Name of the generation that answered.
        content: SHA-256 over its records and the model's weights, the same for every build of the same.
        records: How many records it held.
        model: Name of the embedding model; empty where records were found by their words alone.
        weights: SHA-256 of the model's weights.
        program: Digest of the program's own text.
        entries: The records cited, in the order of their numbers, then the nearest, without quotes.
    """

    generation: Name
    content: Sha256
    records: Annotated[int, Field(ge=0)]
    model: Annotated[str, Field(max_length=200)]
    weights: Sha256
    program: Digest
    asked: Enquiry
    read: Read
    entries: Annotated[tuple[CitedRecord, ...], Field(max_length=300)]

    @property
    def cited(self) -> tuple[CitedRecord, ...]:
        """The records quoted, in the order of their numbers."""
        return tuple(entry for entry in self.entries if entry.quotes)

    def line(self) -> str:
        """The receipt as it is handed out; safe in an address."""
        packed = base64.urlsafe_b64encode(zlib.compress(_ADAPTER.dump_json(self), 9)).decode().rstrip("=")
        return f"{FORM}.{packed}.{_checksum(FORM, packed)}"


_ADAPTER = TypeAdapter(Receipt)


def read_receipt(line: str) -> Receipt:
    """Read a receipt, white space in it aside; ReceiptError says why it cannot be."""
    if len(line) > LONGEST:
        message = f"this is no receipt: it has {len(line):,} characters, and none has more than {LONGEST:,}"
        raise ReceiptError(message)
    whole = _PARTS.fullmatch("".join(line.split()))
    if whole is None:
        message = (
            f"this is no receipt: one is a line of letters and digits that begins with {FORM}. and is copied whole"
        )
        raise ReceiptError(message)
    form, packed, checksum = whole.groups()
    if checksum != _checksum(form, packed):
        message = "the receipt was miscopied: its checksum does not fit; copy it whole from where it was given"
        raise ReceiptError(message)
    if form not in _READABLE:
        message = (
            f"the receipt is of form {form}, and this program reads {FORM}; replay it with the program that gave it"
        )
        raise ReceiptError(message)
    try:
        return _ADAPTER.validate_json(_unpacked(packed))
    except ValidationError as error:
        fault = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, fault["loc"])) or "it"
        message = f"the receipt says what none says: {place}: {fault['msg'].lower()}; take one that an answer gave"
        raise ReceiptError(message) from error


def receipts_in(text: str) -> tuple[str, ...]:
    """The receipts that a text holds (a saved answer, an export), each once, in its order."""
    return tuple(dict.fromkeys(_LINE.findall(text)))


def digest(*texts: str) -> str:
    """Twelve digits that tell whether texts are still the same."""
    return hashlib.blake2b("\0".join(texts).encode(), digest_size=6).hexdigest()


@cache
def program() -> str:
    """Digest of this program's own text, so that no change of a weight goes unnoticed."""
    folder = Path(__file__).parent.parent
    files = sorted(folder.rglob("*.py"), key=lambda file: file.relative_to(folder).as_posix())
    whole = hashlib.blake2b(digest_size=6)
    for file in files:  # one at a time: together they are a megabyte
        whole.update(file.read_bytes() + b"\0")
    return whole.hexdigest()


def _checksum(form: str, packed: str) -> str:
    return hashlib.sha256(f"{form}.{packed}".encode()).hexdigest()[:8]


def _unpacked(packed: str) -> bytes:
    try:
        inflater = zlib.decompressobj()
        inflated = inflater.decompress(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)), _LARGEST)
    except (binascii.Error, ValueError, zlib.error) as error:
        message = "the receipt holds nothing that can be read; take one that an answer gave"
        raise ReceiptError(message) from error
    if not inflater.eof:
        message = f"the receipt is cut off, or swells to more than {_LARGEST // 1024} KiB; take one that an answer gave"
        raise ReceiptError(message)
    return inflated
