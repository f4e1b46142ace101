"""The files of a generation -> an IndexReader."""

import datetime as dt
import sys
from bisect import bisect_left
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from itertools import accumulate
from pathlib import Path

import numpy as np

from rag.dates.archival_date import Fit, Interval
from rag.embeddings import Vectors
from rag.errors import GenerationError
from rag.index.embedded import accessions, files
from rag.index.embedded.bitmaps import Integers, Mask
from rag.index.embedded.corruption import ReadGuard
from rag.index.embedded.field_values import span
from rag.index.embedded.file_states import FileStates, Harm
from rag.index.embedded.filters import Columns, Criteria
from rag.index.embedded.fulltext import FullText
from rag.index.embedded.generation import verify
from rag.index.embedded.passage_vectors import PassageVectors
from rag.index.embedded.record_store import RecordStore
from rag.index.embedded.vectors import RecordVectors, open_vectors
from rag.index.embedded.word_masks import WordMasks, phrases_of
from rag.index.embedded.word_vector_file import WordVectorFile
from rag.index.ports import Matching, Order, Passages, QueryTerm, Scores, Timeline, ValueCounts, any_weights
from rag.record import FIELDS, UNCOUNTED, Filter, Record

_CHUNK = 2**20  # bytes
_CANDIDATE_LISTS = 8  # whose row numbers are cached: one for each question under way
_FILTERS = 16  # whose rows are cached: the few of each question under way


class FolderReader:
    """Reads one generation; its files are closed when nothing refers to it any more."""

    def __init__(
        self,
        folder: Path,
        *,
        accepts: Callable[[str], bool] = any_weights,
        all_digests: bool = False,
        vectors: RecordVectors | None = None,
    ) -> None:
        """Verify the generation and open it; GenerationError names what is damaged or foreign.

        `accepts` is that of `rag.index.open.open_index`, `all_digests` that of `verify`; `vectors` are those of the
        records where they are kept elsewhere.
        """
        self._states = FileStates(folder)  # before the check, so that whatever is written after it is seen
        manifest = verify(folder, all_digests=all_digests)
        if not accepts(manifest.identity.weights):
            raise GenerationError(
                f"{folder}: made by {manifest.identity.model}, weights {manifest.identity.weights[:12]}, not by the "
                f"model in use; run `rag build`, or set RAG_MODEL to the other"
            )
        self.generation, self.identity, self.content = manifest.generation, manifest.identity, manifest.content
        self._folder = folder
        self._reading = ReadGuard(folder)
        self._last_matched: tuple[Matching, Mask] | None = None
        self._last_counted: tuple[object, Integers] | None = None
        with ReadGuard(folder, "opened"):
            self._vectors = vectors or open_vectors(folder)
            self._passages = PassageVectors(folder / files.PASSAGES, manifest.passages, manifest.identity.dimensions)
            self._columns = Columns(folder / files.COLUMNS)
            self._words = FullText(folder / files.WORDS, folder / files.TEXTS)
            self._masks = WordMasks(self._words, len(self._columns))
            self._rows = rows = RecordStore(folder / files.ROWS)
            # One question looks up the same hundreds of candidates several times, and puts the same few filters.
            self._rows_of = lru_cache(_CANDIDATE_LISTS)(lambda ids: np.array(rows.rows(ids), np.int64))
            self._filtered = lru_cache(_FILTERS)(partial(_filtered, rows, self._columns, self._masks))
            self._bounds = np.append(self._rows.first, manifest.passages)  # (n + 1,) rows of passages
            self._profile = (folder / files.PROFILE).read_bytes()
            self._word_table = WordVectorFile(folder / files.WORD_TABLE)
            self._entered = np.broadcast_to(accessions.read(folder / files.ENTERED, folder.name), len(self._columns))
            self._latest = np.argsort(-self._entered, kind="stable").astype(np.int32)  # (n,) rows, the last first

    def harm(self) -> Harm:
        """What happened to its files since it was opened."""
        return self._states.harm()

    def __len__(self) -> int:
        return len(self._columns)

    def nearest(self, vector: Vectors, k: int, where: Filter) -> dict[str, float]:
        rows, cosines = self._vectors.nearest(vector, k, *self._filtered(where) if where else (None, None))
        return self._scored(rows.tolist(), cosines.tolist())

    def search_words(self, words: Sequence[QueryTerm], k: int, where: Filter) -> dict[str, float]:
        found = self._words.search_words(words, min(k, len(self)), self._filtered(where)[0])
        return self._scored([row for row, _ in found], [score for _, score in found])

    def scores(self, words: Sequence[QueryTerm], ids: Sequence[str]) -> tuple[Scores, Scores]:
        return self._words.scores(words, self._rows_of(tuple(ids)))

    def idf(self, words: Sequence[QueryTerm]) -> list[float]:
        return [self._words.idf(word) for word in words]

    def records(self, ids: Sequence[str]) -> list[Record]:
        return self._rows.records(self._rows.rows(ids))

    def date_spans(self, ids: Sequence[str]) -> list[list[tuple[int, int]]]:
        return self._columns.spans(self._rows.rows(ids))

    def entered(self, ids: Sequence[str]) -> list[dt.datetime]:
        return [dt.datetime.fromtimestamp(self._entered[row], dt.UTC) for row in self._rows.rows(ids)]

    def ids(self, offset: int, limit: int) -> list[str]:
        return self._rows.ids(range(offset, min(offset + limit, len(self))))

    def vectors(self, ids: Sequence[str]) -> Vectors:
        return self._vectors.take(self._rows_of(tuple(ids)))

    def passages(self, ids: Sequence[str]) -> list[Passages]:
        rows = self._rows.rows(ids)
        texts = self._rows.texts(rows)
        firsts, ends = self._rows.first[rows].tolist(), [*accumulate(map(len, texts))]
        vectors = self._passages.take(
            [place for first, own in zip(firsts, texts, strict=True) for place in range(first, first + len(own))]
        )
        return [Passages(own, vectors[end - len(own) : end]) for own, end in zip(texts, ends, strict=True)]

    def passage_cosines(self, vector: Vectors, ids: Sequence[str]) -> Vectors:
        if not ids:
            return np.empty(0, np.float32)
        rows = self._rows_of(tuple(ids))
        after = self._bounds[rows + 1]
        lengths = after - self._bounds[rows]
        ends = np.cumsum(lengths)
        passages = np.arange(ends[-1]) + np.repeat(after - ends, lengths)  # the rows of each record's passages in turn
        best: Vectors = np.maximum.reduceat(self._passages.cosines(vector, passages), ends - lengths)
        return best

    def most_words(self, words: Sequence[Sequence[str]], where: Filter) -> int:
        return int(self._masks.groups(map(phrases_of, words))[self._filtered(where)[1]].max(initial=0))

    def matches(self, ids: Sequence[str], matching: Matching) -> list[bool]:
        matched: list[bool] = self._matched(matching)[self._rows_of(tuple(ids))].tolist()
        return matched

    def page(
        self, where: Filter, order: Order, offset: int, limit: int, matching: Matching | None = None
    ) -> list[Record]:
        selected = self._selected(where, matching)
        rows = self._latest[selected[self._latest]] if order is Order.ENTERED else self._columns.sorted(selected, order)
        return self._rows.records(rows[offset : offset + limit].tolist())

    def count(self, where: Filter, matching: Matching | None = None) -> int:
        return int(np.count_nonzero(self._selected(where, matching)))

    def count_undated(self, where: Filter, matching: Matching | None = None) -> int:
        return int(np.count_nonzero(self._selected(where.timeless(), matching) & ~self._columns.dated))

    def count_certain(self, where: Filter, matching: Matching | None = None) -> int:
        selected = self._selected(where, matching)
        days = self._filtered(where)[0].days
        return int(np.count_nonzero(selected if days is None else selected & self._columns.on([days])))

    def facets(self, field: str, where: Filter, matching: Matching | None = None) -> Mapping[str, int]:
        return self.top_values(field, where, sys.maxsize, matching).counts

    def top_values(
        self, field: str, where: Filter, k: int, matching: Matching | None = None, including: Collection[str] = ()
    ) -> ValueCounts:
        _check_field(field)
        codes, values = self._rows.values(field)
        counts = self._counted(where, matching)[codes]  # (values,)
        found = listed = np.flatnonzero(counts)
        if len(found) > k:
            rank = found - counts[found].astype(np.int64) * len(codes)  # by falling count, then in order; all differ
            places = (bisect_left(values, value) for value in including)
            added = [place for place in places if place < len(values) and values[place] in including and counts[place]]
            listed = np.unique([*found[np.argpartition(rank, k)[:k]].tolist(), *added])
        shown = {values[place]: count for place, count in zip(listed.tolist(), counts[listed].tolist(), strict=True)}
        return ValueCounts(shown, len(found) - len(listed))

    def extent(self, where: Filter, matching: Matching | None = None) -> Interval | None:
        days = self._columns.extent(self._selected(where, matching))
        return None if days is None else Interval(*map(dt.date.fromordinal, days))

    def timeline(self, where: Filter, edges: Sequence[dt.date], matching: Matching | None = None) -> Timeline:
        return self._columns.timeline([edge.toordinal() for edge in edges], self._selected(where, matching))

    def neighbours(self, record_id: str) -> tuple[str | None, str | None]:
        rows = self._columns.neighbours(*self._rows.rows([record_id]))
        before, after = (None if row is None else self._rows.ids([row])[0] for row in rows)
        return before, after

    def profile(self) -> bytes:
        return self._profile

    def word_table(self) -> WordVectorFile:
        return self._word_table

    def read_ahead(self) -> None:
        buffer = bytearray(_CHUNK)
        for pattern in files.RANDOM_ACCESS:
            for file in self._folder.glob(pattern):
                with file.open("rb", buffering=0) as opened:
                    while opened.readinto(buffer):
                        pass

    def close(self) -> None:
        self._rows.close()

    def _selected(self, where: Filter, matching: Matching | None) -> Mask:
        """(n,) whether each row passes the filter and matches."""
        passing = self._filtered(where)[1]
        return passing if matching is None else passing & self._matched(matching)

    def _matched(self, matching: Matching) -> Mask:
        """(n,) whether each row matches; cached, as a page asks for the same one several times."""
        last = self._last_matched
        if last is None or last[0] != matching:
            matched = self._masks.groups(map(phrases_of, matching.words)) >= matching.at_least
            matched[self._rows_of(matching.also)] = True
            self._last_matched = last = (matching, matched)
        return last[1]

    def _counted(self, where: Filter, matching: Matching | None) -> Integers:
        """(codes,) number of selected rows with each code; cached, as a page counts several fields of the same rows."""
        key = (where, matching)
        last = self._last_counted
        if last is None or last[0] != key:
            self._last_counted = last = (key, self._columns.counts(self._selected(where, matching)))
        return last[1]

    def _scored(self, rows: Sequence[int], scores: Sequence[float]) -> dict[str, float]:
        with self._reading:  # a damaged index gives rows that do not exist
            return dict(zip(self._rows.ids(rows), scores, strict=True))


def _filtered(store: RecordStore, columns: Columns, masks: WordMasks, where: Filter) -> tuple[Criteria, Mask]:
    """A filter in this generation's days and codes; and (n,) whether each row passes it, not to be written to."""
    criteria = _criteria(store, columns, where)
    mask = masks.narrow(criteria, columns.passing(criteria))
    mask.flags.writeable = False
    return criteria, mask


def _criteria(store: RecordStore, columns: Columns, where: Filter) -> Criteria:
    for field, _ in (*where.fields, *where.not_fields):
        _check_field(field)
    days = None if where.when is None else _days(where.when)
    criteria = Criteria(
        days,
        tuple(store.codes(field, values) for field, values in where.fields),
        words=tuple(map(phrases_of, where.words)),
        not_words=phrases_of(where.not_words),
        not_codes=tuple(code for pair in where.not_fields for code in store.codes(*pair)),
        rows=_rows_among(store, columns, where, days),
        not_rows=(
            *(columns.within([*map(_days, where.not_when)], listed=where.listed) if where.not_when else ()),
            *(row for row in store.known(where.not_ids) if row is not None),
        ),
    )
    if days is None or where.only is None:
        return criteria
    return replace(criteria, certain=where.only is Fit.CERTAIN, possible=columns.possible(days))


def _rows_among(
    store: RecordStore, columns: Columns, where: Filter, days: tuple[int, int] | None
) -> tuple[int, ...] | None:
    """The only rows that can pass; None for all."""
    masks = [columns.on([*map(_days, where.on)])] if where.on else []
    if where.listed and days is not None:
        masks.append(columns.listed_in(days))
    rows = None if where.ids is None else [row for row in store.known(where.ids) if row is not None]
    if masks:
        passing = np.logical_and.reduce(masks)
        rows = np.flatnonzero(passing).tolist() if rows is None else [row for row in rows if passing[row]]
    return None if rows is None else tuple(rows)


def _days(when: Interval) -> tuple[int, int]:
    """First and last day asked for; ValueError where they end before they begin."""
    first, last = span(when)
    if first > last:
        raise ValueError(f"the days asked for end before they begin: {when}")
    return first, last


def _check_field(field: str) -> None:
    if field not in {*FIELDS, *UNCOUNTED}:
        known = ", ".join(sorted((*FIELDS, *UNCOUNTED)))
        raise ValueError(f"records cannot be filtered or counted by {field!r}; known are {known}")
