"""Arguments -> one run -> a table for each group as it ends, and one of targets; with --json, a file too."""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import platform
import sys
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import TYPE_CHECKING, Any

from tests.bench import needed
from tests.bench.collection import Collection
from tests.bench.figures import by_size, figures, table
from tests.bench.groups import GROUPS
from tests.bench.peers.environments import PEERS
from tests.bench.run import Run
from tests.bench.worker import ROOT, Worker

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tests.bench.figures import Sample
    from tests.bench.peers.environments import Peer

_OURS = (sys.executable, "-m", "tests.bench.ours")
_SITE = (sys.executable, "-m", "tests.bench.site")
_RAG = str(Path(sys.executable).with_name("rag"))
_GIB = 2**30


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; 0 when done, 1 where a group failed, 2 for wrong usage."""
    args = _parser().parse_args(arguments)
    samples: list[Sample] = []
    faults: list[str] = []
    _print(machine())
    with TemporaryDirectory(prefix="reading-room-bench-", dir=args.folder) as folder:
        run = Run(
            folder=Path(folder),
            ours=_OURS,
            site=_SITE,
            rag=_RAG,
            collections=_collections([args.seeds, *args.archive], Path(folder)),
            peers=_installed(args.peers) if "peers" in args.groups else (),
            rounds=args.rounds,
            builds=args.builds,
            sizes=args.sizes,
            known=args.known,
            engines=("milvus-lite", "Milvus"),
            say=_say,
        )
        for group in (each for each in GROUPS if each in args.groups):
            begun = perf_counter()
            try:
                for sample in GROUPS[group](run):  # one by one: what a failing group did measure is kept
                    samples.append(sample)  # noqa: PERF402 - as said
            except Exception as error:  # noqa: BLE001 - the other groups go on
                faults.append(f"{group}: {type(error).__name__}: {error}")
                _say(f"FAILED {faults[-1]}")
            _print("", f"**{group}** ({perf_counter() - begun:.0f} s)", "", *_table(samples, group))
            if args.json:
                args.json.write_text(as_json(samples, faults), encoding="utf-8")
    _print("", "**targets**", "", *needed.table(needed.needed(figures(samples))))
    _print(*(f"\nFAILED {fault}" for fault in faults))
    return 1 if faults else 0


def machine() -> str:
    """The machine and the time."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / _GIB
    python, now = platform.python_version(), dt.datetime.now(dt.UTC)
    return f"{os.cpu_count()} cores, {memory:.0f} GiB, Python {python}, {now:%Y-%m-%d %H:%M} UTC"


def as_json(samples: Sequence[Sample], faults: Sequence[str] = ()) -> str:
    """All figures for programs."""
    measured = figures(samples)
    return (
        json.dumps(
            {
                "machine": machine(),
                "figures": [asdict(each) for each in measured],
                "needed": [asdict(each) for each in needed.needed(measured)],
                "faults": list(faults),
            },
            indent=1,
        )
        + "\n"
    )


def _table(samples: Sequence[Sample], group: str) -> Iterator[str]:
    of_group = figures(each for each in samples if each.group == group)
    smallest = by_size({each.column for each in of_group})[0] if group == "sizes" and of_group else ""
    return table(of_group, smallest)


def _collections(sources: Sequence[Path], folder: Path) -> list[Collection]:
    """Prepare each collection in a folder of its own."""
    collections = []
    with Worker(_OURS) as worker:
        for number, source in enumerate(sources):
            _say(f"reading {source.name}")
            own = folder / f"texts-{number}"
            own.mkdir()
            values = worker.call("prepare", str(source.resolve()), str(own))
            collections.append(Collection(**{name: _frozen(value) for name, value in values.items()}))
    return collections


def _installed(names: Sequence[str]) -> list[Peer]:
    """The peers of these names that are, or can be, installed."""
    installed = []
    for name in names:
        try:
            PEERS[name].python  # noqa: B018 - this installs it
        except Exception as error:  # noqa: BLE001 - the others are measured
            _say(f"{PEERS[name].name} is left out: {error}")
        else:
            installed.append(PEERS[name])
    return installed


def _frozen(value: Any) -> Any:  # noqa: ANN401 - whatever JSON holds
    return tuple(value) if isinstance(value, list) else value


def _say(line: str) -> None:
    sys.stderr.write(f"{dt.datetime.now(dt.UTC):%H:%M:%S} {line}\n")
    sys.stderr.flush()


def _print(*lines: str) -> None:
    sys.stdout.writelines(f"{line}\n" for line in lines)
    sys.stdout.flush()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument(
        "archive",
        nargs="*",
        type=_file,
        help="measure on these too, smallest first: peers on the first, import and larger sizes on the last",
    )
    parser.add_argument("--seeds", type=Path, default=ROOT / "seeds", metavar="PATH", help="the smallest collection")
    parser.add_argument("--groups", type=_names(GROUPS), default=tuple(GROUPS), metavar="A,B", help=", ".join(GROUPS))
    parser.add_argument("--peers", type=_names(PEERS), default=tuple(PEERS), metavar="A,B", help=", ".join(PEERS))
    parser.add_argument("--rounds", type=_count, default=3, metavar="N", help="how often each is measured (default 3)")
    parser.add_argument("--builds", type=_count, default=2, metavar="N", help="how often each is built (default 2)")
    parser.add_argument(
        "--sizes", type=_counts, default=(300_000, 1_000_000), metavar="N,N", help="records of enlarged collections"
    )
    parser.add_argument(
        "--known", type=_file, metavar="FILE", help="vectors that an earlier build of the last archive left"
    )
    parser.add_argument("--folder", type=Path, metavar="DIR", help="where to build; up to 20 GB (default: /tmp)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures into this file too")
    return parser


def _file(text: str) -> Path:
    if (path := Path(text)).is_file():
        return path
    message = f"{text}: there is no such file"
    raise argparse.ArgumentTypeError(message)


def _count(text: str) -> int:
    if text.isdecimal() and int(text):
        return int(text)
    message = f"{text!r} is not a number; give 1 or more"
    raise argparse.ArgumentTypeError(message)


def _counts(text: str) -> tuple[int, ...]:
    return tuple(map(_count, filter(None, text.split(","))))


class _names:  # noqa: N801 - called as the type of an argument
    """A list of known names, with commas between them."""

    def __init__(self, known: Iterable[str]) -> None:
        """Take the known names."""
        self._known = list(known)

    def __call__(self, text: str) -> tuple[str, ...]:
        """The names."""
        named = tuple(filter(None, text.split(",")))
        if wrong := [name for name in named if name not in self._known]:
            message = f"{wrong[0]!r} is none of {', '.join(self._known)}"
            raise argparse.ArgumentTypeError(message)
        return named
