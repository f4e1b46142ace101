"""A person or place -> the records that name it, over time, and who and what is named beside it."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from fastapi import APIRouter, Path, Request
from fastapi.responses import HTMLResponse
from starlette.exceptions import HTTPException

from rag.assistant.named import Named
from rag.language.message import worded
from rag.search.example_questions import about
from web.page import Page, render
from web.parameters import AssistantDep
from web.request_bodies import LONGEST
from web.views.dates import span
from web.views.facets import Counted, by_count
from web.views.histogram import Drawing, drawing
from web.views.urls import Search, ask_url, field_url

router = APIRouter()


@dataclass(frozen=True, slots=True)
class NamedPage(Page):
    """A person or place."""

    template: ClassVar[str] = "named.html"

    named: Named
    when: str  # from when to when the records are, in words; empty where none is dated
    records: str  # address of all of them
    asking: str  # address of the answer to what is known of it
    drawing: Drawing | None
    roles: tuple[Counted, ...]  # its parts in records: what it does, how many records, and their address
    # What these records also have, by field: its name and values, each with a count and an address.
    beside: tuple[tuple[str, tuple[Counted, ...]], ...]


_ROLES = {"sender": worded("Sender of"), "recipient": worded("Recipient of"), "sent_from": worded("Sent from here:")}
_BESIDE = {
    "people": worded("Named together with"),
    "places": worded("Places named"),
    "type": worded("Kinds of document"),
}


@router.get("/people/{name:path}")
@router.get("/places/{name:path}")
def named(request: Request, name: Annotated[str, Path(max_length=LONGEST)], assistant: AssistantDep) -> HTMLResponse:
    """Show one person or place."""
    field = request.url.path.split("/")[1]
    known = assistant.named(field, name)
    if known is None:
        raise HTTPException(404, worded("no record names “%(name)s”; a search finds how it is spelt here", name=name))
    search = Search().only(field, name)
    counts = known.found.facets
    return render(
        NamedPage(
            named=known,
            when=span(known.extent) if known.extent else "",
            records=search.url(),
            asking=ask_url(about(name)),
            drawing=drawing(counts, search) if counts and len(counts.buckets) > 1 else None,
            roles=tuple(Counted(_ROLES[role], count, field_url(role, name)) for role, count in known.roles.items()),
            beside=tuple(
                (_BESIDE[field], by_count(field, counts, search)) for field, counts in known.beside.items() if counts
            ),
        )
    )
