"""An assistant -> the web application around it: guarded, metered, with pages for people and JSON for programs."""

import gc
import os
import threading
from contextlib import suppress
from functools import cache
from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import JSONResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware

from rag.assistant.assistant import Assistant
from rag.errors import RagError
from rag.llm.writer import AnswerWriter
from rag.settings import Settings
from web import api, feeds, pages, problems
from web.collection import Named
from web.guard import BodyLimit, Guard
from web.metrics import Metered, RequestMeter
from web.page import compile_templates
from web.parameters import AssistantDep

STATIC = Path(__file__).parent / "static"

_YOUNG = 20_000
"""New objects after which the collector of cycles looks through them; a page of a search makes as many, of which next
to none are in a cycle. After 700 at a time, as Python has it, it takes a millisecond of each such page."""


def create_app(assistant: Assistant, *, site: str = "", writer: AnswerWriter | None = None) -> FastAPI:
    """Build the application around an assistant that is ready to answer.

    `site` is the public address that citations name; empty for the one that each request asks. `writer` has answers
    written by a language model; by default there is none.
    """
    meter = RequestMeter()
    app = FastAPI(
        title="Reading Room",
        description="Ask an archive in plain words; get the curators' own words back, dated, cited and checkable.",
        version="1.0.0",
        docs_url=None,  # the stock page loads its script from elsewhere; `pages` renders one that does not
        redoc_url=None,
        redirect_slashes=False,
        middleware=[
            Middleware(Guard),
            Middleware(Named, assistant, site.rstrip("/")),
            Middleware(Metered, meter),
            # A page of 89 KB takes 0.7 ms for 12.8 KB; at level 5 it would take 1.1 ms for 11.8 KB.
            Middleware(GZipMiddleware, minimum_size=1024, compresslevel=3),
            Middleware(BodyLimit),
        ],
    )
    app.state.assistant = assistant
    app.state.site = site.rstrip("/")
    app.state.writer = writer
    problems.install(app)
    app.include_router(api.router)
    app.include_router(pages.router)
    app.include_router(feeds.router)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")

    @app.get("/healthz", include_in_schema=False)
    def healthz() -> JSONResponse:
        """Say that the process answers."""
        return JSONResponse({"status": "ok"})

    @app.get("/readyz", include_in_schema=False)
    def readyz(assistant: AssistantDep) -> JSONResponse:
        """Say that a generation is open, and why it is not the published one; where none is, that becomes a 503."""
        ready = {"status": "ready", "generation": assistant.generation}
        return JSONResponse(ready if assistant.fault is None else {**ready, "fault": assistant.fault})

    @app.get("/metrics", include_in_schema=False)
    def metrics() -> Response:
        """Give the counters."""
        return meter.exposition()

    return app


def warm(assistant: Assistant) -> None:
    """Make now what the first question would wait for, and lives as long as the process."""
    assistant.warm()
    with suppress(RagError):  # whoever asks is told
        # The names, the words used alike, the grammar of dates, and for the slip the table of English words.
        assistant.ask("What did the governmant do in October 1962?")
    compile_templates()
    # The collector of cycles would walk all of that every few hundred pages, and find nothing: 77 ms at 32,178 records.
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG)
    with suppress(RagError, OSError):  # a newer generation may take its place; it was in memory when it was written
        assistant.read_ahead()


@cache
def _application() -> FastAPI:
    """What is served, by the settings of this process; made once, for uvicorn asks for it twice."""
    settings = Settings.load(os.environ)
    assistant = Assistant.open(settings)
    # Pages are served at once; only a question that comes before the encoder is loaded waits for it. No daemon: a
    # process that ends in the middle of the loading would abort.
    threading.Thread(target=warm, args=(assistant,)).start()
    return create_app(assistant, site=settings.site, writer=AnswerWriter.of(assistant, settings))


def __getattr__(name: str) -> FastAPI:
    """Make `application` when a server asks for it by its import string; until then nothing is read or opened."""
    if name == "application":
        return _application()
    message = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(message)
