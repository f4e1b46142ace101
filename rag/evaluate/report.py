"""Figures -> a table for a terminal, or JSON."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.evaluate.outcomes import Way

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rag.evaluate.figures import Figure, Scored


@dataclass(frozen=True, slots=True)
class Evaluated:
    """One question file or BEIR folder."""

    name: str
    scored: tuple[Scored, ...]
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class EvaluationReport:
    """All that was evaluated, in the order it was named."""

    sets: tuple[Evaluated, ...]

    def as_json(self) -> list[dict[str, object]]:
        """One object for each set; the numbers of the table, unrounded."""
        return [
            {
                "name": each.name,
                "figures": [dataclasses.asdict(figure) | {"way": figure.way.value} for figure in each.figures],
            }
            for each in self.sets
        ]

    def table(self, *, verbose: bool = False) -> str:
        """Aligned for a terminal; with `verbose`, a row for every question too, worst first."""
        lines: list[str] = []
        for each in self.sets:
            lines += [each.name, *_table(each.figures), ""]
            if verbose:
                lines += [*_rows(each.scored), ""]
        return "\n".join(lines).rstrip()


def _table(figures: Sequence[Figure]) -> Iterator[str]:
    """Rows by way, kind and what is counted, columns by measure; a heading wherever the measures change."""
    rows: defaultdict[tuple[str, str, str], list[Figure]] = defaultdict(list)
    for figure in figures:
        over = figure.measure if "cited" in figure.measure else "questions"
        rows[figure.way.value, figure.kind, over].append(figure)
    ways = max((len(way) for way, _, _ in rows), default=0)
    kinds = max((len(kind) for _, kind, _ in rows), default=0)
    heading: list[str] = []
    for (way, kind, _), row in rows.items():
        if (measures := [figure.measure for figure in row]) != heading:
            heading = measures
            yield f"  {'':{ways}}  {'':{kinds}}  {'n':>5}  {''.join(f'{name:<23}' for name in measures)}".rstrip()
        cells = "".join(f"{each.value:.3f} ({each.low:.3f}-{each.high:.3f})    " for each in row)
        yield f"  {way:{ways}}  {kind:{kinds}}  {row[0].n:>5}  {cells}".rstrip()


def _rows(scored: Sequence[Scored]) -> Iterator[str]:
    """One row for each outcome, by way and worst first."""
    for way in Way:
        ours = [
            each for each in scored if each.outcome.way is way and (each.values or each.outcome.refused is not None)
        ]
        for each in sorted(ours, key=lambda each: (tuple(each.values.values()), each.outcome.question.id)):
            question, ranking = each.outcome.question, each.outcome.ranking
            found = [ranking.index(record) + 1 for record in question.grades if record in ranking]
            values = "  ".join(f"{measure} {value:.3f}" for measure, value in each.values.items())
            no = "  refused" if each.outcome.refused else ""
            ranks = ", ".join(map(str, sorted(found))) or "none"
            asked = question.text or question.record
            yield f"  {way.value}  {question.kind}  {question.id}  {values}  ranks {ranks}{no}  {asked}"
