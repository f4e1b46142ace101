"""Records -> the numbers that filters compare: days of their dates, codes of their fields' values.

A day is a proleptic Gregorian ordinal, 1 to 3,652,059; FIRST_DAY and LAST_DAY stand for an open side.
A row is a record's number in its generation, from 0, in the order in which records were added.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from rag.dates.archival_date import ArchivalDate, Interval
from rag.record import Record

FIRST_DAY, LAST_DAY = 0, 2**22 - 1
UNDATED = 2**31 - 1  # sorts after every day


def _year(record: Record) -> tuple[str, ...]:
    """The year of the listed date, if it spans only one."""
    date = record.date
    if date is None or date.start is None or date.end is None or date.start.year != date.end.year:
        return ()
    return (f"{date.start.year:04}",)


def _precision(record: Record) -> tuple[str]:
    """How precise the date is that lists are sorted by."""
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
    "sender": lambda record: record.senders,
    "recipient": lambda record: record.recipients,
    "sent_from": lambda record: record.sent_from,
    "inside": lambda record: record.branches,
    "precision": _precision,
    "source": lambda record: () if record.source is None else (record.source,),
}


@dataclass(frozen=True, slots=True)
class Facts:
    """What filters need to know about one record."""

    spans: tuple[tuple[int, int], ...]  # first and last day of each understood date
    codes: tuple[int, ...]  # the codes of its fields' values, each once


def span(when: Interval | ArchivalDate) -> tuple[int, int]:
    """First and last day."""
    return (
        FIRST_DAY if when.start is None else when.start.toordinal(),
        LAST_DAY if when.end is None else when.end.toordinal(),
    )


class ColumnsWriter:
    """Collects the numbers of each record, row by row."""

    def __init__(self) -> None:
        self.values: dict[tuple[str, str], int] = {}  # (field, value) -> code
        self._days: list[int] = []
        self._spans: list[tuple[int, int, int, bool]] = []
        self._codes: list[tuple[int, int]] = []

    def add(self, record: Record) -> Facts:
        """Add the record of the next row."""
        row = len(self._days)
        understood = [date for date in record.dates if date.understood]
        pairs = [(field, value) for field, values in _VALUES.items() for value in dict.fromkeys(values(record))]
        facts = Facts(
            spans=tuple(dict.fromkeys(map(span, understood))),
            codes=tuple(self.values.setdefault(pair, len(self.values)) for pair in pairs),
        )
        # Lists are sorted by the date that the archive lists; a date in the title only replaces a missing one.
        days = (date.start or date.end for date in understood)
        self._days.append(next((day.toordinal() for day in days if day), UNDATED))
        precise = {span(date) for date in understood if not date.vague}
        self._spans += [(row, *days, days in precise) for days in facts.spans]
        self._codes += [(code, row) for code in facts.codes]
        return facts

    def save(self, file: Path, ids: Sequence[str]) -> None:
        """Write all; `ids`, row by row, order the records of one day."""
        days = np.array(self._days, dtype=np.int32)  # (n,)
        place = np.empty_like(days)  # (n,) of each row's id among the sorted ids
        place[sorted(range(len(ids)), key=ids.__getitem__)] = np.arange(len(ids), dtype=np.int32)
        with file.open("wb") as opened:
            np.savez(
                opened,
                rising=np.lexsort((place, days)).astype(np.int32),
                falling=np.lexsort((place, np.where(days == UNDATED, 1, -days))).astype(np.int32),
                spans=np.array(self._spans, dtype=np.int32).reshape(-1, 4),
                codes=np.array(sorted(self._codes), dtype=np.int32).reshape(-1, 2),
            )
