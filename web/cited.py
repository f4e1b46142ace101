"""Records -> what a page shows of how to cite them: each style's text and the address of its file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.cite import STYLES, cite_all

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.cite import Site
    from rag.record import Record


@dataclass(frozen=True, slots=True)
class Cited:
    """One way to cite some records.

    Attributes:
        name: What people call it.
        text: As a file holds it.
        href: Address of the file.
        prose: Whether people read it; each of its lines is then one record's.
    """

    name: str
    media_type: str
    text: str
    href: str
    prose: bool

    @property
    def lines(self) -> tuple[str, ...]:
        """The text line by line."""
        return tuple(self.text.splitlines())


def cited(records: Sequence[Record], site: Site, address: str) -> tuple[Cited, ...]:
    """Every style; `address` is that of the files but for the style ("/api/v1/citations?id=pier&")."""
    return tuple(
        Cited(
            name=style.name,
            media_type=style.media_type.partition(";")[0],
            text=cite_all(records, key, site=site)[1],
            href=f"{address}style={key}",
            prose=style.prose,
        )
        for key, style in STYLES.items()
    )
