"""HTTP -> one call of the assistant -> JSON. Responses are in `rag.schemas`, bodies in `request_bodies`.

A route is `def`, not `async def`: embedding is CPU work, so FastAPI runs it in its thread pool.
"""

from fastapi import APIRouter

from web import problems
from web.api import ask, check, citations, records, replay, search, write

router = APIRouter(prefix="/api/v1", responses=problems.RESPONSES)
for module in (ask, write, replay, search, check, records, citations):
    router.include_router(module.router)
