"""Selected records, or those of a search -> their citations in every style."""

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
from web.views.selection import Selection, SelectorDep

router = APIRouter()

SHOWN = 10  # records whose citations are on the page; a file has up to `MOST`


@dataclass(frozen=True, slots=True)
class CitePage(Page):
    """Citations of some records."""

    template: ClassVar[str] = "cite.html"

    # The records whose citations are on the page, each with the address without it; empty where a search found it.
    chosen: tuple[tuple[Record, str], ...]
    total: int  # number of all records
    filed: int  # number of records in a file
    search: str  # address of the search that found them; empty where the reader selected them
    styles: tuple[Cited, ...]
    style: str  # the style that is shown; the others are links
    address: str  # address of this page without the style


@router.get("/cite")
def cite(request: Request, select: SelectorDep, site: SiteDep, style: StyleName = "chicago") -> HTMLResponse:
    """Show citations of some records; without any parameter, how to select records."""
    if not request.url.query:
        return render(CitePage(chosen=(), total=0, filed=0, search="", styles=(), style=style, address=""))
    selection = select(SHOWN)
    parameters = request.query_params.multi_items()
    shown = selection.records[:SHOWN]
    return render(
        CitePage(
            chosen=chosen(shown, selection, style),
            total=selection.total,
            filed=min(selection.total, MOST),
            search="" if selection.named else f"/search?{selection.query}",
            styles=cited(shown, site, f"/api/v1/citations?{selection.query}&") if shown else (),
            style=style,
            address=f"/cite?{urlencode([pair for pair in parameters if pair[0] != 'style'])}&",
        )
    )


def chosen(shown: tuple[Record, ...], selection: Selection, style: str) -> tuple[tuple[Record, str], ...]:
    """Each record with the address of the page without it."""
    if not selection.named:
        return tuple((record, "") for record in shown)
    styled = [("style", style)] if style != "chicago" else []
    pairs = [("id", record.id) for record in selection.records]
    return tuple(
        (record, f"/cite?{urlencode([*(pair for pair in pairs if pair[1] != record.id), *styled])}".rstrip("?"))
        for record in shown
    )
