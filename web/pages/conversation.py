"""A conversation -> a file to keep."""

from typing import Literal

from fastapi import APIRouter
from fastapi.responses import Response

from rag.errors import QuestionError
from rag.schemas.table import ANSWER_COLUMNS, answer_rows
from web.conversation import ConversationDep
from web.export.as_json import ConversationOut
from web.export.as_markdown import markdown
from web.export.tables import table
from web.parameters import AssistantDep, SiteDep

router = APIRouter()


@router.get("/conversation.{format}")
def keep(
    assistant: AssistantDep,
    conversation: ConversationDep,
    site: SiteDep,
    format: Literal["md", "json", "csv", "jsonl"],  # noqa: A002 - the ending of the file's name
) -> Response:
    """Return the conversation of this address: as a text, with the API's answers, or a row a quoted sentence."""
    if not conversation.questions:
        raise QuestionError("q: there is no conversation yet; ask something first")
    answers = conversation.answers(assistant)
    if format == "md":
        return _file(markdown(conversation, answers, site), "text/markdown", "conversation.md")
    if format == "json":
        shape = ConversationOut.from_answers(conversation, answers, site)
        return _file(shape.model_dump_json(indent=2), "application/json", "conversation.json")
    rows = (row for answer in answers for row in answer_rows(answer, site))
    return table(rows, format, "conversation", columns=ANSWER_COLUMNS)


def _file(text: str, media_type: str, name: str) -> Response:
    return Response(text, media_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})
