"""Records -> their citations on a page: the text of each style and the address of its file."""

from collections.abc import Sequence
from dataclasses import dataclass

from rag.cite import STYLES, Site, cite_all
from rag.record import Record


@dataclass(frozen=True, slots=True)
class Cited:
    """Some records in one style."""

    key: str  # the style's name in addresses
    records: Sequence[Record]
    site: Site
    href: str  # address of the file

    @property
    def name(self) -> str:
        """The style's name for people."""
        return STYLES[self.key].name

    @property
    def media_type(self) -> str:
        """Media type of the file, without parameters."""
        return STYLES[self.key].media_type.partition(";")[0]

    @property
    def prose(self) -> bool:
        """Whether people read it; each line is then one record."""
        return STYLES[self.key].prose

    @property
    def text(self) -> str:
        """The content of the file; computed only for pages that show it."""
        return cite_all(self.records, self.key, site=self.site)[1]


def cited(records: Sequence[Record], site: Site, address: str) -> tuple[Cited, ...]:
    """All styles; `address` is that of the files without the style ("/api/v1/citations?id=pier&")."""
    return tuple(Cited(key, records, site, f"{address}style={key}") for key in STYLES)
