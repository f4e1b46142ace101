"""A conversation -> a file to keep."""

from fastapi import APIRouter
from fastapi.responses import Response

from rag.errors import QuestionError
from web.conversation import Conversation, ConversationDep
from web.export.as_json import ConversationOut
from web.export.as_markdown import markdown
from web.parameters import AssistantDep, SiteDep

router = APIRouter()


@router.get("/conversation.md")
def as_markdown(assistant: AssistantDep, talk: ConversationDep, site: SiteDep) -> Response:
    """Give the conversation of this address as a text."""
    _asked(talk)
    return _file(markdown(talk, talk.answers(assistant), site), "text/markdown", "conversation.md")


@router.get("/conversation.json")
def as_json(assistant: AssistantDep, talk: ConversationDep, site: SiteDep) -> Response:
    """Give the conversation of this address with all that the API says of its answers."""
    _asked(talk)
    whole = ConversationOut.of(talk, talk.answers(assistant), site)
    return _file(whole.model_dump_json(indent=2), "application/json", "conversation.json")


def _asked(talk: Conversation) -> None:
    if not talk.puts:
        message = "q: there is no conversation yet; ask something first"
        raise QuestionError(message)


def _file(text: str, media_type: str, name: str) -> Response:
    return Response(text, media_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})
