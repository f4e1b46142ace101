"""Work -> a Chicago note, an entry of a Chicago bibliography, an entry of a list of works cited (MLA).

`styles` has styles of the Citation Style Language project (CC BY-SA 3.0), reduced to what a record needs, because
citeproc-py walks through a whole style for each citation. A bibliography is sorted as libraries sort titles: without a
first article, É as E.
"""

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

from anyascii import anyascii

from rag.cite import csl
from rag.cite.work import Work

CHICAGO, MLA = "chicago-notes-bibliography-access-dates", "modern-language-association"

FOLDER = Path(__file__).parent / "styles"
_SINGLE = str.maketrans('“”"', "\u2018\u2019'")
_ARTICLE = re.compile(r"(?:an?|the)\s+(?=\w)", re.IGNORECASE)
_ENDS = (".", "?", "!", "…")
_LAST_STOP = re.compile(r"(?<=\w)(?<!\b[^\W\d])\.$")  # not that of an initial: John F.
_LAST_STOPS = re.compile(r"(?<!\.[^\W\d])[.,\s]+$")  # not that of U.S. or n.d.

# A style keeps state while it prints, so threads must take turns.
_one_at_a_time = Lock()


def notes(style: str, works: Sequence[Work]) -> str:
    """A full note for each, in the order given."""
    return "".join(_printed(work, style, note=True) for work in works)


def bibliography(style: str, works: Sequence[Work]) -> str:
    """A bibliography, or a list of works cited."""
    return "".join(_printed(work, style) for work in sorted(works, key=_filing_key))


def _filing_key(work: Work) -> tuple[str, str, str]:
    words = re.sub(r"^\W+", "", anyascii(work.title))
    return _ARTICLE.sub("", words, count=1).casefold(), (work.issued and work.issued.edtf) or "", work.id


@lru_cache(maxsize=1 << 12)  # readers view, copy and download the same list
def _printed(work: Work, style: str, *, note: bool = False) -> str:
    # citeproc-py carries no types; it is slow to import, so that waits for a citation.
    from citeproc import (  # type: ignore[import-untyped]  # noqa: PLC0415
        Citation,
        CitationItem,
        CitationStylesBibliography,
    )
    from citeproc.formatter import plain  # type: ignore[import-untyped]  # noqa: PLC0415
    from citeproc.source.json import CiteProcJSON  # type: ignore[import-untyped]  # noqa: PLC0415
    from citeproc.string import String  # type: ignore[import-untyped]  # noqa: PLC0415

    item = _item(work, style, note=note)
    source = CiteProcJSON([item])
    (reference,) = source.values()
    for field in ("title", "archive", "archive_location", "source"):
        if text := item.get(field):
            reference[field] = String(text)  # an archive's "<span>" is no markup
    citation = Citation([CitationItem(work.id)])
    with _one_at_a_time:
        bibliography = CitationStylesBibliography(_style(style), source, plain)
        bibliography.register(citation)
        # A Chicago bibliography leaves out a work that nobody could find again; print its note instead.
        entries = [] if note else bibliography.bibliography()
        printed = str(entries[0] if entries else bibliography.cite(citation, None))
    return f"{_closed(printed, item['title'])}\n"


@cache
def _style(name: str) -> Any:  # noqa: ANN401 - citeproc-py carries no types
    from citeproc import CitationStylesStyle  # noqa: PLC0415 - citeproc-py is slow to import

    return CitationStylesStyle(str(FOLDER / f"{name}.csl"), validate=False)


def _item(work: Work, style: str, *, note: bool) -> dict[str, Any]:
    item = csl.item(work)
    if work.via:
        first = style == MLA or note or work.url
        item["URL"] = ", ".join(filter(None, (work.url, work.via if first else f"{work.via[0].upper()}{work.via[1:]}")))
    # Double quotation marks inside a quoted title become single; citeproc-py does not do that.
    title = work.title.translate(_SINGLE)
    item["title"] = title.rstrip(", ") or title  # a comma follows it anyway
    if style == CHICAGO:  # it does not print `source`
        item |= {"archive": ", ".join(work.kept_in)} if work.kept_in else {}
    for field in item.keys() & {"archive", "archive_location", "source"}:  # a stop or a comma follows each
        item[field] = _LAST_STOPS.sub("", str(item[field]))
    if work.issued and (len(work.issued.days) > 1 or work.issued.circa):
        # In the source's words: citeproc-py 0.11 prints a comma before the dash of a range, and "[1958?]" for circa.
        item["issued"] = {"literal": work.issued.text}
    return item


def _closed(printed: str, title: str) -> str:
    """Move the comma or full stop after the title inside its quotation marks, as both styles require.

    citeproc-py does not apply that rule of the locale.
    """
    opened = f"“{title}"
    if not printed.startswith(f"{opened}”"):
        return printed
    rest = printed[len(opened) + 1 :]
    stop = rest[:1] if rest[:1] in {",", "."} else ""
    inside = "" if stop == "." and title.endswith(_ENDS) else stop
    return f"{_LAST_STOP.sub('', opened) if stop == ',' else opened}{inside}”{rest[len(stop) :]}"
