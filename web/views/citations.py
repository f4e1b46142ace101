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
        key: Name of the style in addresses.
        href: Address of the file.
    """

    key: str
    records: Sequence[Record]
    site: Site
    href: str

    @property
    def name(self) -> str:
        """What people call the style."""
        return STYLES[self.key].name

    @property
    def media_type(self) -> str:
        """Of the file, without its parameters."""
        return STYLES[self.key].media_type.partition(";")[0]

    @property
    def prose(self) -> bool:
        """Whether people read it; each of its lines is then one record's."""
        return STYLES[self.key].prose

    @property
    def text(self) -> str:
        """As the file holds it: written when it is asked for, since a page that only links to it needs none."""
        return cite_all(self.records, self.key, site=self.site)[1]


def cited(records: Sequence[Record], site: Site, address: str) -> tuple[Cited, ...]:
    """Every style; `address` is that of the files but for the style ("/api/v1/citations?id=pier&")."""
    return tuple(Cited(key, records, site, f"{address}style={key}") for key in STYLES)
