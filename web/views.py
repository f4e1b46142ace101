"""Nouns -> what a template shows: one dataclass per template, and the links that a page offers."""

from __future__ import annotations

import calendar
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse

from rag.question import Aspect

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from rag.answer import Answer, Citation
    from rag.assistant import Coverage, Found
    from rag.dates import ArchivalDate, Interval
    from rag.question import Understood
    from rag.record import Record
    from rag.relate import Related
    from web.reference import Call, Form

KEPT = 4
"""Earlier questions that a page's address carries, at most."""

KEPT_CHARACTERS = 1500
"""Their characters in all; an address must fit into a request line."""


class Page:
    """What one template shows; each field is a name the template uses."""

    __slots__ = ()
    template: ClassVar[str]


@dataclass(frozen=True, slots=True)
class Chip:
    """Something that was understood, and the link that asks again without it (or, where taken away, with it).

    Attributes:
        kind: "Dates", "Names", "Spelling" or "Follow-up".
        text: What was understood; empty where it was taken away.
    """

    kind: str
    text: str
    href: str


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence of the answer with the dates of the records it is from, as given."""

    text: str
    dates: tuple[str, ...]
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Earlier:
    """A question asked before and the address of its answer."""

    question: str
    href: str


@dataclass(frozen=True, slots=True)
class AskPage(Page):
    """The question box and, once asked, the answer.

    Attributes:
        coverage: What the collection holds, for the welcome; None once something is asked.
        examples: Questions to begin with.
        carried: Earlier questions and this one, which the next question's address carries.
        wider: Address of a search for the same words.
    """

    template: ClassVar[str] = "ask.html"

    question: str
    answer: Answer | None
    lines: tuple[Line, ...]
    chips: tuple[Chip, ...]
    earlier: tuple[Earlier, ...]
    carried: tuple[str, ...]
    coverage: Coverage | None
    bars: tuple[Bar, ...]
    examples: tuple[str, ...]
    wider: str


@dataclass(frozen=True, slots=True)
class Search:
    """What stands in the boxes of the search page."""

    q: str = ""
    date_from: str = ""
    date_to: str = ""
    sort: str = "relevance"
    raw: bool = False

    def url(self, page: int = 1, *, raw: bool | None = None) -> str:
        """The address of a page of this search; what is empty or usual is left out."""
        given = {
            "q": self.q,
            "date_from": self.date_from,
            "date_to": self.date_to,
            "sort": self.sort if self.sort != "relevance" else "",
            "raw": "true" if (self.raw if raw is None else raw) else "",
            "page": str(page) if page > 1 else "",
        }
        query = urlencode({name: value for name, value in given.items() if value})
        return f"/search?{query}" if query else "/search"


@dataclass(frozen=True, slots=True)
class SearchPage(Page):
    """One page of a search.

    Attributes:
        found: None where a date could not be read; `fault` then says why.
        first: Place of the page's first hit in the whole list, from 1.
        last: Place of its last hit; `first` - 1 on an empty page.
        understood: What the words were taken to ask, as pairs of a kind and a text.
    """

    template: ClassVar[str] = "search.html"

    asked: Search
    found: Found | None
    fault: str
    first: int
    last: int
    understood: tuple[tuple[str, str], ...]
    previous: str
    following: str


@dataclass(frozen=True, slots=True)
class Style:
    """One way to cite a record."""

    name: str
    style: str
    media_type: str
    text: str


@dataclass(frozen=True, slots=True)
class RecordPage(Page):
    """All that is known of one record.

    Attributes:
        discrepancy: Years of listing and title, in words, where they differ; else empty.
        asking: Address that asks about this record.
    """

    template: ClassVar[str] = "record.html"

    record: Record
    discrepancy: str
    related: tuple[Related, ...]
    styles: tuple[Style, ...]
    asking: str


@dataclass(frozen=True, slots=True)
class Bar:
    """Records of some years.

    Attributes:
        label: "1962", or "1960s" where a bar is a decade.
        href: Address of a search for them.
        height: Share of the highest bar, in percent.
    """

    label: str
    count: int
    height: float
    href: str


@dataclass(frozen=True, slots=True)
class AboutPage(Page):
    """What the collection holds, and what it does not."""

    template: ClassVar[str] = "about.html"

    coverage: Coverage
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class ReferencePage(Page):
    """Every call of the API."""

    template: ClassVar[str] = "docs.html"

    calls: tuple[Call, ...]
    forms: tuple[Form, ...]


@dataclass(frozen=True, slots=True)
class ErrorPage(Page):
    """What went wrong, and a way on."""

    template: ClassVar[str] = "error.html"

    status: int
    title: str
    detail: str


def render(page: Page, status: int = 200, headers: Mapping[str, str] | None = None) -> HTMLResponse:
    """Fill the page's template with exactly its fields."""
    shown = {field.name: getattr(page, field.name) for field in fields(page)}  # type: ignore[arg-type] # all are dataclasses
    return HTMLResponse(environment.get_template(page.template).render(shown), status, headers)


def ask_url(question: str, history: Sequence[str] = (), without: Sequence[Aspect] = ()) -> str:
    """The address of a question's answer."""
    pairs = [("q", question), *(("h", each) for each in history), *(("no", each.value) for each in without)]
    return f"/?{urlencode(pairs)}"


def recent(questions: Sequence[str]) -> tuple[str, ...]:
    """The latest questions that an address can carry, oldest first."""
    kept: list[str] = []
    room = KEPT_CHARACTERS
    for question in reversed(questions[-KEPT:]):
        room -= len(question)
        if room < 0:
            break
        kept.append(question)
    return tuple(reversed(kept))


def earlier(history: Sequence[str]) -> tuple[Earlier, ...]:
    """Each question before, with an address that carries those before it."""
    return tuple(Earlier(each, ask_url(each, history[:place])) for place, each in enumerate(history))


def lines(answer: Answer) -> tuple[Line, ...]:
    """The answer's sentences with their dates."""
    placed = []
    for sentence in answer.sentences:
        citations = tuple(answer.citations[number - 1] for number in sentence.citations)
        dates = (citation.hit.record.date for citation in citations)
        placed.append(Line(sentence.text, tuple(dict.fromkeys(date.text for date in dates if date)), citations))
    return tuple(placed)


def chips(answer: Answer, history: Sequence[str], without: Sequence[Aspect]) -> tuple[Chip, ...]:
    """What was understood of the question, and what the reader took away from it."""
    texts = _texts(answer.understood)
    shown = []
    for aspect, kind in _KINDS.items():
        if aspect in without:
            again = [each for each in without if each is not aspect]
            shown.append(Chip(kind, "", ask_url(answer.question, history, again)))
        elif aspect in texts:
            shown.append(Chip(kind, texts[aspect], ask_url(answer.question, history, [*without, aspect])))
    return tuple(shown)


def worded(understood: Understood) -> tuple[tuple[str, str], ...]:
    """What was understood, as pairs of a kind and a text."""
    return tuple((_KINDS[aspect], text) for aspect, text in _texts(understood).items())


def _texts(understood: Understood) -> dict[Aspect, str]:
    texts = {
        Aspect.DATES: span(understood.when) if understood.when else "",
        Aspect.NAMES: " · ".join(understood.names),
        Aspect.SPELLING: " · ".join(f"{each.given} → {each.found}" for each in understood.corrections),
        Aspect.HISTORY: "completed from the question before" if understood.rewritten else "",
    }
    return {aspect: text for aspect, text in texts.items() if text}


_KINDS = {
    Aspect.DATES: "Dates",
    Aspect.NAMES: "Names",
    Aspect.SPELLING: "Spelling",
    Aspect.HISTORY: "Follow-up",
}


def day(date: dt.date) -> str:
    """October 27, 1962."""
    return f"{calendar.month_name[date.month]} {date.day}, {date.year}"


def span(when: Interval) -> str:
    """Days in as few words as say them: a day, a month, a year, years, or from one day to another."""
    start, end = when.start, when.end
    if start is None or end is None:
        return f"from {day(start)}" if start else f"until {day(end)}" if end else "any day"
    if start == end:
        return day(start)
    whole_months = start.day == 1 and end.day == calendar.monthrange(end.year, end.month)[1]
    if whole_months and (start.month, end.month) == (1, 12):
        return str(start.year) if start.year == end.year else f"{start.year} to {end.year}"
    if whole_months and (start.year, start.month) == (end.year, end.month):
        return f"{calendar.month_name[start.month]} {start.year}"
    return f"{day(start)} to {day(end)}"


def meant(date: ArchivalDate) -> str:
    """How a given date was understood, in words."""
    match date.start, date.end:
        case None, None:
            return "not understood as a date, so no filter of dates finds it"
        case start, None if start:
            return f"some day from {day(start)} on"
        case None, end if end:
            return f"some day until {day(end)}"
        case start, end if start and end and start != end:
            return f"some day from {day(start)} to {day(end)}"
    return "a single day"


def discrepancy(record: Record) -> str:
    """What a reader should know where listing and title name different years."""
    listed = _years([record.date] if record.date else [])
    titled = _years(record.dates_in_title)
    if not listed or not titled or listed & titled:
        return ""
    return f"Listed under {_or(listed)}, but the title says {_or(titled)}."


def _years(dates: Sequence[ArchivalDate]) -> set[int]:
    return {year for date in dates if date.start and date.end for year in range(date.start.year, date.end.year + 1)}


def _or(years: set[int]) -> str:
    return " or ".join(map(str, sorted(years))) if len(years) < 4 else f"{min(years)} to {max(years)}"  # noqa: PLR2004


def bars(years: Mapping[str, int]) -> tuple[Bar, ...]:
    """One bar a year from the first to the last, or a decade or century where years would be too many to see."""
    counted = {int(year): count for year, count in years.items()}
    if not counted:
        return ()
    width = next(width for width in (1, 10, 100, 1000) if max(counted) - min(counted) < 60 * width)
    starts = range(min(counted) // width * width, max(counted) + 1, width)
    totals = {start: sum(counted.get(year, 0) for year in range(start, start + width)) for start in starts}
    highest = max(totals.values())
    return tuple(
        Bar(
            label=str(start) if width == 1 else f"{start}s",
            count=count,
            height=round(100 * count / highest, 1),
            href=Search(date_from=f"{start:04}", date_to=f"{start + width - 1:04}").url(),
        )
        for start, count in totals.items()
    )


environment = Environment(
    loader=PackageLoader("web"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
environment.filters["meant"] = meant
