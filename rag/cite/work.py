"""Record -> what every format says of it: each text on one line and of nothing but what can be read.

What is cited is what the reader saw, a curator's summary in this collection, never the document itself.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    import datetime as dt

    from rag.dates.archival_date import ArchivalDate
    from rag.record import Record

# Year, month or day, perhaps uncertain. Seasons, decades and open ends are cited in the source's own words.
_PLAIN_EDTF = re.compile(r"(?P<day>\d{4}(?:-(?:0[1-9]|1[0-2])(?:-\d\d)?)?)(?P<unsure>[~?%]?)")

# Embeddings, overrides and isolates of direction reach beyond the field they stand in; marks do not, and stay.
_REACHING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_UNREADABLE = frozenset({"Cc", "Cs", "Cn"})  # controls, halves of characters, what is no character


@dataclass(frozen=True, slots=True)
class Site:
    """Where and when the reader saw the record.

    Attributes:
        name: What the collection is called.
        root: The site's address, to which a record's path is added ("https://archive.example"); empty for none.
        accessed: The day.
        institution: Who keeps the collection; empty where that is not known.
        rights: Under what terms it may be used; empty where that is not known.
    """

    name: str
    root: str
    accessed: dt.date
    institution: str = ""
    rights: str = ""


@dataclass(frozen=True, slots=True)
class Issued:
    """A date as far as citations can say it.

    Attributes:
        text: The source's own words.
        edtf: As in `ArchivalDate`.
        days: One [year], [year, month] or [year, month, day], or the two ends of a range; empty for words alone.
        circa: Whether they are uncertain or approximate.
    """

    text: str
    edtf: str | None
    days: tuple[tuple[int, ...], ...]
    circa: bool

    @classmethod
    def of(cls, date: ArchivalDate) -> Issued:
        """Keep the precision that was given."""
        ends = [_PLAIN_EDTF.fullmatch(end) for end in (date.edtf or "").split("/")]
        plain = [end for end in ends if end]
        known = len(plain) == len(ends)
        return cls(
            text=line(date.text),
            edtf=date.edtf,
            days=tuple(tuple(int(part) for part in end["day"].split("-")) for end in plain) if known else (),
            circa=known and any(end["unsure"] for end in plain),
        )


@dataclass(frozen=True, slots=True)
class Work:
    """What is cited.

    Attributes:
        genre: "curator's summary", or "catalogue entry" where there is none.
        archive: Who keeps the document, where the source says so.
        location: Its place there.
        collection: What the reader saw the record in.
        institution: Who keeps that.
        url: The permalink.
        note: What it is not, where else it is told of, and the rights.
        rights: Under what terms it may be used.
    """

    id: str
    title: str
    genre: str
    summary: str
    issued: Issued | None
    archive: str
    location: str
    collection: str
    institution: str
    url: str
    accessed: dt.date | None
    note: str
    rights: str
    subjects: tuple[str, ...]
    languages: tuple[str, ...]

    @classmethod
    def of(cls, record: Record, site: Site | None) -> Work:
        """Without a site's address it is cited by the archive's own, if it has one."""
        genre = "curator's summary" if record.summary else "catalogue entry"
        notes = [f"A {genre}, not the document itself."]
        here = site is not None and bool(site.root)
        if here and record.source_url:
            notes.append(f"The archive's own page: {address(record.source_url)}")
        if rights := line(record.rights or (site.rights if site else "")):
            notes.append(f"Rights: {rights}")
        return cls(
            id=record.id,
            title=line(record.title),
            genre=genre,
            summary=line(record.summary),
            issued=Issued.of(record.date) if record.date else None,
            archive=line(record.archive or ""),
            location=line(record.source or ""),
            collection=line(site.name) if site else "",
            institution=line(site.institution) if site else "",
            url=address(f"{site.root.rstrip('/')}{record.url}" if site and here else record.source_url or ""),
            accessed=site.accessed if site and here else None,
            note=" ".join(notes),
            rights=rights,
            subjects=tuple(filter(None, map(line, record.subjects))),
            languages=tuple(filter(None, map(line, record.languages))),
        )

    @property
    def kept_in(self) -> tuple[str, ...]:
        """From the inside out: the document's archive, the collection, its institution; what is known of them."""
        return tuple(filter(None, (self.archive, self.collection, self.institution)))


def line(text: str) -> str:
    """The text on one line: a break would end a RIS field and start whatever follows it."""
    if text.isprintable():  # nearly always, and twenty times as quick to say
        return " ".join(text.split())
    kept = "".join(
        character
        for character in text
        if character.isspace() or not (unicodedata.category(character) in _UNREADABLE or character in _REACHING)
    )
    return " ".join(kept.split())


def address(text: str) -> str:
    """Percent-encode what no format may see bare in an address, which none of them escapes."""
    return quote(text, safe=":/?#[]@!$&'()*+,;=%~")
