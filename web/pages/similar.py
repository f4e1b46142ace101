"""Several records -> others that are like them by meaning."""

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

NEAREST = 10
"""Records that are shown."""


@dataclass(frozen=True, slots=True)
class SimilarPage(Page):
    """Records like those selected.

    Attributes:
        selected: What the reader chose; without any, nothing is looked for.
        citing: Address that cites those selected.
    """

    template: ClassVar[str] = "similar.html"

    selected: tuple[Record, ...]
    hits: tuple[Hit, ...]
    citing: str


@router.get("/similar")
def similar(assistant: AssistantDep, ids: IdsDep) -> HTMLResponse:
    """List what is near to the mean of several records' vectors."""
    return render(
        SimilarPage(
            selected=tuple(assistant.selected(ids)),
            hits=assistant.similar(record_ids=ids, k=NEAREST) if ids else (),
            citing=records_url("/cite", ids),
        )
    )
