"""`rag tune`: the published records -> an encoder that has learned their language, or why the packaged one stays."""

import argparse
import dataclasses
import json

from rag.cli.progress import ProgressLine
from rag.settings import Settings


def run_tune(args: argparse.Namespace, settings: Settings) -> int:
    """Train an encoder, or undo that."""
    if args.undo:
        from rag.embeddings.tuned import undo

        was = undo(settings.vectors)
        print("the next `rag build` embeds with the packaged model" if was else "no tuned model had been adopted")
        return 0
    from rag.evaluate.tuning.course import tune

    with ProgressLine() as progress:
        report = tune(settings, args.minutes, progress, args.draw)
    print(json.dumps(dataclasses.asdict(report)) if args.json else "\n".join(report.lines()))
    return 0
