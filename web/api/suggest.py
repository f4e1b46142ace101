"""The beginning of a text -> names and titles that may be meant."""

from typing import Annotated

from fastapi import APIRouter, Query

from rag.schemas import SuggestOut
from web.parameters import AssistantDep
from web.request_bodies import LONGEST

router = APIRouter()


@router.get("/suggest")
def suggest(
    assistant: AssistantDep,
    q: Annotated[str, Query(max_length=LONGEST, description="What has been typed so far.")] = "",
    k: Annotated[int, Query(ge=1, le=20, description="Number of suggestions.")] = 8,
) -> SuggestOut:
    """Suggest people, places and titles of records while a reader types."""
    return SuggestOut.of(assistant.completions(q, k=k))
