"""Arguments -> one run -> a table for people and, with --json, a file for programs."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from rag.settings import Settings
from tests.bench.figures import table
from tests.bench.rounds import GROUPS, measure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.bench.rounds import Report


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; 0 when done, 2 for wrong usage."""
    args = _parser().parse_args(arguments)
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")  # of every process that is started
    report = measure(
        args.archive or Settings.load({}).seeds,
        args.rounds,
        args.only or GROUPS,
        say=lambda line: sys.stderr.write(f"{line}\n"),
    )
    sys.stdout.writelines(f"{line}\n" for line in lines(report))
    if args.json:
        args.json.write_text(as_json(report), encoding="utf-8")
    return 0


def lines(report: Report) -> list[str]:
    """The report for people."""
    machine = f"Python {platform.python_version()}, {os.cpu_count()} cores"
    return [
        f"{report.collection.name}: {report.collection.records:,} records; rounds: {report.rounds}; {machine}",
        "the peer: all-MiniLM-L6-v2 by sentence-transformers and FAISS IndexFlatIP by hand, dense only",
        "CPU is of all threads and after imports, but from start to first answer and for --help; memory is resident",
        "",
        *table(report.rows),
    ]


def as_json(report: Report) -> str:
    """The report for programs."""
    rows = [{**asdict(row), "ratio": row.ratio} for row in report.rows]
    told = {"collection": report.collection.name, "records": report.collection.records, "rounds": report.rounds}
    return json.dumps({**told, "rows": rows}, indent=2) + "\n"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument(
        "--archive", type=_file, metavar="FILE", help="measure on these records (.jsonl, .jsonl.xz), not on the seeds"
    )
    parser.add_argument("--rounds", type=_rounds, default=3, metavar="N", help="how often each is measured (default 3)")
    parser.add_argument("--only", action="append", choices=GROUPS, help="only this group of figures; may be repeated")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures into this file too")
    return parser


def _file(text: str) -> Path:
    if (path := Path(text)).is_file():
        return path
    message = f"{text}: there is no such file"
    raise argparse.ArgumentTypeError(message)


def _rounds(text: str) -> int:
    if text.isdecimal() and int(text):
        return int(text)
    message = f"{text!r} is not a whole number from 1 on"
    raise argparse.ArgumentTypeError(message)
