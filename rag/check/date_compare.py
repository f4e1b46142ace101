"""The date that a reference gives, compared with the dates of the record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.check.verdicts import Verdict
from rag.dates.archival_date import apart

if TYPE_CHECKING:
    from rag.dates.archival_date import ArchivalDate
    from rag.record import Record

NEAR = 31
"""Days between two dates up to which one may be a slip: a misread day, the day of a talk for that of its report."""


def days_apart(given: ArchivalDate, record: Record) -> int | None:
    """Days between a date and the nearest of the record's; 0 where they can be the same; None where one is unknown."""
    known = [apart(given, date) for date in record.dates if date.understood]
    return min(known) if known and given.understood else None


def judge_date(given: ArchivalDate, record: Record) -> tuple[Verdict, str]:
    """The verdict on a date and the reason; no reason where the record has that date, in any spelling."""
    days = days_apart(given, record)
    listed = " and ".join(dict.fromkeys(date.text for date in record.dates))
    if days is None:
        return Verdict.NEAR, f"The record has no date; the reference says {given.text}."
    if days:
        verdict = Verdict.NEAR if days <= NEAR else Verdict.ALTERED
        return verdict, f"The record is dated {listed}; the reference says {given.text}."
    if any((given.start, given.end) == (date.start, date.end) for date in record.dates):
        return Verdict.EXACT, ""
    if any(_contains(given, date) for date in record.dates):
        return Verdict.EXACT, f"The reference gives only {given.text}; the record is dated {listed}."
    return Verdict.NEAR, f"The record gives only {listed}; the reference says {given.text}."


def _contains(given: ArchivalDate, date: ArchivalDate) -> bool:
    """Whether every day of the second date is one of the first."""
    return bool(
        given.start and given.end and date.start and date.end and given.start <= date.start and date.end <= given.end
    )
