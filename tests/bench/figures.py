"""Samples -> figures -> tables in Markdown, a column for each side or size."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median, quantiles
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

OURS = "ours"
COUNT = "found"
"""A unit that is not a cost: more is better, and there is no ratio."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Values of one figure, measured together.

    Attributes:
        column: The side or the size.
        tail: Whether the 95th percentile is a figure too, besides the median.
    """

    group: str
    name: str
    column: str
    unit: str
    values: tuple[float, ...]
    tail: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure.

    Attributes:
        value: The median of all values, or the 95th percentile where the name says p95.
        n: Number of values.
    """

    group: str
    name: str
    column: str
    unit: str
    value: float
    n: int


def figures(samples: Iterable[Sample]) -> list[Figure]:
    """One figure or two for each name and column, in the order of its first sample."""
    pooled: dict[tuple[str, str, str], Sample] = {}
    for sample in samples:
        key = (sample.group, sample.name, sample.column)
        before = pooled[key].values if key in pooled else ()
        pooled[key] = Sample(*key, sample.unit, before + sample.values, sample.tail)
    return [figure for sample in pooled.values() for figure in _figures(sample)]


def table(figures: Sequence[Figure], base: str = "") -> Iterator[str]:
    """Figures of one group for people to read.

    With a `base`, the name of a column, each value has its ratio to that column. Without one, where there are ours and
    others, the last column is the ratio of ours to the best of the others.
    """
    columns = list(dict.fromkeys(figure.column for figure in figures))
    columns = by_size(columns) if base else columns
    against = not base and OURS in columns and len(columns) > 1
    yield _line(["", *columns, *(["ours / best peer"] if against else [])])
    yield _line(["---", *("---:" for _ in columns), *(["---:"] if against else [])])
    for name in dict.fromkeys(figure.name for figure in figures):
        row = {figure.column: figure for figure in figures if figure.name == name}
        cells = [_cell(row, column, base) for column in columns]
        ratio = best_ratio(row) if against else None
        yield _line([name, *cells, *([_ratio(ratio)] if against else [])])


def by_size(columns: Iterable[str]) -> list[str]:
    """Columns whose names begin with a number of records, the smallest first."""
    return sorted(columns, key=lambda column: int(column.split()[0].replace(",", "")))


def best_ratio(row: Mapping[str, Figure]) -> float | None:
    """Ours to the least of the others."""
    others = [figure.value for column, figure in row.items() if not column.startswith(OURS)]
    ours = row.get(OURS)
    return ours.value / min(others) if ours and ours.unit != COUNT and others and min(others) else None


def short(value: float, unit: str = "") -> str:
    """Three significant digits, never an exponent."""
    whole, tenths, hundredths = 100, 10, 1
    digits = 0 if value >= whole or unit == COUNT else 1 if value >= tenths else 2 if value >= hundredths else 3
    return f"{value:,.{digits}f} {'' if unit == COUNT else unit}".rstrip()


def _cell(row: Mapping[str, Figure], column: str, base: str) -> str:
    figure = row.get(column)
    if figure is None:
        return ""
    value = short(figure.value, figure.unit)
    beside = row.get(base)
    return f"{value} ({figure.value / beside.value:.2f})" if beside and column != base and beside.value else value


def _ratio(ratio: float | None) -> str:
    return "" if ratio is None else f"{ratio:.2f}"


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _figures(sample: Sample) -> Iterator[Figure]:
    n, values = len(sample.values), sample.values
    middle = f"{sample.name} p50" if sample.tail else sample.name
    yield Figure(sample.group, middle, sample.column, sample.unit, median(values), n)
    if sample.tail:
        yield Figure(sample.group, f"{sample.name} p95", sample.column, sample.unit, _p95(values), n)


def _p95(values: Sequence[float]) -> float:
    return quantiles(values, n=20, method="inclusive")[-1] if len(values) > 1 else values[0]
