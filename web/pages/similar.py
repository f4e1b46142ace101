"""Several records -> others that are like them by meaning."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse
from pydantic import StringConstraints

from rag.record import Hit, Record
from web.addresses import records_url
from web.inputs import AssistantDep
from web.page import Page, render
from web.schemas import LONGEST, MOST

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
def similar(
    assistant: AssistantDep,
    id: Annotated[  # noqa: A002 - a form's own word, as /cite has it
        list[Annotated[str, StringConstraints(max_length=LONGEST)]], Query(max_length=MOST)
    ] = [],  # noqa: B006 - FastAPI copies it
) -> HTMLResponse:
    """List what is near to the mean of several records' vectors."""
    ids = tuple(dict.fromkeys(id))
    return render(
        SimilarPage(
            selected=tuple(assistant.selected(ids)),
            hits=assistant.similar(record_ids=ids, k=NEAREST) if ids else (),
            citing=records_url("/cite", ids),
        )
    )
