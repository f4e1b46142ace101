"""OpenAI's API: an answer as a chat completion, vectors as embeddings. What its clients send besides is ignored."""

import base64
import json
import re
import time
import uuid
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from fastapi import APIRouter
from fastapi.responses import StreamingResponse
from fastapi.sse import format_sse_event
from pydantic import Field, StrictBool

from rag.answer.answer import Answer, Citation, Status
from rag.assistant.assistant import Assistant
from rag.cite import Site
from rag.errors import QuestionError
from rag.query.enquiry import Turn
from rag.record import Record
from rag.schemas import Shape
from web import problems
from web.agents.tools import NOTE
from web.parameters import AssistantDep, SiteDep
from web.request_bodies import LONGEST, MOST

# No `from __future__ import annotations` here: pydantic and FastAPI read annotations at run time.

router = APIRouter(prefix="/v1", responses=problems.RESPONSES)

MODEL = "reading-room"  # the name under which the assistant answers

# Characters from which a text counts as long, and how many long ones a call embeds, which takes a second or more.
_LONG, _MOST_LONG = 512, 10

_RECORDS = re.compile(r"/records/(\S+)")


class PartIn(Shape):
    """A part of a message."""

    type: Literal["text"]
    text: str


class MessageIn(Shape):
    """A message; only those of `user` and `assistant` count."""

    role: Literal["assistant", "developer", "system", "tool", "user"]
    content: str | list[PartIn] | None = None

    @property
    def text(self) -> str:
        """The text of all parts."""
        parts = self.content or ""
        return (parts if isinstance(parts, str) else "\n".join(part.text for part in parts)).strip()


class ChatIn(Shape):
    """A conversation whose last message is a question."""

    model: str
    messages: list[MessageIn] = Field(min_length=1, max_length=2 * MOST)
    stream: StrictBool = False


class EmbeddingsIn(Shape):
    """Texts to embed; the packaged model reads the first 256 word pieces of each."""

    model: str
    input: (
        Annotated[str, Field(min_length=1)]
        | Annotated[list[Annotated[str, Field(min_length=1)]], Field(min_length=1, max_length=MOST)]
    )
    encoding_format: Literal["float", "base64"] = "float"
    dimensions: int | None = Field(default=None, description="If given, as many as the model has.")


class ModelOut(Shape):
    """A model's name."""

    id: str
    created: int = Field(description="When the last record entered the collection.")
    object: Literal["model"] = "model"
    owned_by: str = MODEL


class ModelsOut(Shape):
    """All models: that of answers, and that of embeddings."""

    data: list[ModelOut]
    object: Literal["list"] = "list"


class UrlCitationOut(Shape):
    """Where the text cites which record."""

    start_index: int
    end_index: int
    title: str
    url: str


class AnnotationOut(Shape):
    """A citation."""

    url_citation: UrlCitationOut
    type: Literal["url_citation"] = "url_citation"


class MessageOut(Shape):
    """The answer."""

    content: str
    annotations: list[AnnotationOut]
    role: Literal["assistant"] = "assistant"
    refusal: None = None


class ChoiceOut(Shape):
    """The only choice."""

    message: MessageOut
    index: int = 0
    finish_reason: Literal["stop"] = "stop"


class CompletionOut(Shape):
    """An answer in the curators' words."""

    id: str
    created: int
    choices: list[ChoiceOut]
    model: str = MODEL
    object: Literal["chat.completion"] = "chat.completion"


class EmbeddingOut(Shape):
    """A vector of unit length: numbers, or little-endian float32 in base64."""

    index: int
    embedding: list[float] | str
    object: Literal["embedding"] = "embedding"


class EmbeddingsOut(Shape):
    """The vectors, in the order of the texts."""

    data: list[EmbeddingOut]
    model: str
    object: Literal["list"] = "list"


@router.get("/models")
def models(assistant: AssistantDep) -> ModelsOut:
    """List the model that answers and the one that embeds."""
    newest = [hit.record.id for hit in assistant.search(k=1, sort="entered").hits]
    created = max((int(entered.timestamp()) for entered in assistant.entered(newest)), default=0)
    return ModelsOut(data=[ModelOut(id=name, created=created) for name in (MODEL, assistant.model)])


@router.post("/embeddings")
def embeddings(body: EmbeddingsIn, assistant: AssistantDep) -> EmbeddingsOut:
    """Embed texts as records are embedded."""
    _known(body.model, assistant.model)
    texts = [body.input] if isinstance(body.input, str) else body.input
    if sum(min(len(text), _LONG) for text in texts) > _LONG * _MOST_LONG:
        raise QuestionError(f"input: too much for one call; send {_MOST_LONG} texts, or up to {MOST} that are short")
    vectors = assistant.meanings(texts)
    if body.dimensions not in (None, vectors.shape[1]):
        raise QuestionError(f"dimensions: {body.model} has {vectors.shape[1]}; leave it out")
    return EmbeddingsOut(
        model=body.model,
        data=[
            EmbeddingOut(
                index=index,
                embedding=vector.tolist()
                if body.encoding_format == "float"
                else base64.b64encode(vector.astype("<f4").tobytes()).decode(),
            )
            for index, vector in enumerate(vectors)
        ],
    )


@router.post(
    "/chat/completions",
    response_model=CompletionOut,
    responses={200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}}},
)
def complete(body: ChatIn, assistant: AssistantDep, site: SiteDep) -> CompletionOut | StreamingResponse:
    """Answer the last message in the curators' own words, with citations in the text and as annotations."""
    _known(body.model, MODEL)
    answer = _answered(body.messages, assistant)
    about: dict[str, Any] = {"id": f"chatcmpl-{uuid.uuid4().hex}", "created": int(time.time())}
    if body.stream:
        return StreamingResponse(_events(about, answer, site), media_type="text/event-stream")
    text, annotations = "", []
    for piece, citation in _pieces(answer, site):
        if citation:
            annotations.append(_annotation(len(text), piece, citation, site))
        text += piece
    return CompletionOut(**about, choices=[ChoiceOut(message=MessageOut(content=text, annotations=annotations))])


def _known(model: str, known: str) -> None:
    if model != known:
        raise QuestionError(f"model: this call knows {known!r} alone; /v1/models lists the models")


def _answered(messages: list[MessageIn], assistant: Assistant) -> Answer:
    turns: list[Turn] = []
    for message in messages:
        if message.role == "user" and message.text:
            if len(message.text) > LONGEST:
                raise QuestionError(f"messages: a question is longer than {LONGEST} characters; shorten it")
            turns.append(Turn(message.text))
        elif message.role == "assistant" and turns:
            turns[-1] = Turn(turns[-1].question, message.text, tuple(_RECORDS.findall(message.text)) or None)
    if not turns or messages[-1].role != "user":
        raise QuestionError("messages: the last is no question; end with a message of the role user")
    return assistant.ask(turns[-1].question, history=turns[:-1])


def _pieces(answer: Answer, site: Site) -> Iterator[tuple[str, Citation | None]]:
    """The answer's text; a mark such as [1] with what it cites."""
    head = ["Not in this collection."] if answer.status is Status.NOT_FOUND else []
    head += [each.text for each in (answer.verdict, answer.catalogue) if each]
    yield "".join(f"{line}\n" for line in head), None
    group = None
    for sentence in answer.sentences:
        if sentence.group != group:
            group = sentence.group
            yield f"\n{group}\n", None
        yield f"{sentence.text} ", None
        for number in sentence.citations:
            yield f"[{number}]", answer.citations[number - 1]
        yield "\n", None
    yield "".join(f"{note}\n" for note in answer.notes), None
    if answer.citations:
        yield f"\nSources. Each is a lead. {NOTE}\n", None
        for citation in answer.citations:
            yield f"[{citation.number}] {_listed(citation.hit.record, site)}\n", None
    elif answer.nearest:
        yield "\nNearest records, which do not answer:\n", None
        yield "".join(f"- {_listed(hit.record, site)}\n" for hit in answer.nearest), None


def _listed(record: Record, site: Site) -> str:
    return f"{record.title}. {record.date.text if record.date else 'no date given'}. {site.root}{record.url}"


def _annotation(start: int, mark: str, citation: Citation, site: Site) -> AnnotationOut:
    record = citation.hit.record
    url = f"{site.root}{record.url}"
    cited = UrlCitationOut(start_index=start, end_index=start + len(mark), title=record.title, url=url)
    return AnnotationOut(url_citation=cited)


def _events(about: dict[str, Any], answer: Answer, site: Site) -> Iterator[bytes]:
    """The same as server-sent events."""

    def event(delta: dict[str, Any], finished: str | None = None) -> bytes:
        choice = {"index": 0, "delta": delta, "finish_reason": finished}
        chunk = about | {"object": "chat.completion.chunk", "model": MODEL, "choices": [choice]}
        return format_sse_event(data_str=json.dumps(chunk, ensure_ascii=False))

    length = 0
    yield event({"role": "assistant", "content": ""})
    for piece, citation in _pieces(answer, site):
        cited = [_annotation(length, piece, citation, site).model_dump()] if citation else []
        yield event({"content": piece} | ({"annotations": cited} if cited else {}))
        length += len(piece)
    yield event({}, "stop")
    yield format_sse_event(data_str="[DONE]")
