"""The collection -> its front page: a box to ask in, and what there is to ask about."""

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

from rag.assistant.assistant import Assistant, Coverage
from rag.record import Record
from web.collection import collection
from web.page import Page, html
from web.translation import LANGUAGES, gettext, language, ngettext
from web.views.facets import SHOWN, Group, groups
from web.views.histogram import Drawing, drawing
from web.views.urls import Search

SHELF = 3
"""Records taken from the shelf, others each day."""

_FIELDS = ("people", "places", "type")
_STRIDE = 7919  # a prime, so that the days go through all records


@dataclass(frozen=True, slots=True)
class HomePage(Page):
    """What the archive is.

    Attributes:
        title: What the collection is called; empty where nothing says it.
        scope: "57 descriptions of archival documents, 1956 to 1990".
        most: The people, places and types named most often.
        shelf: A few records.
        examples: Questions to begin with.
    """

    template: ClassVar[str] = "home.html"

    title: str
    records: int
    scope: str
    drawing: Drawing | None
    most: tuple[Group, ...]
    shelf: tuple[Record, ...]
    examples: tuple[str, ...]


def home(assistant: Assistant) -> str:
    """The page as HTML."""
    return html(_page(assistant, assistant.generation, collection().title, dt.datetime.now(dt.UTC).date(), language()))


@lru_cache(maxsize=2 * len(LANGUAGES))  # the same for everyone until the next generation or day
def _page(assistant: Assistant, _generation: str, title: str, today: dt.date, _language: str) -> HomePage:
    coverage = assistant.coverage()
    counts = assistant.search(k=1, facets=True, most=SHOWN).facets
    found = groups(counts, Search(), coverage.records, {}) if counts else ()
    day = today.toordinal() * _STRIDE
    places = {(day + at * coverage.records // SHELF) % coverage.records for at in range(SHELF)}
    return HomePage(
        title=title,
        records=coverage.records,
        scope=_scope(coverage),
        drawing=drawing(counts, Search()) if counts else None,
        most=tuple(group for group in found if group.field in _FIELDS),
        shelf=tuple(assistant.selected([assistant.ids(place, 1)[0][0] for place in sorted(places)])),
        examples=assistant.examples(),
    )


def _scope(coverage: Coverage) -> str:
    """How many descriptions, of which years."""
    scope = ngettext(
        "%(num)s description of an archival document", "%(num)s descriptions of archival documents", coverage.records
    )
    return ", ".join([scope, *_years(coverage)])


def _years(coverage: Coverage) -> list[str]:
    if not coverage.years:
        return []
    first, last = min(coverage.years), max(coverage.years)
    return [first if first == last else gettext("%(first)s to %(last)s", first=first, last=last)]
