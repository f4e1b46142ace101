"""Listings -> records: equal listings become one record, and every record gets its id.

Two listings are equal if all their fields are, however their dates and white space are written. A field that only one
of them has does not part them if both have the same id from their source, or if one has only date, title and summary.

An id that a file gives to several records is none: what differs is added to each. A record without an id from its
source gets one made of its fields: the same after every rebuild and in any order of
files. Records that share date, title and summary get longer ids, so that no address changes its meaning.
"""

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from rag.dates.archival_date import dates_in
from rag.ingest.formats.column_names import MULTIVALUED
from rag.ingest.formats.protocol import Item
from rag.record import Listing, Record

_SINGLE_VALUED = ("id", "source_url", "type", "archive", "source", "rights")  # beside date, title and summary
_SLUG = 60  # characters
_DIGEST = 3  # bytes

# Latin letters that Unicode does not decompose. Not a library's table: a new release of it would change ids.
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


def merge(items: Iterable[Item]) -> tuple[tuple[Record, ...], dict[str, int]]:
    """Return each record once, in the order of first listings, with all listings.

    Also returns, by file, how many records repeat an id that the file had given to another one.
    """
    firsts: dict[bytes, Item] = {}  # by key
    later: dict[bytes, list[Listing]] = {}  # equal listings after the first
    for item in items:
        (listing,) = item.record.listings
        key = _key(item.record)
        if item.record.id and key in firsts and not _compatible(firsts[key].record, item.record):
            key = _hash(_content(item.record))
        first = firsts.setdefault(key, item)
        if first is not item:
            later.setdefault(key, []).append(listing)
            firsts[key] = replace(first, record=_united(first.record, item.record))
    _join_bare(firsts, later)
    short_ids = [_short_id(first.record) for first in firsts.values()]
    shared = {short_id for short_id, times in Counter(short_ids).items() if times > 1}
    in_file = Counter(_place(first.record) for first in firsts.values() if first.record.id)
    by_id: dict[str, Record] = {}
    for (key, first), short_id in zip(firsts.items(), short_ids, strict=True):
        record, (listing,) = first.record, first.record.listings
        earlier = by_id.get(short_id)
        record_id = _distinct_id(record, short_id, earlier) if short_id in shared else short_id
        if in_file[_place(record)] > 1:
            record_id = f"{short_id}-{_readable(record, _digest(_content(record)))}"
        while record_id in by_id:  # two digests are the same
            record_id = f"{record_id}-{_digest(record_id.encode() + _content(record))}"
        listings = (listing, *later.get(key, ()))
        by_id[record_id] = replace(record, id=record_id, dates_in_title=dates_in(record.title), listings=listings)
    repeated = Counter[str]()
    for (file, _), times in in_file.items():
        repeated[file] += times - 1
    return tuple(by_id.values()), {file: rows for file, rows in repeated.items() if rows}


def _place(record: Record) -> tuple[str, str]:
    """Its file and the id that it has there."""
    return record.listings[0].file, record.id


def _join_bare(firsts: dict[bytes, Item], later: dict[bytes, list[Listing]]) -> None:
    """Join a listing of nothing but date, title and summary with the one that has more fields, if there is only one."""
    same_core: dict[bytes, list[bytes]] = {}
    for key, first in firsts.items():
        if not first.record.id:
            same_core.setdefault(_hash(_core(first.record).encode()), []).append(key)
    for core, keys in same_core.items():
        match keys:
            case [one, other] if core in keys:
                joined = firsts.pop(other)
                (listing,) = joined.record.listings
                firsts[one] = replace(firsts[one], record=_united(firsts[one].record, joined.record))
                later[one] = [*later.get(one, ()), listing, *later.pop(other, ())]


def _compatible(one: Record, other: Record) -> bool:
    """Whether no field of one value has two; an address may change."""
    fields = ((getattr(one, field), getattr(other, field)) for field in _SINGLE_VALUED if field != "source_url")
    return all(not first or not second or first == second for first, second in fields)


def _united(one: Record, other: Record) -> Record:
    """The fields of both, with the listings of the first."""
    fields: dict[str, Any] = {field: getattr(one, field) or getattr(other, field) for field in _SINGLE_VALUED}
    fields |= {field: tuple(dict.fromkeys((*getattr(one, field), *getattr(other, field)))) for field in MULTIVALUED}
    return replace(one, **fields)


def _core(record: Record) -> str:
    """Date, title and summary. They contain no line breaks, so the result is unambiguous."""
    date = "" if record.date is None else record.date.edtf or record.date.text
    return f"{date}\n{record.title}\n{record.summary}"


def _content(record: Record) -> bytes:
    """All fields of a record but the empty ones, so that a field added to the program changes no id."""
    fields = [(field, [value]) for field in _SINGLE_VALUED if (value := getattr(record, field))]
    fields += [(field, sorted(values)) for field in MULTIVALUED if (values := getattr(record, field))]
    return "\n".join((_core(record), *("\t".join((field, *values)) for field, values in fields))).encode()


def _key(record: Record) -> bytes:
    """A digest that equal listings share: of id and core where there is an id, else of all fields."""
    return _hash(f"id\t{record.id}\n{_core(record)}".encode() if record.id else _content(record))


def _hash(content: bytes) -> bytes:
    return hashlib.blake2b(content, digest_size=16).digest()


def _short_id(record: Record) -> str:
    """The source's own id; else `1962-10-27-telegram-from-soviet-delegate-to-the-un-zorin-3f9c1e`."""
    return _url_safe(record.id) if record.id else _readable(record, _digest(_core(record).encode()))


def _distinct_id(record: Record, short_id: str, earlier: Record | None) -> str:
    """The id of a record whose short id another one has too; `earlier` is such a record read before it, if any.

    Two archives may both count from 1: then the later id includes its file. Without an id from its source, a record
    with more than date, title and summary gets an id made of all its fields, whichever is read first.
    """
    if record.id:
        (listing,) = record.listings
        elsewhere = earlier is not None and earlier.listings[0].file != listing.file
        return f"{short_id}-{_digest(listing.file.encode())}" if elsewhere else short_id
    content = _content(record)
    # Twice as long a digest: an archive may have thousands of undated photographs.
    digest = hashlib.blake2b(content, digest_size=2 * _DIGEST).digest().hex("-", _DIGEST)
    return short_id if content == _core(record).encode() else _readable(record, digest)


def _readable(record: Record, digest: str) -> str:
    date = re.sub(r"[^\w.~-]", "_", (record.date and record.date.edtf) or "undated", flags=re.ASCII).strip("_")
    return "-".join(filter(None, (date, _slug(record.title), digest)))


def _url_safe(source_id: str) -> str:
    """A source's id as part of an address: `frus1961-63v06/d1` becomes `frus1961-63v06~d1`. Different ids stay so."""
    plain = source_id.replace("/", "~")
    if "~" not in source_id and re.fullmatch(r"(?!\.+$)[\w.~-]{1,120}", plain, re.ASCII):
        return plain
    return "-".join(filter(None, (_slug(source_id), _digest(source_id.encode()))))


def _digest(content: bytes) -> str:
    return hashlib.blake2b(content, digest_size=_DIGEST).hexdigest()


def _slug(title: str) -> str:
    """The title in lower-case ASCII, cut between words; empty where it has no Latin letter or digit."""
    letters = unicodedata.normalize("NFKD", title.lower().translate(_LETTERS))
    # An apostrophe is part of a word ("castro's" -> "castros"), and so are combining marks after NFKD.
    plain = "".join(
        char for char in letters if not unicodedata.combining(char) and char not in "'\N{RIGHT SINGLE QUOTATION MARK}"
    )
    slug = "-".join(re.findall(r"[a-z0-9]+", plain))
    return slug if len(slug) <= _SLUG else slug[: _SLUG + 1].rpartition("-")[0] or slug[:_SLUG]
