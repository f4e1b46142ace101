"""Records that were cited, and a field that is asked for -> one sentence that says what it holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.answer.catalogue import Catalogue, listed
from rag.dates.archival_date import edtf_of
from rag.dates.edtf import Interval
from rag.dates.wording import period
from rag.language.tables import table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.record import Record

_MOST = 8  # values named


def field_line(records: Sequence[Record], field: str) -> Catalogue | None:
    """What a field of these records says; None where it says nothing, or no field is asked for."""
    if not field or not records:
        return None
    values = _dates(records) if field == "date" else list(dict.fromkeys(v for r in records for v in _values(r, field)))
    if not values:
        return None
    said = table("small_talk")["fields"][field]
    subject = table("small_talk")["subject"]["one" if len(records) == 1 else "several"].format(count=len(records))
    days = [day for record in records for date in record.dates[:1] for day in (date.start, date.end) if day]
    first, last = (edtf_of(Interval(each, each)) for each in (min(days), max(days))) if days else (None, None)
    more = len(values) - _MOST
    named = listed([*values[:_MOST], *([f"{more} more"] if more > 0 else [])])
    return Catalogue(f"{subject} {said} {named}.", len(records), first, last, records[0].url)


def _dates(records: Sequence[Record]) -> list[str]:
    """The days of the records, in few words."""
    known = [Interval(date.start, date.end) for record in records for date in record.dates[:1] if date.start]
    return list(dict.fromkeys(map(period, sorted(known, key=lambda days: (days.start, days.end)))))


def _values(record: Record, field: str) -> Sequence[str]:
    if field == "sender":
        return record.senders
    if field == "recipient":
        return record.recipients
    if field == "people":
        return record.people or (*record.senders, *record.recipients)
    if field == "place":
        return record.sent_from or record.places
    return [value for value in (record.type if field == "type" else record.archive,) if value]
