"""Addresses -> their records: those given by id, or a page of a search."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends, Query, Request

from rag.record import Match, Record
from web.parameters import AssistantDep, Count, Cursor, Raw, Sort, WhereDep, Without, Words
from web.request_bodies import LONGEST, MOST
from web.views.urls import search_query


@dataclass(frozen=True, slots=True)
class Selection:
    """Some records."""

    records: tuple[Record, ...]
    total: int  # number of all records of the search
    next: str | None  # cursor of the next ones, or None
    named: bool  # whether the address gives their ids
    query: str  # the parameters that select them ("id=pier&id=storm")


async def _ids(
    ids: Annotated[
        list[Annotated[str, Query(max_length=LONGEST)]],
        Query(alias="id", max_length=MOST, description="Ids of records; without any, those of a search."),
    ] = [],  # noqa: B006 - FastAPI copies it
) -> tuple[str, ...]:
    return tuple(dict.fromkeys(ids))


IdsDep = Annotated[tuple[str, ...], Depends(_ids)]


Selector = Callable[[int], Selection]  # the largest number of records of a search -> the records of the address


async def _selector(  # noqa: PLR0913, PLR0917 - a parameter is a query parameter
    request: Request,
    assistant: AssistantDep,
    where: WhereDep,
    ids: IdsDep,
    q: Words = "",
    sort: Sort = "relevance",
    k: Count = MOST,
    cursor: Cursor = None,
    raw: Raw = False,  # noqa: FBT002
    without: Without = [],  # noqa: B006 - FastAPI copies it
) -> Selector:
    def select(most: int) -> Selection:
        if ids:
            records = assistant.selected(ids)
            query = urlencode([("id", record.id) for record in records])
            return Selection(tuple(records), len(records), None, named=True, query=query)
        found = assistant.search(
            q.strip() or None,
            k=min(k, most),
            where=where,
            sort=sort,
            cursor=cursor,
            raw=raw,
            without=without,
            match=Match.WORDS,
        )
        records = [hit.record for hit in found.hits]
        return Selection(tuple(records), found.total, found.next, named=False, query=search_query(request, {"sort"}))

    return select


SelectorDep = Annotated[Selector, Depends(_selector)]
