"""The date that a reference gives, against those of the record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.check.verdicts import Verdict
from rag.dates.archival_date import apart

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.dates.archival_date import ArchivalDate
    from rag.record import Record

NEAR = 31
"""Days that a date may be off and still be a slip: a day misread, one day of a talk for that of its report."""


def off(given: ArchivalDate, record: Record) -> int | None:
    """Days between a date and the nearest of the record's; 0 where they can be one; None where nothing is known."""
    known = [apart(given, date) for date in record.dates if date.understood]
    return min(known) if known and given.understood else None


def dated(given: ArchivalDate, record: Record) -> tuple[Verdict, str]:
    """The verdict on a date, and what is to be said of it; nothing where it is one of the record's, in any spelling."""
    days = off(given, record)
    listed = " and ".join(dict.fromkeys(date.text for date in record.dates))
    if days is None:
        return Verdict.NEAR, f"The record bears no date; the reference says {given.text}."
    if days:
        verdict = Verdict.NEAR if days <= NEAR else Verdict.ALTERED
        return verdict, f"The record is dated {listed}; the reference says {given.text}."
    if any((given.start, given.end) == (date.start, date.end) for date in record.dates):
        return Verdict.EXACT, ""
    if _closer(given, record.dates):
        return Verdict.NEAR, f"The record is known only to {listed}; the reference says {given.text}."
    return Verdict.EXACT, f"The reference gives only {given.text}; the record is dated {listed}."


def _closer(given: ArchivalDate, dates: Sequence[ArchivalDate]) -> bool:
    """Whether the date given says more than any of these that it agrees with."""
    return not any(
        given.start and given.end and date.start and date.end and given.start <= date.start and date.end <= given.end
        for date in dates
    )
