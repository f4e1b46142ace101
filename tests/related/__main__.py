"""Records with `see_also` -> rag/search/related.json: weights that rank first what the editors refer to.

An archive is a JSONL file (or .xz) of records with `id`, `volume`, and in `see_also` the ids of others. The first, and
with the same weight the relations of the development questions, are learned from; what is measured of them is ranked by
weights from which its volume, or its question, was left out. Every further archive is only measured. Printed is recall
at 10 beside that of the weights set by hand before, with the 95 % interval of the gain.
"""

from __future__ import annotations

import json
import lzma
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag.evaluate.figures import interval
from rag.evaluate.question_sets import read_questions
from rag.index.open import open_index
from rag.index.ports import IndexReader
from rag.ingest.build import build
from rag.search.ranking import are_copies
from rag.search.related import FEATURES, WEIGHTS_FILE, candidates
from rag.settings import Settings, example_seeds

QUESTIONS = Path(__file__).parents[1] / "evaluation" / "questions.jsonl"

KEPT = Path("vectors", "related")
"""Where the vectors are kept for the next run."""

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
    source = KEPT / archive.name / "records.jsonl"
    source.parent.mkdir(parents=True, exist_ok=True)
    source.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    reader = _built(source, source.parent)
    ids = {row["id"]: row["id"].replace("/", "~") for row in rows}
    for row in rows:
        wanted = {ids[other] for other in row.get("see_also", ()) if other in ids}
        yield from _compared(reader, row["volume"], ids[row["id"]], wanted)


def relations() -> Iterator[Example]:
    """The records of the seeds that have related ones; each is a volume of its own."""
    reader = _built(example_seeds(), KEPT / "seeds")
    for question in read_questions(QUESTIONS, reader.records(reader.ids(0, len(reader)))):
        if question.record is not None:
            yield from _compared(reader, question.id, question.record, question.relevant)


def _built(source: Path, vectors: Path) -> IndexReader:
    """A collection of this file or folder."""
    settings = Settings(seeds=source, vectors=vectors, keep=1)
    build(settings, [source], only=True)
    return open_index(settings).reader()


def _compared(reader: IndexReader, volume: str, record_id: str, wanted: Iterable[str]) -> Iterator[Example]:
    """The record's candidates, where any record is wanted."""
    if sought := {*wanted} - {record_id}:
        record = reader.records([record_id])[0]
        found = candidates(reader, record)
        pairs = zip(found.records, found.dense, strict=True)
        kept = [not are_copies(record, other, float(cosine)) for other, cosine in pairs]
        meant = np.array([other.id in sought for other in found.records])
        yield Example(volume, found.features[kept], meant[kept], len(sought))


def learned(sets: Sequence[Sequence[Example]]) -> NDArray[np.float64]:
    """Weights, none below 0, under which a softmax over the candidates of each record points to those meant (Adam).

    Each set counts as much as every other.
    """
    sets = [[example for example in each if example.meant.any()] for each in sets]
    given = [example for each in sets for example in each]
    counts = np.concatenate([np.full(len(each), 1.0 / len(each)) for each in sets]) / len(sets)  # (r,)
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
        slope = np.einsum("rcf,rc,r->f", features, chances - meant, counts) + _DECAY * weights
        first, second = 0.9 * first + 0.1 * slope, 0.99 * second + 0.01 * slope**2
        weights = np.maximum(weights - _STEP * (1 - done / _ROUNDS) * first / (np.sqrt(second) + 1e-6), 0.0)
    scaled: NDArray[np.float64] = weights / weights[:_WHOLE].sum()
    return scaled


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
    sets = {own.name: list(examples(own)), "development questions": list(relations())}
    for name, of_it in sets.items():
        before, after = [], []
        for volume in dict.fromkeys(example.volume for example in of_it):
            weights = learned([[example for example in each if example.volume != volume] for each in sets.values()])
            left_out = [example for example in of_it if example.volume == volume]
            before += [example.recall(BY_HAND) for example in left_out]
            after += [example.recall(weights) for example in left_out]
        _report(f"{name}, each part left out", before, after)
    weights = learned(list(sets.values()))
    for archive in others:
        of_it = list(examples(archive))
        before, after = ([example.recall(each) for example in of_it] for each in (BY_HAND, weights))
        _report(archive.name, before, after)
    shown = {name: round(weight, 3) for name, weight in zip(FEATURES, weights.tolist(), strict=True)}
    WEIGHTS_FILE.write_text(json.dumps(shown, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(f"{shown}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main([Path(argument) for argument in sys.argv[1:]]))
