"""HTTP -> one call of the assistant -> JSON. Responses are in `rag.schemas`, bodies in `request_bodies`.

A route is `def`, not `async def`: embedding is CPU work, so FastAPI runs it in its thread pool.
"""

from fastapi import APIRouter, Depends

from web import problems
from web.api import ask, check, citations, records, replay, search, suggest, write
from web.parameters import API, known_parameters

router = APIRouter(prefix=API, responses=problems.RESPONSES, dependencies=[Depends(known_parameters)])
for module in (ask, write, replay, search, suggest, check, records, citations):
    router.include_router(module.router)
