"""A question -> its answer in the curators' words, then in a language model's, each sentence as it is checked."""

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


# Answered before the first event is sent, so that an error in a question becomes a problem and not a broken stream.
def _answer(body: AskIn, assistant: AssistantDep, _: Annotated[AnswerWriter, Depends(_needed)]) -> Answer:
    return answered(body, assistant)


@router.post("/write", response_class=EventSourceResponse)
def write(
    answer: Annotated[Answer, Depends(_answer)], writer: Annotated[AnswerWriter, Depends(_needed)]
) -> Iterator[ServerSentEvent]:
    """Have the language model write the answer; 404 where none is set.

    Server-sent events: `answer` has what `/ask` returns; each `sentence` has a sentence of the model, whether it stands
    and the reasons if not; `end` has the totals. The stream always ends with `end`.
    """
    yield ServerSentEvent(event="answer", data=AnswerOut.of(answer))
    for written in writer.write(answer):
        if isinstance(written, GatedSentence):
            yield ServerSentEvent(event="sentence", data=JudgedOut.of(written))
        else:
            yield ServerSentEvent(event="end", data=WrittenOut.of(written))
