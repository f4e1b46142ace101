"""A question in plain words -> its answer, cited."""

from fastapi import APIRouter, Response

from rag.answer.answer import Answer
from rag.assistant.assistant import Assistant
from rag.schemas import AnswerOut
from rag.schemas.table import cited_rows
from web.export.tables import RESPONSES, FormatDep, table
from web.parameters import AssistantDep, SiteDep
from web.request_bodies import AskIn

router = APIRouter()


@router.post("/ask", response_model=AnswerOut, responses=RESPONSES)
def ask(
    body: AskIn, response: Response, assistant: AssistantDep, site: SiteDep, form: FormatDep
) -> AnswerOut | Response:
    """Answer a question in the curators' own words, with citations, or say that the collection has no answer."""
    answer = answered(body, assistant)
    if form != "json":
        return table(cited_rows(answer, site), form, "answer", headers=response.headers)
    return AnswerOut.of(answer, explain=body.explain)


def answered(body: AskIn, assistant: Assistant) -> Answer:
    """The assistant's answer to this body."""
    return assistant.ask(
        body.question,
        history=[turn.turn() for turn in body.history],
        k=body.k,
        where=body.filters.where(),
        understand=frozenset(body.understand),
        among=body.among,
        without=body.without,
    )
