"""Days that a reader asks for: the filter they mean, whom they leave out, what lies nearest where nothing is held."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING

from rag.dates.archival_date import Interval, apart, edtf_interval, edtf_of, overlaps
from rag.errors import QuestionError
from rag.index.ports import Order
from rag.record import Filter, Hit

if TYPE_CHECKING:
    from rag.index.ports import Reader

LISTED = 50
"""Records that a question which is only a filter lists, at most."""

_DAY = dt.timedelta(days=1)


def between(date_from: str | None, date_to: str | None) -> Filter:
    """The filter that a reader's two EDTF dates mean: from the first day of one to the last day of the other."""
    start, end = _bound("from", date_from), _bound("to", date_to)
    if start is None and end is None:
        return Filter()
    when = Interval(start.start if start else None, end.end if end else None)
    if when.start and when.end and when.start > when.end:
        message = f"date_from {date_from} lies after date_to {date_to}; exchange them"
        raise QuestionError(message)
    return Filter(when)


def _bound(name: str, text: str | None) -> Interval | None:
    if not text:
        return None
    try:
        return edtf_interval(text)
    except ValueError as error:
        message = f"date_{name}: {error}"
        raise QuestionError(message) from error


def left_out(reader: Reader, where: Filter) -> list[str]:
    """What to say of records without a date, where days are asked for; nothing where there are none."""
    undated = reader.undated(where) if where.when is not None else 0
    if not undated:
        return []
    return [f"{undated} undated {'record is' if undated == 1 else 'records are'} left out by the date filter."]


def nothing_then(reader: Reader, where: Filter, when: Interval) -> tuple[str, list[Hit]]:
    """That nothing is of these days and what the nearest days are of which there is something; its records, by day."""
    sides = []
    if when.start is not None and when.start > dt.date.min:
        sides.append((Interval(None, when.start - _DAY), Order.DATE_DESCENDING))
    if when.end is not None and when.end < dt.date.max:
        sides.append((Interval(when.end + _DAY, None), Order.DATE))
    # Pages go by the listed date, but one in the title may be the nearer: so the first is not always the nearest.
    near = [
        sorted(
            (
                (apart(date, when), date.text, record)
                for record in reader.page(replace(where, when=side), order, 0, LISTED)
                for date in record.dates
                if overlaps(date, side)
            ),
            key=lambda each: each[0],
        )
        for side, order in sides
    ]
    beside = list(dict.fromkeys(side[0][1] for side in near if side))
    are = f"dates are {' and '.join(beside)}" if beside[1:] else f"date is {''.join(beside)}"
    records = {record.id: record for _, _, record in sorted(chain(*near), key=lambda each: each[0])}
    return (
        f"The collection holds nothing from {edtf_of(when) or 'these days'}{f'; the nearest {are}' if beside else ''}.",
        [Hit(record) for record in records.values()],
    )
