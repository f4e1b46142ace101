"""The OpenAPI document -> a page with every call and schema, without a script."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from web.page import Page, render
from web.parameters import SiteDep

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter, or a field of a schema."""

    name: str
    place: str  # "path", "query" or "body"; empty in a schema
    kind: str  # its type in words
    required: bool
    text: str


@dataclass(frozen=True, slots=True)
class Call:
    """One method of one path."""

    method: str
    path: str
    text: str
    parameters: tuple[Field, ...]
    body: str  # the schema of the request body, or empty
    answer: str  # the schema or media types of the response


@dataclass(frozen=True, slots=True)
class Schema:
    """A JSON object."""

    name: str
    text: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class ReferencePage(Page):
    """Every call of the API."""

    template: ClassVar[str] = "docs.html"

    address: str  # of the server
    calls: tuple[Call, ...]
    schemas: tuple[Schema, ...]


@router.get("/docs")
def docs(request: Request, site: SiteDep) -> HTMLResponse:
    """Show the document."""
    document = request.app.openapi()
    return render(ReferencePage(site.root.rstrip("/"), tuple(_calls(document)), tuple(_schemas(document))))


def _calls(document: Mapping[str, Any]) -> Iterator[Call]:
    for path, methods in document["paths"].items():
        for method, call in methods.items():
            yield Call(
                method=method.upper(),
                path=path,
                text=call.get("description", ""),
                parameters=tuple(
                    _field(given["name"], given["in"], {**given, **given["schema"]}, required=given["required"])
                    for given in call.get("parameters", ())
                ),
                body=_content(call.get("requestBody", {})),
                answer=_content(call["responses"]["200"]),
            )


def _schemas(document: Mapping[str, Any]) -> Iterator[Schema]:
    for name, schema in document["components"]["schemas"].items():
        required = schema.get("required", ())
        properties = schema.get("properties", {})
        fields = (_field(key, "", value, required=key in required) for key, value in properties.items())
        yield Schema(name, schema.get("description", "") if properties else _kind(schema), tuple(fields))


def _field(name: str, place: str, schema: Mapping[str, Any], *, required: bool) -> Field:
    return Field(name, place, _kind(schema), required, schema.get("description", ""))


def _content(message: Mapping[str, Any]) -> str:
    return ", ".join(
        _kind(content["schema"]) if media_type == "application/json" else media_type
        for media_type, content in message.get("content", {}).items()
    )


def _kind(schema: Mapping[str, Any]) -> str:
    """A type in words: "integer, 1 to 100", "list of HitOut", "text or null"."""
    match schema:
        case {"$ref": reference, **_rest}:
            return str(reference).rsplit("/", maxsplit=1)[-1]
        case {"anyOf": choices, **_rest}:
            return " or ".join(_kind(choice) for choice in choices)
        case {"enum": values, **_rest}:
            return " | ".join(map(str, values))
        case {"type": "array", "items": items, **_rest}:
            return f"list of {_kind(items)}"
        case {"type": kind, **_rest}:
            return {"string": "text"}.get(kind, str(kind)) + _bounds(schema)
    return "any"


def _bounds(schema: Mapping[str, Any]) -> str:
    if "minimum" in schema and "maximum" in schema:
        return f", {schema['minimum']:g} to {schema['maximum']:g}"
    return f", at most {schema['maxLength']} characters" if "maxLength" in schema else ""
