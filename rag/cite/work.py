"""Record -> the fields that every format prints, each on one line and without unreadable characters.

A citation refers to what the reader saw, a curator's summary in this collection, never to the document itself. Its
address is the archive's own, where there is one; that of this collection is then named as the way there.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_address
from typing import NamedTuple
from urllib.parse import quote, urlsplit

from rag.dates.archival_date import ArchivalDate
from rag.language.message import Message, worded
from rag.record import Record, TextKind

# A year, month or day, perhaps uncertain. Seasons, decades and open ends are cited in the source's own words.
_PLAIN_EDTF = re.compile(r"(?P<day>\d{4}(?:-(?:0[1-9]|1[0-2])(?:-\d\d)?)?)(?P<unsure>[~?%]?)")

# Embeddings, overrides and isolates of text direction reach beyond their field; direction marks do not, and stay.
_DIRECTION = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_UNREADABLE = frozenset({"Cc", "Cs", "Cn"})  # control characters, surrogates, unassigned code points


@dataclass(frozen=True, slots=True)
class Site:
    """Where and when the reader saw the record."""

    name: str  # of the collection
    root: str  # address of the site, without a record's path ("https://archive.example"); empty for none
    accessed: dt.date  # the day
    institution: str = ""  # who keeps the collection; empty where not known
    rights: str = ""  # terms of use; empty where not known

    @property
    def is_public(self) -> bool:
        """Whether its address can be one that others reach."""
        return is_public(self.root)


def is_public(root: str) -> bool:
    """Whether an address can be one that others reach: neither this machine's nor that of a private network."""
    host = ""
    try:
        host = urlsplit(root).hostname or ""
        return ip_address(host).is_global
    except ValueError:
        return "." in host and not host.endswith((".localhost", ".local"))


@dataclass(frozen=True, slots=True)
class Issued:
    """A date as citations print it."""

    text: str  # the source's own words
    edtf: str | None  # as in `ArchivalDate`
    # One [year], [year, month] or [year, month, day], or the two ends of a range; empty where only the text says it.
    days: tuple[tuple[int, ...], ...]
    circa: bool  # whether the days are uncertain or approximate

    @classmethod
    def of(cls, date: ArchivalDate) -> Issued:
        """Keep the precision of the source."""
        ends = [_PLAIN_EDTF.fullmatch(end) for end in (date.edtf or "").split("/")]
        plain = [end for end in ends if end]
        known = len(plain) == len(ends)
        return cls(
            text=line(date.text),
            edtf=date.edtf,
            days=tuple(tuple(int(part) for part in end["day"].split("-")) for end in plain) if known else (),
            circa=known and any(end["unsure"] for end in plain),
        )


class Genre(NamedTuple):
    """What a reader saw of a document."""

    name: str  # as a citation calls it: "curator's summary"
    many: Message  # several of them
    article: str = "A"
    whole: str = "the document itself"  # what it is not

    @property
    def note(self) -> str:
        """What a citation says of it."""
        return f"{self.article} {self.name}, not {self.whole}."


# What a text of each kind is.
GENRES: dict[TextKind, Genre] = {
    "summary": Genre("curator's summary", worded("curators’ summaries")),
    "scope": Genre("scope note", worded("scope notes")),
    "abstract": Genre("abstract", worded("abstracts"), "An"),
    "note": Genre("note", worded("notes")),
    "opening": Genre("opening of the document", worded("openings of the documents"), "The", "the whole of it"),
}

_ENTRY = Genre("catalogue entry", worded("catalogue entries"))
_TITLE = Genre("curator's title", worded("titles"))


def genre_of(text: str, record: Record) -> Genre:
    """What a text quoted from a record is: of its summary, or of its title."""
    return GENRES[record.text_kind] if text in record.summary else _TITLE


def quoted_are(genres: Iterable[Genre]) -> Message:
    """What the quotations of a page are: curators' summaries and titles, not the documents."""
    kinds = dict.fromkeys(genres)
    *rest, last = (each.many for each in kinds)
    named = worded("%(names)s and %(last)s", names=tuple(rest), last=last) if rest else last
    if {*kinds} == {GENRES["opening"]}:
        return worded("%(kinds)s, not the whole of them", kinds=named)
    return worded("%(kinds)s, not the documents", kinds=named)


_LABEL = "Source: "  # before the note on the source in *Foreign Relations of the United States*
_MARKING = "(?:(?:Top )?Secret|Confidential|Restricted|Unclassified|(?:Limited )?Official Use|No classification)"
_NOTED = re.compile(rf"{_LABEL}(.*?\. {_MARKING}[^.]*\.)")


@dataclass(frozen=True, slots=True)
class Work:
    """A record as it is cited."""

    id: str
    title: str
    # What the reader saw: "curator's summary", "scope note", "opening of the document"; "catalogue entry" for a record
    # without a text.
    genre: str
    summary: str
    issued: Issued | None
    archive: str  # who keeps the document, where the source says so
    location: str  # its place there
    collection: str  # where the reader saw the record
    institution: str  # who keeps the collection
    # The archive's own address of the record, else of its first picture, else this site's, if public; or empty.
    url: str
    via: str  # how the reader came to see it, where that is not by `url`
    accessed: dt.date | None
    note: str  # that it is not the document, how the reader came to see it, and the rights
    rights: str  # terms of use
    subjects: tuple[str, ...]
    languages: tuple[str, ...]
    images: tuple[str, ...] = ()  # addresses of pictures of the document, or of a manifest of its pages

    @classmethod
    def of(cls, record: Record, site: Site | None) -> Work:
        """Without a site, take the archive's own address, if there is one."""
        genre = GENRES[record.text_kind] if record.summary else _ENTRY
        here = f"{site.root.rstrip('/')}{record.url}" if site and site.is_public else ""
        via = (
            ""
            if site is None or (here and not (record.source_url or record.images))
            else f"via {address(here) or 'a local address'}"
        )
        notes = [genre.note, *([f"Seen {via}{'' if here else '.'}"] if via else [])]  # no full stop after an address
        if rights := line(record.rights or (site.rights if site else "")):
            notes.append(f"Rights: {rights}")
        return cls(
            id=record.id,
            title=line(record.title),
            genre=genre.name,
            summary=line(record.summary),
            issued=Issued.of(record.date) if record.date else None,
            archive=line(record.archive or ""),
            location=_place(record.source or ""),
            collection=line(site.name) if site else "",
            institution=line(site.institution) if site else "",
            url=address(next(filter(None, (record.source_url, *record.images)), here)),
            via=via,
            accessed=site.accessed if site else None,
            note=" ".join(notes),
            rights=rights,
            subjects=tuple(filter(None, map(line, record.subjects))),
            languages=tuple(filter(None, map(line, record.languages))),
            images=tuple(map(address, record.images)),
        )

    @property
    def kept_in(self) -> tuple[str, ...]:
        """The document's archive, the collection and its institution, in this order, without the unknown ones."""
        return tuple(filter(None, (self.archive, self.collection, self.institution)))


def _place(source: str) -> str:
    """Where a document is kept, and its marking, without what an editor's note says after them of drafts and copies."""
    note = line(source)
    noted = _NOTED.match(note)
    return noted[1] if noted else note.removeprefix(_LABEL)


def line(text: str) -> str:
    """The text on one line, because a line break would end a RIS field."""
    if text.isprintable():  # nearly always, and much faster
        return " ".join(text.split())
    readable = "".join(
        character
        for character in text
        if character.isspace() or not (unicodedata.category(character) in _UNREADABLE or character in _DIRECTION)
    )
    return " ".join(readable.split())


def address(text: str) -> str:
    """Percent-encode an address, because no format escapes it."""
    return quote(text, safe=":/?#[]@!$&'()*+,;=%~")
