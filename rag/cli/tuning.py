"""`rag tune`: the published records -> an encoder that has learned their language, or why the packaged one stays."""

from __future__ import annotations

import argparse
import dataclasses
import json
from typing import TYPE_CHECKING

from rag.cli.arguments import add_vectors
from rag.cli.progress import ProgressLine

if TYPE_CHECKING:
    from rag.cli.arguments import Commands
    from rag.settings import Settings


def add(commands: Commands) -> None:
    """Add the command."""
    tune = commands.add_parser("tune", help="let the encoder learn this collection; kept only if that helps")
    tune.add_argument("--minutes", type=_minutes, default=15.0, metavar="N", help="how long, about (default 15)")
    tune.add_argument("--undo", action="store_true", help="go back to the packaged model with the next build")
    tune.add_argument("--json", action="store_true", help="print the report as JSON")
    add_vectors(tune)
    tune.set_defaults(run=_tune)


def _tune(args: argparse.Namespace, settings: Settings) -> int:
    if args.undo:
        from rag.embeddings.tuned import undo

        was = undo(settings.vectors)
        print("the next `rag build` embeds with the packaged model" if was else "no tuned model had been adopted")
        return 0
    from rag.evaluate.tuning.course import tune

    with ProgressLine() as progress:
        report = tune(settings, args.minutes, progress)
    print(json.dumps(dataclasses.asdict(report)) if args.json else "\n".join(report.lines()))
    return 0


def _minutes(text: str) -> float:
    """Read a number of minutes."""
    try:
        minutes = float(text)
    except ValueError:
        minutes = 0.0
    if 0.0 < minutes <= 24 * 60:
        return minutes
    raise argparse.ArgumentTypeError(f"{text!r} is not a number of minutes; give more than 0 and at most a day's")
