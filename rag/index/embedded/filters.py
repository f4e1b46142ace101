"""The numbers of records -> which of them pass a filter, how many have each value, how they lie in time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rag.index.embedded.bitmaps import Bitmaps, Integers, Mask
from rag.index.embedded.field_values import FIRST_DAY, LAST_DAY, UNDATED
from rag.index.ports import Order, Timeline

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Criteria:
    """A filter in numbers.

    Attributes:
        days: First and last day; one of a record's spans must share a day with them. None for any record.
        codes: Sets of codes; a record must have one of each set.
        certain: Whether one of its dates must lie in the days certainly, or none may; None for either.
        possible: Rows that lie in the days but not certainly, where that matters.
    """

    days: tuple[int, int] | None
    codes: tuple[tuple[int, ...], ...]
    certain: bool | None = None
    possible: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class _Spans:
    """Dates column by column: in a table the numbers of each would lie apart.

    Attributes:
        rows: Whose they are, rising.
        first: First day of each; `last` likewise.
        firm: Whether each is not vague.
    """

    rows: Integers
    first: Integers
    last: Integers
    firm: Mask


class Columns:
    """The numbers of every record, in memory: some 100 bytes a record."""

    def __init__(self, file: Path) -> None:
        """Read what ColumnsWriter saved."""
        with np.load(file, allow_pickle=False) as saved:
            self._rows = {Order.DATE: saved["rising"], Order.DATE_DESCENDING: saved["falling"]}
            spans = saved["spans"]
            self._codes = Bitmaps(saved["codes"], len(self))
        # A record's spans stand together, the one by which lists go before the others. Nearly all have no other, so a
        # column has a place for each row: what is compared need not be gathered.
        listed = np.diff(spans[:, 0], prepend=-1) > 0
        columns = np.tile(np.array([0, UNDATED, -1, 0], np.int32)[:, np.newaxis], len(self))  # (4, n) no day at all
        columns[:, spans[listed, 0]] = spans[listed].T
        self._listed = _spans(columns)
        self._others = _spans(spans[~listed].T)
        self.dated = self._listed.last >= FIRST_DAY

    def __len__(self) -> int:
        """How many records there are."""
        return len(self._rows[Order.DATE])

    def passing(self, criteria: Criteria) -> Mask:
        """(n,) whether each row passes."""
        mask = np.ones(len(self), dtype=np.bool_)
        if criteria.days is not None:
            first, last = criteria.days
            mask = self._having(lambda spans: (spans.first <= last) & (spans.last >= first))
            if criteria.certain is not None:
                mask &= self.certain(criteria.days) == criteria.certain
        for codes in criteria.codes:
            having = np.zeros(len(self), dtype=np.bool_)
            for code in codes:
                self._codes.mark(code, having)
            mask &= having
        return mask

    def certain(self, days: tuple[int, int]) -> Mask:
        """(n,) whether each row has a date that lies wholly within the days and is not vague."""
        first, last = days
        return self._having(lambda spans: spans.firm & (spans.first >= first) & (spans.last <= last))

    def possible(self, days: tuple[int, int]) -> tuple[int, ...]:
        """The rows that lie in the days, but not certainly."""
        return tuple(np.flatnonzero(self.passing(Criteria(days, ())) & ~self.certain(days)).tolist())

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
        """The first and the last known day of the dates by which these rows are listed."""
        first, last = self._listed_days(mask)
        known = np.concatenate([first[first > FIRST_DAY], last[last < LAST_DAY]])
        return (int(known.min()), int(known.max())) if known.size else None

    def timeline(self, edges: Sequence[int], mask: Mask) -> Timeline:
        """These rows counted in the stretches between edges."""
        first, last = self._listed_days(mask)
        size = len(edges) + 1  # before the first edge, the stretches, from the last edge on
        begins = np.searchsorted(edges, first, side="right")
        loose = np.flatnonzero(first != last)  # few are, and only they can end in another stretch
        begun, ended = begins[loose], np.searchsorted(edges, last[loose], side="right")
        days = np.bincount(begins, minlength=size) - np.bincount(begun, minlength=size)
        within = np.bincount(begun[begun == ended], minlength=size)
        none = int(np.count_nonzero((ended == 0) | (begun == size - 1)))
        return Timeline(
            days=tuple(days[1:-1].tolist()),
            within=tuple(within[1:-1].tolist()),
            across=len(loose) - int(within[1:-1].sum()) - none,
            outside=int(days[0] + days[-1]) + none,
            undated=int(np.count_nonzero(mask & ~self.dated)),
        )

    def beside(self, row: int) -> tuple[int | None, int | None]:
        """The rows before and after this one in the order of dates."""
        rows = self._rows[Order.DATE]
        (place,) = np.flatnonzero(rows == row).tolist()
        return (int(rows[place - 1]) if place else None, int(rows[place + 1]) if place + 1 < len(rows) else None)

    def _having(self, meets: Callable[[_Spans], Mask]) -> Mask:
        """(n,) whether any of each row's dates does."""
        mask = meets(self._listed)
        mask[self._others.rows[meets(self._others)]] = True
        return mask

    def _listed_days(self, mask: Mask) -> tuple[Integers, Integers]:
        """First and last day of the listed date of each of these rows that is dated."""
        dated = np.flatnonzero(mask & self.dated)
        return self._listed.first[dated], self._listed.last[dated]

    def counts(self, mask: Mask) -> Integers:
        """(codes,) how many passing rows have each code."""
        return self._codes.counts(mask)

    def sorted(self, mask: Mask, order: Order) -> Integers:
        """The passing rows in this order."""
        rows: Integers = self._rows[order]
        return rows[mask[rows]]


def _spans(columns: Integers) -> _Spans:
    rows, first, last, firm = map(np.ascontiguousarray, columns)
    return _Spans(rows, first, last, firm.astype(np.bool_))
