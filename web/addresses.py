"""What a reader asks or browses -> the address that shows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.question import Aspect


@dataclass(frozen=True, slots=True)
class Search:
    """What stands in the boxes of the search page."""

    q: str = ""
    date_from: str = ""
    date_to: str = ""
    sort: str = "relevance"
    raw: bool = False

    def url(self, page: int = 1, *, raw: bool | None = None) -> str:
        """The address of a page of this search; what is empty or usual is left out."""
        given = {
            "q": self.q,
            "date_from": self.date_from,
            "date_to": self.date_to,
            "sort": self.sort if self.sort != "relevance" else "",
            "raw": "true" if (self.raw if raw is None else raw) else "",
            "page": str(page) if page > 1 else "",
        }
        query = urlencode({name: value for name, value in given.items() if value})
        return f"/search?{query}" if query else "/search"


def ask_url(question: str, history: Sequence[str] = (), without: Sequence[Aspect] = ()) -> str:
    """The address of a question's answer."""
    pairs = [("q", question), *(("h", each) for each in history), *(("no", each.value) for each in without)]
    return f"/?{urlencode(pairs)}"
