"""A collection -> questions to begin with: about the people it names most, a place and a year."""

import re
from collections.abc import Iterator, Sequence

from rag.index.ports import IndexReader, Order
from rag.record import EVERYTHING, Filter

MOST = 4  # questions, at most
_LONGEST_TITLE = 90  # characters of a title that serves as a question, at most
_THE = re.compile(
    r"(United|Bay|Gulf|Strait) .*|.* (Union|Republic|Kingdom|Emirates|Islands|Canal|Sea)|Netherlands|Philippines"
)


def examples(reader: IndexReader) -> tuple[str, ...]:
    """Up to `MOST` questions; titles of records where the collection names too few people and places."""
    return tuple(dict.fromkeys([*_named(reader), *_titles(reader)]))[:MOST]


def about(name: str) -> str:
    """The question of a person or place, "the" before a name that takes it: the United States."""
    return f"What do the records say about {'the ' if _THE.fullmatch(name) else ''}{name}?"


def _named(reader: IndexReader) -> Iterator[str]:
    people = _commonest(reader, "people")
    if people:
        beside = _commonest(reader, "people", Filter(fields=(("people", frozenset(people[:1])),)))
        together = [person for person in beside if person != people[0]][:1]
        yield about(" and ".join([people[0], *together]))
        others = [person for person in people if person not in {people[0], *together}]
        yield from map(about, others[:1])
    years, places = _commonest(reader, "year")[:1], _commonest(reader, "places")[:1]
    yield from (f"{about(place)[:-1]} in {year}?" for place in places for year in years)
    yield from (f"Documents from {year}" for year in years)


def _commonest(reader: IndexReader, field: str, where: Filter = EVERYTHING) -> Sequence[str]:
    """The three most frequent values."""
    counts = reader.facets(field, where)
    return sorted(counts, key=lambda value: (-counts[value], value))[:3]


def _titles(reader: IndexReader) -> Iterator[str]:
    for record in reader.page(EVERYTHING, Order.DATE, 0, 3 * MOST):
        if len(record.title) <= _LONGEST_TITLE:
            yield record.title
