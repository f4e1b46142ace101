"""Work -> CSL-JSON 1.0, which Zotero, Mendeley and citeproc read."""

import json
from collections.abc import Sequence

from rag.cite.work import Work

KIND = "manuscript"  # the CSL type of a summary of a document


def item(work: Work) -> dict[str, object]:
    """One item, without its empty fields."""
    issued: dict[str, object] | None = None
    if work.issued:
        issued = {"date-parts": work.issued.days} if work.issued.days else {"literal": work.issued.text}
        if work.issued.circa:
            issued["circa"] = True
    accessed = work.accessed
    innermost, *around = work.kept_in or ("",)
    fields = {
        "id": work.id,
        "type": KIND,
        "title": work.title,
        "genre": work.genre,
        "issued": issued,
        "archive": innermost,
        "archive_location": work.location,
        "source": ", ".join(around),
        "URL": work.url,
        "accessed": accessed and {"date-parts": [[accessed.year, accessed.month, accessed.day]]},
        "abstract": work.summary,
        "keyword": ", ".join(work.subjects),
        "note": work.note,
    }
    return {name: value for name, value in fields.items() if value}


def write(works: Sequence[Work]) -> str:
    """One JSON array."""
    return json.dumps([item(work) for work in works], ensure_ascii=False, indent=2) + "\n"
