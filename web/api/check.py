"""A text -> each reference and quotation in it, held against the collection."""

from fastapi import APIRouter

from rag.schemas import CheckOut
from web.parameters import AssistantDep
from web.request_bodies import CheckIn

router = APIRouter()


@router.post("/check")
def check(body: CheckIn, assistant: AssistantDep) -> CheckOut:
    """Say of each reference and quotation of a text whether it is exact, near, altered or not in this collection."""
    return CheckOut.of(assistant.check(body.text))
