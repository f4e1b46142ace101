"""Headers of every list of the API: an ETag, and a link to the next page."""

from fastapi import Request, Response
from starlette.datastructures import URL
from starlette.exceptions import HTTPException

from web.parameters import AssistantDep


def fresh(request: Request, response: Response, assistant: AssistantDep) -> None:
    """Answer 304 where the caller has this generation's answer: it changes only with the next build."""
    tag = f'W/"{assistant.generation}"'
    if tag in map(str.strip, request.headers.get("if-none-match", "").split(",")):
        raise HTTPException(304, headers={"ETag": tag})
    response.headers["ETag"] = tag


def link_next(request: Request, response: Response, cursor: str | None) -> None:
    """Add a Link header for the next page; relative, so that it works under any host name."""
    if cursor is not None:
        following = URL(scope=request.scope).include_query_params(cursor=cursor)
        response.headers["Link"] = f'<{following.path}?{following.query}>; rel="next"'
