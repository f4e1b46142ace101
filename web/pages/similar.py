"""Several records -> others that are near them in meaning."""

from dataclasses import dataclass
from typing import ClassVar

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from rag.record import Hit, Record
from web.page import Page, render
from web.parameters import AssistantDep
from web.views.selection import IdsDep
from web.views.urls import records_url

router = APIRouter()

NEAREST = 10  # records on the page


@dataclass(frozen=True, slots=True)
class SimilarPage(Page):
    """Records like those selected."""

    template: ClassVar[str] = "similar.html"

    selected: tuple[Record, ...]  # the records that the reader selected, perhaps none
    hits: tuple[Hit, ...]
    citing: str  # address of their citations


@router.get("/similar")
def similar(assistant: AssistantDep, ids: IdsDep) -> HTMLResponse:
    """List records near the mean of several records' vectors."""
    return render(
        SimilarPage(
            selected=tuple(assistant.selected(ids)),
            hits=assistant.similar(record_ids=ids, k=NEAREST) if ids else (),
            citing=records_url("/cite", ids),
        )
    )
