"""Listings -> records: equal ones become one, each gets its name.

Two listings are equal when date, title and summary are, however date and white space are spelt; a source's own ids are
never merged across. An id is made of the record alone, so it is the same after every rebuild and in any order of files.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import replace
from typing import TYPE_CHECKING

from rag.dates import dates_in
from rag.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rag.record import Listing, Record
    from rag.sources.item import Item

_SLUG = 60  # characters
_DIGEST = 3  # bytes

# Latin letters that Unicode does not take apart. Not a library's table: a new release of it would rename records.
_LETTERS = str.maketrans(
    {
        "ł": "l",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "ħ": "h",
        "\N{LATIN SMALL LETTER DOTLESS I}": "i",
        "ß": "ss",
        "æ": "ae",
        "œ": "oe",
        "þ": "th",
    }
)


def merge(items: Iterable[Item]) -> tuple[tuple[Record, ...], tuple[SourceError, ...]]:
    """Each record once, in the order of its first listing, with all its listings; and every record left out."""
    firsts: dict[str, tuple[bytes, Item]] = {}  # by id: what the record is, and its first listing
    more: dict[str, list[Listing]] = {}
    faults: list[SourceError] = []
    for item in items:
        (place,) = item.record.listings
        told = _content(item.record)
        content = hashlib.blake2b(told, digest_size=16).digest()
        name = _name(item.record, told)
        known, first = firsts.setdefault(name, (content, item))
        if known != content and item.record.id and place.file != first.record.listings[0].file:
            # Two archives that both count from 1.
            name = f"{name}-{_digest(place.file.encode())}"
            known, first = firsts.setdefault(name, (content, item))
        if known != content:
            other = f"{first.record.listings[0].file}:{first.line}"
            cure = f"change either {'id' if item.record.id else 'title'}"
            reason = f"its id {name!r} is already that of another record, in {other}; {cure}"
            faults.append(SourceError(place.file, item.line, reason))
        elif first is not item:
            more.setdefault(name, []).append(place)
    records = tuple(
        replace(
            first.record,
            id=name,
            dates_in_title=dates_in(first.record.title),
            listings=(*first.record.listings, *more.get(name, ())),
        )
        for name, (_, first) in firsts.items()
    )
    return records, tuple(faults)


def _content(record: Record) -> bytes:
    """All that makes a record this one and no other. The parts hold no line breaks, so they cannot run together."""
    date = "" if record.date is None else record.date.edtf or record.date.text
    parts = (record.id, date, record.title, record.summary) if record.id else (date, record.title, record.summary)
    return "\n".join(parts).encode()


def _name(record: Record, told: bytes) -> str:
    """The source's own id; else `1962-10-27-telegram-from-soviet-delegate-to-the-un-zorin-3f9c1e`."""
    if record.id:
        return _own(record.id)
    date = re.sub(r"[^\w.~-]", "_", (record.date and record.date.edtf) or "undated", flags=re.ASCII).strip("_")
    return "-".join(filter(None, (date, _slug(record.title), _digest(told))))


def _own(source_id: str) -> str:
    """A source's own id as part of an address: `frus1961-63v06/d1` is `frus1961-63v06~d1`; no two become one."""
    plain = source_id.replace("/", "~")
    if "~" not in source_id and re.fullmatch(r"(?!\.+$)[\w.~-]{1,120}", plain, re.ASCII):
        return plain
    return "-".join(filter(None, (_slug(source_id), _digest(source_id.encode()))))


def _digest(told: bytes) -> str:
    return hashlib.blake2b(told, digest_size=_DIGEST).hexdigest()


def _slug(title: str) -> str:
    """The title in lower-case ASCII, cut between words; empty where it has no Latin letter or digit."""
    apart = unicodedata.normalize("NFKD", title.lower().translate(_LETTERS))
    # An apostrophe stands within a word ("castro's" -> "castros"), as combining marks do after NFKD.
    plain = "".join(
        char for char in apart if not unicodedata.combining(char) and char not in "'\N{RIGHT SINGLE QUOTATION MARK}"
    )
    slug = "-".join(re.findall(r"[a-z0-9]+", plain))
    return slug if len(slug) <= _SLUG else slug[: _SLUG + 1].rpartition("-")[0] or slug[:_SLUG]
