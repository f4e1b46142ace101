"""A conversation -> a file to keep."""

from fastapi import APIRouter
from fastapi.responses import Response

from rag.errors import QuestionError
from rag.schemas.table import ANSWER_COLUMNS, answer_rows
from web.conversation import Conversation, ConversationDep
from web.export.as_json import ConversationOut
from web.export.as_markdown import markdown
from web.export.tables import TableName, table
from web.parameters import AssistantDep, SiteDep

router = APIRouter()


@router.get("/conversation.md")
def as_markdown(assistant: AssistantDep, conversation: ConversationDep, site: SiteDep) -> Response:
    """Return the conversation of this address as Markdown."""
    _require_question(conversation)
    return _file(markdown(conversation, conversation.answers(assistant), site), "text/markdown", "conversation.md")


@router.get("/conversation.json")
def as_json(assistant: AssistantDep, conversation: ConversationDep, site: SiteDep) -> Response:
    """Return the conversation of this address as JSON, with the API's answers."""
    _require_question(conversation)
    shape = ConversationOut.from_answers(conversation, conversation.answers(assistant), site)
    return _file(shape.model_dump_json(indent=2), "application/json", "conversation.json")


@router.get("/conversation.{format}")
def as_table(
    assistant: AssistantDep,
    conversation: ConversationDep,
    site: SiteDep,
    format: TableName,  # noqa: A002 - the ending of the file's name
) -> Response:
    """Return the conversation of this address as a table, a row a quoted sentence."""
    _require_question(conversation)
    rows = (row for answer in conversation.answers(assistant) for row in answer_rows(answer, site))
    return table(rows, format, "conversation", columns=ANSWER_COLUMNS)


def _require_question(conversation: Conversation) -> None:
    if not conversation.questions:
        raise QuestionError("q: there is no conversation yet; ask something first")


def _file(text: str, media_type: str, name: str) -> Response:
    return Response(text, media_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})
