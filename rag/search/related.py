"""One record -> those related to it, and why: the same subject, words, days, series, a date that the text names.

The score is the weighted sum of a few features, each in [0, 1]:

    meaning    cosine of the two records
    words      BM25 score of the other by this record's words, as a share of the record's own
    time       how near in time they lie: 1 on a day that both may have, half at a month, 0 without a date
    branch     levels of the hierarchy that both share, as a share of the record's own depth
    named_day  1 where the record's text has a day of the other and not of its own: "your telegram of May 3"

`related.json` has the weights, learned from cross-references that editors made between records and from the relations
of the development questions (`make related`). The weights of meaning, words and time sum to 1; the others add to them,
up to a score of 1. Shared people and places have no weight of their own: meaning and words count them already.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag.dates.archival_date import ArchivalDate, dates_in
from rag.index.ports import IndexReader, QueryTerm
from rag.language.message import worded
from rag.language.tokens import words
from rag.query.question import content_words
from rag.record import EVERYTHING, Hit, Record
from rag.search.ranking import are_copies

FEATURES = ("meaning", "words", "time", "branch", "named_day")

WEIGHTS_FILE = Path(__file__).with_name("related.json")

# Score below which a record is shown as related only where it names the same people. It moves no figure of the
# ranking; without it the lists of 9 of the seeds' 57 records go on to what is unrelated.
WEAK = 0.2

# Cosine from which on two records are said to be about the same subject; it moves no figure, but what is said.
MATTER = 0.60

_DEPTH = 100
_HALF = 30.0
_WEEK = 7
_COUNTED = 0.1  # of a score that words bring before they are said to be a reason
_SAID = 3  # names or words in a reason


@dataclass(frozen=True, slots=True)
class Related:
    """A related record, and why: what counted most first ("same people: Castro")."""

    hit: Hit
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ComparedRecords:
    """Records compared with one."""

    records: Sequence[Record]
    features: NDArray[np.float64]  # (n, len(FEATURES)) in [0, 1]
    dense: NDArray[np.floating]  # (n,) cosines in [-1, 1]
    lexical: NDArray[np.floating]  # (n,) BM25 scores
    words: Sequence[QueryTerm]  # the words of the one


@cache
def weights() -> NDArray[np.float64]:
    """The learned weight of each of FEATURES."""
    learned: Mapping[str, float] = json.loads(WEIGHTS_FILE.read_bytes())
    return np.array([learned[name] for name in FEATURES])


def candidates(reader: IndexReader, record: Record) -> ComparedRecords:
    """The records nearest by vector or by words, the one itself left out, with their features."""
    terms = content_words(record.text)
    vector = reader.vectors([record.id])[0]
    near = reader.nearest(vector, _DEPTH, EVERYTHING) | reader.search_words(terms, _DEPTH, EVERYTHING)
    ids = [each for each in near if each != record.id]
    others = reader.records(ids)
    by_words, _ = reader.scores(terms, [record.id, *ids])
    own, lexical = float(by_words[0]), by_words[1:]  # (n,)
    dense = reader.vectors(ids) @ vector  # (n,)
    here, *there = reader.date_spans([record.id, *ids])
    named = _days(dates_in(record.text)) - _days(record.dates)
    features = np.column_stack(
        [
            np.maximum(dense, 0.0),
            np.minimum(lexical / max(own, 1e-6), 1.0),
            1.0 / (1.0 + np.array([_apart(here, each) for each in there]) / _HALF),
            [len(_shared_branch(record, other)) / max(len(record.hierarchy), 1) for other in others],
            [float(not named.isdisjoint(_days(other.dates))) for other in others],
        ]
    )
    return ComparedRecords(others, features, dense, lexical, terms)


def relate(reader: IndexReader, record: Record, k: int) -> tuple[Related, ...]:
    """Up to k records by falling score; never the record itself, nor a near copy of it."""
    if len(reader) == 1:
        return ()
    found = candidates(reader, record)
    scores = np.minimum(found.features @ weights(), 1.0)  # (n,)
    related: list[Related] = []
    for row in sorted(range(len(scores)), key=lambda row: (-scores[row], found.records[row].id)):
        other = found.records[row]
        weak = scores[row] < WEAK and not set(record.people) & set(other.people)
        if weak or are_copies(record, other, float(found.dense[row])):
            continue
        features = found.features[row]
        hit = Hit(
            other,
            score=float(scores[row]),
            dense=float(np.clip(found.dense[row], -1.0, 1.0)),
            lexical=float(found.lexical[row]),
            parts=tuple(zip(FEATURES[1:], features[1:].tolist(), strict=True)),
        )
        related.append(Related(hit, _reasons(reader, record, hit, features * weights(), found.words)))
        if len(related) >= k:
            break
    return tuple(related)


def _reasons(
    reader: IndexReader, record: Record, hit: Hit, counted: NDArray[np.float64], terms: Sequence[QueryTerm]
) -> tuple[str, ...]:
    """What can be said of these two; what `counted` most of the score, by FEATURES, first."""
    other = hit.record
    # Dates known to the month or year may overlap; that says nothing of the day.
    apart = min((abs((a - b).days) for a in _days(record.dates) for b in _days(other.dates)), default=_WEEK)
    people = [name for name in record.people if name in other.people]
    places = [name for name in record.places if name in other.places]
    meaning, in_words, time, branch, named_day = counted.tolist()
    said = [
        (meaning, worded("same subject"), (hit.dense or 0.0) >= MATTER),
        (time, worded("same day") if apart == 0 else worded("same week"), apart < _WEEK),
        (branch, worded("same series: %(name)s", name=(_shared_branch(record, other) or ("",))[-1]), branch > 0.0),
        (named_day, worded("one text names the date of the other"), named_day > 0.0),
        (in_words, worded("same people: %(names)s", names=tuple(people[:_SAID])), bool(people)),
        (in_words, worded("same places: %(names)s", names=tuple(places[:_SAID])), bool(places) and not people),
    ]
    if in_words >= _COUNTED and not people and not places:
        rare = _rare_words(reader, other, terms)
        said.append((in_words, worded("same words: %(words)s", words=rare), bool(rare)))
    said.sort(key=lambda each: -each[0])
    return tuple(reason for _, reason, holds in said if holds) or (worded("similar wording"),)


def _rare_words(reader: IndexReader, other: Record, terms: Sequence[QueryTerm]) -> tuple[str, ...]:
    """The rarest of these words that the other record contains, a few."""
    theirs = set(words(other.text))
    shared = [term for term in terms if term.spellings[0] in theirs]
    rarity = dict(zip(shared, reader.idf(shared), strict=True))
    return tuple(term.spellings[0] for term in sorted(shared, key=lambda term: -rarity[term])[:_SAID])


def _days(dates: Sequence[ArchivalDate]) -> set[dt.date]:
    """Those of these dates that are known to the day."""
    return {date.start for date in dates if date.start and date.start == date.end and not date.vague}


def _shared_branch(record: Record, other: Record) -> tuple[str, ...]:
    """The titles, from the fonds down, of the branch that both are in."""
    depth = 0
    for one, another in zip(record.hierarchy, other.hierarchy, strict=False):
        if one != another:
            break
        depth += 1
    return record.hierarchy[:depth]


def _apart(here: Sequence[tuple[int, int]], there: Sequence[tuple[int, int]]) -> float:
    """Days between the nearest of these spans, 0 where they overlap; inf where there is none on either side."""
    gaps = (max(start - last, first - end, 0) for first, last in here for start, end in there)
    return float(min(gaps, default=float("inf")))
