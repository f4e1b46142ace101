"""Figures -> targets, and whether they are reached."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.bench.against import ALONE
from tests.bench.figures import OURS, by_size, short
from tests.bench.peers.environments import PEERS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from tests.bench.figures import Figure

_HYBRID = {peer.name for peer in PEERS.values() if peer.hybrid}
_MILLION = "1,000,000 enlarged"


@dataclass(frozen=True, slots=True)
class Target:
    """One target.

    Attributes:
        against: What ours is compared with; empty for a figure by itself.
        value: The ratio, or the figure itself.
        most: The largest value that reaches the target.
    """

    name: str
    ours: str
    against: str
    value: float
    most: float


def table(targets: Sequence[Target]) -> Iterator[str]:
    """For people to read."""
    yield "| | ours | against | ratio or figure | at most | |"
    yield "| --- | ---: | ---: | ---: | ---: | --- |"
    for each in targets:
        reached = "yes" if each.value <= each.most else "**no**"
        yield f"| {each.name} | {each.ours} | {each.against} | {short(each.value)} | {short(each.most)} | {reached} |"


def needed(figures: Iterable[Figure]) -> list[Target]:
    """All targets for which there are figures."""
    measured = list(figures)
    return [target for part in (_peers, _again, _sizes, _serving) for target in part(measured)]


def _peers(figures: Sequence[Figure]) -> Iterator[Target]:
    """Compared with the best peer of the same run."""
    every: Callable[[str], bool] = lambda column: not column.startswith(OURS)  # noqa: E731 - one of three of a kind
    for name, most, ours, whose, which in (
        ("start to first answer, wall", 1 / 5, OURS, every, "the best peer"),
        ("a question p50", 1 / 3, OURS, _HYBRID.__contains__, "the best hybrid peer"),
        ("a question p50", 1 / 2, OURS, lambda column: every(column) and column not in _HYBRID, "the best dense peer"),
        ("memory, serving", 1 / 3, OURS, every, "the best peer"),
        ("build, wall", 0.6, ALONE, every, "the best peer, records alone"),
        ("build, wall", 1.0, OURS, every, "the best peer, sentences too"),
    ):
        row = {each.column: each for each in figures if (each.group, each.name) == ("peers", name)}
        others = [each for column, each in row.items() if whose(column)]
        if ours in row and others:
            yield _ratio(f"{name}, to {which}", row[ours], min(others, key=lambda each: each.value), most)


def _again(figures: Sequence[Figure]) -> Iterator[Target]:
    rows = {(each.name, each.column): each for each in figures if each.group == "again"}
    # Ten records are a fifth of the seeds; to build a fifth again at a tenth of the cost is not possible.
    for column in list(dict.fromkeys(column for _, column in rows))[1:]:
        whole, after = rows.get(("build, wall", column)), rows.get(("build, 10 records changed, wall", column))
        if whole and after:
            yield _ratio(f"10 changed of {column} records, to the whole build", after, whole, 1 / 10)
    for each in figures:
        if (each.group, each.name) == ("import", "import / encoder"):
            yield _figure(f"import of {each.column} records, to the encoder's own time", each, 1.2)


def _sizes(figures: Sequence[Figure]) -> Iterator[Target]:
    rows = {(each.name, each.column): each for each in figures if each.group == "sizes"}
    columns = by_size({column for _, column in rows if ("a question p50", column) in rows})
    if not columns:
        return
    real = [column for column in columns if "enlarged" not in column]
    for name in ("a question", "a question about a year"):
        for column, most in ((real[-1], 1.5), (_MILLION, 4.0)):
            if column in columns and column != columns[0]:
                base = rows[f"{name} p50", columns[0]]
                yield _ratio(f"{name} p50, {column} records", rows[f"{name} p50", column], base, most)
        for column in columns:
            p50, p95 = rows[f"{name} p50", column], rows[f"{name} p95", column]
            yield _ratio(f"{name}, {column} records: p95 to p50", p95, p50, 3.0)
    if memory := rows.get(("memory, serving", _MILLION)):
        yield _figure("memory, serving a million records", memory, 1.8e9 / 2**20)


def _serving(figures: Sequence[Figure]) -> Iterator[Target]:
    for each in figures:
        if each.group == "answer" and each.name == "answer / retrieval, wall":
            yield _figure(f"question with its answer, to retrieval alone, {each.column} records", each, 1.25)
        if each.group == "understand" and each.name == "understanding 12 words, CPU p50":
            yield _figure(f"{each.name}, {each.column}", each, 5.0 if "words" in each.column else 2.0)
    files = ("/api/", "/conversation.", "/search.", "/sitemap")  # no pages, though people open them
    pages = [each for each in figures if each.group == "pages" and not each.name.startswith(files)]
    for column, unit in dict.fromkeys((each.column, each.unit) for each in pages):
        most = max((each for each in pages if (each.column, each.unit) == (column, unit)), key=lambda each: each.value)
        what, limit = ("slowest page, CPU", 30.0) if unit == "ms" else ("largest page", 100.0)
        yield _figure(f"{what}, {column} records: {most.name}", most, limit)


def _ratio(name: str, ours: Figure, other: Figure, most: float) -> Target:
    against = short(other.value, other.unit) + (f" ({other.column})" if other.column != ours.column else "")
    return Target(name, short(ours.value, ours.unit), against, ours.value / other.value, most)


def _figure(name: str, figure: Figure, most: float) -> Target:
    return Target(name, short(figure.value, figure.unit), "", figure.value, most)
