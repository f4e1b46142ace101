"""Samples of both sides -> rows of a table, with the ratio of ours to the peer's."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median, quantiles
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence


@dataclass(frozen=True, slots=True)
class Sample:
    """What was measured of one figure at one time.

    Attributes:
        tail: Whether the 95th percentile is a row of its own beside the median.
    """

    name: str
    unit: str
    values: tuple[float, ...]
    tail: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One figure.

    Attributes:
        value: Of all values measured, the median; or the 95th percentile, where the name says p95.
        n: How many values were measured.
        peer: The same of the peer, or None where it has no such thing.
    """

    name: str
    value: float
    unit: str
    n: int
    peer: float | None

    @property
    def ratio(self) -> float | None:
        """Ours to the peer's."""
        return self.value / self.peer if self.peer else None


def rows(ours: Iterable[Sample], peer: Iterable[Sample]) -> list[Row]:
    """One row or two for each name of ours, in the order of its first sample."""
    theirs = _pooled(peer)
    return [row for sample in _pooled(ours).values() for row in _rows(sample, theirs.get(sample.name))]


def table(rows: Sequence[Row]) -> Iterator[str]:
    """The rows for people to read."""
    width = max((len(row.name) for row in rows), default=0)
    yield f"{'':{width}}  {'ours':>9}  {'peer':>9}  {'unit':9}  {'n':>4}  ours/peer"
    for row in rows:
        peer = "" if row.peer is None else _short(row.peer)
        ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
        yield f"{row.name:{width}}  {_short(row.value):>9}  {peer:>9}  {row.unit:9}  {row.n:>4}  {ratio:>9}"


def _pooled(samples: Iterable[Sample]) -> Mapping[str, Sample]:
    pooled: dict[str, Sample] = {}
    for sample in samples:
        before = pooled[sample.name].values if sample.name in pooled else ()
        pooled[sample.name] = Sample(sample.name, sample.unit, before + sample.values, sample.tail)
    return pooled


def _rows(ours: Sample, peer: Sample | None) -> Iterator[Row]:
    n, values, theirs = len(ours.values), ours.values, peer.values if peer else None
    middle = f"{ours.name} p50" if ours.tail else ours.name
    yield Row(middle, median(values), ours.unit, n, median(theirs) if theirs else None)
    if ours.tail:
        yield Row(f"{ours.name} p95", _p95(values), ours.unit, n, _p95(theirs) if theirs else None)


def _p95(values: Sequence[float]) -> float:
    return quantiles(values, n=20, method="inclusive")[-1] if len(values) > 1 else values[0]


def _short(value: float) -> str:
    """Three digits that count, and never an exponent."""
    whole, tenths = 100, 10
    return f"{value:,.0f}" if value >= whole else f"{value:.1f}" if value >= tenths else f"{value:.3f}"
