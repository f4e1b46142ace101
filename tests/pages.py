"""Small listing pages, written for the tests, in the layouts of the seeds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Entry:
    """A listing as a page prints it; an empty summary is no paragraph at all."""

    date: str
    title: str
    summary: str = ""

    @property
    def paragraphs(self) -> list[str]:
        """Each on its own, in the order of a page."""
        return [part for part in (self.date, self.title, self.summary) if part]


PIER = Entry("May 3, 1951", "Cable on the New Pier", "The harbour master asks for a second pier. No. 4 is full.")
GRAIN = Entry(
    "June 04, 1951", "Talk with the Grain Merchants, 2 June 1951", "They ask for “cheaper berths” and more cranes."
)
STORM = Entry("July, 1951", "Note on the Storm")
HARBOUR = (PIER, GRAIN, STORM)


def numbered(listings: Iterable[Entry], heading: str = "1 - 3 of 12") -> str:
    """A result page: a range line, then paragraphs at the margin."""
    body = "\n\n".join("\n\n".join(entry.paragraphs) for entry in listings)
    return f"Skip to content\n\n\n{heading}\n\n\n{body}\n"


def bulleted(listings: Iterable[Entry]) -> str:
    """A collection page: a bullet before each date, the rest indented below it."""
    body = "\n\n".join("  • " + "\n\n    ".join(entry.paragraphs) for entry in listings)
    return f"Search in\n\nDigital Archive International History Declassified\n\n\n{body}"


def footed(listings: Iterable[Entry], heading: str = "1 - 3 of 12") -> str:
    """A result page with headings and a foot."""
    body = "\n\n".join("\n\n".join(entry.paragraphs) for entry in listings)
    return f"Skip to content\n\nResults:\n\n{heading}\n\nDocuments\n\n{body}\n\nPagination"


def from_bulleted(page: str, heading: str) -> str:
    """The bulleted page with its bullets, indents and furniture exchanged for those of a numbered one."""
    body = re.sub(r"(?m)^ +(?:• )?", "", page[page.index("  •") :])
    return f"Skip to content\n\n\n{heading}\n\n\n{body}"
