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

    from rag.record import Record
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
    firsts: dict[str, tuple[str, Item]] = {}  # by id: what the record is, and its first listing
    listings: dict[str, list[Item]] = {}
    faults: list[SourceError] = []
    for item in items:
        content = _content(item.record)
        name = _name(item.record, content)
        known, first = firsts.setdefault(name, (content, item))
        if known == content:
            listings.setdefault(name, []).append(item)
            continue
        place, other = item.record.listings[0], first.record.listings[0]
        reason = f"its id {name!r} is already that of another record, in {other.file}:{first.line}; change either title"
        faults.append(SourceError(place.file, item.line, reason))
    records = tuple(
        replace(
            first.record,
            id=name,
            dates_in_title=dates_in(first.record.title),
            listings=tuple(listing for item in listings[name] for listing in item.record.listings),
        )
        for name, (_, first) in firsts.items()
    )
    return records, tuple(faults)


def _content(record: Record) -> str:
    """What makes a record this one and no other. The parts hold no line breaks, so that they cannot run together."""
    date = "" if record.date is None else record.date.edtf or record.date.text
    return "\n".join(
        (record.id, date, record.title, record.summary) if record.id else (date, record.title, record.summary)
    )


def _name(record: Record, content: str) -> str:
    """`1962-10-27-telegram-from-soviet-delegate-to-the-un-zorin-3f9c1e`."""
    date = re.sub(r"[^\w.~-]", "_", (record.date and record.date.edtf) or "undated", flags=re.ASCII).strip("_")
    digest = hashlib.blake2b(content.encode(), digest_size=_DIGEST).hexdigest()
    return "-".join(filter(None, (date, _slug(record.title), digest)))


def _slug(title: str) -> str:
    """The title in lower-case ASCII, cut between words; empty where it has no Latin letter or digit."""
    apart = unicodedata.normalize("NFKD", title.lower().translate(_LETTERS))
    # An apostrophe stands within a word ("castro's" -> "castros"), as combining marks do after NFKD.
    plain = "".join(
        char for char in apart if not unicodedata.combining(char) and char not in "'\N{RIGHT SINGLE QUOTATION MARK}"
    )
    slug = "-".join(re.findall(r"[a-z0-9]+", plain))
    return slug if len(slug) <= _SLUG else slug[: _SLUG + 1].rpartition("-")[0] or slug[:_SLUG]
