"""A generation -> a map of it: records in two dimensions by meaning, with the names that lie together.

Principal components: of all flat drawings the one that keeps most of the differences between the vectors, by a rule
that gives the same drawing every time. Directions mean nothing by themselves; what lies near is near in meaning, as
far as `kept` says.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rag.embeddings import Vectors
from rag.index.ports import IndexReader, Order
from rag.record import EVERYTHING, Record

SHOWN = 120  # records on a map, at most; of more, a sample that is even along time
_RUN = 6  # consecutive records in the sample
_PERIODS = 4
_NAMES = 10
_FEWEST = 3  # records that a name on the map has, at least
_COMMON = 1 / 3  # share of all above which a name says nothing of a place
_TOGETHER = 0.75  # of the mean distance between records: what lies closer together than this is a place on the map
_CLEAR = (0.26, 0.06)  # of the map's sides: room for a name


@dataclass(frozen=True, slots=True)
class Spot:
    """A record's place."""

    record: Record
    x: float  # from the left, in [0, 1]; `y` likewise from above
    y: float
    period: int | None  # its place among the map's periods, or None where its year is not known


@dataclass(frozen=True, slots=True)
class Region:
    """A person or place, in the middle of the records that name it."""

    field: str  # "people" or "places"
    name: str
    count: int  # records of the map that name it
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Chart:
    """A map of a collection."""

    spots: tuple[Spot, ...]  # by date
    regions: tuple[Region, ...]  # the best attested first; none covers another
    periods: tuple[tuple[int, int], ...]  # first and last year of each, with about as many records in each
    kept: float  # share of the variance between the vectors that the drawing keeps, in [0, 1]
    total: int  # records of the collection; of more than SHOWN, a sample is shown


def chart(reader: IndexReader) -> Chart:
    """Draw the map."""
    records = list(_sample(reader))
    places, kept = flattened(reader.vectors([record.id for record in records]))
    years = [next((date.start.year for date in record.dates if date.start), None) for record in records]
    periods = _periods([year for year in years if year is not None])
    spots = tuple(
        Spot(
            record,
            float(x),
            float(y),
            next((at for at, (first, last) in enumerate(periods) if year is not None and first <= year <= last), None),
        )
        for record, year, (x, y) in zip(records, years, places, strict=True)
    )
    return Chart(spots, tuple(_regions(records, places)), periods, kept, len(reader))


def flattened(vectors: Vectors) -> tuple[NDArray[np.float64], float]:
    """(n, 2) in [0, 1] by the first two principal components, and the share of variance they keep."""
    centred = vectors.astype(np.float64) - vectors.mean(axis=0)
    _, sizes, axes = np.linalg.svd(centred, full_matrices=False)
    axes = axes[:2]  # (2 or fewer, dim)
    signs = np.sign(axes[np.arange(len(axes)), np.abs(axes).argmax(axis=1)])  # else the sign is the solver's whim
    places = np.zeros((len(vectors), 2))
    places[:, : len(axes)] = centred @ (axes * signs[:, np.newaxis]).T
    low, high = places.min(axis=0), places.max(axis=0)
    variance = float((sizes**2).sum())
    return (
        np.where(high > low, (places - low) / np.where(high > low, high - low, 1.0), 0.5),
        float((sizes[:2] ** 2).sum()) / variance if variance else 1.0,
    )


def _sample(reader: IndexReader) -> Iterator[Record]:
    """All records by date, or runs of them at even steps."""
    if len(reader) <= SHOWN:
        yield from reader.page(EVERYTHING, Order.DATE, 0, SHOWN)
        return
    for run in range(SHOWN // _RUN):
        yield from reader.page(EVERYTHING, Order.DATE, run * len(reader) * _RUN // SHOWN, _RUN)


def _periods(years: Sequence[int]) -> tuple[tuple[int, int], ...]:
    """Spans of whole years with about as many records in each."""
    counts = dict(sorted((year, years.count(year)) for year in set(years)))
    fair = len(years) / _PERIODS
    spans: list[list[int]] = []
    held = 0
    for year, count in counts.items():
        if not spans or (len(spans) < _PERIODS and abs(held - fair) <= abs(held + count - fair)):
            spans.append([year])
            held = 0
        spans[-1].append(year)
        held += count
    return tuple((span[0], span[-1]) for span in spans)


def _regions(records: Sequence[Record], places: NDArray[np.float64]) -> Iterator[Region]:
    """Names whose records lie close together, and whose centres lie far from each other's."""
    rows: dict[tuple[str, str], list[int]] = defaultdict(list)
    for row, record in enumerate(records):
        for field, names in (("people", record.people), ("places", record.places)):
            for name in names:
                rows[field, name].append(row)
    spread = _scatter(places)
    taken: list[NDArray[np.float64]] = []
    for (field, name), at in sorted(rows.items(), key=lambda one: (-len(one[1]), one[0])):
        if not _FEWEST <= len(at) <= len(records) * _COMMON or _scatter(places[at]) > _TOGETHER * spread:
            continue
        middle = np.median(places[at], axis=0)
        if all((np.abs(middle - other) > _CLEAR).any() for other in taken):
            taken.append(middle)
            yield Region(field, name, len(at), float(middle[0]), float(middle[1]))
        if len(taken) == _NAMES:
            return


def _scatter(places: NDArray[np.float64]) -> float:
    """Mean distance from the middle."""
    return float(np.linalg.norm(places - places.mean(axis=0), axis=1).mean())
