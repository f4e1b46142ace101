"""A text -> a verdict on each reference and quotation in it."""

from fastapi import APIRouter

from rag.schemas import CheckOut
from web.parameters import AssistantDep
from web.request_bodies import CheckIn

router = APIRouter()


@router.post("/check")
def check(body: CheckIn, assistant: AssistantDep) -> CheckOut:
    """Check whether each reference and quotation of a text is exact, near, altered or not in this collection."""
    return CheckOut.of(assistant.check(body.text))
