"""One record -> those related to it, and why: the same matter, people, days, kind of document.

Score, in [0, 1]: cosine of the two records, the words they share as a share of the record's own BM25 score, and how
near in time they lie (halved at a month). Measured on the development questions, each part adds (nDCG@5: cosine alone
.71, with words .86, with time .91).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rag.copies import are_copies
from rag.question import content_words
from rag.record import EVERYTHING, Hit

if TYPE_CHECKING:
    import datetime as dt

    from rag.index.ports import Reader
    from rag.record import Record

MEANING, WORDS, TIME = 0.60, 0.25, 0.15

WEAK = 0.33
"""Score below which a record is shown as related only where it names the same people."""

MATTER = 0.60
"""Cosine from which on two records are said to be about the same matter."""

_DEPTH = 100
_READ = 20  # records read at a time, the likeliest first
_HALF = 30.0
_WEEK = 7


@dataclass(frozen=True, slots=True)
class Related:
    """A hit related to the record one stands on, and why ("same day", "same people: Mikoyan")."""

    hit: Hit
    reasons: tuple[str, ...]


def relate(reader: Reader, record: Record, k: int) -> tuple[Related, ...]:
    """Up to k records by falling score; never the record itself, nor a near copy of it."""
    words = content_words(record.text)
    vector = reader.vectors([record.id])[0]
    near = [*reader.nearest(vector, _DEPTH, EVERYTHING), *reader.matching(words, _DEPTH, EVERYTHING)]
    ids = [each for each in dict.fromkeys(each.id for each in near) if each != record.id]
    if not ids:
        return ()
    own, *lexical = reader.scores(words, [record.id, *ids])
    shared = np.minimum(np.array(lexical) / max(own, 1e-6), 1.0)  # (n,)
    dense = reader.vectors(ids) @ vector  # (n,)
    timeless = MEANING * np.maximum(dense, 0.0) + WORDS * shared  # (n,)
    found: list[tuple[float, Hit]] = []
    rows = np.argsort(-timeless, kind="stable").tolist()
    for begin in range(0, len(rows), _READ):
        some = rows[begin : begin + _READ]
        # Even on the same day none of these would be nearer than those that were found.
        if len(found) >= k and timeless[some[0]] + TIME < found[k - 1][0]:
            break
        for row, other in zip(some, reader.records([ids[row] for row in some]), strict=True):
            beside = 1.0 / (1.0 + _apart(record, other) / _HALF)
            score = float(timeless[row] + TIME * beside)
            weak = score < WEAK and not set(record.people) & set(other.people)
            if weak or are_copies(record, other, float(dense[row])):
                continue
            hit = Hit(
                other,
                score=min(max(score, 0.0), 1.0),
                dense=float(np.clip(dense[row], -1.0, 1.0)),
                lexical=float(lexical[row]),
                parts=(("words", float(shared[row])), ("time", beside)),
            )
            found.append((score, hit))
        found.sort(key=lambda one: (-one[0], one[1].record.id))
    return tuple(Related(hit, _reasons(record, hit)) for _, hit in found[:k])


def _reasons(record: Record, hit: Hit) -> tuple[str, ...]:
    other, dense = hit.record, hit.dense or 0.0
    # Dates known to the month or year may overlap; that says nothing of the day.
    apart = min((abs((a - b).days) for a in _days(record) for b in _days(other)), default=_WEEK)
    people = [name for name in record.people if name in other.people]
    places = [name for name in record.places if name in other.places]
    said = (
        ("same day", apart == 0),
        ("same week", 0 < apart < _WEEK),
        (f"same people: {', '.join(people[:3])}", bool(people)),
        ("same matter", dense >= MATTER),
        (f"same kind: {record.type}", record.type is not None and record.type == other.type),
        (f"same places: {', '.join(places[:3])}", bool(places) and not people),
    )
    return tuple(reason for reason, holds in said if holds) or ("similar wording",)


def _days(record: Record) -> list[dt.date]:
    """Those of the record's dates that are known to the day."""
    return [date.start for date in record.dates if date.start and date.start == date.end and not date.vague]


def _apart(record: Record, other: Record) -> float:
    """Days between the nearest of their dates, 0 where they may overlap; inf where either has none."""
    gaps = [
        max((b.start - a.end).days, (a.start - b.end).days, 0)
        for a in record.dates
        for b in other.dates
        if a.start is not None and a.end is not None and b.start is not None and b.end is not None
    ]
    return float(min(gaps, default=float("inf")))
