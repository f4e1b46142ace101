"""The collection -> its front page: a box to ask in, and what there is to ask about."""

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

from rag.assistant.assistant import Assistant, Coverage
from web.collection import collection
from web.page import Page, html
from web.translation import LANGUAGES, gettext, language, ngettext
from web.views.facets import SHOWN
from web.views.overview import Overview, overview


@dataclass(frozen=True, slots=True)
class HomePage(Page):
    """What the archive is."""

    template: ClassVar[str] = "home.html"

    title: str  # what the collection is called; empty where nothing says it
    scope: str  # "57 descriptions of archival documents, 1956 to 1990"
    overview: Overview
    examples: tuple[str, ...]  # questions to begin with


def home(assistant: Assistant) -> str:
    """The page as HTML."""
    return html(_page(assistant, assistant.generation, collection().title, dt.datetime.now(dt.UTC).date(), language()))


@lru_cache(maxsize=2 * len(LANGUAGES))  # the same for everyone until the next generation or day
def _page(assistant: Assistant, _generation: str, title: str, today: dt.date, _language: str) -> HomePage:
    return HomePage(title, _scope(assistant.coverage()), overview(assistant, today, SHOWN), assistant.examples())


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
