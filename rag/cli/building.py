"""`rag build`, `copy`, `generations`, `rollback`: sources -> a new generation; copy it, list them, go back to one."""

from __future__ import annotations

import argparse
import io
import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from rag.cli.arguments import add_vectors
from rag.cli.progress import ProgressLine
from rag.errors import NothingToBuild, SettingsError, escaped

if TYPE_CHECKING:
    from rag.cli.arguments import Commands
    from rag.settings import Settings

_STDIN = Path("-")


def add(commands: Commands) -> None:
    """Add the commands."""
    build = commands.add_parser("build", help="read the sources and publish a new generation")
    build.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="add or refresh these sources; - for stdin")
    build.add_argument("--only", action="store_true", help="these paths become the whole collection")
    build.add_argument(
        "--map",
        dest="chosen",
        action="append",
        default=[],
        type=_choice,
        metavar="FIELD=COLUMN",
        help="which column of these paths gives a field: title=Headline; table=NAME for a table of a database",
    )
    build.add_argument(
        "--map-file",
        type=Path,
        metavar="FILE",
        help="choose by the lines FIELD=COLUMN of this file, and keep in it what --map chooses",
    )
    build.add_argument(
        "--dry-run", action="store_true", help="read everything, say what a build would do, publish nothing"
    )
    faults = build.add_mutually_exclusive_group()
    faults.add_argument(
        "--strict", action="store_const", const=0, dest="most", help="publish nothing if there is any fault"
    )
    faults.add_argument(
        "--max-faults", type=_number, dest="most", metavar="N", help="publish nothing if there are more faults"
    )
    add_vectors(build)
    build.set_defaults(run=_build, wrong=build.error)

    copy = commands.add_parser("copy", help="publish elsewhere what is published here: another folder, another engine")
    for option, dest in (("--from", "source"), ("--to", "target")):
        copy.add_argument(option, dest=dest, required=True, metavar="PLACE", help="a folder, or what RAG_INDEX may be")
    add_vectors(copy)
    copy.set_defaults(run=_copy)

    generations = commands.add_parser("generations", help="list the generations that are kept, the newest first")
    add_vectors(generations)
    generations.set_defaults(run=_generations)

    rollback = commands.add_parser("rollback", help="go back to an earlier generation; running servers follow")
    rollback.add_argument(
        "name", nargs="?", metavar="NAME", help="as `rag generations` lists it (default: the one before)"
    )
    add_vectors(rollback)
    rollback.set_defaults(run=_rollback)


def _build(args: argparse.Namespace, settings: Settings) -> int:
    if not args.paths and (args.only or args.chosen or args.map_file):
        args.wrong("--only, --map and --map-file need a PATH; give one")
    from rag.ingest.build import build, dry_run
    from rag.ingest.report import DryRun
    from rag.ingest.source_list import receive

    chosen = _kept(args.map_file, args.chosen) if args.map_file else args.chosen
    stdin = sys.stdin.buffer if sys.stdin else io.BytesIO()  # it may be closed
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) if args.dry_run else settings.vectors
        paths = [receive(stdin, folder) if path == _STDIN else path for path in args.paths]
        with ProgressLine() as progress:
            do = dry_run if args.dry_run else build
            report = do(settings, paths, chosen, only=args.only, most_faults=args.most, progress=progress)
        for line in report.lines():
            print(escaped(line))
    if args.map_file and args.chosen:
        args.map_file.write_text("".join(f"{choice}\n" for choice in chosen), encoding="utf-8")
    if isinstance(report, DryRun) and report.refusal:
        raise NothingToBuild(f"nothing would be published: {report.refusal}")
    return 0


def _copy(args: argparse.Namespace, settings: Settings) -> int:
    from rag.ingest.copy import copy

    with ProgressLine() as progress:
        name, records = copy(settings, args.source, args.target, partial(progress, "copying"))
    print(f"copied {records:,} records to {escaped(args.target)}, generation {name}: the same records and vectors")
    return 0


def _generations(args: argparse.Namespace, settings: Settings) -> int:
    del args
    from rag.index.open import open_index

    generations = open_index(settings).generations()
    for generation in generations:
        records = "damaged" if generation.records is None else f"{generation.records:,} records"
        current = "  current" if generation.current else ""
        print(f"{generation.name}  {generation.published:%Y-%m-%d %H:%M} UTC  {records:>18}{current}")
        if generation.fault is not None:
            print(f"  {generation.fault}")
    if not generations:
        print("none: run `rag build`")
    return 0


def _rollback(args: argparse.Namespace, settings: Settings) -> int:
    from rag.index.open import open_index

    print(f"published {open_index(settings).roll_back(args.name)}")
    return 0


def _choice(text: str) -> str:
    """Read `FIELD=COLUMN`, or `FIELD=` for no column at all."""
    from rag.ingest.formats.column_names import FIELDS
    from rag.ingest.source_list import TABLE

    field, equals, _ = text.partition("=")
    if equals and field in {*FIELDS, TABLE}:
        return text
    raise argparse.ArgumentTypeError(f"{text!r} is not FIELD=COLUMN with a field of {', '.join((*FIELDS, TABLE))}")


def _kept(file: Path, chosen: list[str]) -> list[str]:
    """The choices of a file, if there is one, with new ones in place of those of the same field."""
    lines = file.read_text(encoding="utf-8-sig").splitlines() if file.exists() or not chosen else []
    try:
        kept = [_choice(line.strip()) for line in lines if line.strip() and not line.lstrip().startswith("#")]
    except argparse.ArgumentTypeError as error:
        raise SettingsError(f"{file}: {error}; correct the line") from error
    fields = {choice.partition("=")[0] for choice in chosen}
    return [*(choice for choice in kept if choice.partition("=")[0] not in fields), *chosen]


def _number(text: str) -> int:
    """Read a number of faults."""
    if text.isdecimal():
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is not a number; give 0 or more")
