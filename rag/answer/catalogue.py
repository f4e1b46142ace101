"""A filter -> the catalogue's own line: how many records satisfy it, and from when to when. Computed, never quoted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from rag.dates.archival_date import edtf_of
from rag.dates.wording import day, period
from rag.record import EVERYTHING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.dates.archival_date import Interval
    from rag.index.ports import IndexReader
    from rag.query.question import Understanding
    from rag.record import Filter


WHOLE = "all records: "
"""Before a topic, it asks for every record of it."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What the catalogue counts.

    Attributes:
        text: One sentence, the program's own.
        total: How many records it counts.
        earliest: Their first known day, as EDTF; None where none is dated.
        latest: Their last known day, likewise.
        url: The page that lists exactly these.
        where: What they satisfy.
    """

    text: str
    total: int
    earliest: str | None
    latest: str | None
    url: str
    where: Filter = EVERYTHING


def catalogue_of(reader: IndexReader, where: Filter, understood: Understanding, joint: str = "and") -> Catalogue:
    """Count the records that pass, and say so in the words of what was understood, of which they have all or any."""
    total = reader.count(where)
    days = reader.extent(where) if total else None
    lacking, types = _types(where, understood)
    counted = _counted(total, understood, types, joint)
    counted = f"{lacking}{counted[0].lower()}{counted[1:]}" if lacking else counted
    return Catalogue(
        f"{counted}{from_to(days)}{_in_titles(reader, where, total)}.",
        total,
        _edtf(days and days.start, days),
        _edtf(days and days.end, days),
        f"/search?{urlencode({'q': f'{WHOLE}{understood.searched}' if understood.is_topic else understood.searched})}",
        where,
    )


def _types(where: Filter, understood: Understanding) -> tuple[str, Sequence[str]]:
    """That there are none of the types asked for, where others stand in for them; and the types that are counted."""
    asked = understood.conditions.types
    found = sorted(each.lower() for each in dict(where.fields).get("type", ()))
    if not found or any(each in found for each in asked):
        return "", asked
    return f"There are no such {listed([*map(plural, asked)], 'or')}; ", found


def _in_titles(reader: IndexReader, where: Filter, total: int) -> str:
    """How many records more have no such listed date, but one in the title."""
    if where.when is None or not (more := reader.count(replace(where, listed=False)) - total):
        return ""
    return f"; {more:,} more {'has' if more == 1 else 'have'} a date of {period(where.when)} in the title"


def _counted(total: int, understood: Understanding, types: Sequence[str], joint: str) -> str:
    """8 records name Che Guevara; there are 3 telegrams from Alekseev; no letter is from Mao."""
    conditions = understood.conditions
    noun = _noun(total, types)
    names = [*conditions.people, *conditions.places]
    some = [each for each in names if each in conditions.either]
    named = listed([*(each for each in names if each not in some), *([listed(some, "or")] if some else [])])
    contained = listed([f"“{each}”" for each in (*conditions.phrases, *understood.words)], joint)
    one = "s" if total in {0, 1} else ""
    about = [f"name{one} {named}"] if named else []
    about += [f"contain{one} {contained}"] if contained else []
    more = _qualified(understood)
    number = f"{total:,}" if total else "No"
    if understood.where.not_ids:
        number = f"{number} other"
    if about:
        return f"{number} {noun}{more} {' and '.join(about)}"
    if not total:
        return f"{number} {noun} {'is' if more else 'fits the question'}{more}"
    return f"{'There is' if total == 1 else 'There are'} {number} {noun}{more}"


def _qualified(understood: Understanding) -> str:
    conditions = understood.conditions
    without = [
        *conditions.not_people,
        *conditions.not_places,
        *(f"“{word}”" for word in conditions.not_words),
        *conditions.not_types,
    ]
    return "".join(
        [
            f" from {listed(conditions.senders)}" if conditions.senders else "",
            f" to {listed(conditions.recipients)}" if conditions.recipients else "",
            f" in {listed(conditions.shelfmarks)}" if conditions.shelfmarks else "",
            f" of {period(understood.when)}" if understood.when else "",
            f" of {listed(conditions.every_year)} of any year" if conditions.every_year else "",
            f" not of {listed([*map(period, conditions.not_dates)])}" if conditions.not_dates else "",
            f" without {listed(without)}" if without else "",
            f" of the {len(understood.where.ids):,} shown" if understood.where.ids and not conditions.ids else "",
        ]
    )


def _noun(total: int, types: Sequence[str]) -> str:
    if not types:
        return "record" if total in {0, 1} else "records"
    return listed([each if total in {0, 1} else plural(each) for each in types], "or" if total == 0 else "and")


def plural(noun: str) -> str:
    """More than one of a document type: telegrams, memoranda, diaries, records of conversation."""
    head, of, rest = noun.partition(" of ")
    if head.endswith("um"):
        head = f"{head[:-2]}a"
    elif head.endswith("y") and head[-2:-1] not in "aeiou":
        head = f"{head[:-1]}ies"
    elif head.endswith(("s", "ch", "sh", "x")):
        head = head if head.endswith("es") else f"{head}es"
    else:
        head = f"{head}s"
    return f"{head}{of}{rest}"


def records_of(total: int) -> str:
    """1 record; 12 records."""
    return f"{total:,} record{'' if total == 1 else 's'}"


def listed(names: Sequence[str], joint: str = "and") -> str:
    """a; a and b; a, b and c."""
    *rest, last = names or ("",)
    return f"{', '.join(rest)} {joint} {last}" if rest else last


def from_to(days: Interval | None) -> str:
    """When records are from: ", of 5 April 1956"; empty where no day is known."""
    if days is None or days.start is None or days.end is None:
        return ""
    return f", of {day(days.start)}" if days.start == days.end else f", from {day(days.start)} to {day(days.end)}"


def _edtf(date: object, days: Interval | None) -> str | None:
    return None if days is None or date is None else edtf_of(type(days)(date, date))  # type: ignore[arg-type]
