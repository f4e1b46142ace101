"""The question, records and quotes of an answer -> one line to keep; the line -> the same again.

    rr2.<JSON, deflated, in base64url>.<first eight digits of the SHA-256 of all before>

A receipt names records by id and contains digests of their texts, never the texts: nobody can make one that passes for
the archive's own words. Its checksum detects a copying error, not a forgery. The program believes nothing in a receipt;
it compares it with the answer that the collection gives now.
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
from typing import Annotated, Any, ClassVar

from rag.errors import ReceiptError
from rag.index.json_values import dumped
from rag.query.enquiry import STRICT, Enquiry, FieldLimits, Id, Name, Text

# No `from __future__ import annotations` here: pydantic reads annotations at run time.

FORM = "rr2"  # name of the format; a change that an older program would misread needs a new one
_READABLE = (FORM, "rr1")  # rr1 had only the questions of earlier turns
LONGEST = 64 * 1024  # characters of a line, at most; everyday answers need about a thousand
_LARGEST = 1024 * 1024  # bytes of its JSON, since a short line may inflate to any size
_LINE = re.compile(r"\brr\d{1,3}\.[\w-]+\.[0-9a-f]{8}(?!\w)", re.ASCII)
_PARTS = re.compile(r"(rr\d{1,3})\.([\w-]+)\.([0-9a-f]{8})", re.ASCII)

Digest = Annotated[str, FieldLimits(pattern=r"^[0-9a-f]{12}$")]
Sha256 = Annotated[str, FieldLimits(pattern=r"^[0-9a-f]{64}$")]


@dataclass(frozen=True, slots=True)
class Read:
    """A question as the program understood it; see `rag.query.question.Understanding`."""

    __pydantic_config__: ClassVar = STRICT

    text: Text
    date_from: dt.date | None
    date_to: dt.date | None
    names: Annotated[tuple[Text, ...], FieldLimits(max_length=100)]


@dataclass(frozen=True, slots=True)
class CitedRecord:
    """One record of the ranking.

    Attributes:
        told: Digest of its title, summary and date.
        quotes: Digests of the sentences quoted from it, in order.
    """

    __pydantic_config__: ClassVar = STRICT

    id: Id
    told: Digest
    quotes: Annotated[tuple[Digest, ...], FieldLimits(max_length=100)] = ()


@dataclass(frozen=True, slots=True)
class Receipt:
    """A question, the records and sentences of its answer, and the collection, model and program that gave it.

    Attributes:
        generation: Name of the generation that answered.
        content: SHA-256 over its records and the model's weights; every build of the same sources has the same.
        records: How many records it has.
        model: Name of the embedding model; empty where full-text search alone found the records.
        weights: SHA-256 of the model's weights.
        program: Digest of the program's source code.
        entries: The records cited, in the order of their numbers, then the nearest, without quotes.
    """

    __pydantic_config__: ClassVar = STRICT

    generation: Name
    content: Sha256
    records: Annotated[int, FieldLimits(ge=0)]
    model: Annotated[str, FieldLimits(max_length=200)]
    weights: Sha256
    program: Digest
    asked: Enquiry
    read: Read
    entries: Annotated[tuple[CitedRecord, ...], FieldLimits(max_length=300)]

    @property
    def cited(self) -> tuple[CitedRecord, ...]:
        """The records quoted, in the order of their numbers."""
        return tuple(entry for entry in self.entries if entry.quotes)

    def line(self) -> str:
        """The receipt as a line; safe in an address."""
        packed = base64.urlsafe_b64encode(zlib.compress(dumped(self), 9)).decode().rstrip("=")
        return f"{FORM}.{packed}.{_checksum(FORM, packed)}"


@cache
def _shape() -> Any:  # noqa: ANN401 - pydantic's adapter
    """What reads a receipt, whoever wrote it."""
    from pydantic import TypeAdapter  # noqa: PLC0415 - slow to import

    return TypeAdapter(Receipt)


def read_receipt(line: str) -> Receipt:
    """Read a receipt, ignoring white space; ReceiptError says why it cannot be read."""
    if len(line) > LONGEST:
        message = f"this is not a receipt: it has {len(line):,} characters, and none has more than {LONGEST:,}"
        raise ReceiptError(message)
    whole = _PARTS.fullmatch("".join(line.split()))
    if whole is None:
        raise ReceiptError(f"this is not a receipt: a receipt is one line that begins with {FORM}. and is copied whole")
    form, packed, checksum = whole.groups()
    if checksum != _checksum(form, packed):
        message = "the receipt was miscopied: its checksum does not fit; copy it whole from where it was given"
        raise ReceiptError(message)
    if form not in _READABLE:
        message = (
            f"the receipt has the format {form}, and this program reads {FORM}; replay it with the program that gave it"
        )
        raise ReceiptError(message)
    from pydantic import ValidationError  # noqa: PLC0415 - slow to import

    try:
        receipt: Receipt = _shape().validate_json(_unpacked(packed))
    except ValidationError as error:
        fault = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, fault["loc"])) or "its beginning"
        message = f"the receipt is invalid at {place}: {fault['msg'].lower()}; copy one from an answer"
        raise ReceiptError(message) from error
    return receipt


def receipts_in(text: str) -> tuple[str, ...]:
    """The receipts in a text (a saved answer, an export), each once, in its order."""
    return tuple(dict.fromkeys(_LINE.findall(text)))


def digest(*texts: str) -> str:
    """Twelve digits that change when one of the texts changes."""
    return hashlib.blake2b("\0".join(texts).encode(), digest_size=6).hexdigest()


@cache
def program() -> str:
    """Digest of the source code, since any change of it may change an answer."""
    folder = Path(__file__).parent.parent
    files = sorted(folder.rglob("*.py"), key=lambda file: file.relative_to(folder).as_posix())
    whole = hashlib.blake2b(digest_size=6)
    for file in files:
        whole.update(file.read_bytes() + b"\0")
    return whole.hexdigest()


def _checksum(form: str, packed: str) -> str:
    return hashlib.sha256(f"{form}.{packed}".encode()).hexdigest()[:8]


def _unpacked(packed: str) -> bytes:
    try:
        inflater = zlib.decompressobj()
        inflated = inflater.decompress(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)), _LARGEST)
    except (binascii.Error, ValueError, zlib.error) as error:
        raise ReceiptError("the receipt has no readable content; copy one from an answer") from error
    if not inflater.eof:
        message = f"the receipt is cut off, or inflates to more than {_LARGEST // 1024} KiB; copy one from an answer"
        raise ReceiptError(message)
    return inflated
