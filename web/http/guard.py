"""Middleware that limits requests and adds security headers to responses.

Guard      security headers; HEAD requests; an unexpected error becomes a problem, never a traceback
BodyLimit  refuses a body that is too large or comes too slowly
"""

import asyncio
import logging

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rag.language.message import together, worded
from web.problems import refuse, respond

logger = logging.getLogger(__name__)

LARGEST = 256 * 1024  # bytes of a request's body, at most

# Bytes that are read of a body that is too large: a client that is cut off while sending may not read the answer.
PATIENCE = 16 * LARGEST

DEADLINE = 30.0  # seconds in which a client must send the whole body

HEADERS = {
    # Nothing from other sites, nothing inline: even unescaped, an archive's text could not run or load anything.
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # The address of a page contains the question, which is private.
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    # The same address shows a newer generation later.
    "Cache-Control": "no-cache",
}


class Guard:
    """The outermost layer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def send_safely(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                if scope["path"].startswith("/static/fonts/") and message["status"] == 200:  # noqa: PLR2004
                    headers["Cache-Control"] = "max-age=31536000"
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                if "Content-Encoding" in headers and headers.get("ETag", "").startswith('"'):
                    headers["ETag"] = f"W/{headers['ETag']}"  # the bytes are others each time they are compressed
            await send(message)

        # The routes take GET; the server sees the original scope and sends no body for HEAD.
        inner = {**scope, "method": "GET"} if scope["method"] == "HEAD" else scope
        try:
            await self._app(inner, receive, send_safely)
        except Exception:
            logger.exception("%s %s failed", scope["method"], scope["path"])
            if started:
                raise
            fault = worded("the server had an unexpected error; its log has the details")
            detail, cure = together(scope["path"], ": ", fault), worded("try again, and report it if it happens again")
            response = respond(Request(scope), 500, detail, cure=cure)
            await response(scope, receive, send_safely)


class BodyLimit:
    """Reads the whole body before the routes do, up to `LARGEST` bytes."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its body, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        body = bytearray()
        seen, more = 0, True
        status, detail, cure = 0, "", ""
        try:
            async with asyncio.timeout(DEADLINE):
                while more and seen <= PATIENCE:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        return
                    chunk = message.get("body", b"")
                    seen += len(chunk)
                    more = message.get("more_body", False)
                    if seen <= LARGEST:
                        body += chunk
        except TimeoutError:
            status, detail, cure = 408, f"the body took more than {DEADLINE:.0f} seconds to come", "send it again"
        if seen > LARGEST:
            status, detail, cure = 413, f"the body is larger than {LARGEST // 1024} KiB", "send less text"
        if status:
            close = {"Connection": "close"}
            await refuse(scope, receive, send, "body", status, f"{scope['path']}: {detail}", cure=cure, headers=close)
            return

        passed_on = False

        async def receive_again() -> Message:
            nonlocal passed_on
            if passed_on:
                return await receive()
            passed_on = True
            return {"type": "http.request", "body": bytes(body), "more_body": False}

        await self._app(scope, receive_again, send)
