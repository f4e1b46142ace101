"""Records selected or searched for -> how to cite them together, in every style."""

from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from rag.record import Record
from web.page import Page, render
from web.parameters import SiteDep, StyleName
from web.request_bodies import MOST
from web.views.citations import Cited, cited
from web.views.selection import ChoosingDep, Selection

router = APIRouter()

SHOWN = 10
"""Records whose citations stand on the page; a file holds up to `MOST`."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A record that is cited, and the address of the page without it; empty where a search chose it."""

    record: Record
    without: str


@dataclass(frozen=True, slots=True)
class CitePage(Page):
    """How to cite some records.

    Attributes:
        chosen: Those whose citations stand here.
        total: How many there are in all.
        filed: How many a file holds.
        search: Address of the search that found them; empty where they were named.
        style: The one that is shown; the others, and files, are links.
        address: That of this page but for the style.
    """

    template: ClassVar[str] = "cite.html"

    chosen: tuple[Chosen, ...]
    total: int
    filed: int
    search: str
    styles: tuple[Cited, ...]
    style: str
    address: str


@router.get("/cite")
def cite(request: Request, choosing: ChoosingDep, site: SiteDep, style: StyleName = "chicago") -> HTMLResponse:
    """Show how to cite some records; without an address that says which, how to choose them."""
    if not request.url.query:
        return render(CitePage(chosen=(), total=0, filed=0, search="", styles=(), style=style, address=""))
    selection = choosing(SHOWN)
    asked = request.query_params.multi_items()
    shown = selection.records[:SHOWN]
    return render(
        CitePage(
            chosen=chosen(shown, selection, style),
            total=selection.total,
            filed=min(selection.total, MOST),
            search="" if selection.named else f"/search?{selection.query}",
            styles=cited(shown, site, f"/api/v1/citations?{selection.query}&") if shown else (),
            style=style,
            address=f"/cite?{urlencode([pair for pair in asked if pair[0] != 'style'])}&",
        )
    )


def chosen(shown: tuple[Record, ...], selection: Selection, style: str) -> tuple[Chosen, ...]:
    """Each record with the address that leaves it out."""
    of = [("style", style)] if style != "chicago" else []
    ids = [record.id for record in selection.records]
    return tuple(
        Chosen(record, f"/cite?{urlencode([*(('id', each) for each in ids if each != record.id), *of])}".rstrip("?"))
        if selection.named
        else Chosen(record, "")
        for record in shown
    )
