"""Record -> how to cite it: a Chicago note, BibTeX, RIS or CSL-JSON.

What is cited is what the reader saw: a curator's summary in this collection, never the document itself. Dates keep
the precision they were given. Each format is written by its own library; `styles/` holds the Chicago style as the
Citation Style Language project publishes it (CC BY-SA 3.0). Another note style (MLA) is one more file and one more row
of `_STYLES`.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    import datetime as dt

    from rag.dates import ArchivalDate
    from rag.record import Record

# Year, month or day, perhaps uncertain. Seasons, decades and open ends are cited in the source's own words.
_PLAIN_EDTF = re.compile(r"(?P<day>\d{4}(?:-(?:0[1-9]|1[0-2])(?:-\d\d)?)?)(?P<unsure>[~?%]?)")

# BibTeX counts braces even behind a backslash, so they must go; pylatexenc and latexcodec leave them in.
_LATEX = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\lbrace{}",
        "}": r"\rbrace{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        **{character: rf"\{character}" for character in "&%$#_"},
    }
)


@dataclass(frozen=True, slots=True)
class Site:
    """Where and when the reader saw the record.

    Attributes:
        name: What the site calls itself.
        root: Its address, to which a record's path is added ("https://archive.example").
        accessed: The day.
    """

    name: str
    root: str
    accessed: dt.date


@dataclass(frozen=True, slots=True)
class _Issued:
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


@dataclass(frozen=True, slots=True)
class _Work:
    """What every format says of a record, each text on one line."""

    id: str
    title: str
    genre: str
    summary: str
    issued: _Issued | None
    archive: str
    location: str
    site: str
    url: str
    accessed: dt.date | None
    note: str
    subjects: tuple[str, ...]


def cite(record: Record, style: str, *, site: Site | None = None) -> tuple[str, str]:
    """How to cite a record: (media type, text ending in a newline).

    Args:
        record: What was seen.
        style: chicago, bibtex, ris or csl-json; ValueError for any other.
        site: Where it was seen; without, it is cited by the archive's own address, if it has one.
    """
    if style not in _STYLES:
        message = f"no citation style {style!r}; there are {', '.join(_STYLES)}"
        raise ValueError(message)
    media_type, write = _STYLES[style]
    return media_type, write(_work(record, site))


def _work(record: Record, site: Site | None) -> _Work:
    seen = "curator's summary" if record.summary else "catalogue entry"
    note = f"A {seen}, not the document itself."
    if site and record.source_url:
        note += f" The archive's own page: {_url(record.source_url)}"
    return _Work(
        id=record.id,
        title=_line(record.title),
        genre=seen,
        summary=_line(record.summary),
        issued=_issued(record.date) if record.date else None,
        archive=_line(record.archive or (site.name if site else "")),
        location=_line(record.source or ""),
        site=_line(site.name) if site else "",
        url=_url(f"{site.root.rstrip('/')}{record.url}" if site else record.source_url or ""),
        accessed=site.accessed if site else None,
        note=note,
        subjects=tuple(_line(subject) for subject in record.subjects),
    )


def _line(text: str) -> str:
    """Fold white space: a line break would end a RIS field and start whatever follows it."""
    return " ".join(text.split())


def _url(address: str) -> str:
    """Percent-encode what no format may see bare in an address, which none of them escapes."""
    return quote(address, safe=":/?#[]@!$&'()*+,;=%~")


def _issued(date: ArchivalDate) -> _Issued:
    ends = [_PLAIN_EDTF.fullmatch(end) for end in (date.edtf or "").split("/")]
    plain = [end for end in ends if end]
    known = len(plain) == len(ends)
    return _Issued(
        text=_line(date.text),
        edtf=date.edtf,
        days=tuple(tuple(int(part) for part in end["day"].split("-")) for end in plain) if known else (),
        circa=known and any(end["unsure"] for end in plain),
    )


def _csl(work: _Work) -> dict[str, object]:
    """One item of CSL-JSON 1.0, without its empty fields."""
    issued: dict[str, object] | None = None
    if work.issued:
        issued = {"date-parts": work.issued.days} if work.issued.days else {"literal": work.issued.text}
        if work.issued.circa:
            issued["circa"] = True
    accessed = work.accessed
    fields = {
        "id": work.id,
        "type": "manuscript",
        "title": work.title,
        "genre": work.genre,
        "issued": issued,
        "archive": work.archive,
        "archive_location": work.location,
        "source": work.site,
        "URL": work.url,
        "accessed": accessed and {"date-parts": [[accessed.year, accessed.month, accessed.day]]},
        "abstract": work.summary,
        "keyword": ", ".join(work.subjects),
        "note": work.note,
    }
    return {name: value for name, value in fields.items() if value}


def _csl_json(work: _Work) -> str:
    return json.dumps([_csl(work)], ensure_ascii=False, indent=2) + "\n"


def _chicago(work: _Work) -> str:
    # citeproc-py carries no types; its 0.15 s of import wait for a citation.
    from citeproc import (  # type: ignore[import-untyped]  # noqa: PLC0415
        Citation,
        CitationItem,
        CitationStylesBibliography,
        CitationStylesStyle,
    )
    from citeproc.formatter import plain  # type: ignore[import-untyped]  # noqa: PLC0415
    from citeproc.source.json import CiteProcJSON  # type: ignore[import-untyped]  # noqa: PLC0415
    from citeproc.string import MixedString, NoCase  # type: ignore[import-untyped]  # noqa: PLC0415

    # Within the note's own quotation marks double ones become single; citeproc-py does not see to it.
    title = work.title.translate(str.maketrans('“”"', "\u2018\u2019'"))
    item = _csl(work)
    if work.issued and (len(work.issued.days) > 1 or work.issued.circa):
        # In the source's words: citeproc-py 0.11 puts a comma before the dash of a range, and has "[1958?]" for circa.
        item["issued"] = {"literal": work.issued.text}
    references = CiteProcJSON([item])
    (reference,) = references.values()
    reference["title"] = MixedString([NoCase(title)])  # an archive's title keeps its own capitals
    citation = Citation([CitationItem(work.id)])
    # The style keeps notes on what it renders, so threads must not share one; reading it is 5 ms of a note's 40.
    path = Path(__file__).with_name("styles") / "chicago-notes-bibliography-access-dates.csl"
    bibliography = CitationStylesBibliography(CitationStylesStyle(str(path), validate=False), references, plain)
    bibliography.register(citation)
    note = str(bibliography.cite(citation, None))
    # Chicago puts the comma before the closing mark; citeproc-py leaves that rule of the locale out.
    return note.replace(f"“{title}”,", f"“{title},”", 1) + "\n"


def _bibtex(work: _Work) -> str:
    from bibtexparser.entrypoint import write_string  # noqa: PLC0415 - 0.09 s
    from bibtexparser.library import Library  # noqa: PLC0415
    from bibtexparser.model import Entry, Field  # noqa: PLC0415

    issued = work.issued
    year = ""
    if issued:
        year = str(issued.days[0][0]) if issued.days and not issued.circa else issued.text
    fields = {
        "title": f"{{{_latex(work.title)}}}",  # the inner braces keep BibTeX from changing capitals
        "howpublished": _latex(work.genre),
        "date": (issued.edtf or "") if issued else "",  # biblatex reads EDTF; BibTeX reads the year
        "year": _latex(year),
        "library": _latex(", ".join(part for part in (work.archive, work.location) if part)),
        "url": work.url,
        "urldate": work.accessed.isoformat() if work.accessed else "",
        "note": _latex(work.note),
        "abstract": _latex(work.summary),
        "keywords": _latex(", ".join(work.subjects)),
    }
    key = re.sub(r"[^\w.:-]+", "-", work.id, flags=re.ASCII)
    entry = Entry("misc", key, [Field(name, value) for name, value in fields.items() if value])
    return write_string(Library([entry]))


def _latex(text: str) -> str:
    return text.translate(_LATEX)


def _ris(work: _Work) -> str:
    import rispy  # type: ignore[import-untyped]  # noqa: PLC0415 - without types; 0.03 s

    fields = {
        "type_of_reference": "MANSCPT",
        "id": work.id,
        "title": work.title,
        "type_of_work": work.genre,
        "year": _ris_year(work.issued),
        "date": _ris_date(work.issued),
        "name_of_database": work.archive,
        "location_archives": work.location,
        "database_provider": work.site,
        "urls": [work.url] if work.url else [],
        "access_date": work.accessed.strftime("%Y/%m/%d") if work.accessed else "",
        "abstract": work.summary,
        "keywords": work.subjects,
        "notes": [work.note],
    }
    # AV is where Zotero keeps an archival location; rispy does not name it.
    tags = {**rispy.TAG_KEY_MAPPING, "AV": "location_archives"}
    written: str = rispy.dumps([{name: value for name, value in fields.items() if value}], mapping=tags)
    return written.removeprefix("1.\n")  # a count, which not every reader of RIS skips


def _ris_year(issued: _Issued | None) -> str:
    return f"{issued.days[0][0]:04}" if issued and issued.days else ""


def _ris_date(issued: _Issued | None) -> str:
    """YYYY/MM/DD/words, each part empty where it is not known; the words wherever the numbers do not say it all."""
    if issued is None:
        return ""
    single = len(issued.days) == 1
    year, month, day = (*(f"{part:02}" for part in issued.days[0]), "", "")[:3] if single else ("", "", "")
    return "/".join((year, month, day, "" if single and not issued.circa else issued.text))


_STYLES = {
    "chicago": ("text/plain; charset=utf-8", _chicago),
    "bibtex": ("application/x-bibtex", _bibtex),
    "ris": ("application/x-research-info-systems", _ris),
    "csl-json": ("application/vnd.citationstyles.csl+json", _csl_json),
}
