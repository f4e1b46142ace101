"""The collection -> when its records are from, whom and what they name most, and a few of them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from rag.assistant.assistant import Assistant
from rag.language.message import worded
from rag.record import Record
from web.views.facets import Counted, by_count
from web.views.histogram import Drawing, drawing
from web.views.urls import Search

SHELF = 3  # records taken from the shelf, others each day

_MOST = {
    "people": worded("People named most"),
    "places": worded("Places named most"),
    "type": worded("Kinds of document"),
}
_STRIDE = 7919  # a prime, so that the days go through all records


@dataclass(frozen=True, slots=True)
class Overview:
    """What a collection is of."""

    records: int
    drawing: Drawing | None
    # The people, places and types of most records, under their headings.
    most: tuple[tuple[str, tuple[Counted, ...]], ...]
    shelf: tuple[Record, ...]  # a few records


def overview(assistant: Assistant, today: dt.date, most: int) -> Overview:
    """Look at a collection, with so many names of each kind."""
    found = assistant.search(k=1, facets=True, most=most)
    counts = found.facets
    day = today.toordinal() * _STRIDE
    places = {(day + at * found.total // SHELF) % found.total for at in range(SHELF)} if found.total else set()
    return Overview(
        records=found.total,
        drawing=drawing(counts, Search()) if counts else None,
        most=tuple(
            (heading, by_count(field, counts.fields[field]))
            for field, heading in _MOST.items()
            if counts and counts.fields.get(field)
        ),
        shelf=tuple(assistant.selected([assistant.ids(place, 1)[0][0] for place in sorted(places)])),
    )
