"""`rag export`: the collection, or what a search finds, in a format that other programs and `rag build` read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from rag.cli.arguments import add_filter, add_vectors, opened, where
from rag.cli.terminal import faithful_output
from rag.errors import placed

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from rag.assistant.assistant import Assistant
    from rag.cli.arguments import Commands
    from rag.record import Filter, Record
    from rag.settings import Settings

_PAGE = 100  # records


def add(commands: Commands) -> None:
    """Add the command."""
    export = commands.add_parser("export", help="the collection, or what a search finds, as a file")
    export.add_argument("text", nargs="?", metavar="TEXT", help="what is searched (default: all records)")
    export.add_argument("--format", choices=("csv", "jsonl", "oai_dc", "ead3"), default="jsonl", help="(default jsonl)")
    export.add_argument("--output", type=Path, metavar="FILE", help="write to this file (default: standard output)")
    add_filter(export)
    add_vectors(export)
    export.set_defaults(run=_export)


def _export(args: argparse.Namespace, settings: Settings) -> int:
    from rag.schemas.export import FORMATS

    pieces = FORMATS[args.format](exported(opened(settings), args.text, where(args)))
    if args.output is None:
        for piece in pieces:
            faithful_output().write(piece)
        return 0
    beside = args.output.with_name(f".{args.output.name}")
    try:
        with placed(args.output), beside.open("w", encoding="utf-8", newline="") as file:
            file.writelines(pieces)
        beside.replace(args.output)
    finally:
        beside.unlink(missing_ok=True)
    return 0


def exported(assistant: Assistant, text: str | None, where: Filter) -> Iterator[Record]:
    """All that is found, by date where nothing is searched."""
    cursor: str | None = None
    while True:
        found = assistant.search(text, k=_PAGE, where=where, cursor=cursor)
        yield from (hit.record for hit in found.hits)
        cursor = found.next
        if cursor is None:
            return
