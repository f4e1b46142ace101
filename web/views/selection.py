"""Addresses -> the records they mean: those named one by one, or a page of a search."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends, Query, Request

from rag.record import Record
from web.parameters import AssistantDep, Count, Cursor, Sort, WhereDep, Words
from web.request_bodies import LONGEST, MOST
from web.views.urls import again


@dataclass(frozen=True, slots=True)
class Selection:
    """Records that are meant together.

    Attributes:
        total: How many there are in all.
        next: Cursor of the following ones, or None.
        named: Whether they were named one by one.
        query: What of the address says which they are ("id=pier&id=storm").
    """

    records: tuple[Record, ...]
    total: int
    next: str | None
    named: bool
    query: str


async def _ids(
    ids: Annotated[
        list[Annotated[str, Query(max_length=LONGEST)]],
        Query(alias="id", max_length=MOST, description="Records by id; without, those that a search finds."),
    ] = [],  # noqa: B006 - FastAPI copies it
) -> tuple[str, ...]:
    return tuple(dict.fromkeys(ids))


IdsDep = Annotated[tuple[str, ...], Depends(_ids)]


Choosing = Callable[[int], Selection]
"""How many records of a search are wanted, at most -> those that an address means."""


async def _choosing(  # noqa: PLR0913, PLR0917 - a parameter is a query parameter
    request: Request,
    assistant: AssistantDep,
    where: WhereDep,
    ids: IdsDep,
    q: Words = "",
    sort: Sort = "relevance",
    k: Count = MOST,
    cursor: Cursor = None,
    raw: Annotated[bool, Query(description="Take the words as they stand.")] = False,  # noqa: FBT002
) -> Choosing:
    def choose(most: int) -> Selection:
        if ids:
            records = assistant.selected(ids)
            query = urlencode([("id", record.id) for record in records])
            return Selection(tuple(records), len(records), None, named=True, query=query)
        found = assistant.search(q.strip() or None, k=min(k, most), where=where, sort=sort, cursor=cursor, raw=raw)
        records = [hit.record for hit in found.hits]
        return Selection(tuple(records), found.total, found.next, named=False, query=again(request))

    return choose


ChoosingDep = Annotated[Choosing, Depends(_choosing)]
