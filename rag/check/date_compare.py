"""The date that a reference gives, compared with the dates of the record."""

from rag.check.verdicts import Verdict
from rag.dates.archival_date import ArchivalDate, apart
from rag.language.message import listed, worded
from rag.record import Record

# Days between two dates up to which one may be a slip: a misread day, the day of a talk for that of its report.
NEAR = 31


def days_apart(given: ArchivalDate, record: Record) -> int | None:
    """Days between a date and the nearest of the record's; 0 where they can be the same; None where one is unknown."""
    known = [apart(given, date) for date in record.dates if date.understood]
    return min(known) if known and given.understood else None


def judge_date(given: ArchivalDate, record: Record) -> tuple[Verdict, str]:
    """The verdict on a date and the reason; no reason where the record has that date, in any spelling."""
    days = days_apart(given, record)
    dates = listed([*dict.fromkeys(date.text for date in record.dates)])
    if days is None:
        return Verdict.NEAR, worded("The record has no date; the reference says %(given)s.", given=given.text)
    if days:
        verdict = Verdict.NEAR if days <= NEAR else Verdict.ALTERED
        return verdict, worded(
            "The record is dated %(dates)s; the reference says %(given)s.", dates=dates, given=given.text
        )
    if any((given.start, given.end) == (date.start, date.end) for date in record.dates):
        return Verdict.EXACT, ""
    if any(_contains(given, date) for date in record.dates):
        return Verdict.EXACT, worded(
            "The reference gives only %(given)s; the record is dated %(dates)s.", given=given.text, dates=dates
        )
    return Verdict.NEAR, worded(
        "The record gives only %(dates)s; the reference says %(given)s.", dates=dates, given=given.text
    )


def _contains(given: ArchivalDate, date: ArchivalDate) -> bool:
    """Whether every day of the second date is one of the first."""
    return bool(
        given.start and given.end and date.start and date.end and given.start <= date.start and date.end <= given.end
    )
