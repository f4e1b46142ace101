"""Put the turns to servers and print how they fare; the exit status is 1 where some could not be asked, else 0."""

from __future__ import annotations

import argparse
import inspect
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tests.reference_desk.desk import Desk, over_http
from tests.reference_desk.expectations import EXPECTATIONS, QUALIFIERS
from tests.reference_desk.turns import SEEDS, put, read, shown, table

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Ask, judge, print."""
    parser = _parser()
    args = parser.parse_args(arguments)
    desks = {"seeds": Desk(over_http("http://127.0.0.1:8000"))}
    for each in args.at:
        collection, _, address = each.partition("=")
        desks[collection] = Desk(over_http(address))
    try:
        turns = [turn for turn in read(args.turns) if turn.kind.startswith(args.kind)]
    except (OSError, ValueError) as error:
        parser.error(str(error))
    if unserved := {turn.collection for turn in turns} - desks.keys():
        parser.error(f"no server for {', '.join(sorted(unserved))}; add --at COLLECTION=ADDRESS")
    outcomes = list(put(turns, desks))
    lines = [shown(each) for each in outcomes if args.verbose and each.wrong]
    sys.stdout.writelines(f"{line}\n" for line in [*lines, table(outcomes)])
    if args.json:
        rows = [each.as_json() for each in outcomes]
        args.json.write_text(json.dumps(rows, ensure_ascii=False, indent=1), encoding="utf-8")
    return int(any(each.reply is None for each in outcomes))


def _parser() -> argparse.ArgumentParser:
    keys = (f"  {key:13}  {(inspect.getdoc(check) or '').splitlines()[0]}" for key, check in EXPECTATIONS.items())
    of = (f"  {key:13}  Goes with `{whose}`." for key, whose in QUALIFIERS.items())
    parser = argparse.ArgumentParser(
        prog="python -m tests.reference_desk",
        description=__doc__,
        epilog="\n".join(["what a turn may expect:", *keys, *of]),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("turns", nargs="?", type=Path, default=SEEDS, metavar="TURNS", help="those over the seeds")
    parser.add_argument(
        "--at",
        action="append",
        default=[],
        metavar="COLLECTION=ADDRESS",
        help="which server has a collection (default: seeds=http://127.0.0.1:8000)",
    )
    parser.add_argument("--kind", default="", help="only kinds that begin so")
    parser.add_argument("--verbose", action="store_true", help="show each turn that failed, and what came")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every verdict and reply into this file")
    return parser


if __name__ == "__main__":
    sys.exit(main())
