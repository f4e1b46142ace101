"""Records -> how to cite them: notes, bibliographies, and files for reference managers.

    record -> work -> prose (by way of csl) | csl | bibtex | ris

A module for each format, each written by its own library. Another style of prose is one file more in `styles` and one
row of STYLES.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal, TypeAlias

from rag.cite import bibtex, csl, prose, ris
from rag.cite.work import Site, Work
from rag.language.message import worded
from rag.record import Record

__all__ = ["STYLES", "Site", "Style", "StyleName", "cite", "cite_all"]

StyleName: TypeAlias = Literal["chicago", "chicago-bibliography", "mla", "bibtex", "ris", "csl-json"]


@dataclass(frozen=True, slots=True)
class Style:
    """A way to cite."""

    name: str  # for people
    media_type: str  # of a file in it
    suffix: str  # of a file in it
    prose: bool  # whether people read it, and not programs
    write: Callable[[Sequence[Work]], str]


_TEXT = "text/plain; charset=utf-8"
# Every style by its name in addresses and commands.
STYLES = {
    "chicago": Style(worded("Chicago note"), _TEXT, "txt", prose=True, write=partial(prose.notes, prose.CHICAGO)),
    "chicago-bibliography": Style(
        worded("Chicago bibliography"), _TEXT, "txt", prose=True, write=partial(prose.bibliography, prose.CHICAGO)
    ),
    "mla": Style("MLA", _TEXT, "txt", prose=True, write=partial(prose.bibliography, prose.MLA)),
    "bibtex": Style("BibTeX", "application/x-bibtex", "bib", prose=False, write=bibtex.write),
    "ris": Style("RIS", "application/x-research-info-systems", "ris", prose=False, write=ris.write),
    "csl-json": Style("CSL-JSON", "application/vnd.citationstyles.csl+json", "json", prose=False, write=csl.write),
}


def cite(record: Record, style: str, *, site: Site | None = None) -> tuple[str, str]:
    """How to cite a record: (media type, text ending in a newline).

    Args:
        record: The record.
        style: A name in STYLES; ValueError for any other.
        site: Where the reader saw it; without a site, the citation has the archive's own address, if there is one.
    """
    return cite_all([record], style, site=site)


def cite_all(records: Sequence[Record], style: str, *, site: Site | None = None) -> tuple[str, str]:
    """How to cite records: notes and files in the order given, a bibliography in its own."""
    if style not in STYLES:
        raise ValueError(f"no citation style {style!r}; there are {', '.join(STYLES)}")
    return STYLES[style].media_type, STYLES[style].write([Work.of(record, site) for record in records])
