"""Request -> what the assistant's methods take. Pages and API read their parameters here, in the same words."""

import datetime as dt
from typing import Annotated, Literal

from fastapi import Depends, Path, Query, Request

from rag.assistant import Assistant, between
from rag.cite import Site
from rag.record import Filter
from web.schemas import LONGEST, MOST


def _assistant(request: Request) -> Assistant:
    assistant: Assistant = request.app.state.assistant
    return assistant


def _where(
    date_from: Annotated[str, Query(description="EDTF: 1962, 1962-10, 1962-10-27, 196X; its first day counts.")] = "",
    date_to: Annotated[str, Query(description="EDTF; its last day counts.")] = "",
) -> Filter:
    # A form sends its empty boxes along.
    return between(date_from.strip() or None, date_to.strip() or None)


def _site(request: Request) -> Site:
    """Where the reader sees the record, today: at the public address, or at the one that was asked."""
    root: str = request.app.state.site or str(request.base_url).rstrip("/")
    return Site("Reading Room", root, dt.datetime.now(dt.UTC).date())


AssistantDep = Annotated[Assistant, Depends(_assistant)]
SiteDep = Annotated[Site, Depends(_site)]
WhereDep = Annotated[Filter, Depends(_where)]
Words = Annotated[str, Query(max_length=LONGEST, description="What is looked for; empty for all records by date.")]
Count = Annotated[int, Query(ge=1, le=MOST, description="How many records.")]
Sort = Annotated[Literal["relevance", "date", "-date"], Query(description="Order of the hits.")]
Cursor = Annotated[str | None, Query(max_length=LONGEST, description="`next` of the page before.")]
RecordId = Annotated[str, Path(alias="id", max_length=LONGEST, description="The record's id.")]
