"""A generation -> what is in it as a whole, and by what it is searched."""

from collections.abc import Mapping
from dataclasses import dataclass

from rag.index.ports import Identity, IndexReader
from rag.record import EVERYTHING, ListingPage


@dataclass(frozen=True, slots=True)
class Coverage:
    """What is in the collection and by what it is searched."""

    records: int
    listings: int
    undated: int  # records without an understood date
    without_summary: int  # records without a summary
    years: Mapping[str, int]  # records by year of the listed date
    pages: tuple[ListingPage, ...]  # each saved page, with what it says it is a part of
    generation: str
    identity: Identity


def coverage(reader: IndexReader) -> Coverage:
    """What is in this generation."""
    return Coverage(
        records=len(reader),
        listings=sum(page.listings for page in reader.identity.pages),
        undated=reader.count_undated(EVERYTHING),
        without_summary=reader.facets("summary", EVERYTHING).get("without", 0),
        years=reader.facets("year", EVERYTHING),
        pages=reader.identity.pages,
        generation=reader.generation,
        identity=reader.identity,
    )
