"""`rag build`, `copy`, `generations`, `rollback`: sources -> a new generation; copy it, list them, go back to one."""

from __future__ import annotations

import argparse
import io
import sys
import tempfile
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from rag.cli.commands import choice
from rag.cli.progress import ProgressLine
from rag.errors import NothingToBuild, SettingsError, escaped
from rag.settings import Settings

if TYPE_CHECKING:
    from rag.embeddings.ray_embedder import RayEmbedder

_STDIN = Path("-")


def run_build(args: argparse.Namespace, settings: Settings) -> int:
    """Build, or say what a build would do."""
    if not args.paths and (args.only or args.chosen or args.map_file):
        args.refuse("--only, --map and --map-file need a PATH; give one")
    from rag.ingest.build import build, dry_run
    from rag.ingest.report import DryRun
    from rag.ingest.source_list import receive

    chosen = _kept(args.map_file, args.chosen) if args.map_file else args.chosen
    stdin = sys.stdin.buffer if sys.stdin else io.BytesIO()  # it may be closed
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) if args.dry_run else settings.vectors
        paths = [receive(stdin, folder) if path == _STDIN else path for path in args.paths]
        with ProgressLine() as progress, ExitStack() as joined:
            do = dry_run if args.dry_run else build
            if args.on and not args.dry_run:
                do = partial(build, embedder=joined.enter_context(_embedder_on(args.on, settings)))
            report = do(settings, paths, chosen, only=args.only, most_faults=args.most, progress=progress)
        for line in report.lines():
            print(escaped(line))
    if args.map_file and args.chosen:
        args.map_file.write_text("".join(f"{choice}\n" for choice in chosen), encoding="utf-8")
    if isinstance(report, DryRun) and report.refusal:
        why = f"{len(report.faults)} faults, listed above" if report.lists_faults else report.refusal
        raise NothingToBuild(f"nothing would be published: {why}")
    return 0


def _embedder_on(cluster: str, settings: Settings) -> RayEmbedder:
    from rag.embeddings import open_embedder
    from rag.embeddings.ray_embedder import RayEmbedder
    from rag.embeddings.tuned import model_of

    model = model_of(settings.model, settings.vectors)
    return RayEmbedder(cluster, model, open_embedder(model))


def run_copy(args: argparse.Namespace, settings: Settings) -> int:
    """Copy what is published."""
    from rag.ingest.copy import copy

    with ProgressLine() as progress:
        name, records = copy(settings, args.source, args.target, partial(progress, "copying"))
    print(f"copied {records:,} records to {escaped(args.target)}, generation {name}: the same records and vectors")
    return 0


def run_generations(args: argparse.Namespace, settings: Settings) -> int:
    """List the generations."""
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


def run_rollback(args: argparse.Namespace, settings: Settings) -> int:
    """Go back to an earlier generation."""
    from rag.index.open import open_index

    print(f"published {open_index(settings).roll_back(args.name)}")
    return 0


def _kept(file: Path, chosen: list[str]) -> list[str]:
    """The choices of a file, if there is one, with new ones in place of those of the same field."""
    lines = file.read_text(encoding="utf-8-sig").splitlines() if file.exists() or not chosen else []
    try:
        kept = [choice(line.strip()) for line in lines if line.strip() and not line.lstrip().startswith("#")]
    except argparse.ArgumentTypeError as error:
        raise SettingsError(f"{file}: {error}; correct the line") from error
    fields = {choice.partition("=")[0] for choice in chosen}
    return [*(choice for choice in kept if choice.partition("=")[0] not in fields), *chosen]
