"""Words, dates and field values -> a page of matching records, with a timeline and facets."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Annotated, ClassVar, Literal
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter, Query
from fastapi.responses import RedirectResponse, Response

from rag.assistant.assistant import Assistant, Found, between
from rag.assistant.search import every_page
from rag.dates.archival_date import parse_date
from rag.errors import QuestionError
from rag.query.in_words import KINDS, texts
from rag.query.operators import read_operators
from rag.record import Match, Record
from rag.schemas.table import TABLES, record_rows
from web.conversation import ROOM
from web.export.tables import TableName, table
from web.page import Page, render
from web.parameters import AssistantDep, FieldsDep, Fitting, SiteDep, Sort, Without, Words, narrowed
from web.request_bodies import MOST
from web.translation import gettext, ngettext, number, translated
from web.views.dates import dated
from web.views.facets import COUNTED, Group, chosen, groups
from web.views.highlights import Marking
from web.views.histogram import Drawing, drawing
from web.views.selection import IdsDep
from web.views.urls import PAGE, Chip, Search, ask_url

router = APIRouter()

ROWS = 1000  # records in a table, at most
SIZES = (10, 25, 50)  # hits on a page, to choose from
APART = 5  # records near in meaning below the last that contain the words
AROUND = 2  # pages before and after this one that have a link, besides the first and the last


@dataclass(frozen=True, slots=True)
class SearchPage(Page):
    """One page of a search."""

    template: ClassVar[str] = "search.html"

    asked: Search
    found: Found | None  # None where a date cannot be read; `fault` then says why
    fault: str
    first: int  # rank of the page's first hit, from 1
    chips: tuple[Chip, ...]  # what was read from boxes and words, and the values that narrow the search
    exactly: str  # address of a search for the words as they stand; empty where nothing was read from them
    groups: tuple[Group, ...]
    drawing: Drawing | None
    listed: int  # how many records the pages of the list have in all
    contain: str  # how many records the words find, and what these contain
    heading: str  # which of how many the page lists, in words
    within: str  # the dates of the boxes, in words
    spellings: tuple[str, ...]  # what else counts as one of the words
    way: str  # address of the same search without its quotation marks and operators; empty where it has none
    ask: str  # address of the answer to the same words
    undated: str  # address of undated records that otherwise match
    page: int
    pages: tuple[tuple[int, str], ...]  # numbers and addresses of pages of the list; 0 is a gap
    previous: str
    following: str
    elsewhere: tuple[Record, ...]  # selected records that are not on this page
    unselected: str  # address of this page with nothing selected; empty where nothing is
    marked: Marking  # marks the words of the search in texts
    sizes: tuple[int, ...] = SIZES  # hits on a page, to choose from
    # Formats in which all that is found can be kept, by their names in addresses.
    tables: tuple[tuple[str, str], ...] = tuple((key, kind.name) for key, kind in TABLES.items())
    most: int = ROWS  # records in a table


@router.get("/search")
def search(  # noqa: PLR0913, PLR0917 - a parameter is a query parameter
    assistant: AssistantDep,
    site: SiteDep,
    fields: FieldsDep,
    ids: IdsDep,
    q: Words = "",
    date_from: str = "",
    date_to: str = "",
    fit: Fitting = None,
    sort: Sort = "relevance",
    raw: bool = False,  # noqa: FBT001, FBT002
    without: Without = [],  # noqa: B006 - FastAPI copies it
    match: Literal["meaning", ""] = "",
    k: Annotated[int, Query(ge=1, le=SIZES[-1])] = PAGE,
    view: Literal["compact", ""] = "",
    page: Annotated[int, Query(ge=1, le=1_000_000)] = 1,
    format: TableName | None = None,  # noqa: A002 - the interface's own word
) -> Response:
    """List matching records; beside its box, the page reports a date that cannot be read."""
    asked = Search(
        q.strip(),
        _typed(date_from.strip()),
        _typed(date_to.strip()),
        sort,
        raw=raw,
        fields=fields,
        ids=ids,
        fit=fit or "",
        without=tuple(dict.fromkeys(name for name in without if name in KINDS)),
        match=match,
        k=k,
        view=view,
    )
    if format:
        records = islice(all_found(assistant, asked), ROWS)
        return table(record_rows(records, site), format, "search")
    found, fault = None, ""
    try:
        # A cursor is the number of hits before it, so that every page has an address.
        found = _found(assistant, asked, k, str((page - 1) * k), counted=True)
    except QuestionError as error:
        labels = {"date_from": gettext("From"), "date_to": gettext("To")}
        fault = translated(error.args[0])
        for name, label in labels.items():  # as the boxes are labelled
            fault = fault.replace(name, label)
    here = {hit.record.id for hit in found.hits} if found else set()
    first = (page - 1) * k + 1
    counts = found.facets if found else None
    listed = (found.near if match else found.total) if found else 0
    understood = tuple(_understood(asked, found))
    ranges = {listed.file: listed.page for listed in assistant.pages if listed.page}
    return render(
        SearchPage(
            asked=asked,
            found=found,
            fault=fault,
            first=first,
            chips=(*_dates(asked), *understood, *chosen(asked, ranges)),
            exactly=asked.but(raw=True).url() if understood else "",
            groups=groups(counts, asked, found.total, ranges) if found and counts else (),
            drawing=drawing(counts, asked) if counts else None,
            undated=_undated(asked, found),
            page=page,
            listed=listed,
            contain=_contained(found, found.total) if found else "",
            heading=_heading(asked, found, first, listed) if found and found.hits else "",
            within=_within(asked),
            spellings=_spellings(found) if found else (),
            way=_way(asked, found) if found else "",
            ask=ask_url(asked.q),
            pages=tuple(page_links(page, -(-listed // k), asked)),
            previous=asked.url(page - 1) if page > 1 else "",
            following=asked.url(page + 1) if found and found.next else "",
            elsewhere=tuple(record for record in assistant.selected(ids) if record.id not in here),
            unselected=replace(asked, ids=()).url(page) if ids else "",
            marked=Marking(found.matching.words if found else ()),
        ),
        422 if fault else 200,
    )


def _typed(date: str) -> str:
    """A date of a box in EDTF where it is one as people write it (27 October 1962); else as it is."""
    return (read.edtf if "/" not in date and (read := parse_date(date)) else None) or date


def _found(assistant: Assistant, asked: Search, k: int, cursor: str | None, *, counted: bool = False) -> Found:
    """A page of what contains the words, or is near in meaning; QuestionError for a date that cannot be read.

    Args:
        counted: Whether all that is found is counted by field and over time, and what is only near given apart.
    """
    return assistant.search(
        asked.q or None,
        k=k,
        where=narrowed(between(asked.date_from or None, asked.date_to or None), asked.fields, asked.fit or None),
        sort=asked.sort,
        cursor=cursor,
        raw=asked.raw,
        without=asked.without,
        match=Match.MEANING if asked.match else Match.WORDS,
        apart=APART if counted else 0,
        facets=counted and not asked.match,
        most=COUNTED,
    )


def all_found(assistant: Assistant, asked: Search, at_once: int = MOST) -> Iterator[Record]:
    """All that contains the words, or all that is near in meaning."""
    return every_page(lambda cursor: _found(assistant, asked, at_once, cursor))


@router.get("/select")
def select(ids: IdsDep, of: Annotated[str, Query(max_length=3 * ROOM)] = "") -> RedirectResponse:
    """Go back to a search with the ticked records in its address; the button that does without the script."""
    pairs = [(name, value) for name, value in parse_qsl(of) if name != "id"]
    return RedirectResponse(f"/search?{urlencode([*pairs, *(('id', record_id) for record_id in ids)])}", 303)


def _undated(asked: Search, found: Found | None) -> str:
    """The address of undated records that otherwise match; dates in the words must not count either."""
    dated = found is not None and found.understood is not None and found.understood.when is not None
    return replace(asked.without_dates(), raw=asked.raw or dated).only("precision", "undated").url()


def _dates(asked: Search) -> Iterator[Chip]:
    """The dates of the boxes."""
    if within := _within(asked):
        yield Chip(KINDS["dates"], within, asked.without_dates().url())


def _understood(asked: Search, found: Found | None) -> Iterator[Chip]:
    """What was read, and what was taken away of it."""
    read = texts(found.understood) if found and found.understood else {}
    for name in (*(name for name in read if name != "intent"), *(name for name in asked.without if name not in read)):
        if name == "dates" and (asked.date_from or asked.date_to):
            continue  # the boxes' own
        yield Chip(KINDS[name], "" if name in asked.without else read[name], asked.toggled_part(name).url())


def _heading(asked: Search, found: Found, first: int, listed: int) -> str:
    """1 – 10 of 32 records with these words."""
    if asked.match:
        records = ngettext("%(num)s record on a similar subject", "%(num)s records on a similar subject", listed)
    else:
        records = _contained(found, listed)
    last = first - 1 + len(found.hits)
    if len(found.hits) == listed:
        return records
    places = f"{number(first)} – {number(last)}" if last > first else number(first)
    return gettext("%(places)s of %(records)s", places=places, records=records)


def _contained(found: Found, total: int) -> str:
    """How many records the words find, and what each contains."""
    asked, least = found.matching.words, found.matching.at_least
    if not asked:
        if found.understood:
            return ngettext("%(num)s record found", "%(num)s records found", total)
        return ngettext("%(num)s record", "%(num)s records", total)
    if least < len(asked):
        return ngettext(
            "%(num)s record with %(found)s of these %(words)s words",
            "%(num)s records with %(found)s of these %(words)s words",
            total,
            found=least,
            words=len(asked),
        )
    if len(asked) == 1 and " " not in asked[0][0]:
        return ngettext("%(num)s record with this word", "%(num)s records with this word", total)
    return ngettext("%(num)s record with these words", "%(num)s records with these words", total)


def _within(asked: Search) -> str:
    """The dates of the boxes, in words."""
    first, last = (dated(parse_date(given)) for given in (asked.date_from, asked.date_to))
    if first and last:
        return gettext("from %(first)s to %(last)s", first=first, last=last)
    return gettext("from %(day)s", day=first) if first else gettext("to %(day)s", day=last) if last else ""


def _spellings(found: Found) -> tuple[str, ...]:
    """What else counts as one of the words; not initials, which are no words to a reader."""
    others = (spelling for _, *others in found.matching.words for spelling in others)
    return tuple(dict.fromkeys(each for each in others if len(each) > 2 * len(each.split())))


def _way(asked: Search, found: Found) -> str:
    """The address of the same search without quotation marks and operators, where these leave nothing."""
    plain = read_operators(asked.q).said
    return replace(asked, q=plain).url() if plain and plain != asked.q and not found.total else ""


def page_links(page: int, pages: int, asked: Search) -> Iterator[tuple[int, str]]:
    """The first page, those around this one, the last, and a gap in place of two or more others."""
    before = 0
    for at in sorted({1, pages, *range(max(page - AROUND, 1), min(page + AROUND, pages) + 1)} - {0}):
        if at - before == 2:  # noqa: PLR2004 - a single page needs no gap
            yield at - 1, asked.url(at - 1)
        elif at - before > 1:
            yield 0, ""
        yield at, asked.url(at)
        before = at
