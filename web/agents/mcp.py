"""The tools over the Model Context Protocol, by its own SDK: on standard input and output, or at /mcp."""

import asyncio
import json
from collections.abc import Iterator
from importlib.metadata import version
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from fastapi import APIRouter
from mcp.server.context import ServerRequestContext
from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.routing import Route

from rag.assistant.assistant import Assistant
from rag.errors import RagError, SettingsError
from web.agents.tools import TOOLS

try:
    from mcp import MCPError, types
    from mcp.server import Server
    from mcp.server.stdio import stdio_server
    from mcp.server.streamable_http_manager import StreamableHTTPASGIApp, StreamableHTTPSessionManager
    from mcp.server.transport_security import TransportSecuritySettings
except ImportError as error:
    missing = "rag mcp and RAG_MCP need the package mcp; pip install 'reading-room[mcp]', or unset RAG_MCP"
    raise SettingsError(missing) from error


_JSON = "application/json"
_RECORD = "reading-room://records/"
_INSTRUCTIONS = (
    "An archive's records, as its curators describe them. Quote the sentences of `answer` to the letter, each with the "
    "records that it cites. Where status is not_found, say that the collection does not answer. No record is the "
    "document itself: name it as a lead."
)
_LOCAL = ("127.0.0.1", "localhost", "[::1]")


class _Handlers:
    """What is done for each request."""

    def __init__(self, assistant: Assistant, site: str) -> None:
        self._assistant = assistant
        self._site = site

    def _root(self, context: ServerRequestContext[Any]) -> str:
        return self._site or (str(context.request.base_url).rstrip("/") if context.request else "")

    async def list_tools(self, *_: object) -> types.ListToolsResult:
        return types.ListToolsResult(tools=_LISTED)

    async def call_tool(
        self, context: ServerRequestContext[Any], params: types.CallToolRequestParams
    ) -> types.CallToolResult:
        if (tool := TOOLS.get(params.name)) is None:
            raise MCPError(types.INVALID_PARAMS, f"there is no tool {params.name!r}; there are {', '.join(TOOLS)}")
        try:
            found = await run_in_threadpool(tool.result, params.arguments or {}, self._assistant, self._root(context))
        except ValidationError as error:
            faults = [f"{'.'.join(map(str, each['loc'])) or 'arguments'}: {each['msg']}" for each in error.errors()]
            return types.CallToolResult(content=[types.TextContent(text="; ".join(faults))], is_error=True)
        except RagError as error:
            return types.CallToolResult(content=[types.TextContent(text=str(error))], is_error=True)
        links = {each["id"]: types.ResourceLink(**_named(each["id"], each["title"])) for each in _records(found)}
        text = types.TextContent(text=json.dumps(found, ensure_ascii=False))
        return types.CallToolResult(content=[text, *links.values()], structured_content=found)

    async def list_resources(self, _: object, params: types.PaginatedRequestParams | None) -> types.ListResourcesResult:
        try:
            page = await run_in_threadpool(self._assistant.records, cursor=params.cursor if params else None)
        except RagError as error:
            raise MCPError(types.INVALID_PARAMS, str(error)) from error
        records = [types.Resource(**_named(hit.record.id, hit.record.title)) for hit in page.hits]
        return types.ListResourcesResult(resources=records, next_cursor=page.next)

    async def list_templates(self, *_: object) -> types.ListResourceTemplatesResult:
        template = types.ResourceTemplate(name="record", uri_template=f"{_RECORD}{{id}}", mime_type=_JSON)
        return types.ListResourceTemplatesResult(resource_templates=[template])

    async def read_resource(
        self, context: ServerRequestContext[Any], params: types.ReadResourceRequestParams
    ) -> types.ReadResourceResult:
        given = {"id": unquote(params.uri.removeprefix(_RECORD))}
        try:
            found = await run_in_threadpool(TOOLS["record"].result, given, self._assistant, self._root(context))
        except (ValidationError, RagError) as error:
            raise MCPError(types.INVALID_PARAMS, f"{params.uri}: there is no such record") from error
        text = json.dumps(found, ensure_ascii=False)
        contents = types.TextResourceContents(uri=params.uri, text=text, mime_type=_JSON)
        return types.ReadResourceResult(contents=[contents])


def server(assistant: Assistant, site: str) -> Server[Any]:
    """The tools and records of an assistant; `site` is the public address of its pages, or empty."""
    handlers = _Handlers(assistant, site)
    return Server(
        "reading-room",
        version=version("reading-room"),
        title=assistant.collection.title or "Reading Room",
        instructions=_INSTRUCTIONS,
        on_list_tools=handlers.list_tools,
        on_call_tool=handlers.call_tool,
        on_list_resources=handlers.list_resources,
        on_list_resource_templates=handlers.list_templates,
        on_read_resource=handlers.read_resource,
    )


def router(assistant: Assistant, site: str) -> APIRouter:
    """/mcp: each request by itself, without a session."""
    hosts = [f"{host}:*" for host in _LOCAL] + [urlsplit(site).netloc]
    origins = [f"http://{host}:*" for host in _LOCAL] + [site]
    manager = StreamableHTTPSessionManager(
        server(assistant, site),
        json_response=True,
        stateless=True,
        # A page of another site must not reach a server on the reader's own machine.
        security_settings=TransportSecuritySettings(allowed_hosts=hosts, allowed_origins=origins),
    )
    route = Route("/mcp", StreamableHTTPASGIApp(manager), methods=["POST"], include_in_schema=False)
    return APIRouter(routes=[route], lifespan=lambda _: manager.run())


def serve(assistant: Assistant, site: str) -> None:
    """Speak on standard input and output until the input ends."""

    async def run() -> None:
        async with stdio_server() as (received, sent):
            speaking = server(assistant, site)
            await speaking.run(received, sent, speaking.create_initialization_options())

    asyncio.run(run())


def _records(value: object) -> Iterator[dict[str, Any]]:
    """Each record in a result."""
    if isinstance(value, dict):
        if {"id", "title", "url"} <= value.keys():
            yield value
        for each in value.values():
            yield from _records(each)
    elif isinstance(value, list):
        for each in value:
            yield from _records(each)


def _named(record_id: str, title: str) -> dict[str, Any]:
    """The fields of a resource."""
    return {"uri": f"{_RECORD}{quote(record_id)}", "name": record_id, "title": title, "mime_type": _JSON}


_LISTED = [
    types.Tool(
        name=name,
        description=tool.use,
        input_schema=tool.input_schema,
        output_schema=tool.output_schema,
        annotations=types.ToolAnnotations(read_only_hint=True),
    )
    for name, tool in TOOLS.items()
]
