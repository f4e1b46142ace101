"""`rag evaluate`, `doctor`: measure the answers; check the installation."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from rag.cli.arguments import add_vectors
from rag.errors import escaped

if TYPE_CHECKING:
    import argparse

    from rag.cli.arguments import Commands
    from rag.settings import Settings


def add(commands: Commands) -> None:
    """Add the commands."""
    evaluate = commands.add_parser("evaluate", help="measure on a question file or a BEIR folder")
    evaluate.add_argument("paths", nargs="+", type=Path, metavar="FILE")
    evaluate.add_argument("--json", action="store_true", help="print the figures as JSON")
    evaluate.add_argument("--verbose", action="store_true", help="print a row for every question")
    add_vectors(evaluate)
    evaluate.set_defaults(run=_evaluate)

    doctor = commands.add_parser("doctor", help="check the installation: OK / WARN / FAIL, and the cure for each")
    add_vectors(doctor)
    doctor.set_defaults(run=_doctor)


def _evaluate(args: argparse.Namespace, settings: Settings) -> int:
    from rag.evaluate import evaluate

    report = evaluate(settings, args.paths)
    print(json.dumps(report.as_json(), indent=2) if args.json else report.table(verbose=args.verbose))
    return 0


def _doctor(args: argparse.Namespace, settings: Settings) -> int:
    del args
    from rag.cli.doctor import examine

    findings = examine(settings)
    for check in findings:
        print(escaped(check.line()))
    return 1 if any(check.failed for check in findings) else 0
