"""Records with `see_also` -> rag/search/related.json: weights that rank first what the editors refer to.

An archive is a JSONL file (or .xz) of records with `id`, `volume`, and in `see_also` the ids of others. The first gives
the weights; each volume of it is ranked by weights that the other volumes gave. Every further archive is only measured.
Printed is recall at 10 beside that of the weights set by hand before, with the 95 % interval of the gain.
"""

from __future__ import annotations

import json
import lzma
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag.evaluate.figures import interval
from rag.index.open import open_index
from rag.ingest.build import build
from rag.search.near_duplicates import are_copies
from rag.search.related import FEATURES, WEIGHTS_FILE, candidates
from rag.settings import Settings

MOST_RECORDS = 2500
"""Records of an archive that are read: whole volumes, those with most references a record first."""

BY_HAND = np.array([0.60, 0.25, 0.15, 0.0, 0.0])
"""The weights of FEATURES before any were learned."""

_CUTOFF = 10
_ROUNDS, _STEP, _DECAY = 150, 0.4, 1e-3
_WHOLE = 3  # features, the first, whose weights sum to 1


@dataclass(frozen=True, slots=True)
class Example:
    """A record's candidates.

    Attributes:
        features: (n, len(FEATURES)).
        meant: (n,) whether the editors refer to each.
        links: How many records of the archive they refer to, found or not.
    """

    volume: str
    features: NDArray[np.float64]
    meant: NDArray[np.bool_]
    links: int

    def recall(self, weights: NDArray[np.float64]) -> float:
        """Of the records referred to, the share among the first ten."""
        best = np.argsort(-(self.features @ weights), kind="stable")[:_CUTOFF]
        return float(self.meant[best].sum() / self.links)


def examples(archive: Path) -> Iterator[Example]:
    """Build a collection of an archive; the records in it that refer to others in it."""
    with lzma.open(archive, "rt", encoding="utf-8") if archive.suffix == ".xz" else archive.open() as file:
        rows = [json.loads(line) for line in file]
    links, records = Counter[str](), Counter[str]()
    for row in rows:
        row["volume"] = row.get("volume") or row["id"].rpartition("/")[0]
        row["hierarchy"] = [row["volume"], *row.get("chapter", ())]
        links[row["volume"]] += len(row.get("see_also", ()))
        records[row["volume"]] += 1
    chosen, size = set[str](), 0
    for volume in sorted(records, key=lambda volume: -links[volume] / records[volume]):
        if size + records[volume] <= MOST_RECORDS:
            chosen.add(volume)
            size += records[volume]
    rows = [row for row in rows if row["volume"] in chosen]
    place = Path("vectors", "related", archive.name)
    place.mkdir(parents=True, exist_ok=True)
    source = place / "records.jsonl"
    source.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    settings = Settings(seeds=place, vectors=place, keep=1)
    build(settings, [source], only=True)
    reader = open_index(settings).reader()
    ids = {row["id"]: row["id"].replace("/", "~") for row in rows}
    for row in rows:
        wanted = {ids[other] for other in row.get("see_also", ()) if other in ids} - {ids[row["id"]]}
        if wanted:
            record = reader.records([ids[row["id"]]])[0]
            found = candidates(reader, record)
            kept = [
                not are_copies(record, other, float(cosine))
                for other, cosine in zip(found.records, found.dense, strict=True)
            ]
            meant = np.array([other.id in wanted for other in found.records])
            yield Example(row["volume"], found.features[kept], meant[kept], len(wanted))


def learned(given: Sequence[Example]) -> NDArray[np.float64]:
    """Weights, none below 0, under which a softmax over the candidates of each record points to those meant (Adam)."""
    given = [example for example in given if example.meant.any()]
    most = max(len(example.meant) for example in given)
    features = np.zeros((len(given), most, len(FEATURES)))
    meant, absent = np.zeros((len(given), most)), np.full((len(given), most), -np.inf)
    for row, example in enumerate(given):
        features[row, : len(example.meant)] = example.features
        meant[row, : len(example.meant)] = example.meant / example.meant.sum()
        absent[row, : len(example.meant)] = 0.0
    weights = np.full(len(FEATURES), 2.0)
    first, second = np.zeros_like(weights), np.zeros_like(weights)
    for done in range(_ROUNDS):
        scores = features @ weights + absent
        chances = np.exp(scores - scores.max(axis=1, keepdims=True))
        chances /= chances.sum(axis=1, keepdims=True)
        slope = np.einsum("rcf,rc->f", features, chances - meant) / len(given) + _DECAY * weights
        first, second = 0.9 * first + 0.1 * slope, 0.99 * second + 0.01 * slope**2
        weights = np.maximum(weights - _STEP * (1 - done / _ROUNDS) * first / (np.sqrt(second) + 1e-6), 0.0)
    return weights / weights[:_WHOLE].sum()


def _report(name: str, before: Sequence[float], after: Sequence[float]) -> None:
    gained = [one - other for one, other in zip(after, before, strict=True)]
    low, high = interval(gained, [1.0] * len(gained))
    sys.stdout.write(
        f"{name}: {len(gained)} records, recall@{_CUTOFF} {np.mean(before):.3f} by hand, {np.mean(after):.3f} learned "
        f"({low:+.3f} to {high:+.3f})\n"
    )


def main(archives: Sequence[Path]) -> int:
    """Learn, measure, write."""
    own, *others = archives
    given = list(examples(own))
    before, after = [], []
    for volume in dict.fromkeys(example.volume for example in given):
        weights = learned([example for example in given if example.volume != volume])
        of_it = [example for example in given if example.volume == volume]
        before += [example.recall(BY_HAND) for example in of_it]
        after += [example.recall(weights) for example in of_it]
    _report(f"{own.name}, each volume held out", before, after)
    weights = learned(given)
    for archive in others:
        of_it = list(examples(archive))
        _report(archive.name, [each.recall(BY_HAND) for each in of_it], [each.recall(weights) for each in of_it])
    shown = {name: round(weight, 3) for name, weight in zip(FEATURES, weights.tolist(), strict=True)}
    WEIGHTS_FILE.write_text(json.dumps(shown, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(f"{shown}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main([Path(argument) for argument in sys.argv[1:]]))
