"""Listings -> records: equal ones become one, each gets its name.

Two listings are equal when all that they tell is, however date and white space are spelt; what one does not tell, the
other may, if they have one id of their own or one of them tells nothing but date, title and summary. Where the source
gives no id, it is made of what the record tells, so it is the same after every rebuild and in any order of files; where
another record of the same date, title and summary comes, it grows, lest an address come to mean another.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from rag.dates.archival_date import dates_in
from rag.errors import SourceError
from rag.ingest.formats.column_names import MANY

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rag.ingest.formats.protocol import Item
    from rag.record import Listing, Record

# What makes two listings two records, beside date, title and summary, and MANY.
_SINGLE = ("id", "source_url", "type", "archive", "source", "rights")
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
    firsts: dict[bytes, Item] = {}  # by what is told
    more: dict[bytes, list[tuple[int, Listing]]] = {}  # the later listings of the same, each with its line
    for item in items:
        (place,) = item.record.listings
        told = _key(item.record)
        if item.record.id and told in firsts and not _agree(firsts[told].record, item.record):
            told = _hashed(_told(item.record))
        known = firsts.setdefault(told, item)
        if known is not item:
            more.setdefault(told, []).append((item.line, place))
            firsts[told] = replace(known, record=_united(known.record, item.record))
    _join_bare(firsts, more)
    names = [_name(first.record) for first in firsts.values()]
    shared = {name for name, times in Counter(names).items() if times > 1}
    named: dict[str, tuple[Item, tuple[Listing, ...]]] = {}
    faults: list[SourceError] = []
    for (told, first), plain in zip(firsts.items(), names, strict=True):
        known_by_it = named[plain][0].record if plain in named else None
        name = _apart(first.record, plain, known_by_it) if plain in shared else plain
        (place,) = first.record.listings
        places = ((first.line, place), *more.get(told, ()))
        known, _ = named.setdefault(name, (first, tuple(place for _, place in places)))
        if known is not first:
            cure = f"change either {'id' if first.record.id else 'title'}"
            other = f"{known.record.listings[0].file}:{known.line}"
            reason = f"its id {name!r} is already that of another record, in {other}; {cure}"
            faults += [SourceError(place.file, line, reason) for line, place in places]
    records = tuple(
        replace(first.record, id=name, dates_in_title=dates_in(first.record.title), listings=listings)
        for name, (first, listings) in named.items()
    )
    return records, tuple(faults)


def _join_bare(firsts: dict[bytes, Item], more: dict[bytes, list[tuple[int, Listing]]]) -> None:
    """A listing without id that tells nothing but its core is the same as the one that tells more, if only one does."""
    alike: dict[bytes, list[bytes]] = {}
    for told, first in firsts.items():
        if not first.record.id:
            alike.setdefault(_hashed(_core(first.record).encode()), []).append(told)
    for core, keys in alike.items():
        match keys:
            case [one, other] if core in keys:
                joined = firsts.pop(other)
                (place,) = joined.record.listings
                firsts[one] = replace(firsts[one], record=_united(firsts[one].record, joined.record))
                more[one] = [*more.get(one, ()), (joined.line, place), *more.pop(other, ())]


def _agree(one: Record, other: Record) -> bool:
    """Whether no field that has one value has two; an address may change."""
    fields = ((getattr(one, field), getattr(other, field)) for field in _SINGLE if field != "source_url")
    return all(not first or not second or first == second for first, second in fields)


def _united(one: Record, other: Record) -> Record:
    """What either tells, with the listings of the first."""
    told: dict[str, Any] = {field: getattr(one, field) or getattr(other, field) for field in _SINGLE}
    told |= {field: tuple(dict.fromkeys((*getattr(one, field), *getattr(other, field)))) for field in MANY}
    return replace(one, **told)


def _core(record: Record) -> str:
    """What a listing always tells. The parts hold no line breaks, so they cannot run together."""
    date = "" if record.date is None else record.date.edtf or record.date.text
    return f"{date}\n{record.title}\n{record.summary}"


def _told(record: Record) -> bytes:
    """All that makes a record this one and no other. Empty fields are left out: one more of them changes no id."""
    told = [(field, [value]) for field in _SINGLE if (value := getattr(record, field))]
    told += [(field, sorted(values)) for field in MANY if (values := getattr(record, field))]
    return "\n".join((_core(record), *("\t".join((field, *values)) for field, values in told))).encode()


def _key(record: Record) -> bytes:
    """What is the same for equal listings: of those with an id of their own, though another field be told by one."""
    return _hashed(f"id\t{record.id}\n{_core(record)}".encode() if record.id else _told(record))


def _hashed(told: bytes) -> bytes:
    return hashlib.blake2b(told, digest_size=16).digest()


def _name(record: Record) -> str:
    """The source's own id; else `1962-10-27-telegram-from-soviet-delegate-to-the-un-zorin-3f9c1e`."""
    return _own(record.id) if record.id else _readable(record, _digest(_core(record).encode()))


def _apart(record: Record, name: str, known: Record | None) -> str:
    """The name of a record that shares its name with another; `known` is one read before, if any.

    Two archives may both count from 1: the later id says its file too. Without an id, whichever tells more than date,
    title and summary is named by all that it tells, so that it does not matter which is read first.
    """
    if record.id:
        (place,) = record.listings
        other = known is not None and known.listings[0].file != place.file
        return f"{name}-{_digest(place.file.encode())}" if other else name
    told = _told(record)
    # Twice as long a digest: an archive may hold thousands of photographs without date.
    digest = hashlib.blake2b(told, digest_size=2 * _DIGEST).digest().hex("-", _DIGEST)
    return name if told == _core(record).encode() else _readable(record, digest)


def _readable(record: Record, digest: str) -> str:
    date = re.sub(r"[^\w.~-]", "_", (record.date and record.date.edtf) or "undated", flags=re.ASCII).strip("_")
    return "-".join(filter(None, (date, _slug(record.title), digest)))


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
