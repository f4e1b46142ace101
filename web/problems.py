"""Errors -> `application/problem+json` (RFC 9457) for programs, an error page for people."""

import logging
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Match, Mount
from starlette.types import Receive, Scope, Send

from rag.errors import GenerationError, NoModel, QuestionError, RagError, ReceiptError, RecordNotFound
from rag.language.message import Message, together, worded
from web.page import ErrorPage, render
from web.translation import translated

logger = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
# Of pages, for people.
_TITLES: dict[int, str] = {
    HTTPStatus.NOT_FOUND: worded("Page not found"),
    HTTPStatus.UNPROCESSABLE_ENTITY: worded("This request cannot be understood"),
    HTTPStatus.TOO_MANY_REQUESTS: worded("Too many questions at once"),
    HTTPStatus.INTERNAL_SERVER_ERROR: worded("Something went wrong"),
    HTTPStatus.SERVICE_UNAVAILABLE: worded("The archive cannot answer now"),
}

# What may be over in a moment.
_PASSING = {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.INTERNAL_SERVER_ERROR, HTTPStatus.SERVICE_UNAVAILABLE}

_CLOSED = worded(
    "the collection cannot be read now; for whoever runs this site: `rag doctor` says why, `rag build` makes it anew"
)
_SOON = "5"  # seconds until another question is worth while


class Problem(BaseModel):
    """An error in the format of RFC 9457."""

    type: str = Field("about:blank", description="A URI for the type of problem; always about:blank so far.")
    title: str = Field(description="The status in words.")
    status: int
    detail: str = Field(description="Place, fault and cure in one line.")
    instance: str = Field(description="The path of the request.")


class ProblemResponse(JSONResponse):
    """A problem as a response."""

    media_type = MEDIA_TYPE


_REFERENCE = {"content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}}
# Error responses of every route of the API, for its OpenAPI document.
RESPONSES: dict[int | str, dict[str, Any]] = {
    "4XX": {"description": "The request cannot be used; `detail` says how to correct it.", **_REFERENCE},
    "5XX": {"description": "The server cannot answer now.", **_REFERENCE},
}


def respond(
    request: Request, status: int, detail: str, *, cure: str | None = None, headers: Mapping[str, str] | None = None
) -> Response:
    """An error as a page where a browser asks for one, else as problem+json."""
    title = HTTPStatus(status).phrase
    detail = together(detail, "; ", cure) if cure else detail
    if wants_page(request):
        said = translated(detail).removeprefix(f"{request.scope['path']}: ")
        again = status in _PASSING and request.method == "GET"
        page = ErrorPage(status, translated(_TITLES.get(status, title)), f"{said}.", again)
        return render(page, status, headers)
    problem = Problem(type="about:blank", title=title, status=status, detail=detail, instance=request.scope["path"])
    body = problem.model_dump()
    if request.scope["path"].startswith("/v1/"):  # where clients of OpenAI's API look for it
        kind = "server_error" if status >= HTTPStatus.INTERNAL_SERVER_ERROR else "invalid_request_error"
        body["error"] = {"message": detail, "type": kind, "param": None, "code": None}
    return ProblemResponse(body, status_code=status, headers=headers)


async def refuse(  # noqa: PLR0913 - a response and why
    scope: Scope,
    receive: Receive,
    send: Send,
    reason: str,
    status: int,
    detail: str,
    *,
    cure: str,
    headers: Mapping[str, str] | None = None,
) -> None:
    """Send a problem instead of passing a request on; `reason` is what the counters call it."""
    scope["refused"] = reason
    await respond(Request(scope), status, detail, cure=cure, headers=headers)(scope, receive, send)


def wants_page(request: Request) -> bool:
    """Whether a browser asks for a page outside the API."""
    return "text/html" in request.headers.get("accept", "") and not request.scope["path"].startswith("/api/")


def install(app: FastAPI) -> None:
    """Turn every error of a route, a parameter or the assistant into a problem."""
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(RagError, _operational)


async def _http(request: Request, error: Exception) -> Response:
    """Errors of the protocol: no such path, a method that a path does not take, ..."""
    if not isinstance(error, HTTPException):
        raise error
    path, method = request.scope["path"], request.method
    match error.status_code:
        case HTTPStatus.NOT_FOUND:
            nothing = together(path, ": ", worded("there is nothing at this address"))
            detail: str = error.detail if isinstance(error.detail, Message) else nothing
            cure = None if wants_page(request) else "/ asks a question, /search browses, /docs lists every call"
            return respond(request, error.status_code, detail, cure=cure)
        case HTTPStatus.METHOD_NOT_ALLOWED:
            allowed = {"Allow": ", ".join(_allowed(request))}
            if method == "OPTIONS":
                return Response(status_code=HTTPStatus.NO_CONTENT, headers=allowed)
            detail = f"{path}: does not take {method}; it takes {allowed['Allow']}"
            return respond(request, error.status_code, detail, headers=allowed)
        case HTTPStatus.BAD_REQUEST:
            detail = f"{path}: {error.detail}; send the body as /docs shows it"
        case _:
            detail = f"{path}: {error.detail}"
    return respond(request, error.status_code, detail, headers=error.headers)


def _allowed(request: Request) -> Iterator[str]:
    """The methods that the address takes, by whichever routes."""
    scope = {**request.scope, "root_path": request.scope.get("app_root_path", "")}
    for method in ("GET", "POST"):
        routes = (each for each in request.app.routes if method == "GET" or not isinstance(each, Mount))  # of files
        if any(each.matches({**scope, "method": method})[0] is Match.FULL for each in routes):
            yield from (method, "HEAD") if method == "GET" else (method,)
    yield "OPTIONS"


async def _invalid(request: Request, error: Exception) -> Response:
    """Invalid parameters or an invalid body; the message names every fault and quotes no value."""
    if not isinstance(error, RequestValidationError):
        raise error
    faults = [f"{_place(fault['loc'])}: {_worded(fault)}" for fault in error.errors()]
    cure = None
    if request.method == "POST" and "json" not in request.headers.get("content-type", ""):
        cure = "send the body as JSON with Content-Type: application/json"
    return respond(request, HTTPStatus.UNPROCESSABLE_ENTITY, "; ".join(faults), cure=cure)


def _place(loc: tuple[int | str, ...]) -> str:
    """("body", "history", 0, "question") -> history[0].question."""
    _, *path = loc
    named = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).removeprefix(".")
    return named or "body"


def _worded(fault: Mapping[str, Any]) -> str:
    if fault["type"] == "json_invalid":
        return f"is not JSON ({fault['ctx']['error']})"
    message = str(fault["msg"]).removeprefix("Value error, ")
    return message[:1].lower() + message[1:]


async def _operational(request: Request, error: Exception) -> Response:
    """Errors of the question or the collection, with their own messages."""
    match error:
        case RecordNotFound() | NoModel():
            status = HTTPStatus.NOT_FOUND
        case QuestionError() | ReceiptError():
            status = HTTPStatus.UNPROCESSABLE_ENTITY
        case _:
            status = HTTPStatus.SERVICE_UNAVAILABLE
    detail = next((each for each in error.args if isinstance(each, Message)), str(error))
    if status is HTTPStatus.SERVICE_UNAVAILABLE:
        logger.error("%s", error)
        detail = _CLOSED  # the fault names places of this machine
    if isinstance(error, RecordNotFound) and wants_page(request):
        detail = worded(
            "No record has the id %(id)s", id=repr(error.record_id)
        )  # its cure is a command; the page has links
    headers = {"Retry-After": _SOON} if isinstance(error, GenerationError) else None
    return respond(request, status, detail, headers=headers)
