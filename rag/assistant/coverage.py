"""A generation -> what it holds as a whole, and by what it is searched."""

from collections.abc import Mapping
from dataclasses import dataclass

from rag.index.ports import Identity, IndexReader
from rag.record import EVERYTHING, ListingPage


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the collection holds and by what it is searched.

    Attributes:
        years: Records by year of the listed date.
        undated: Records without an understood date.
        untold: Records without a summary.
        pages: Each saved page, with what it says it is a part of.
    """

    records: int
    listings: int
    undated: int
    untold: int
    years: Mapping[str, int]
    pages: tuple[ListingPage, ...]
    generation: str
    identity: Identity


def coverage(reader: IndexReader) -> Coverage:
    """What this generation holds."""
    return Coverage(
        records=len(reader),
        listings=sum(page.listings for page in reader.identity.pages),
        undated=reader.count_undated(EVERYTHING),
        untold=reader.facets("summary", EVERYTHING).get("without", 0),
        years=reader.facets("year", EVERYTHING),
        pages=reader.identity.pages,
        generation=reader.generation,
        identity=reader.identity,
    )
