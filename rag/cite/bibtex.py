"""Work -> BibTeX; biblatex also reads the day of the date."""

import re
from collections.abc import Sequence

from rag.cite.work import Work

# BibTeX counts braces even after a backslash, so none may stay; pylatexenc and latexcodec leave them in.
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


def write(works: Sequence[Work]) -> str:
    """One entry for each work, with keys that differ by more than case."""
    from bibtexparser.entrypoint import write_string  # noqa: PLC0415 - slow to import
    from bibtexparser.library import Library  # noqa: PLC0415
    from bibtexparser.model import Entry, Field  # noqa: PLC0415

    entries: dict[str, Entry] = {}
    for work in works:
        plain = re.sub(r"[^\w.:-]+", "-", work.id, flags=re.ASCII)
        key, number = plain, 1
        while key.lower() in entries:
            number += 1
            key = f"{plain}-{number}"
        fields = [Field(name, value) for name, value in _fields(work).items() if value]
        entries[key.lower()] = Entry("misc", key, fields)
    return write_string(Library(list(entries.values())))


def _fields(work: Work) -> dict[str, str]:
    issued = work.issued
    year = ""
    if issued:
        year = str(issued.days[0][0]) if issued.days and not issued.circa else issued.text
    return {
        "title": f"{{{_latex(work.title)}}}",  # the inner braces keep BibTeX from changing capitals
        "howpublished": _latex(work.genre),
        "date": (issued.edtf or "") if issued else "",  # biblatex reads EDTF; BibTeX reads the year
        "year": _latex(year),
        "library": _latex(", ".join(filter(None, (work.archive, work.location)))),
        "organization": _latex(", ".join(filter(None, (work.collection, work.institution)))),
        "url": work.url,
        "urldate": work.accessed.isoformat() if work.accessed else "",
        "note": _latex(work.note),
        "abstract": _latex(work.summary),
        "keywords": _latex(", ".join(work.subjects)),
    }


def _latex(text: str) -> str:
    return text.translate(_LATEX)
