"""Arguments of several commands, and the assistant that they ask."""

from __future__ import annotations

import argparse
import gc
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from rag.assistant.assistant import Assistant
    from rag.record import Filter
    from rag.settings import Settings

    Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001 - no public name


def add_ranking(parser: argparse.ArgumentParser, k: int) -> None:
    """The number of records (`k` by default), a filter, JSON."""
    parser.add_argument("-k", type=count, default=k, help=f"how many records (default {k})")
    add_filter(parser)
    parser.add_argument("--json", action="store_true", help="print what the API returns")
    add_vectors(parser)


def add_filter(parser: argparse.ArgumentParser) -> None:
    """The first and last day, values of fields."""
    parser.add_argument("--from", dest="date_from", metavar="DATE", help="EDTF: 1962, 1962-10, 1962-10-27")
    parser.add_argument("--to", dest="date_to", metavar="DATE", help="EDTF, included to its last day")
    parser.add_argument(
        "--where",
        type=condition,
        action="append",
        default=[],
        metavar="FIELD=VALUE",
        help='for instance people="Fidel Castro" or inside="Falk papers > Letters"; several of one field: any of them',
    )


def add_vectors(parser: argparse.ArgumentParser) -> None:
    """The folder of the collection."""
    parser.add_argument("--vectors", type=Path, metavar="DIR", help="where generations are kept (default vectors/)")


def count(text: str) -> int:
    """Parse a number of records."""
    if text.isdecimal() and 1 <= int(text) <= 100:  # noqa: PLR2004 - the API's own bounds
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 to 100")


def condition(text: str) -> tuple[str, str]:
    """Parse a field and the value that records must, or may not, have."""
    from rag.record import EXCLUSIONS, FIELDS  # slow to import

    field, equals, value = text.partition("=")
    if field in {*FIELDS, *EXCLUSIONS} and equals and value:
        return field, value
    raise argparse.ArgumentTypeError(f"{text!r} is not FIELD=VALUE; the fields are {', '.join((*FIELDS, *EXCLUSIONS))}")


def where(args: argparse.Namespace) -> Filter:
    """The days and fields that records must have."""
    from rag.assistant.assistant import between  # as above

    given: dict[str, set[str]] = {}
    for field, value in args.where:
        given.setdefault(field, set()).add(value)
    return between(args.date_from, args.date_to).having(given)


def opened(settings: Settings) -> Assistant:
    """Open the published collection."""
    # What is loaded here lives as long as the process, so the garbage collector need not look through it.
    gc.disable()
    try:
        from rag.assistant.assistant import Assistant  # numpy and the engines load here

        return Assistant.open(settings)
    finally:
        gc.freeze()
        gc.enable()
