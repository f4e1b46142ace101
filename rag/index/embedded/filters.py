"""Days and codes of records -> which records pass a filter, how many have each code, how they spread over time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from rag.index.embedded.bitmaps import Bitmaps, Integers, Mask
from rag.index.embedded.field_values import FIRST_DAY, LAST_DAY, UNDATED
from rag.index.embedded.forward_index import Phrase
from rag.index.ports import Order, Timeline


@dataclass(frozen=True, slots=True)
class Criteria:
    """A filter in numbers."""

    # First and last day; one of a record's spans must overlap them. None for no condition.
    days: tuple[int, int] | None
    codes: tuple[tuple[int, ...], ...]  # sets of codes; a record must have a code of each set
    # True if one of its dates must certainly fall in the days, False if none may; None for either.
    certain: bool | None = None
    # Rows that fall in the days, but not certainly; computed only where `certain` is set.
    possible: tuple[int, ...] = ()
    # The terms of each spelling of each group; a record must contain one of each group.
    words: tuple[tuple[Phrase, ...], ...] = ()
    not_words: tuple[Phrase, ...] = ()  # terms that it must not contain, one after the other
    not_codes: tuple[int, ...] = ()  # codes of which it must have none
    rows: tuple[int, ...] | None = None  # the only rows that can pass; None for all
    not_rows: tuple[int, ...] = ()  # rows that do not pass


@dataclass(frozen=True, slots=True)
class _Spans:
    """Dates by column, each of them contiguous in memory."""

    rows: Integers  # the row of each date's record, rising
    first: Integers  # first day of each date; `last` likewise
    last: Integers
    precise: Mask  # whether each date is not vague


class Columns:
    """Days and codes of every record, in memory: some 100 bytes a record."""

    def __init__(self, file: Path) -> None:
        with np.load(file, allow_pickle=False) as saved:
            self._rows = {Order.DATE: saved["rising"], Order.DATE_DESCENDING: saved["falling"]}
            spans = saved["spans"]
            self._codes = Bitmaps(saved["codes"], len(self))
        # A record's spans are adjacent, the listed one first. Nearly all records have only that one, so its columns
        # have an entry for each row: a comparison needs no gathering.
        listed = np.diff(spans[:, 0], prepend=-1) > 0
        columns = np.tile(np.array([0, UNDATED, -1, 0], np.int32)[:, np.newaxis], len(self))  # (4, n): no day at all
        columns[:, spans[listed, 0]] = spans[listed].T
        self._listed = _spans(columns)
        self._others = _spans(spans[~listed].T)
        self.dated = self._listed.last >= FIRST_DAY

    def __len__(self) -> int:
        return len(self._rows[Order.DATE])

    def passing(self, criteria: Criteria) -> Mask:
        """(n,) whether each row passes all but the conditions on words."""
        mask = np.ones(len(self), dtype=np.bool_)
        if criteria.days is not None:
            first, last = criteria.days
            mask = self._any_date(lambda spans: (spans.first <= last) & (spans.last >= first))
            if criteria.certain is not None:
                mask &= self.on([criteria.days]) == criteria.certain
        for codes in criteria.codes:
            mask &= self._having(codes)
        if criteria.not_codes:
            mask &= ~self._having(criteria.not_codes)
        if criteria.rows is not None:
            chosen = np.zeros(len(self), dtype=np.bool_)
            chosen[list(criteria.rows)] = True
            mask &= chosen
        mask[list(criteria.not_rows)] = False
        return mask

    def within(self, spans: Sequence[tuple[int, int]], *, listed: bool) -> tuple[int, ...]:
        """The rows that have a date and whose every date, or the listed one, is not vague and lies within a span."""
        mask = _inside(self._listed, spans)  # an undated row lies within nothing
        if not listed:
            mask[self._others.rows[~_inside(self._others, spans)]] = False
        return tuple(np.flatnonzero(mask).tolist())

    def on(self, spans: Sequence[tuple[int, int]]) -> Mask:
        """(n,) whether each row has a date that is not vague and lies wholly within one of the spans."""
        return self._any_date(lambda dates: _inside(dates, spans))

    def listed_in(self, days: tuple[int, int]) -> Mask:
        """(n,) whether the date of each row by which lists are sorted may fall in the days."""
        first, last = days
        return (self._listed.first <= last) & (self._listed.last >= first)

    def possible(self, days: tuple[int, int]) -> tuple[int, ...]:
        """The rows that fall in the days, but not certainly."""
        return tuple(np.flatnonzero(self.passing(Criteria(days, ())) & ~self.on([days])).tolist())

    def spans(self, rows: Sequence[int]) -> list[list[tuple[int, int]]]:
        """First and last day of each row's dates that are open on neither side."""
        begins = np.searchsorted(self._others.rows, rows, side="left").tolist()
        ends = np.searchsorted(self._others.rows, rows, side="right").tolist()
        return [
            [
                (int(spans.first[place]), int(spans.last[place]))
                for spans, places in ((self._listed, (row,)), (self._others, range(begin, end)))
                for place in places
                if FIRST_DAY < spans.first[place] <= spans.last[place] < LAST_DAY
            ]
            for row, begin, end in zip(rows, begins, ends, strict=True)
        ]

    def extent(self, mask: Mask) -> tuple[int, int] | None:
        """First and last known day of the listed dates of these rows."""
        first, last = self._listed_days(mask)
        known = np.concatenate([first[first > FIRST_DAY], last[last < LAST_DAY]])
        return (int(known.min()), int(known.max())) if known.size else None

    def timeline(self, edges: Sequence[int], mask: Mask) -> Timeline:
        """These rows counted by period; `edges` are days. See IndexReader."""
        first, last = self._listed_days(mask)
        size = len(edges) + 1  # before the first edge, the periods, from the last edge on
        begins = np.searchsorted(edges, first, side="right")
        loose = np.flatnonzero(first != last)  # few are, and only they can end in another period
        begun, ended = begins[loose], np.searchsorted(edges, last[loose], side="right")
        days = np.bincount(begins, minlength=size) - np.bincount(begun, minlength=size)
        within = np.bincount(begun[begun == ended], minlength=size)
        outside = int(np.count_nonzero((ended == 0) | (begun == size - 1)))
        return Timeline(
            days=tuple(days[1:-1].tolist()),
            within=tuple(within[1:-1].tolist()),
            across=len(loose) - int(within[1:-1].sum()) - outside,
            outside=int(days[0] + days[-1]) + outside,
            undated=int(np.count_nonzero(mask & ~self.dated)),
        )

    def neighbours(self, row: int) -> tuple[int | None, int | None]:
        """The rows before and after this one in the order of dates."""
        rows = self._rows[Order.DATE]
        (place,) = np.flatnonzero(rows == row).tolist()
        return (int(rows[place - 1]) if place else None, int(rows[place + 1]) if place + 1 < len(rows) else None)

    def _having(self, codes: Sequence[int]) -> Mask:
        """(n,) whether each row has any of these codes."""
        having = np.zeros(len(self), dtype=np.bool_)
        for code in codes:
            self._codes.mark(code, having)
        return having

    def _any_date(self, condition: Callable[[_Spans], Mask]) -> Mask:
        """(n,) whether any of each row's dates meets a condition."""
        mask = condition(self._listed)
        mask[self._others.rows[condition(self._others)]] = True
        return mask

    def _listed_days(self, mask: Mask) -> tuple[Integers, Integers]:
        """First and last day of the listed dates of these rows, without undated ones."""
        dated = np.flatnonzero(mask & self.dated)
        return self._listed.first[dated], self._listed.last[dated]

    def counts(self, mask: Mask) -> Integers:
        """(codes,) how many of these rows have each code."""
        return self._codes.counts(mask)

    def sorted(self, mask: Mask, order: Order) -> Integers:
        """These rows in this order."""
        rows: Integers = self._rows[order]
        return rows[mask[rows]]


def _inside(dates: _Spans, spans: Sequence[tuple[int, int]]) -> Mask:
    """Whether each date is not vague and lies wholly within one of the spans."""
    mask = np.zeros(len(dates.rows), np.bool_)
    for first, last in spans:
        mask |= dates.precise & (dates.first >= first) & (dates.last <= last)
    return mask


def _spans(columns: Integers) -> _Spans:
    rows, first, last, precise = map(np.ascontiguousarray, columns)
    return _Spans(rows, first, last, precise.astype(np.bool_))
