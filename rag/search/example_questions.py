"""A collection -> questions to begin with: of those whom it names most, together and alone, of a place, of a year."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.index.ports import Order
from rag.record import EVERYTHING, Filter

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rag.index.ports import IndexReader

MOST = 4
"""Questions, at most."""

_LONGEST_TITLE = 90  # characters of a title that still reads as a question


def examples(reader: IndexReader) -> tuple[str, ...]:
    """Up to `MOST` questions; the titles of records stand in where too little is named."""
    return tuple(dict.fromkeys([*_named(reader), *_titles(reader)]))[:MOST]


def _named(reader: IndexReader) -> Iterator[str]:
    people = _commonest(reader, "people")
    if people:
        beside = _commonest(reader, "people", Filter(fields=(("people", frozenset(people[:1])),)))
        together = [each for each in beside if each != people[0]][:1]
        yield f"What is told of {' and '.join([people[0], *together])}?"
        alone = [each for each in people if each not in {people[0], *together}]
        yield from (f"What is told of {each}?" for each in alone[:1])
    years = _commonest(reader, "year")
    yield from (
        f"What is told of {place} in {year}?" for place in _commonest(reader, "places")[:1] for year in years[:1]
    )
    yield from (f"Documents from {year}" for year in years[:1])


def _commonest(reader: IndexReader, field: str, where: Filter = EVERYTHING) -> Sequence[str]:
    """The three values that most records have."""
    counts = reader.facets(field, where)
    return sorted(counts, key=lambda value: (-counts[value], value))[:3]


def _titles(reader: IndexReader) -> Iterator[str]:
    for record in reader.page(EVERYTHING, Order.DATE, 0, 3 * MOST):
        if len(record.title) <= _LONGEST_TITLE:
            yield record.title
