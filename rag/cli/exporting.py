"""`rag export`: the collection, or what a search finds, in a format that other programs and `rag build` read."""

import argparse
from collections.abc import Iterator

from rag.assistant.assistant import Assistant
from rag.assistant.search import every_page
from rag.cli.opening import opened, where
from rag.cli.terminal import faithful_output
from rag.errors import placed
from rag.record import Filter, Record
from rag.settings import Settings

_PAGE = 100  # records


def run_export(args: argparse.Namespace, settings: Settings) -> int:
    """Write the records that are found."""
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
    return every_page(lambda cursor: assistant.search(text, k=_PAGE, where=where, cursor=cursor))
