"""The API's own OpenAPI document -> a page of it: every call, every shape, no script and nothing fetched."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from web.page import Page, render

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter, or a name within a shape.

    Attributes:
        place: "path", "query" or "body"; empty within a shape.
        kind: Its type in words.
    """

    name: str
    place: str
    kind: str
    required: bool
    text: str


@dataclass(frozen=True, slots=True)
class Call:
    """One method of one path.

    Attributes:
        body: The shape that is sent, or empty.
        answer: The shape or media types that come back.
    """

    method: str
    path: str
    text: str
    parameters: tuple[Field, ...]
    body: str
    answer: str


@dataclass(frozen=True, slots=True)
class Form:
    """A JSON object by its name."""

    name: str
    text: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class ReferencePage(Page):
    """Every call of the API."""

    template: ClassVar[str] = "docs.html"

    calls: tuple[Call, ...]
    forms: tuple[Form, ...]


@router.get("/docs")
def docs(request: Request) -> HTMLResponse:
    """Render the document."""
    document = request.app.openapi()
    return render(ReferencePage(calls=tuple(_calls(document)), forms=tuple(_forms(document))))


def _calls(document: Mapping[str, Any]) -> Iterator[Call]:
    for path, methods in document["paths"].items():
        for method, call in methods.items():
            yield Call(
                method=method.upper(),
                path=path,
                text=call.get("description", ""),
                parameters=tuple(
                    _field(each["name"], each["in"], {**each, **each["schema"]}, required=each["required"])
                    for each in call.get("parameters", ())
                ),
                body=_sent(call.get("requestBody", {})),
                answer=_sent(call["responses"]["200"]),
            )


def _forms(document: Mapping[str, Any]) -> Iterator[Form]:
    for name, shape in document["components"]["schemas"].items():
        required = shape.get("required", ())
        fields = (_field(key, "", each, required=key in required) for key, each in shape.get("properties", {}).items())
        yield Form(name, shape.get("description", "") if "properties" in shape else _kind(shape), tuple(fields))


def _field(name: str, place: str, schema: Mapping[str, Any], *, required: bool) -> Field:
    return Field(name, place, _kind(schema), required, schema.get("description", ""))


def _sent(message: Mapping[str, Any]) -> str:
    return ", ".join(
        _kind(content["schema"]) if media_type == "application/json" else media_type
        for media_type, content in message.get("content", {}).items()
    )


def _kind(schema: Mapping[str, Any]) -> str:
    """A schema in words: "integer, 1 to 100", "list of HitOut", "text or null"."""
    match schema:
        case {"$ref": reference, **_rest}:
            return str(reference).rsplit("/", maxsplit=1)[-1]
        case {"anyOf": choices, **_rest}:
            return " or ".join(_kind(each) for each in choices)
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
