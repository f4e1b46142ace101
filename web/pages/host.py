"""What a host sets -> its logo and colour, and the box that pages of other sites may show."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from fastapi import APIRouter, Query
from fastapi.responses import FileResponse, HTMLResponse, Response
from starlette.exceptions import HTTPException

from rag.answer.answer import Answer
from rag.cite.work import quoted_are
from web.appearance import IMAGES
from web.collection import appearance
from web.http.guard import HEADERS
from web.page import Page, render
from web.pages.ask import AnswerPart, cut, parts
from web.parameters import AssistantDep
from web.request_bodies import LONGEST
from web.views.urls import ask_url

router = APIRouter()

SHORT = 3  # quotations in the box, at most; the rest is on the site itself


@dataclass(frozen=True, slots=True)
class EmbedPage(Page):
    """A box to ask in, with the beginning of the answer; `whole` is the address of all of it."""

    template: ClassVar[str] = "embed.html"

    question: str
    answer: Answer | None
    parts: tuple[AnswerPart, ...]
    whole: str
    quoted: str  # what the quotations are; empty without any


@router.get("/logo")
def logo() -> FileResponse:
    """The host's image."""
    image = appearance().logo
    if image is None:
        raise HTTPException(404)
    return FileResponse(image, media_type=IMAGES[image.suffix.lower()])


@router.get("/accent.css")
def accent() -> Response:
    """The host's colour as a style sheet."""
    if not appearance().accent:
        raise HTTPException(404)
    return Response(appearance().style(), media_type="text/css")


@router.get("/embed")
def embed(assistant: AssistantDep, q: Annotated[str, Query(max_length=LONGEST)] = "") -> HTMLResponse:
    """The box, for the sites that the settings name."""
    sites = appearance().embed
    if not sites:
        raise HTTPException(404)
    answer = assistant.ask(q) if q.strip() else None
    shown = cut(parts(answer), SHORT)[0] if answer else ()
    page = EmbedPage(
        question=q,
        answer=answer,
        parts=shown,
        whole=ask_url(q) if answer else "/",
        quoted=quoted_are(answer.genres) if answer and shown else "",
    )
    # Browsers that read frame-ancestors take no notice of X-Frame-Options.
    policy = HEADERS["Content-Security-Policy"].replace("frame-ancestors 'none'", f"frame-ancestors {' '.join(sites)}")
    return render(page, headers={"Content-Security-Policy": policy})
