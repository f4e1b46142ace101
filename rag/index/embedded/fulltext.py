"""Words -> the rows that contain them, by BM25, in a tantivy index.

Dates are indexed so that a filter acts inside the search, however many dates a record has. A segment tree spans all
days. Each date span is indexed as the fewest tree nodes that cover it, so a day lies in a span exactly if one of the
day's 23 ancestors is such a node. Records of a short period are found by the ancestors of all its days. Over a long
period there are too many of them: two spans overlap exactly if one begins within the other, so a search combines a
range over each span's first day with the ancestors of the period's first day. The range compares every record.
"""

import errno
import math
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import accumulate, chain
from operator import itemgetter
from pathlib import Path
from typing import cast

import numpy as np
import tantivy
from numpy.typing import NDArray
from tantivy import FieldType, Occur, Query, Searcher

from rag.index.embedded.analyzer import ANALYZER, CACHED, analyze, composed, terms_of
from rag.index.embedded.corruption import ReadGuard
from rag.index.embedded.field_values import LAST_DAY, Facts
from rag.index.embedded.filters import Criteria
from rag.index.embedded.forward_index import ForwardIndex, ForwardIndexWriter, Phrase
from rag.index.ports import QueryTerm, Scores
from rag.platform import memory_folder

_TEXT = "text"  # the field
_HEAP = 1_000_000_000  # bytes a writer may fill before it begins a second segment; allocated on demand
_LEAVES = LAST_DAY + 1
_FEW = 1024  # numbers up to which each is a query of its own; a set query compares every number of the index
_RECORDS_A_DAY = 200  # records that a range compares in the time that one more day takes in the tree


def _cover(first: int, last: int) -> Iterator[int]:
    """The fewest tree nodes whose days are exactly these."""
    low, high = first + _LEAVES, last + _LEAVES + 1
    while low < high:
        if low % 2:
            yield low
            low += 1
        if high % 2:
            high -= 1
            yield high
        low, high = low // 2, high // 2


def _ancestors(first: int, last: int) -> Iterator[int]:
    """Every tree node that covers one of these days."""
    low, high = first + _LEAVES, last + _LEAVES
    while low:
        yield from range(low, high + 1)
        low, high = low // 2, high // 2


class FullTextWriter:
    """Writes a new full-text index, and the forward index of the same texts."""

    def __init__(self, folder: Path, texts: Path) -> None:
        folder.mkdir()
        self._texts = ForwardIndexWriter(texts)
        schema = tantivy.SchemaBuilder()
        schema.add_text_field(_TEXT, tokenizer_name=_TEXT)
        schema.add_integer_field("row", indexed=True, fast=True)
        schema.add_integer_field("code", indexed=True)
        schema.add_integer_field("first_day", fast=True)
        schema.add_integer_field("span_node", indexed=True)
        self._folder = folder
        with self._writing():
            index = tantivy.Index(schema.build(), str(folder))
            index.register_tokenizer(_TEXT, ANALYZER)
            self._writer = index.writer(_HEAP, num_threads=1)
        self._end = ExitStack()
        self._end.callback(self._writer.wait_merging_threads)

    def add(self, row: int, title: str, summary: str, facts: Facts) -> None:
        """Index one record."""
        document = tantivy.Document()
        document.add_integer("row", row)
        nodes: set[int] = set()
        for text in (title, summary):  # two values have a gap between them, which no phrase bridges
            document.add_text(_TEXT, composed(text))
        for code in facts.codes:
            document.add_integer("code", code)
        for first, last in facts.spans:
            document.add_integer("first_day", first)
            nodes.update(_cover(first, last))
        for node in nodes:
            document.add_integer("span_node", node)
        with self._writing():
            self._writer.add_document(document)
            self._texts.add(analyze(title), analyze(summary))

    def save(self) -> None:
        """Write all and close both."""
        with self._writing():
            self._writer.commit()
            self._texts.save()
        self.close()
        for lock in self._folder.glob(".tantivy-*.lock"):
            lock.unlink()

    def close(self) -> None:
        """End the writer's threads and close the files; it may be called twice."""
        self._texts.close()
        with self._writing():
            self._end.close()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Turn what tantivy raises over a full disk into an OSError."""
        try:
            yield
        except ValueError as error:
            if not re.search(r"io::Error|IO error", str(error)):
                raise
            raise OSError(errno.EIO, "the full-text index could not be written", str(self._folder)) from error


@dataclass(frozen=True, slots=True)
class _WordStatistics:
    """How rare a word is."""

    phrase_idf: Mapping[Phrase, float]  # for the terms of each spelling, the IDF that tantivy gives this term or phrase
    idf: float  # inverse document frequency of the word, all its spellings counted as one word


def _statistics(searcher: Searcher, reading: ReadGuard, spellings: Sequence[str]) -> _WordStatistics:
    def idf(frequency: int) -> float:
        """BM25's inverse document frequency of a term in so many records."""
        return math.log1p((searcher.num_docs - frequency + 0.5) / (frequency + 0.5))

    phrases = sorted({terms for spelling in spellings if (terms := terms_of(spelling))})
    with reading:
        frequencies = {terms: [searcher.doc_freq(_TEXT, term) for term in terms] for terms in phrases}
    # As if no record contained two of the spellings.
    frequency = min(sum(map(min, frequencies.values())), searcher.num_docs)
    return _WordStatistics({terms: sum(map(idf, each)) for terms, each in frequencies.items()}, idf(frequency))


def _linked(folder: Path, links: Path) -> Path:
    """A folder of links to the files; the folder itself where this user may make no links, as on Windows."""
    try:
        for file in folder.iterdir():
            (links / file.name).symlink_to(file.resolve())
    except OSError:
        return folder
    return links


class FullText:
    """Searches such a folder, which may be read-only. Safe under threads."""

    def __init__(self, folder: Path, texts: Path) -> None:
        self._reading = ReadGuard(folder)
        # tantivy writes a lock file even to read, so it opens a temporary folder of links. Its threads may write there
        # a moment longer; they leave only links and empty files.
        with tempfile.TemporaryDirectory(prefix="rag-words-", dir=memory_folder(), ignore_cleanup_errors=True) as links:
            index = tantivy.Index.open(str(_linked(folder, Path(links))))
            index.config_reader(reload_policy="manual")
            self._searcher = index.searcher()
        self._schema = index.schema
        # One question looks up the same words several times, the next some of them again.
        self._statistics = lru_cache(CACHED)(partial(_statistics, self._searcher, self._reading))
        self._texts = ForwardIndex(texts, self._searcher.num_docs)

    def search_words(self, words: Sequence[QueryTerm], k: int, criteria: Criteria) -> list[tuple[int, float]]:
        """Up to k (row, BM25 score), falling; only rows that meet the criteria."""
        if k < 1:
            return []
        query = self._query(words, self._conditions(criteria), self._exclusions(criteria))
        with self._reading:
            hits = self._searcher.search(query, limit=k, count=False).hits
            rows = cast("list[int]", self._searcher.fast_field_values("row", [address for _, address in hits]))
            return [(row, score) for row, (score, _) in zip(rows, hits, strict=True)]

    def scores(self, words: Sequence[QueryTerm], rows: NDArray[np.int64]) -> tuple[Scores, Scores]:
        words = [word for word in words if self._statistics(word.spellings).phrase_idf]
        if not words:
            return np.zeros(len(rows)), np.zeros(len(rows))
        of_words = [self._weighted_phrases(word) for word in words]
        begins = list(accumulate(map(len, of_words[:-1]), initial=0))  # of each word among all phrases
        phrases, idf, is_spelling = zip(*chain.from_iterable(of_words), strict=True)
        scores = np.array(idf)[:, np.newaxis] * self._texts.saturation(phrases, rows)  # (phrases, rows)
        weights = np.array([word.weight for word in words])
        unexpanded = weights @ np.maximum.reduceat(scores * np.array(is_spelling)[:, np.newaxis], begins)
        return unexpanded, weights @ np.maximum.reduceat(scores, begins)

    def rows(self, terms: tuple[str, ...]) -> NDArray[np.int32]:
        """Every row that contains these terms, one after the other, in no order."""
        # Sorted by row, hits carry their row numbers and are not scored.
        query = Query.const_score_query(self._terms(terms), 1.0)
        with self._reading:
            found = self._searcher.search(query, limit=self._searcher.num_docs, count=False, order_by_field="row")
            hits = found.hits
            return np.fromiter(map(itemgetter(0), hits), np.int32, len(hits))

    def idf(self, word: QueryTerm) -> float:
        return self._statistics(word.spellings).idf

    def _query(self, words: Sequence[QueryTerm], conditions: Sequence[Query], exclusions: Sequence[Query]) -> Query:
        """Any of the words and every condition, scored by the words alone; an empty query without words."""
        scored = [(Occur.Should, query) for word in words if (query := self._word(word)) is not None]
        if not scored:
            return Query.empty_query()
        any_word = Query.boolean_query(scored)
        if not (conditions or exclusions):
            return any_word
        unscored = [(Occur.Must, Query.const_score_query(condition, 0.0)) for condition in conditions]
        excluded = [(Occur.MustNot, exclusion) for exclusion in exclusions]
        return Query.boolean_query([(Occur.Must, any_word), *unscored, *excluded])

    def _word(self, word: QueryTerm) -> Query | None:
        """The best of a word's spellings, built from terms: no text is ever parsed as query syntax."""
        statistics = self._statistics(word.spellings)
        if not statistics.phrase_idf:
            return None
        first, *others = statistics.phrase_idf
        if len(first) == 1 and not others:
            # A single term stays bare: tantivy skips blocks of low-scoring records only in a plain union of terms.
            best = self._terms(first)
        else:
            best = Query.disjunction_max_query(
                [
                    Query.boost_query(self._terms(terms), statistics.idf / idf)
                    for terms, idf in statistics.phrase_idf.items()
                ]
            )
        return best if word.weight == 1 else Query.boost_query(best, word.weight)

    def _weighted_phrases(self, word: QueryTerm) -> list[tuple[Phrase, float, bool]]:
        """The terms of each spelling and expansion term, each stem once; its weighted IDF; whether it is a spelling."""
        statistics = self._statistics(word.spellings)
        # All spellings are one word, so a rare one must not weigh more than a common one.
        weighted = dict.fromkeys(statistics.phrase_idf, (statistics.idf, True))
        for term, share in word.expansions:
            expansion = self._statistics((term,))
            for terms, idf in expansion.phrase_idf.items():
                capped = min(1.0, statistics.idf / expansion.idf)  # share of the term's IDF that the word's allows
                weighted.setdefault(terms, (share * capped * idf, False))
        return [(terms, *weight) for terms, weight in weighted.items()]

    def _terms(self, terms: tuple[str, ...]) -> Query:
        if len(terms) == 1:
            return Query.term_query(self._schema, _TEXT, terms[0], index_option="freq")
        return Query.phrase_query(self._schema, _TEXT, list(terms))

    def _conditions(self, criteria: Criteria) -> list[Query]:
        conditions = [self._among("code", codes) for codes in criteria.codes]
        if criteria.days is not None:
            conditions.append(self._overlapping(*criteria.days))
        if criteria.certain is not None:
            possible = self._among("row", criteria.possible)
            every = (Occur.Must, Query.all_query())
            conditions.append(Query.boolean_query([every, (Occur.MustNot, possible)]) if criteria.certain else possible)
        conditions += [
            Query.boolean_query([(Occur.Should, self._terms(terms)) for terms in phrases]) for phrases in criteria.words
        ]
        if criteria.rows is not None:
            conditions.append(self._among("row", criteria.rows))
        return conditions

    def _exclusions(self, criteria: Criteria) -> list[Query]:
        return [
            *map(self._terms, criteria.not_words),
            *([self._among("code", criteria.not_codes)] if criteria.not_codes else ()),
            *([self._among("row", criteria.not_rows)] if criteria.not_rows else ()),
        ]

    def _overlapping(self, first: int, last: int) -> Query:
        """Records with a date span that overlaps these days."""
        if (last - first) * _RECORDS_A_DAY < self._searcher.num_docs:
            return Query.term_set_query(self._schema, "span_node", list(_ancestors(first, last)))
        begins = Query.range_query(self._schema, "first_day", FieldType.Integer, first, last)
        spans = self._among("span_node", list(_ancestors(first, first)))
        return Query.boolean_query([(Occur.Should, begins), (Occur.Should, spans)])

    def _among(self, field: str, numbers: Sequence[int]) -> Query:
        if not numbers:
            return Query.empty_query()
        if len(numbers) > _FEW:
            return Query.term_set_query(self._schema, field, numbers)
        terms = [Query.term_query(self._schema, field, number, index_option="basic") for number in numbers]
        return Query.boolean_query([(Occur.Should, term) for term in terms])
