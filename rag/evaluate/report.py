"""Figures -> a table for a terminal, or JSON."""

import dataclasses
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.evaluate.figures import Figure, Scored
from rag.evaluate.outcomes import Way


@dataclass(frozen=True, slots=True)
class Evaluated:
    """One question file or BEIR folder."""

    name: str
    scored: tuple[Scored, ...]
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class EvaluationReport:
    """All evaluated sets, in the order given."""

    sets: tuple[Evaluated, ...]

    def as_json(self) -> list[dict[str, object]]:
        """One object for each set; the numbers of the table, unrounded."""
        return [
            {
                "name": evaluated.name,
                "figures": [dataclasses.asdict(figure) | {"way": figure.way.value} for figure in evaluated.figures],
            }
            for evaluated in self.sets
        ]

    def table(self, *, verbose: bool = False) -> str:
        """A table for a terminal; with `verbose` also a row for every question, the worst first."""
        lines: list[str] = []
        for evaluated in self.sets:
            lines += [evaluated.name, *_table(evaluated.figures), ""]
            if verbose:
                lines += [*_rows(evaluated.scored), ""]
        return "\n".join(lines).rstrip()


def _table(figures: Sequence[Figure]) -> Iterator[str]:
    """Rows by way and kind, columns by measure; a heading wherever the measures change."""
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
        cells = "".join(f"{figure.value:.3f} ({figure.low:.3f}-{figure.high:.3f})    " for figure in row)
        yield f"  {way:{ways}}  {kind:{kinds}}  {row[0].n:>5}  {cells}".rstrip()


def _rows(scored: Sequence[Scored]) -> Iterator[str]:
    """One row for each outcome, by way, the worst first."""
    for way in Way:
        asked = [(entry.values, entry.outcome) for entry in scored if entry.outcome.way is way]
        shown = [(values, outcome) for values, outcome in asked if values or outcome.refused is not None]
        for values, outcome in sorted(shown, key=lambda pair: (tuple(pair[0].values()), pair[1].question.id)):
            question, ranking = outcome.question, outcome.ranking
            found = [ranking.index(record) + 1 for record in question.grades if record in ranking]
            measured = "  ".join(f"{measure} {value:.3f}" for measure, value in values.items())
            no = "  refused" if outcome.refused else ""
            ranks = ", ".join(map(str, sorted(found))) or "none"
            text = question.text or question.record
            yield f"  {way.value}  {question.kind}  {question.id}  {measured}  ranks {ranks}{no}  {text}"
