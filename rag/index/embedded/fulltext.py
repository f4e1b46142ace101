"""Words -> the rows that hold them, by BM25; the only importer of tantivy.

A record's dates are indexed so that a filter acts inside the search, however many dates it has. Each span is indexed as
the nodes of a segment tree over all days that cover it, and a day lies in a span exactly when one of the day's 23
ancestors is such a node. So a year is found by the ancestors of all its days. But two spans share a day when one begins
within the other: so each span's first day is also a number to search a range in. The range is held against every
record, which at a million takes 7 ms, where the tree has those of a year in one.
"""

from __future__ import annotations

import errno
import math
import re
import tempfile
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import accumulate, chain
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np
import tantivy
from tantivy import FieldType, Occur, Query

from rag.index.analyzer import ANALYZER, REMEMBERED, analyze, composed, terms_of
from rag.index.embedded.corruption import ReadGuard
from rag.index.embedded.field_values import LAST_DAY
from rag.index.embedded.forward_index import ForwardIndex, ForwardIndexWriter

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray
    from tantivy import Searcher

    from rag.index.embedded.field_values import Facts
    from rag.index.embedded.filters import Criteria
    from rag.index.embedded.forward_index import Phrase
    from rag.index.ports import QueryTerm, Scores

_TEXT = "text"  # the field
_HEAP = 1_000_000_000  # bytes a writer may fill before it begins a second segment; taken as they are needed
_LEAVES = LAST_DAY + 1
_FEW = 1024  # numbers sought one by one; a set of them is held against every number of the index
_A_DAY = 200  # records that are held against a range while one day more is sought in the tree


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
    """Every tree node that holds one of these days."""
    low, high = first + _LEAVES, last + _LEAVES
    while low:
        yield from range(low, high + 1)
        low, high = low // 2, high // 2


class FullTextWriter:
    """Writes one new index of words into an empty folder."""

    def __init__(self, folder: Path, texts: Path) -> None:
        """Create it, and the file of the texts themselves."""
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

    def add(self, row: int, text: str, facts: Facts) -> None:
        """Index one record."""
        document = tantivy.Document()
        document.add_integer("row", row)
        nodes: set[int] = set()
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
            self._texts.add(analyze(text))

    def save(self) -> None:
        """Write all and let go of the folder."""
        with self._writing():
            self._writer.commit()
            self._texts.save()
        self.close()
        for lock in self._folder.glob(".tantivy-*.lock"):
            lock.unlink()

    def close(self) -> None:
        """End the writer's threads; it can be done twice."""
        self._texts.close()
        with self._writing():
            self._end.close()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """What the disk refuses is an OSError, as it is everywhere else."""
        try:
            yield
        except ValueError as error:
            if not re.search(r"io::Error|IO error", str(error)):
                raise
            raise OSError(errno.EIO, "the index of words could not be written", str(self._folder)) from error


@dataclass(frozen=True, slots=True)
class _Spelt:
    """How rare a word is.

    Attributes:
        inherent: The terms of each of its spellings, with the rarity that tantivy gives a term or a phrase.
        rarity: Inverse document frequency of the word, all its spellings taken for one.
    """

    inherent: Mapping[Phrase, float]
    rarity: float


def _spelt(searcher: Searcher, reading: ReadGuard, spellings: Sequence[str]) -> _Spelt:
    def rarity(held: int) -> float:
        """BM25's inverse document frequency of a term that so many records hold."""
        return math.log1p((searcher.num_docs - held + 0.5) / (held + 0.5))

    phrases = sorted({terms for each in spellings if (terms := terms_of(each))})
    with reading:
        held = {terms: [searcher.doc_freq(_TEXT, term) for term in terms] for terms in phrases}
    # The records of each spelling are counted as others' than those of another.
    holding = min(sum(map(min, held.values())), searcher.num_docs)
    return _Spelt({terms: sum(map(rarity, each)) for terms, each in held.items()}, rarity(holding))


class FullText:
    """Searches such a folder, which may be read-only. Safe under threads."""

    def __init__(self, folder: Path, texts: Path) -> None:
        """Map it into memory."""
        self._reading = ReadGuard(folder)
        # tantivy writes a lock file even to read, so it enters by a folder of links that may be written to. Its threads
        # may write there a moment longer; what they leave is links and empty files.
        with tempfile.TemporaryDirectory(prefix="rag-words-", ignore_cleanup_errors=True) as door:
            for file in folder.iterdir():
                (Path(door) / file.name).symlink_to(file.resolve())
            index = tantivy.Index.open(door)
            index.config_reader(reload_policy="manual")
            self._searcher = index.searcher()
        self._schema = index.schema
        # One question asks for the same words several times, the next for some of them again.
        self._spelt = lru_cache(REMEMBERED)(partial(_spelt, self._searcher, self._reading))
        self._texts = ForwardIndex(texts, self._searcher.num_docs)

    def matching(self, words: Sequence[QueryTerm], k: int, criteria: Criteria) -> list[tuple[int, float]]:
        """Up to k (row, BM25 score), falling; only rows that meet the criteria."""
        return self._search(self._query(words, self._conditions(criteria)), k)

    def scores(self, words: Sequence[QueryTerm], rows: NDArray[np.int64]) -> tuple[Scores, Scores]:
        """(len(rows),) BM25 scores, 0 where none matches: by the words alone, and with what stands in for them."""
        words = [word for word in words if self.spelt(word)]
        if not words:
            return np.zeros(len(rows)), np.zeros(len(rows))
        earned = [self._earned(word) for word in words]
        begins = list(accumulate(map(len, earned[:-1]), initial=0))  # each word's own among all phrases
        phrases, most, alone = zip(*chain.from_iterable(earned), strict=True)
        told = np.array(most)[:, np.newaxis] * self._texts.saturation(phrases, rows)
        weights = np.array([word.weight for word in words])
        by_words = weights @ np.maximum.reduceat(told * np.array(alone)[:, np.newaxis], begins)
        return by_words, weights @ np.maximum.reduceat(told, begins)

    def spelt(self, word: QueryTerm) -> Sequence[Phrase]:
        """The terms of each spelling of a word."""
        return list(self._spelt(word.spellings).inherent)

    def rows(self, terms: tuple[str, ...]) -> NDArray[np.int32]:
        """Every row that holds these terms, one after the other, in no order."""
        # In the order of rows, which come with it, they need neither be scored nor looked up one by one.
        query = Query.const_score_query(self._terms(terms), 1.0)
        with self._reading:
            found = self._searcher.search(query, limit=self._searcher.num_docs, count=False, order_by_field="row")
            hits = found.hits
            return np.fromiter(map(itemgetter(0), hits), np.int32, len(hits))

    def rarity(self, word: QueryTerm) -> float:
        """Inverse document frequency of a word, all its spellings taken for one."""
        return self._spelt(word.spellings).rarity

    def _search(self, query: Query, k: int) -> list[tuple[int, float]]:
        if k < 1:
            return []
        with self._reading:
            hits = self._searcher.search(query, limit=k, count=False).hits
            rows = cast("list[int]", self._searcher.fast_field_values("row", [address for _, address in hits]))
            return [(row, score) for row, (score, _) in zip(rows, hits, strict=True)]

    def _query(self, words: Sequence[QueryTerm], conditions: Sequence[Query]) -> Query:
        """Any of the words, which alone are scored, and every condition; nothing where there is no word to search."""
        scored = [(Occur.Should, query) for word in words if (query := self._word(word)) is not None]
        if not scored:
            return Query.empty_query()
        any_word = Query.boolean_query(scored)
        if not conditions:
            return any_word
        unscored = [(Occur.Must, Query.const_score_query(condition, 0.0)) for condition in conditions]
        return Query.boolean_query([(Occur.Must, any_word), *unscored])

    def _word(self, word: QueryTerm) -> Query | None:
        """The best of a word's spellings; terms are made here, so no text is ever read as query syntax."""
        spelt = self._spelt(word.spellings)
        if not spelt.inherent:
            return None
        first, *others = spelt.inherent
        if len(first) == 1 and not others:
            # A lone term stays bare: tantivy skips blocks of hopeless records only in a plain union of terms.
            best = self._terms(first)
        else:
            best = Query.disjunction_max_query(
                [
                    Query.boost_query(self._terms(terms), spelt.rarity / inherent)
                    for terms, inherent in spelt.inherent.items()
                ]
            )
        return best if word.weight == 1 else Query.boost_query(best, word.weight)

    def _earned(self, word: QueryTerm) -> list[tuple[Phrase, float, bool]]:
        """The terms of each spelling, and of each stand-in but of a stem that is told: what they count, if alone."""
        spelt = self._spelt(word.spellings)
        # All spellings are one word, so a rare one must not weigh more than a common one.
        earned = dict.fromkeys(spelt.inherent, (spelt.rarity, True))
        for other, share in word.stand_ins:
            stand_in = self._spelt((other,))
            for terms, inherent in stand_in.inherent.items():
                most = share * min(1.0, spelt.rarity / stand_in.rarity) * inherent
                earned.setdefault(terms, (most, False))
        return [(terms, *counts) for terms, counts in earned.items()]

    def _terms(self, terms: tuple[str, ...]) -> Query:
        if len(terms) == 1:
            return Query.term_query(self._schema, _TEXT, terms[0], index_option="freq")
        return Query.phrase_query(self._schema, _TEXT, list(terms))

    def _conditions(self, criteria: Criteria) -> list[Query]:
        conditions = [self._among("code", codes) for codes in criteria.codes]
        if criteria.days is not None:
            conditions.append(self._sharing(*criteria.days))
        if criteria.certain is not None:
            possible = self._among("row", criteria.possible)
            every = (Occur.Must, Query.all_query())
            conditions.append(Query.boolean_query([every, (Occur.MustNot, possible)]) if criteria.certain else possible)
        return conditions

    def _sharing(self, first: int, last: int) -> Query:
        """Records with a span that shares a day with this one."""
        if (last - first) * _A_DAY < self._searcher.num_docs:
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
