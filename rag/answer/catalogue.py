"""A filter, or a field of records -> one sentence of the catalogue's own. Computed, never quoted."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain
from urllib.parse import urlencode

from rag.dates.archival_date import ArchivalDate, Fit, Interval, edtf_of
from rag.dates.wording import period
from rag.index.ports import IndexReader
from rag.language.document_types import container_words, same_types, types_of
from rag.language.message import Message, TypeName, TypeNames, counted, listed, paragraph, quoted, together, worded
from rag.language.tables import table
from rag.query.date_shift import date_range
from rag.query.understanding import Understanding
from rag.record import EVERYTHING, Filter, Record

_MOST = 8  # values named
_LABEL = re.compile(r"^\w+: ")  # Source: National Archives

WHOLE = "all records: "  # before a topic, it asks for every record of it


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What the catalogue counts."""

    text: str  # one sentence, the program's own
    total: int  # how many records it counts
    earliest: str | None  # their first known day, as EDTF; None where none is dated
    latest: str | None  # their last known day, likewise
    url: str  # the page that lists exactly these
    where: Filter = EVERYTHING  # what they satisfy


def catalogue_of(reader: IndexReader, where: Filter, understood: Understanding, joint: str = "and") -> Catalogue:
    """Count the records that pass, in the words of the understanding; `joint` is "or" where any word will do."""
    total = reader.count(where)
    shown = {"q": f"{WHOLE}{understood.searched}" if understood.is_topic else understood.searched}
    if where.only is not None:
        shown["fit"] = where.only.value
    days = reader.extent(where) if total else None
    lacking, types = _types(where, understood)
    line = together(
        _counted(total, understood, types, joint),
        from_to(days),
        _in_titles(reader, where, total),
        _possibly(reader, where, total),
        ".",
    )
    return Catalogue(
        paragraph([*lacking, line]),
        total,
        *ends_of(days),
        f"/search?{urlencode(shown)}",
        where,
    )


def _types(where: Filter, understood: Understanding) -> tuple[list[Message], Sequence[str]]:
    """That there are none of the types asked for, where related ones are counted instead; and the types counted."""
    asked = understood.conditions.types
    found = sorted(each.lower() for each in dict(where.fields).get("type", ()))
    of_any = not found and any(types_of(each) and not container_words(types_of(each)[0]) for each in asked)
    so_titled = {*map(str.lower, chain.from_iterable(where.words))}
    if not (found or of_any) or any(each in found or each in so_titled for each in asked):
        return [], asked
    same = {each.lower() for word in asked for kind in types_of(word)[:1] for each in same_types(kind)}
    if found and same.issuperset(found):  # cables are telegrams
        return [], found
    return [
        counted(
            "There is no such %(type)s.",
            "There are no such %(types)s.",
            0,  # none are several
            type=listed([*map(singular, asked)], "or"),
            types=listed([*map(plural, asked)], "or"),
        )
    ], found


def _in_titles(reader: IndexReader, where: Filter, total: int) -> str:
    """How many records more have no such listed date, but one in the title."""
    if where.when is None or not (more := reader.count(replace(where, listed=False)) - total):
        return ""
    return counted(
        "; %(num)s more has a date of %(days)s in the title",
        "; %(num)s more have a date of %(days)s in the title",
        more,
        days=period(where.when),
    )


def _possibly(reader: IndexReader, where: Filter, total: int) -> str:
    """How many records more may be of these days, dated less exactly."""
    if where.only is not Fit.CERTAIN or not (more := reader.count(replace(where, only=None)) - total):
        return ""
    return counted(
        "; %(num)s more, dated less exactly, may be from these dates",
        "; %(num)s more, dated less exactly, may be from these dates",
        more,
    )


def _counted(total: int, understood: Understanding, types: Sequence[str], joint: str) -> Message:
    """8 records name Che Guevara; there are 3 telegrams from Alekseev; no letter is from Mao."""
    conditions = understood.conditions
    names = [*conditions.people, *conditions.places]
    some = [each for each in names if each in conditions.either]
    named = listed([*(each for each in names if each not in some), *([listed(some, "or")] if some else [])])
    contained = listed(quoted((*conditions.phrases, *understood.words)), joint)
    number = total or 1  # no record is said as one is
    about = [counted("names %(names)s", "name %(names)s", number, names=named)] if named else []
    about += [counted("contains %(words)s", "contain %(words)s", number, words=contained)] if contained else []
    records, more = _noun(total, types, other=bool(understood.where.not_ids)), _qualified(understood)
    if about:
        both = worded("%(one)s and %(other)s", one=about[0], other=about[1]) if about[1:] else about[0]
        if total:
            return worded(
                "%(total)s %(records)s%(more)s %(about)s", total=total, records=records, more=more, about=both
            )
        return worded("No %(records)s%(more)s %(about)s", records=records, more=more, about=both)
    if total:
        return counted(
            "There is %(num)s %(records)s%(more)s",
            "There are %(num)s %(records)s%(more)s",
            total,
            records=records,
            more=more,
        )
    if more:
        return worded("No %(records)s is%(more)s", records=records, more=more)
    return worded("No %(records)s fits the question", records=records)


def _qualified(understood: Understanding) -> Message:
    """What is said of the records counted, behind their noun."""
    conditions, ids = understood.conditions, understood.where.ids
    without = [*conditions.not_people, *conditions.not_places, *quoted(conditions.not_words), *conditions.not_types]
    said: list[Message] = []
    if conditions.senders:
        said.append(worded(" from %(names)s", names=listed(conditions.senders)))
    if conditions.recipients:
        said.append(worded(" to %(names)s", names=listed(conditions.recipients)))
    if conditions.shelfmarks:
        said.append(worded(" in %(shelfmarks)s", shelfmarks=listed(conditions.shelfmarks)))
    if understood.when:
        said.append(worded(" of %(days)s", days=period(understood.when)))
    if conditions.every_year:
        said.append(worded(" of %(days)s of any year", days=listed(conditions.every_year)))
    if conditions.not_dates:
        said.append(worded(" not of %(days)s", days=listed([*map(period, conditions.not_dates)])))
    if without:
        said.append(worded(" without %(what)s", what=listed(without)))
    if ids and not conditions.ids:
        said.append(worded(" of the %(count)s shown", count=len(ids)))
    return together(*said)


def _noun(total: int, types: Sequence[str], *, other: bool) -> Message:
    number = total or 1
    if not types:
        return counted("other record", "other records", number) if other else counted("record", "records", number)
    one, several = listed([*map(singular, types)], "and" if total else "or"), listed([*map(plural, types)])
    if other:
        return counted("other %(type)s", "other %(types)s", number, type=one, types=several)
    return counted("%(type)s", "%(types)s", number, type=one, types=several)


def singular(noun: str) -> TypeName:
    """One of a document type: a telegram, a record of the type minutes."""
    return TypeNames(f"record of the type {noun}", noun) if _is_plural(noun.partition(" of ")[0]) else TypeName(noun)


def _is_plural(noun: str) -> bool:
    """Whether a type is called by more than one already: minutes, photographs."""
    return noun.endswith("s") and not noun.endswith(("ss", "us", "is"))


def plural(noun: str) -> str:
    """More than one of a document type: telegrams, memoranda, diaries, records of conversation."""
    head, of, rest = noun.partition(" of ")
    if _is_plural(head):
        return f"records of the type {noun}"
    if head.endswith("um"):
        head = f"{head[:-2]}a"
    elif head.endswith("y") and head[-2:-1] not in "aeiou":
        head = f"{head[:-1]}ies"
    elif head.endswith(("s", "ch", "sh", "x")):
        head = f"{head}es"
    else:
        head = f"{head}s"
    return f"{head}{of}{rest}"


def records_of(total: int) -> Message:
    """1 record; 12 records."""
    return counted("%(num)s record", "%(num)s records", total)


def from_to(days: Interval | None) -> str:
    """When records are from: ", of 5 April 1956"; empty where no day is known."""
    if days is None or days.start is None or days.end is None:
        return ""
    if days.start == days.end:
        return worded(", of %(day)s", day=days.start)
    return worded(", from %(first)s to %(last)s", first=days.start, last=days.end)


def ends_of(days: Interval | None) -> tuple[str | None, str | None]:
    """The first and the last day, as EDTF; None where one is not known."""
    first, last = (days.start, days.end) if days else (None, None)
    return edtf_of(Interval(first, first)) if first else None, edtf_of(Interval(last, last)) if last else None


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
    more = len(values) - _MOST
    others = [counted("%(num)s more", "%(num)s more", more)] if more > 0 else []
    said = counted(one, several, len(saying), subject=subject, values=listed([*values[:_MOST], *others]))
    return Catalogue(said, len(records), *ends_of(date_range(records)), records[0].url)


def _subject(saying: int, count: int) -> str:
    """How many of the records cited have a value."""
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
