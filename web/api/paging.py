"""What every list of the API says in its headers: whether it is new, and where the next page is."""

from fastapi import Request, Response
from starlette.datastructures import URL
from starlette.exceptions import HTTPException

from web.parameters import AssistantDep


def fresh(request: Request, response: Response, assistant: AssistantDep) -> None:
    """Spare the work where the caller holds this generation's answer: an address says the same until a rebuild."""
    tag = f'W/"{assistant.generation}"'
    held = {each.strip() for each in request.headers.get("if-none-match", "").split(",")}
    if tag in held:
        raise HTTPException(304, headers={"ETag": tag})
    response.headers["ETag"] = tag


def link_next(request: Request, response: Response, cursor: str | None) -> None:
    """Name the following page in a Link header, relative, so that it holds under any host name."""
    if cursor is not None:
        following = URL(scope=request.scope).include_query_params(cursor=cursor)
        response.headers["Link"] = f'<{following.path}?{following.query}>; rel="next"'
