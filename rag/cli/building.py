"""`rag build`: sources -> a new generation."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from rag.cli.arguments import add_vectors

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from rag.cli.arguments import Commands
    from rag.settings import Settings


def add(commands: Commands) -> None:
    """Add the commands."""
    build = commands.add_parser("build", help="read the sources and publish a new generation")
    build.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="add or refresh these sources")
    build.add_argument("--only", action="store_true", help="these paths become the whole collection")
    build.add_argument("--strict", action="store_true", help="publish nothing if any source has a fault")
    add_vectors(build)
    build.set_defaults(run=_build)


def _build(args: argparse.Namespace, settings: Settings) -> int:
    from rag.build import build  # noqa: PLC0415

    report = build(settings, args.paths, only=args.only, strict=args.strict, progress=_progress())
    for line in report.lines():
        print(line)
    return 0


def _progress() -> Callable[[int, int], None]:
    """One line that renews itself on a terminal; silent elsewhere."""
    begun = time.monotonic()

    def show(done: int, total: int) -> None:
        if sys.stderr.isatty():
            left = (time.monotonic() - begun) / done * (total - done)
            end = "\n" if done == total else f", {left:.0f} s left   "
            print(f"\r  embedding: {done:,} of {total:,} texts", end=end, file=sys.stderr, flush=True)

    return show
