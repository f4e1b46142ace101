"""A record's id -> its details, citations and related records."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import urlsplit

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from rag.dates.archival_date import ArchivalDate, Interval, overlaps
from rag.language.document_types import document_type
from rag.record import FIELDS, Record
from rag.search.related import Related
from web.http.links import signpost
from web.page import Page, render
from web.parameters import AssistantDep, RecordId, SiteDep
from web.request_bodies import LONGEST
from web.translation import gettext
from web.views.citations import Cited, cited
from web.views.facets import FIELD_NAMES, value_name
from web.views.metadata import json_ld, tags
from web.views.timeline import TimelineRow, timeline
from web.views.urls import ask_url, field_url, records_url, value_url

router = APIRouter()


@dataclass(frozen=True, slots=True)
class RecordPage(Page):
    """One record."""

    template: ClassVar[str] = "record.html"

    record: Record
    discrepancy: str  # a sentence where listing and title give different years; else empty
    related: tuple[Related, ...]
    styles: tuple[Cited, ...]
    asking: str  # address that asks about this record; `nearest` lists more like it
    nearest: str
    # Dates in the title other than the listed one, each with whether they have no day in common.
    title_dates: tuple[tuple[ArchivalDate, bool], ...]
    before: Record | None  # the record before it by date, or None; `after` likewise
    after: Record | None
    type_from_title: bool  # whether its document type was read from its title
    # What it is a part of, from the fonds down, each with the address of all that is inside it.
    hierarchy: tuple[tuple[str, str], ...]
    archive_host: str  # where the archive's own page of it is: "history.state.gov"; empty where it has none
    # People, places and so on: name and values, each with the address of its page or of all that have it.
    fields: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    pages: dict[str, str]  # for each file that lists it, the address of all records of the file
    timeline: TimelineRow | None  # the record and its related ones over time; None where all have the same date
    tags: tuple[tuple[str, str], ...]  # names and contents of meta elements
    json_ld: Mapping[str, object]  # the record in the vocabulary of schema.org


@router.get("/records/{id}")  # noqa: FAST003
def record(record_id: RecordId, assistant: AssistantDep, site: SiteDep) -> HTMLResponse:
    """Show one record."""
    shown = assistant.record(record_id)
    related = assistant.related(record_id)
    before, after = assistant.neighbours(record_id)
    page = render(
        RecordPage(
            record=shown,
            discrepancy=discrepancy(shown),
            related=related,
            styles=cited([shown], site, f"/api/v1{shown.url}/citation?"),
            asking=ask_url(shown.title[:LONGEST]),
            nearest=records_url("/similar", [shown.id]),
            title_dates=tuple(
                (date, _differs(date, shown.date))
                for date in shown.dates_in_title
                if shown.date is None or (date.start, date.end) != (shown.date.start, shown.date.end)
            ),
            before=before,
            after=after,
            type_from_title=shown.type is not None and shown.type == document_type(shown.title),
            hierarchy=tuple(
                (part, field_url("inside", " > ".join(shown.hierarchy[:depth])) if "inside" in FIELDS else "")
                for depth, part in enumerate(shown.hierarchy, start=1)
            ),
            archive_host=urlsplit(shown.source_url or "").hostname or "",
            fields=tuple(
                (FIELD_NAMES[field], tuple((value_name(field, value, {}), value_url(field, value)) for value in values))
                for field, values in {
                    "people": shown.people,
                    "places": shown.places,
                    "sender": shown.senders,
                    "recipient": shown.recipients,
                    "sent_from": shown.sent_from,
                    "type": (shown.type,) if shown.type else (),
                    "subjects": shown.subjects,
                    "languages": shown.languages,
                    "archive": (shown.archive,) if shown.archive else (),
                }.items()
                if values
            ),
            pages={listing.file: field_url("file", listing.file) for listing in shown.listings},
            timeline=timeline(shown, [other.hit.record for other in related]),
            tags=tags(shown, site),
            json_ld=json_ld(shown, site),
        )
    )
    signpost(page, shown, site)
    return page


def _differs(date: ArchivalDate, listed: ArchivalDate | None) -> bool:
    """Whether two dates are both readable and have no day in common."""
    return (
        listed is not None
        and date.understood
        and listed.understood
        and not overlaps(date, Interval(listed.start, listed.end))
    )


def discrepancy(record: Record) -> str:
    """A sentence for readers where listing and title give different years."""
    listed = _years([record.date] if record.date else [])
    in_title = _years(record.dates_in_title)
    if not listed or not in_title or listed & in_title:
        return ""
    return gettext("Listed under %(listed)s, but the title says %(title)s.", listed=_or(listed), title=_or(in_title))


def _years(dates: Sequence[ArchivalDate]) -> set[int]:
    return {year for date in dates if date.start and date.end for year in range(date.start.year, date.end.year + 1)}


def _or(years: set[int]) -> str:
    *others, last = map(str, sorted(years))
    if len(others) > 2:  # noqa: PLR2004 - more than a reader wants to count
        return gettext("%(first)s to %(last)s", first=others[0], last=last)
    return gettext("%(names)s or %(last)s", names=", ".join(others), last=last) if others else last
