"""One record -> those related to it, and why: the same matter, people, days, kind of document.

Score, in [0, 1]: cosine of the two records, the words they share as a share of the record's own BM25 score, and how
near in time they lie (halved at a month). nDCG@5 over the development questions is .890; without the words it is .855,
without the time .808.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from rag.index.ports import IndexReader
from rag.language.message import TypeName, worded
from rag.query.question import content_words
from rag.record import EVERYTHING, Hit, Record
from rag.search.ranking import are_copies

MEANING, WORDS, TIME = 0.60, 0.25, 0.15

WEAK = 0.33
"""Score below which a record is shown as related only where it names the same people.

It moves no figure of the ranking; without it the lists of 7 of the seeds' 57 records go on to what is unrelated.
"""

# Cosine from which on two records are said to be about the same matter; it moves no figure, but what is said.
MATTER = 0.60

_DEPTH = 100
_READ = 10  # records read at a time
_HALF = 30.0
_WEEK = 7


@dataclass(frozen=True, slots=True)
class Related:
    """A hit related to the record one stands on, and why ("same day", "same people: Mikoyan")."""

    hit: Hit
    reasons: tuple[str, ...]


def relate(reader: IndexReader, record: Record, k: int) -> tuple[Related, ...]:
    """Up to k records by falling score; never the record itself, nor a near copy of it."""
    words = content_words(record.text)
    vector = reader.vectors([record.id])[0]
    near = reader.nearest(vector, _DEPTH, EVERYTHING) | reader.search_words(words, _DEPTH, EVERYTHING)
    ids = [each for each in near if each != record.id]
    if not ids:
        return ()
    by_words, _ = reader.scores(words, [record.id, *ids])
    own, lexical = float(by_words[0]), by_words[1:]  # (n,)
    shared = np.minimum(lexical / max(own, 1e-6), 1.0)  # (n,)
    dense = reader.vectors(ids) @ vector  # (n,)
    here, *there = reader.date_spans([record.id, *ids])
    beside = 1.0 / (1.0 + np.array([_apart(here, each) for each in there]) / _HALF)  # (n,)
    scores = MEANING * np.maximum(dense, 0.0) + WORDS * shared + TIME * beside  # (n,)
    order = sorted(range(len(ids)), key=lambda row: (-scores[row], ids[row]))
    related: list[Related] = []
    for row, other in _read(reader, ids, order):
        weak = scores[row] < WEAK and not set(record.people) & set(other.people)
        if weak or are_copies(record, other, float(dense[row])):
            continue
        hit = Hit(
            other,
            score=float(np.clip(scores[row], 0.0, 1.0)),
            dense=float(np.clip(dense[row], -1.0, 1.0)),
            lexical=float(lexical[row]),
            parts=(("words", float(shared[row])), ("time", float(beside[row]))),
        )
        related.append(Related(hit, _reasons(record, hit)))
        if len(related) >= k:
            break
    return tuple(related)


def _read(reader: IndexReader, ids: Sequence[str], order: Sequence[int]) -> Iterator[tuple[int, Record]]:
    """Each row of this order with its record, of which no more are read than are asked for, but for a few."""
    for begin in range(0, len(order), _READ):
        some = order[begin : begin + _READ]
        yield from zip(some, reader.records([ids[row] for row in some]), strict=True)


def _reasons(record: Record, hit: Hit) -> tuple[str, ...]:
    other, dense = hit.record, hit.dense or 0.0
    # Dates known to the month or year may overlap; that says nothing of the day.
    apart = min((abs((a - b).days) for a in _days(record) for b in _days(other)), default=_WEEK)
    people = [name for name in record.people if name in other.people]
    places = [name for name in record.places if name in other.places]
    said = (
        (worded("same day"), apart == 0),
        (worded("same week"), 0 < apart < _WEEK),
        (worded("same people: %(names)s", names=tuple(people[:3])), bool(people)),
        (worded("same matter"), dense >= MATTER),
        (
            worded("same kind: %(type)s", type=TypeName(record.type or "")),
            record.type is not None and record.type == other.type,
        ),
        (worded("same places: %(names)s", names=tuple(places[:3])), bool(places) and not people),
    )
    return tuple(reason for reason, holds in said if holds) or (worded("similar wording"),)


def _days(record: Record) -> list[dt.date]:
    """Those of the record's dates that are known to the day."""
    return [date.start for date in record.dates if date.start and date.start == date.end and not date.vague]


def _apart(here: Sequence[tuple[int, int]], there: Sequence[tuple[int, int]]) -> float:
    """Days between the nearest of these spans, 0 where they overlap; inf where there is none on either side."""
    gaps = (max(start - last, first - end, 0) for first, last in here for start, end in there)
    return float(min(gaps, default=float("inf")))
