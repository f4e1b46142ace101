"""A person or place -> what the records as a whole say of it: when, in which spellings, in which role, with whom."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from rag.assistant.context import OpenCollection
from rag.assistant.search import Found, ResultWindow, by_date
from rag.assistant.suggestions import written
from rag.dates.archival_date import Interval
from rag.record import Filter

# Fields of people and places, each with the fields that say what part one of them has in a record.
ROLES = {"people": ("sender", "recipient"), "places": ("sent_from",)}

_BESIDE = ("people", "places", "type")
_MOST = 12  # values of a field
_SPELLINGS = 8


@dataclass(frozen=True, slots=True)
class Named:
    """What the records say of a person or place."""

    field: str
    name: str
    found: Found  # the first records that name it, by date, and how all of them spread over time
    extent: Interval | None  # first and last day of their dates; None without any
    spellings: tuple[str, ...]  # how it is written in them
    roles: Mapping[str, int]  # field -> in how many records it has this part; without zero counts
    # Field -> value -> how many of these records have it, the most frequent first.
    beside: Mapping[str, Mapping[str, int]]


def about_named(collection: OpenCollection, field: str, name: str, k: int) -> Named | None:
    """What the records say of this value of people or places; None where none has it."""
    reader, where = collection.reader, Filter().having({field: [name]})
    found = by_date(reader, where, replace(ResultWindow.of(k, "date", None), facets=True, most=1))
    if not found.total:
        return None
    counted = {role: reader.count(Filter().having({role: [name]})) for role in ROLES[field]}
    beside = {each: reader.top_values(each, where, _MOST + 1).counts for each in _BESIDE}
    forms = (written(reader, form) for form in collection.vocabulary.names.forms(name)[:_SPELLINGS])
    return Named(
        field,
        name,
        found,
        reader.extent(where),
        tuple(dict.fromkeys(form for form in forms if form != name)),
        {role: count for role, count in counted.items() if count},
        {
            each: dict([pair for pair in sorted(counts.items(), key=lambda pair: -pair[1]) if pair[0] != name][:_MOST])
            for each, counts in beside.items()
        },
    )
