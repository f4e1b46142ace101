"""A receipt -> the same answer, or what changed since."""

from typing import Annotated

from fastapi import APIRouter, Query

from rag.schemas import ReplayOut
from web.parameters import AssistantDep
from web.request_bodies import ReplayIn

router = APIRouter()


@router.get("/replay")
def replay_by_address(assistant: AssistantDep, receipt: Annotated[str, Query(description="A receipt.")]) -> ReplayOut:
    """Ask a receipt's question again: the same records and quotes, or what changed since."""
    return ReplayOut.of(assistant.replay(receipt))


@router.post("/replay")
def replay(body: ReplayIn, assistant: AssistantDep) -> ReplayOut:
    """Do the same for a receipt that is too long for an address."""
    return ReplayOut.of(assistant.replay(body.receipt))
