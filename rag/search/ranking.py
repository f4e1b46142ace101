"""What is asked -> hits: meaning, words and sentences, filtered, weighed in one place.

Candidates are the nearest by vector and the best by BM25, under the filter. Every candidate then gets each part of the
score, whichever side found it:

    record    cosine of question and record
    sentence  cosine of question and the record's best sentence (or title)
    words     BM25 score, with expansions for words that it lacks, as a share of a full match's score

The parts are absolute, not rescaled to the best candidate's. So a score means the same in every list, stays when a list
grows by a page, and is low where the collection has little; a word that no record has lowers all scores alike.

Last, the score of each of the best candidates is mixed with those of its nearest neighbours, so that a matter of
several records outranks a chance match (Diaz, Regularizing ad hoc retrieval scores, CIKM 2005).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import compress

import numpy as np
from numpy.typing import NDArray

from rag.embeddings import Vectors
from rag.index.ports import IndexReader, Matching, Passages, QueryTerm
from rag.language.tokens import words
from rag.record import EVERYTHING, Filter, Hit, Match, Record
from rag.search.stages import stage

Scores = NDArray[np.floating]

# Candidates taken from each side at first, however few are asked for; a longer ranking goes on below them. At 60
# recall at 100 falls on SciFact from .968 to .953 and on Cranfield from .818 to .813.
CANDIDATES_PER_SIDE = 150

# How many of the best candidates are smoothed. At 20 nDCG@10 of the development questions on a topic falls from .904
# to .901; that of all sets stays within .003.
SMOOTHING_DEPTH = 100

# Weight of the mean score of a candidate's neighbours. At 0 nDCG@10 on Cranfield falls from .580 to .570.
SMOOTHING_WEIGHT = 0.2

# Neighbours of a candidate. At 1 the share of relevant records cited for topics falls from .76 to .72; nDCG@10 on
# SciFact rises from .738 to .747.
SMOOTHING_NEIGHBOURS = 3

COPY = 0.985  # cosine from which on two records may be near duplicates; their words decide
_SHARED = 0.90  # of the words of both, those that both hold (Jaccard); another date in a short title is less


# How much each part of the score counts; they sum to 1, so that a score stays in [0, 1]. Of nDCG@10 on the development
# questions / SciFact / Cranfield / FRUS index .30 .30 .40 gives .955 / .737 / .578 / .274, .25 .25 .50 gives .942 /
# .740 / .578 / .274, .20 .40 .40 gives .957 / .740 / .577; the best of either side alone .84 / .69 / .54 / .26.
RECORD_WEIGHT, SENTENCE_WEIGHT, WORDS_WEIGHT = 0.30, 0.30, 0.40

# BM25 score of a full match, as a multiple of the summed rarity of the question's words. At 1 nDCG@10 falls over the
# development questions from .961 to .956 and on Cranfield from .580 to .573.
FULL_MATCH = 1.5


@dataclass(frozen=True, slots=True)
class Query:
    """What both sides search for."""

    vector: Vectors | None  # (dim,), the question's unit vector; None where the encoder cannot be loaded
    # The content words of the question, with expansions.
    terms: tuple[QueryTerm, ...] = ()
    where: Filter = EVERYTHING  # what a record must satisfy


@dataclass(frozen=True, slots=True)
class SearchScope:
    """What of a ranking a search lists: records that match, and those whose score is at least `threshold`."""

    matching: Matching
    threshold: float
    kinds: frozenset[Match] = frozenset(Match)  # which of the two are on its pages


@dataclass(frozen=True, slots=True)
class Evidence:
    """A hit with what an answer is made of."""

    hit: Hit
    passages: Passages  # the record's title and sentences
    nearness: Vectors  # (n,) cosine of the question and each passage, in [-1, 1]; zeros without a vector


@dataclass(frozen=True, slots=True)
class RankedPage:
    """One page of what a search lists."""

    hits: tuple[Hit, ...]
    total: int  # how many records match
    near: tuple[str, ...]  # ids of those that do not, but reach the threshold
    apart: tuple[Hit, ...]  # the first of these, up to as many as are asked for


def retrieve(reader: IndexReader, query: Query, k: int) -> list[Evidence]:
    """Up to k records with their evidence, by falling score; the first k of any longer ranking."""
    return _with_passages(reader, query, rank(reader, query, k))


def rank(reader: IndexReader, query: Query, k: int) -> list[Hit]:
    """The hits of `retrieve` alone."""
    hits: list[Hit] = []
    for pool in _candidate_pools(reader, query):
        scored = _score(reader, query, pool, k - len(hits))
        # What only a deeper search finds comes below what was found before it, so that no page moves another.
        hits += scored.hits(reader, query.where, scored.order, _last_score(hits))
        if len(hits) >= k:
            break
    return hits


def list_matches(
    reader: IndexReader, query: Query, scope: SearchScope, offset: int, k: int, *, apart: int = 0
) -> RankedPage:
    """Up to k records in this scope after the first `offset`, by falling score.

    Records that do not match are near only if they are among the first candidates.
    """
    total = reader.count(query.where, scope.matching)
    hits, near, first = list[Hit](), list[int](), None
    passed, lowest = 0, 1.0
    for pool in _candidate_pools(reader, query):
        among = pool if first is None else list(compress(pool, reader.matches(pool, scope.matching)))
        if not among:
            continue
        scored = _score(reader, query, among, len(among), scope)
        if first is None:
            first, near = scored, [row for row in scored.order if scored.match(row) is Match.MEANING]
        rows = [row for row in scored.order if scored.match(row) in scope.kinds]
        hits += scored.hits(reader, query.where, rows[max(offset - passed, 0) :][: k - len(hits)], lowest)
        passed += len(rows)
        lowest = min([lowest, *(float(scored.scores[row]) for row in scored.order[-1:])])
        if len(hits) == k or passed >= total * (Match.WORDS in scope.kinds) + len(near) * (
            Match.MEANING in scope.kinds
        ):
            break
    return RankedPage(
        tuple(hits),
        total,
        tuple(first.ids[row] for row in near) if first else (),
        tuple(first.hits(reader, query.where, near[:apart], 1.0)) if first else (),
    )


def _candidate_pools(reader: IndexReader, query: Query) -> Iterator[list[str]]:
    """Candidates of both sides, then in turn those that each deeper search adds."""
    seen: set[str] = set()
    depth = CANDIDATES_PER_SIDE
    while True:
        with stage("dense"):
            nearest = {} if query.vector is None else reader.nearest(query.vector, depth, query.where)
        is_all = query.vector is not None and len(nearest) < depth  # that pass the filter
        with stage("lexical"):
            by_words = {} if is_all else reader.search_words(query.terms, depth, query.where)
        pool = [each for each in {**by_words, **nearest} if each not in seen]
        if pool:
            yield pool
        if is_all or not pool:
            return
        seen.update(pool)
        depth *= 4


def _last_score(hits: Sequence[Hit]) -> float:
    """The score of the last; 1 before there is any."""
    return 1.0 if not hits or hits[-1].score is None else hits[-1].score


def top_places(reader: IndexReader, query: Query, k: int) -> list[Evidence]:
    """The records of the first k places; near duplicates share a place."""
    depth = k
    while True:
        ranking = retrieve(reader, query, depth)
        first = first_places(ranking, k)
        if len(first) < len(ranking) or len(ranking) < depth or all(each.hit.copy_of is None for each in ranking):
            return first
        depth *= 2


def first_places(ranking: list[Evidence], k: int) -> list[Evidence]:
    """The records of a ranking's first k places."""
    places = [row for row, each in enumerate(ranking) if each.hit.copy_of is None]
    return ranking[: places[k]] if len(places) > k else ranking


def evidence_of(
    reader: IndexReader, query: Query, ranking: Sequence[Evidence], records: Sequence[Record]
) -> list[Evidence]:
    """These records with their evidence, found or not, by falling score; one that is ranked keeps its score."""
    ranked = {each.hit.record.id: each for each in ranking}
    others = [record.id for record in records if record.id not in ranked]
    evidence = [ranked[record.id] for record in records if record.id in ranked]
    if others:
        scored = _score(reader, query, others, len(others))
        evidence += _with_passages(reader, query, scored.hits(reader, query.where, scored.order, 1.0))
    return sorted(evidence, key=lambda each: (-(each.hit.score or 0.0), each.hit.record.id))


def _with_passages(reader: IndexReader, query: Query, hits: Sequence[Hit]) -> list[Evidence]:
    vector = query.vector
    return [
        Evidence(
            hit, passages, np.zeros(len(passages.texts), np.float32) if vector is None else passages.vectors @ vector
        )
        for hit, passages in zip(hits, reader.passages([hit.record.id for hit in hits]), strict=True)
    ]


@dataclass(frozen=True, slots=True)
class _Candidates:
    """Candidates with every part of their scores, each (n,)."""

    ids: Sequence[str]
    dense: Scores | None  # cosine of question and record; None without a vector
    lexical: Scores  # BM25 score without expansion terms
    sentence: Scores  # cosine of the nearest passage
    words: Scores  # share of the full score by words
    scores: Scores  # the fused score; a near copy has that of its leader
    leaders: Sequence[int]  # the row of the record whose place each shares
    matched: Sequence[bool] | None  # whether each matches; None where all are ranked
    order: Sequence[int]  # rows of the best, falling

    def match(self, row: int) -> Match | None:
        """Why a search lists it."""
        if self.matched is None:
            return None
        return Match.WORDS if self.matched[row] else Match.MEANING

    def hits(self, reader: IndexReader, where: Filter, rows: Sequence[int], highest: float) -> list[Hit]:
        """These rows as hits, none with a score above `highest`."""
        return [
            Hit(
                record,
                score=min(max(float(self.scores[row]), 0.0), highest),
                dense=None if self.dense is None else min(max(float(self.dense[row]), -1.0), 1.0),
                lexical=float(self.lexical[row]),
                parts=(
                    ("sentence", min(max(float(self.sentence[row]), 0.0), 1.0)),
                    ("words", float(self.words[row])),
                ),
                fit=where.fit(record),
                copy_of=None if self.leaders[row] == row else self.ids[self.leaders[row]],
                match=self.match(row),
            )
            for row, record in zip(rows, reader.records([self.ids[row] for row in rows]), strict=True)
        ]


@stage("fuse")
def _score(
    reader: IndexReader, query: Query, ids: Sequence[str], k: int, scope: SearchScope | None = None
) -> _Candidates:
    """Score these candidates and put the best k of those that count in order: of all, or of what is in scope."""
    with stage("lexical"):
        lexical, expanded = reader.scores(query.terms, ids)  # each (n,)
    words = np.minimum(expanded / _full_score(reader, query.terms), 1.0)  # (n,)
    dense, sentence, scores = None, np.zeros(len(ids), np.float32), words
    leaders = list(range(len(ids)))
    matched = None if scope is None else reader.matches(ids, scope.matching)
    counts = np.ones(len(ids), np.bool_)
    pairs: list[tuple[int, int]] = []
    if query.vector is not None:
        vectors = reader.vectors(ids)  # (n, dim)
        dense = vectors @ query.vector  # (n,)
        sentence = reader.passage_cosines(query.vector, ids)  # (n,)
        scores = (
            RECORD_WEIGHT * np.maximum(dense, 0.0) + SENTENCE_WEIGHT * np.maximum(sentence, 0.0) + WORDS_WEIGHT * words
        )
        top = np.argsort(-scores, kind="stable")[:SMOOTHING_DEPTH]
        few = _can_reach_top(scores[top], k)
        neighbours = vectors[top]
        # Whole, though few rows of it are looked at: so no digit of a score depends on how many are asked for.
        alike = (neighbours @ neighbours.T)[:few]  # (few, m)
        scores = _smoothed(scores, top, alike)
        near = zip(*np.divmod(np.flatnonzero(alike >= COPY), len(top)), strict=True)
        pairs = [(int(top[one]), int(top[other])) for one, other in near if one < other]
    if scope is not None:
        counts = np.array(matched, np.bool_) | (scores >= scope.threshold)
        pairs = [pair for pair in pairs if counts[list(pair)].all()]
    if pairs:
        for row, leader in _copies(reader, ids, scores, vectors, pairs).items():
            leaders[row] = leader
        scores = scores[leaders]
    likely = np.flatnonzero(counts)
    if len(likely) > k:  # the others need not be put in order
        likely = likely[scores[likely] >= np.partition(scores[likely], -k)[-k]]
    order = sorted(likely.tolist(), key=lambda row: (-scores[row], ids[leaders[row]], leaders[row] != row, ids[row]))
    return _Candidates(ids, dense, lexical, sentence, words, scores, leaders, matched, order[:k])


def _copies(
    reader: IndexReader, ids: Sequence[str], scores: Scores, vectors: Vectors, pairs: Sequence[tuple[int, int]]
) -> dict[int, int]:
    """Of these pairs of like vectors: the row of each near duplicate -> the row of the best that it duplicates."""
    involved = sorted({row for pair in pairs for row in pair}, key=lambda row: (-scores[row], ids[row]))
    records = dict(zip(involved, reader.records([ids[row] for row in involved]), strict=True))
    place = {row: at for at, row in enumerate(involved)}
    copies: dict[int, int] = {}
    for better, worse in sorted(
        (sorted(pair, key=place.__getitem__) for pair in pairs), key=lambda pair: place[pair[0]]
    ):
        if better not in copies and worse not in copies:
            cosine = float(vectors[better] @ vectors[worse])
            if are_copies(records[better], records[worse], cosine):
                copies[worse] = better
    return copies


def _can_reach_top(own: Scores, k: int) -> int:
    """How many of these falling scores (m,) can be among the first k after smoothing."""
    if len(own) < k:
        return len(own)
    # The most that one can gain on another: with the best as its neighbour, against one with the last.
    gain = SMOOTHING_WEIGHT / (1.0 - SMOOTHING_WEIGHT) * (own[0] - own[-1])
    return int(np.count_nonzero(own >= own[k - 1] - gain))


def _smoothed(scores: Scores, top: NDArray[np.intp], alike: Vectors) -> Scores:
    """The scores (n,), the first few at the `top` (m,) mixed with their neighbours'; the others only lose weight.

    Of neighbours with equal cosines the best comes first.

    Args:
        alike: (few, m) cosines of the vectors at the top.
    """
    smoothed = (1.0 - SMOOTHING_WEIGHT) * scores
    others = np.maximum(alike, 0.0)
    np.fill_diagonal(others, 0.0)
    few = top[: len(alike)]
    rows, own = np.arange(len(few)), scores[few]
    given, total = np.zeros_like(own), np.zeros_like(own)
    for _ in range(min(SMOOTHING_NEIGHBOURS, len(top))):
        nearest = others.argmax(axis=1)
        weights = others[rows, nearest]
        given += weights * scores[top[nearest]]
        total += weights
        others[rows, nearest] = 0.0
    # A record without neighbours keeps its own score.
    smoothed[few] += SMOOTHING_WEIGHT * np.divide(given, total, out=own, where=total > 0.0)
    return smoothed


def _full_score(reader: IndexReader, words: Sequence[QueryTerm]) -> float:
    """The BM25 score of a full match of these words; above 0."""
    rarity = reader.idf(words)
    return max(FULL_MATCH * sum(word.weight * each for word, each in zip(words, rarity, strict=True)), 1e-6)


def are_copies(one: Record, other: Record, cosine: float) -> bool:
    """Whether two records with this cosine are near duplicates: nearly the same words."""
    if cosine < COPY:
        return False
    here, there = (set(words(record.text)) for record in (one, other))
    return len(here & there) >= _SHARED * len(here | there)
