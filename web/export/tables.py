"""Rows -> a response, in the format that the caller asks for."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any, Literal, TypeAlias

from fastapi import Depends, Query, Request, Response

from rag.schemas.table import COLUMNS, TABLES, Row
from web.accept import preferences

Format: TypeAlias = Literal["json", "csv", "jsonl"]
TableName: TypeAlias = Literal["csv", "jsonl"]

_ACCEPTED: dict[str, Format] = {
    "application/json": "json",
    "*/*": "json",
    "text/csv": "csv",
    "application/jsonl": "jsonl",
    "application/x-ndjson": "jsonl",
}

# What a call answers that also gives tables.
RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {"content": {table.media_type.partition(";")[0]: {"schema": {"type": "string"}} for table in TABLES.values()}}
}


async def _format(
    request: Request,
    response: Response,
    format: Annotated[  # noqa: A002 - the interface's own word
        Format | None,
        Query(description="A table, a row a record with its citation: `csv` or `jsonl`. By default `Accept` decides."),
    ] = None,
) -> Format:
    response.headers["Vary"] = "Accept"
    if format:
        return format
    accepted = preferences(request.headers.get("accept", ""))
    return next((_ACCEPTED[kind] for kind in accepted if kind in _ACCEPTED), "json")


FormatDep = Annotated[Format, Depends(_format)]


def table(
    rows: "Iterable[Row]",
    format: TableName,  # noqa: A002 - as above
    name: str,
    *,
    columns: Sequence[str] = COLUMNS,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The rows as a file of this name."""
    kind = TABLES[format]
    saved = {**(headers or {}), "Content-Disposition": f'attachment; filename="{name}.{format}"'}
    return Response("".join(kind.write(rows, columns)), media_type=kind.media_type, headers=saved)
