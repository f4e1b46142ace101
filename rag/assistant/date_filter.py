"""Days that a reader asks for: the filter they mean, whom they leave out, what lies nearest where nothing is held."""

from __future__ import annotations

from rag.dates.archival_date import Interval, edtf_interval
from rag.errors import QuestionError
from rag.record import Filter


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
