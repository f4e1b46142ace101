"""A question in plain words -> its answer, cited."""

from fastapi import APIRouter

from rag.answer.answer import Answer
from rag.assistant.assistant import Assistant, between
from rag.schemas import AnswerOut
from web.parameters import AssistantDep
from web.request_bodies import AskIn

router = APIRouter()


@router.post("/ask")
def ask(body: AskIn, assistant: AssistantDep) -> AnswerOut:
    """Answer a question in the curators' own words, with citations, or say that the collection has no answer."""
    return AnswerOut.of(answered(body, assistant), explain=body.explain)


def answered(body: AskIn, assistant: Assistant) -> Answer:
    """The assistant's answer to this body."""
    return assistant.ask(
        body.question,
        history=[turn.turn() for turn in body.history],
        k=body.k,
        where=between(body.filters.date_from, body.filters.date_to),
        understand=frozenset(body.understand),
        among=body.among,
        without=body.without,
    )
