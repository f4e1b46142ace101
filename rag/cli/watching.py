"""`rag evaluate`, `doctor`: measure the answers; check the installation."""

import argparse
import json

from rag.errors import escaped
from rag.settings import Settings


def run_evaluate(args: argparse.Namespace, settings: Settings) -> int:
    """Print figures."""
    from rag.evaluate import evaluate

    report = evaluate(settings, args.paths)
    print(json.dumps(report.as_json(), indent=2) if args.json else report.table(verbose=args.verbose))
    return 0


def run_doctor(args: argparse.Namespace, settings: Settings) -> int:
    """Print every finding."""
    del args
    from rag.cli.doctor import examine

    findings = examine(settings)
    for check in findings:
        print(escaped(check.line()))
    return 1 if any(check.failed for check in findings) else 0
