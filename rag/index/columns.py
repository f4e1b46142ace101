"""Records -> the numbers that filters decide by: days of their dates, codes of their fields' values.

A day is its proleptic Gregorian ordinal, 1 to 3,652,059; FIRST_DAY and LAST_DAY stand for a side that is open.
A row is a record's place in its generation, from 0, in the order in which it was added.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rag.index.ports import Order, Timeline

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from rag.dates import ArchivalDate, Interval
    from rag.record import Record

Integers = NDArray[np.int32]
Mask = NDArray[np.bool_]

FIRST_DAY, LAST_DAY = 0, 2**22 - 1
_UNDATED = 2**31 - 1  # sorts after every day


def _year(record: Record) -> tuple[str, ...]:
    """The year of the listed date, where that date can mean no other."""
    date = record.date
    if date is None or date.start is None or date.end is None or date.start.year != date.end.year:
        return ()
    return (f"{date.start.year:04}",)


def _precision(record: Record) -> tuple[str]:
    """How closely the date is known by which lists go."""
    date = next((date for date in record.dates if date.understood), None)
    if date is None:
        return ("undated",)
    if date.vague or date.start is None or date.end is None or date.start.year != date.end.year:
        return ("loose",)
    if date.start == date.end:
        return ("day",)
    return ("month" if date.start.month == date.end.month else "year",)


_VALUES: dict[str, Callable[[Record], Iterable[str]]] = {
    "people": lambda record: record.people,
    "places": lambda record: record.places,
    "subjects": lambda record: record.subjects,
    "languages": lambda record: record.languages,
    "type": lambda record: () if record.type is None else (record.type,),
    "archive": lambda record: () if record.archive is None else (record.archive,),
    "file": lambda record: (listing.file for listing in record.listings),
    "summary": lambda record: ("with" if record.summary else "without",),
    "year": _year,
    "precision": _precision,
}


@dataclass(frozen=True, slots=True)
class Facts:
    """What filters need to know of one record.

    Attributes:
        spans: First and last day of each date that is understood.
        codes: Of its fields' values, each once.
    """

    spans: tuple[tuple[int, int], ...]
    codes: tuple[int, ...]


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


def span(when: Interval | ArchivalDate) -> tuple[int, int]:
    """First and last day."""
    return (
        FIRST_DAY if when.start is None else when.start.toordinal(),
        LAST_DAY if when.end is None else when.end.toordinal(),
    )


class ColumnsWriter:
    """Collects the numbers of each record, row by row."""

    def __init__(self) -> None:
        """Begin with no record and no value."""
        self.values: dict[tuple[str, str], int] = {}  # (field, value) -> code
        self._days: list[int] = []
        self._spans: list[tuple[int, int, int, bool]] = []
        self._codes: list[tuple[int, int]] = []

    def add(self, record: Record) -> Facts:
        """Take the next row's record."""
        row = len(self._days)
        understood = [date for date in record.dates if date.understood]
        pairs = [(field, value) for field, values in _VALUES.items() for value in dict.fromkeys(values(record))]
        facts = Facts(
            spans=tuple(dict.fromkeys(map(span, understood))),
            codes=tuple(self.values.setdefault(pair, len(self.values)) for pair in pairs),
        )
        # Lists go by the date that the archive itself lists; a title's date only stands in for a missing one.
        days = (date.start or date.end for date in understood)
        self._days.append(next((day.toordinal() for day in days if day), _UNDATED))
        firm = {span(date) for date in understood if not date.vague}
        self._spans += [(row, *days, days in firm) for days in facts.spans]
        self._codes += [(code, row) for code in facts.codes]
        return facts

    def save(self, file: Path, ids: Sequence[str]) -> None:
        """Write all; `ids`, row by row, decide between records of one day."""
        days = np.array(self._days, dtype=np.int32)  # (n,)
        place = np.empty_like(days)  # of each row among the sorted ids
        place[sorted(range(len(ids)), key=ids.__getitem__)] = np.arange(len(ids), dtype=np.int32)
        with file.open("wb") as opened:
            np.savez(
                opened,
                rising=np.lexsort((place, days)).astype(np.int32),
                falling=np.lexsort((place, np.where(days == _UNDATED, 1, -days))).astype(np.int32),
                spans=np.array(self._spans, dtype=np.int32).reshape(-1, 4),
                codes=np.array(sorted(self._codes), dtype=np.int32).reshape(-1, 2),
            )


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
            codes, self._code_rows = (np.ascontiguousarray(column) for column in saved["codes"].T)
            # Pairs are sorted by code, and every code is some record's: where each one's begin, and the last's end.
            self._bounds = np.searchsorted(codes, np.arange(int(codes[-1]) + 2))
        # A record's spans stand together, the one by which lists go before the others. Nearly all have no other, so a
        # column has a place for each row: what is compared need not be gathered.
        listed = np.diff(spans[:, 0], prepend=-1) > 0
        columns = np.tile(np.array([0, _UNDATED, -1, 0], np.int32)[:, np.newaxis], len(self))  # (4, n) no day at all
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
                having[self._code_rows[self._bounds[code] : self._bounds[code + 1]]] = True
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
        stretches = len(edges) - 1
        begins = np.searchsorted(edges, first, side="right") - 1  # -1: before the first edge
        ends = np.searchsorted(edges, last, side="right") - 1  # `stretches`: from the last edge on
        one = (begins == ends) & (begins >= 0) & (begins < stretches)
        none = (ends < 0) | (begins >= stretches)
        days = np.bincount(begins[one & (first == last)], minlength=stretches)
        within = np.bincount(begins[one & (first != last)], minlength=stretches)
        return Timeline(
            days=tuple(days.tolist()),
            within=tuple(within.tolist()),
            across=int(np.count_nonzero(~one & ~none)),
            outside=int(np.count_nonzero(none)),
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
        having = mask.view(np.uint8).take(self._code_rows)
        counts: Integers = np.add.reduceat(having, self._bounds[:-1], dtype=np.int32)
        return counts

    def sorted(self, mask: Mask, order: Order) -> Integers:
        """The passing rows in this order."""
        rows: Integers = self._rows[order]
        return rows[mask[rows]]


def _spans(columns: Integers) -> _Spans:
    rows, first, last, firm = map(np.ascontiguousarray, columns)
    return _Spans(rows, first, last, firm.astype(np.bool_))
