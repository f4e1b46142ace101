"""Records that were cited, and a field that is asked for -> one sentence that says what it holds."""

import re
from collections.abc import Sequence

from rag.answer.catalogue import Catalogue
from rag.dates.archival_date import ArchivalDate, edtf_of
from rag.dates.edtf import Interval
from rag.dates.wording import period
from rag.language.message import TypeName, counted, listed, worded
from rag.language.tables import table
from rag.record import Record

_MOST = 8  # values named
_LABEL = re.compile(r"^\w+: ")  # Source: National Archives


def field_line(records: Sequence[Record], field: str) -> Catalogue | None:
    """What a field of these records says; None where it says nothing, or no field is asked for."""
    if not field or not records:
        return None
    if field == "place" and not any(record.sent_from for record in records):
        field = "named"
    saying = [each for each in (_values(record, field) for record in records) if each]
    values = list(dict.fromkeys(value for each in saying for value in each))
    if not values:
        return None
    one, _, several = table("small_talk")["fields"][field].partition("|")
    subject = _subject(len(saying), len(records))
    days = [day for record in records for date in record.dates[:1] for day in (date.start, date.end) if day]
    first, last = (edtf_of(Interval(each, each)) for each in (min(days), max(days))) if days else (None, None)
    more = len(values) - _MOST
    others = [counted("%(num)s more", "%(num)s more", more)] if more > 0 else []
    said = counted(one, several, len(saying), subject=subject, values=listed([*values[:_MOST], *others]))
    return Catalogue(said, len(records), first, last, records[0].url)


def _subject(saying: int, count: int) -> str:
    """So many of the records cited, of which so many say it."""
    key = ("one" if count == 1 else "several") if saying == count else "some_one" if saying == 1 else "some"
    return worded(table("small_talk")["subject"][key], part=saying, count=count)


def _days(dates: Sequence[ArchivalDate]) -> list[str]:
    return [period(Interval(date.start, date.end)) for date in dates if date.start or date.end]


def _values(record: Record, field: str) -> Sequence[str]:
    """What a field of a record holds, in words."""
    if field == "date":
        said = _days(record.dates[:1])
        other = [each for each in _days(record.dates_in_title) if each not in said]
        return [*said, *(worded("%(date)s (in its title)", date=each) for each in other)]
    values: dict[str, Sequence[str]] = {
        "sender": record.senders,
        "recipient": record.recipients,
        "people": record.people or (*record.senders, *record.recipients),
        "place": record.sent_from,
        "named": record.places,
        "type": (TypeName(record.type or ""),),
        "archive": (_LABEL.sub("", record.source or record.archive or "").rstrip("."),),
    }
    return [value for value in values[field] if value]
