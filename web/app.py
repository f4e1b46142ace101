"""An assistant -> the web application around it."""

import gc
import os
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from multiprocessing import parent_process
from multiprocessing.process import BaseProcess
from pathlib import Path

from asgi_correlation_id import CorrelationIdMiddleware
from fastapi import FastAPI
from fastapi.responses import JSONResponse
from fastapi.staticfiles import StaticFiles
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from uvicorn.config import STARTUP_FAILURE

from rag.assistant.assistant import Assistant
from rag.errors import RagError, escaped
from rag.llm.writer import AnswerWriter
from rag.platform import end_with_parent
from rag.settings import Settings
from web import api, feeds, pages, problems, translation
from web.agents import openai
from web.api.examples import describe
from web.appearance import PLAIN, Appearance
from web.collection import Collections, Served
from web.http.admission import OPEN, Access, Callers, Hosts, Turns
from web.http.conditions import Preconditions
from web.http.guard import BodyLimit, Guard
from web.http.metrics import MetricsMiddleware, RequestMetrics, request_id
from web.page import compile_templates
from web.parameters import AssistantDep
from web.translation import Language

STATIC = Path(__file__).parent / "static"

# What everybody may know of a fault: its place is for whoever runs the site.
FAULT = "the published generation cannot be read, another answers; the log and `rag doctor` say why"

_KEPT = 256  # answers that are kept; each takes some ten kilobytes

# New objects between two garbage collections: about as many as one search page makes, hardly any of them in a cycle.
# Python's default of 700 would run the collector many times for each page.
_GC_THRESHOLD = 20_000


def create_app(  # noqa: PLR0913 - what a site consists of
    assistant: Assistant,
    *,
    site: str = "",
    writer: AnswerWriter | None = None,
    mcp: bool = False,
    access: Access = OPEN,
    language: str = translation.SOURCE,
    looks: Appearance = PLAIN,
    others: Sequence[Served] = (),
) -> FastAPI:
    """Build the application around an assistant that is ready to answer.

    `site` is the public address for citations; by default each request gives it. `writer` has a language model write
    answers; by default there is none. `mcp` adds /mcp. `language` is that of the
    pages for readers who ask for none that they have. `looks` is what the host puts on every page. `others` are
    further collections, below their prefixes.
    """
    own = Served(assistant, site.rstrip("/"), writer, looks)
    metrics = RequestMetrics()
    app = FastAPI(
        title="Reading Room",
        description="Ask an archive in plain words; get the curators' own words back, dated, cited and checkable.",
        version="1.0.0",
        docs_url=None,  # FastAPI's page loads a script from elsewhere; the one of `pages` has no script
        redoc_url=None,
        redirect_slashes=False,
        middleware=[
            Middleware(CorrelationIdMiddleware, validator=None, transformer=request_id),
            Middleware(Language, translation.known(language)),
            Middleware(Guard),
            Middleware(MetricsMiddleware, metrics),
            Middleware(Hosts, access.hosts),
            Middleware(
                CORSMiddleware,
                allow_origins=access.origins,
                allow_methods=["GET", "HEAD", "POST"],
                allow_headers=["*"],
                expose_headers=["ETag", "Link", "Retry-After", "X-Request-ID"],
            ),
            # Higher levels take much longer and save few bytes of a page.
            Middleware(GZipMiddleware, minimum_size=1024, compresslevel=3),
            Middleware(Collections, own, {each.prefix: each for each in others}),
            Middleware(Callers, access.rate, access.keys),
            Middleware(BodyLimit),
            Middleware(Turns, metrics.waiting),
            Middleware(Preconditions),
        ],
    )
    problems.install(app)
    app.include_router(api.router)
    app.include_router(pages.router)
    app.include_router(feeds.router)
    app.include_router(openai.router)
    describe(app)
    if mcp:
        from web.agents.mcp import router  # noqa: PLC0415 - an extra

        app.include_router(router(assistant, own.site))
    app.mount("/static", StaticFiles(directory=STATIC), name="static")

    @app.get("/healthz", include_in_schema=False)
    async def healthz() -> JSONResponse:
        """Say that the process answers."""
        return JSONResponse({"status": "ok"})

    @app.get("/readyz", include_in_schema=False)
    def readyz(assistant: AssistantDep) -> JSONResponse:
        """Say that a generation is open, and why it is not the published one; without any, answer 503."""
        ready = {"status": "ready", "generation": assistant.generation}
        return JSONResponse(ready if assistant.fault is None else {**ready, "fault": FAULT})

    if access.metrics:
        app.add_api_route("/metrics", metrics.exposition, include_in_schema=False)
    return app


def warm(*assistants: Assistant) -> None:
    """Load now what the first question would wait for."""
    for assistant in assistants:
        assistant.warm()
        with suppress(RagError):  # a later question reports it
            # Loads the names, the thesaurus, the grammar of dates and, for the misspelling, the English word list.
            assistant.ask("What did the governmant do in October 1962?")
            assistant.completions("")
    compile_templates()
    # All of that lives as long as the process, so the garbage collector need not look through it.
    gc.collect()
    gc.freeze()
    gc.set_threshold(_GC_THRESHOLD)
    for assistant in assistants:
        with suppress(RagError, OSError):  # a newer generation may replace it meanwhile
            assistant.read_ahead()


def worker() -> FastAPI:
    """The application in a process of `rag serve`; it ends with the process that began it, and where it cannot open."""
    if parent := parent_process():
        end_with_parent()
        threading.Thread(target=_outlive, args=(parent,), daemon=True).start()
    try:
        settings = Settings.load(os.environ)
        own, *others = (_served(each, name) for name, each in settings.all_collections())
        app = create_app(
            own.assistant,
            site=own.site,
            writer=own.writer,
            mcp=settings.mcp,
            access=Access.of(settings),
            language=settings.language,
            looks=own.looks,
            others=others,
        )
    except RagError as error:
        sys.stderr.write(f"rag: {escaped(str(error))}\n")
        sys.exit(STARTUP_FAILURE)
    # Pages are served at once; only a question waits for the encoder. Not a daemon thread: a process that exits while
    # the model is loading would abort.
    threading.Thread(target=warm, args=[each.assistant for each in (own, *others)]).start()
    return app


def _served(settings: Settings, name: str) -> Served:
    """The collection of these settings, at / where it has no name."""
    assistant = Assistant.open(settings)
    assistant.keep_answers(_KEPT)
    prefix = f"/c/{name}" if name else ""
    site = f"{settings.site.rstrip('/')}{prefix}" if settings.site else ""
    return Served(assistant, site, AnswerWriter.of(assistant, settings), Appearance.of(settings), prefix)


def _outlive(parent: BaseProcess) -> None:
    """End at once when it has ended, where the system does not see to that.

    Who stayed to answer what it had begun would take new connections and say that it is ready, until it is gone.
    """
    parent.join()
    os._exit(1)
