"""A record's id -> all that is known of it, how to cite it, what is related to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from rag.dates import ArchivalDate
from rag.record import Record
from rag.relate import Related
from web.addresses import ask_url
from web.cited import Cited, cited
from web.inputs import AssistantDep, RecordId, SiteDep
from web.page import Page, render
from web.schemas import LONGEST

router = APIRouter()


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
    styles: tuple[Cited, ...]
    asking: str


@router.get("/records/{id}")  # noqa: FAST003
def record(record_id: RecordId, assistant: AssistantDep, site: SiteDep) -> HTMLResponse:
    """Show all that is known of one record."""
    shown = assistant.record(record_id)
    return render(
        RecordPage(
            record=shown,
            discrepancy=discrepancy(shown),
            related=assistant.related(record_id),
            styles=cited([shown], site, f"/api/v1{shown.url}/citation?"),
            asking=ask_url(shown.title[:LONGEST]),
        )
    )


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
