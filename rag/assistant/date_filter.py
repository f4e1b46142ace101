"""Days that a reader asks for: the filter they mean, whom they leave out, what lies nearest where nothing is held."""

from rag.dates.archival_date import Interval, edtf_interval
from rag.errors import QuestionError
from rag.language.message import together, worded
from rag.record import Filter


def between(date_from: str | None, date_to: str | None) -> Filter:
    """The filter that a reader's two EDTF dates mean: from the first day of one to the last day of the other."""
    start, end = _bound("from", date_from), _bound("to", date_to)
    if start is None and end is None:
        return Filter()
    when = Interval(start.start if start else None, end.end if end else None)
    if when.start and when.end and when.start > when.end:
        message = worded(
            "date_from %(first)s lies after date_to %(last)s; exchange them", first=date_from, last=date_to
        )
        raise QuestionError(message)
    return Filter(when)


def _bound(name: str, text: str | None) -> Interval | None:
    if not text:
        return None
    try:
        return edtf_interval(text)
    except ValueError as error:
        raise QuestionError(together(f"date_{name}: ", *error.args)) from error
