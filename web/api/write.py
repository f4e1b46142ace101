"""A question -> its answer in the curators' words, then in a language model's, each sentence as it is judged."""

from collections.abc import Iterator
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.sse import EventSourceResponse, ServerSentEvent

from rag.answer.answer import Answer
from rag.errors import NoModel
from rag.llm.gate import GatedSentence
from rag.llm.writer import AnswerWriter
from rag.schemas import AnswerOut, JudgedOut, WrittenOut
from web.api.ask import answered
from web.parameters import AssistantDep, WriterDep
from web.request_bodies import AskIn

router = APIRouter()


def _needed(writer: WriterDep) -> AnswerWriter:
    if writer is None:
        raise NoModel
    return writer


# Answered before the first event is sent, so that whatever is wrong with a question is a problem, not a broken stream.
def _answer(body: AskIn, assistant: AssistantDep, _: Annotated[AnswerWriter, Depends(_needed)]) -> Answer:
    return answered(body, assistant)


@router.post("/write", response_class=EventSourceResponse)
def write(
    answer: Annotated[Answer, Depends(_answer)], writer: Annotated[AnswerWriter, Depends(_needed)]
) -> Iterator[ServerSentEvent]:
    """Have the answer written by the language model that is set; 404 where none is.

    Server-sent events: `answer` holds what `/ask` returns; each `sentence` what the model wrote, whether it stands and
    why not; `end` what became of it all. Whatever the model does, the stream ends with `end`.
    """
    yield ServerSentEvent(event="answer", data=AnswerOut.of(answer))
    for each in writer.write(answer):
        if isinstance(each, GatedSentence):
            yield ServerSentEvent(event="sentence", data=JudgedOut.of(each))
        else:
            yield ServerSentEvent(event="end", data=WrittenOut.of(each))
