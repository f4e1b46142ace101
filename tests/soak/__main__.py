"""Print what servers do under load, beside rude clients and when they are killed; exit 1 where something must not be.

Usage: python -m tests.soak [--vectors DIR] [--seconds N] [STEP ...]. All figures are of this machine, which must be
idle. The folder is copied; without one, the example collection is built first.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import json
import os
import random
import resource
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import perf_counter

import httpx2

from tests.soak.bodies import PIECES, bodies
from tests.soak.client import (
    ASK,
    Caller,
    Load,
    at_a_rate,
    beside,
    in_turn,
    milliseconds,
    questions,
    silent,
    slow,
    spread,
    vanishing,
)
from tests.soak.processes import Server, building, server

CLIENTS = (1, 8, 64, 256)
RUDE = {"silent": (silent, 2000), "slow": (slow, 500), "vanishing": (vanishing, 1000)}
KILLED_BUILDS, KILLED_SERVERS = 100, 20
_ASKED = ("What did Castro and Mikoyan discuss in November 1962?", "Letters from Khrushchev", "How tall is Everest?")


class Soak:
    """One run.

    Attributes:
        missed: What did not hold.
    """

    def __init__(self, vectors: Path, seconds: float) -> None:
        self.vectors = vectors
        self.seconds = seconds
        self.missed: list[str] = []
        self._titles: list[str] = []
        self._seed = 0

    def say(self, text: str) -> None:
        """Print a line now."""
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()

    def must(self, what: str, found: float, most: float, unit: str = "") -> None:
        """Print a figure with its bound: at most `most`, or at least -`most` where that is negative."""
        holds = found <= most if most >= 0 else found >= -most
        bound = f"at most {most:g}" if most >= 0 else f"at least {-most:g}"
        self.say(f"{what}: {found:.3g}{unit} ({bound}{unit}) {'holds' if holds else 'DOES NOT HOLD'}")
        if not holds:
            self.missed.append(what)

    def asked(self, serving: Server) -> Iterator[str]:
        """New questions to this collection."""
        if not self._titles:
            found = httpx2.get(f"http://127.0.0.1:{serving.port}/api/v1/records?limit=100", timeout=60).json()
            self._titles = [record["title"] for record in found["records"]]
        self._seed += 1
        return questions(self._titles, self._seed)

    def load(self, serving: Server, clients: int, seconds: float = 0.0) -> Load:
        """So many clients that ask in turn."""
        return asyncio.run(in_turn(serving.port, clients, seconds or self.seconds, self.asked(serving)))

    def throughput(self) -> None:
        """Answers a second by number of workers and clients."""
        self.say("\n| workers | clients | a second | p50 / p95 / p99, ms | sent away | p50 / p95 / p99, ms |")
        self.say("|---|---|---|---|---|---|")
        rates = {}
        for workers in (1, 2):
            with server(self.vectors, workers) as serving:
                self.load(serving, 8, 3)  # every worker warm
                for clients in CLIENTS:
                    load = self.load(serving, clients)
                    rates[workers, clients] = load.rate
                    away = f"{len(load.refused)} | {spread(load.refused)}"
                    self.say(f"| {workers} | {clients} | {load.rate:.0f} | {spread(load.answered)} | {away} |")
        self.say("")
        self.must("two workers and 64 clients, as a multiple of one and one", rates[2, 64] / rates[1, 1], -1.7)

    def repeated(self) -> None:
        """A tenth of all questions was asked before."""
        first, again = list[float](), list[float]()

        async def ask(port: int, asked: Iterator[str]) -> None:
            caller, before = Caller(port), list[str]()
            ends = perf_counter() + self.seconds
            while perf_counter() < ends:
                repeats = len(before) % 9 == 8 and len(again) < len(before) // 9 + 1
                question = before[-random.randint(1, 8)] if repeats else next(asked)  # noqa: S311
                began = perf_counter()
                await caller.ask(question)
                (again if repeats else first).append(perf_counter() - began)
                if not repeats:
                    before.append(question)
            caller.close()

        with server(self.vectors) as serving:
            self.load(serving, 1, 2)
            asyncio.run(ask(serving.port, self.asked(serving)))
        self.say(f"{len(first)} new questions {spread(first)} ms, {len(again)} repeated {spread(again)} ms")
        self.must("a repeated question, times as fast", milliseconds(first, 50) / milliseconds(again, 50), -3)

    def crowded(self) -> None:
        """Twice as many questions as can be answered; then none."""
        with server(self.vectors) as serving:
            capacity = self.load(serving, 8).rate
            idle, before = self.load(serving, 1), serving.memory
            load = asyncio.run(at_a_rate(serving.port, 2 * capacity, 2 * self.seconds, self.asked(serving)))
            during = serving.memory
            self.say(
                f"{2 * capacity:.0f} a second for {2 * self.seconds:.0f} s: {len(load.answered)} answered in "
                f"{spread(load.answered)} ms, {len(load.refused)} refused in {spread(load.refused)} ms"
            )
            self.must("p99 of what is answered", milliseconds(load.answered, 99), 2000, " ms")
            self.must("p99 of refusals", milliseconds(load.refused, 99), 50, " ms")
            self.must("lost", load.lost, 0)
            self.must("memory during, as a multiple of before", during / before, 1.2)
            began = perf_counter()
            while perf_counter() - began < 60:
                after = self.load(serving, 1, 5)
                if milliseconds(after.answered, 95) <= 1.5 * milliseconds(idle.answered, 95):
                    break
            self.must("until all is as before", perf_counter() - began, 60, " s")
            self.must("memory after, as a multiple of before", serving.memory / before, 1.2)

    def rude(self) -> None:
        """Clients that are silent, slow or leave, beside one that asks."""
        with server(self.vectors) as serving:
            self.load(serving, 1, 2)
            idle = milliseconds(self.load(serving, 1).answered, 95)
            self.say(f"p95 alone {idle:.1f} ms")
            for name, (rude, number) in RUDE.items():
                load = asyncio.run(beside(rude, number, serving.port, self.seconds, self.asked(serving)))
                what = f"p95 beside {number} {name} clients, as a multiple of alone"
                self.must(what, milliseconds(load.answered, 95) / idle, 2)
                self.must(
                    "refused, lost or not answered meanwhile", len(load.refused) + load.lost + (not load.answered), 0
                )

    def bodies(self) -> None:
        """Bodies of 64 KiB, adversarial ones, at every call that takes one."""
        with server(self.vectors) as serving:
            for path, body in bodies().items():
                seconds, status, piece = max(self._costs(serving, path, body))
                self.must(f"{path}, of {piece!r} ({status})", seconds, 1.5, " s")

    def _costs(self, serving: Server, path: str, body: Callable[[str], object]) -> Iterator[tuple[float, int, str]]:
        for piece in PIECES:
            before = serving.spent
            status, _ = asyncio.run(Caller(serving.port).post(path, json.dumps(body(piece)).encode()))
            yield serving.spent - before, status, piece

    def killed_servers(self) -> None:
        """Workers and whole servers killed under load; whoever got no answer asks once more."""
        with server(self.vectors, 2) as serving:
            known = {question: _answer(serving, question) for question in _ASKED}
            outcome = Counter[str]()
            answered = [asyncio.Event() for _ in range(8)]  # for each client; not while it asks once more
            over = asyncio.Event()

            async def ask(answered: asyncio.Event) -> None:
                while not over.is_set():
                    question = random.choice(_ASKED)  # noqa: S311
                    outcome[await _asked_twice(serving, question, known[question], answered)] += 1
                    answered.set()

            async def all_of_them() -> None:
                # A thread for each that waits, and one for who starts the server that they wait for.
                asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(16))
                asking = [asyncio.ensure_future(ask(each)) for each in answered]
                await _kill_again_and_again(serving, answered)
                over.set()
                await asyncio.gather(*asking)

            asyncio.run(all_of_them())
            self.say(f"{KILLED_SERVERS} kills of servers and workers: {dict(outcome)}")
            self.must("answers lost that were asked for again", outcome["lost"], 0)
            self.must("wrong answers", outcome["wrong"], 0)
            self.must("ready after", serving.is_ready(), -1)

    def killed_builds(self) -> None:
        """Builds killed at any moment, under a server that answers."""
        drawn = random.Random(2)  # noqa: S311
        rows = self.vectors.with_name("rows.csv")
        for number in range(2):  # the answers of either state
            _write_rows(rows, number)
            began = perf_counter()
            if building(self.vectors, rows).wait():
                self.missed.append("a build by itself")
            took = perf_counter() - began
        with server(self.vectors) as serving:
            known = {question: _answer(serving, question) for question in _ASKED}
            wrong = unready = 0
            for number in range(KILLED_BUILDS):
                _write_rows(rows, number)
                build = building(self.vectors, rows)
                time.sleep(drawn.uniform(0, took))
                build.kill()
                build.wait()
                wrong += any(_answer(serving, question) != known[question] for question in _ASKED)
                unready += not serving.is_ready()
            self.say(f"{KILLED_BUILDS} builds of {took:.1f} s killed at any moment")
            self.must("wrong answers", wrong, 0)
            self.must("times not ready", unready, 0)
            self.must("a build after them, exit status", building(self.vectors, rows).wait(), 0)


async def _asked_twice(serving: Server, question: str, known: object, answered: asyncio.Event) -> str:
    """What came of a question that is put once more, `answered` cleared, where the server ended under it."""
    for outcome in ("at once", "when asked again"):
        try:
            status, body = await Caller(serving.port).ask(question)
        except (OSError, asyncio.IncompleteReadError):
            answered.clear()
            await asyncio.to_thread(serving.until_ready)
        else:
            if status != 200:
                return f"refused with {status}"
            return outcome if json.loads(body).get("answer") == known else "wrong"
    return "lost"


async def _kill_again_and_again(serving: Server, answered: Collection[asyncio.Event]) -> None:
    """Three workers for each whole server, each some seconds after the one before, and when all are `answered`.

    Whoever meets two kills with one question has asked twice, not once more.
    """
    drawn = random.Random(1)  # noqa: S311
    for number in range(KILLED_SERVERS):
        await asyncio.sleep(drawn.uniform(2, 4))
        await asyncio.gather(*(each.wait() for each in answered))
        if number % 4 == 3:
            await asyncio.to_thread(serving.end, signal.SIGKILL)
            await asyncio.to_thread(serving.begin)
        else:
            os.kill(drawn.choice(serving.workers), signal.SIGKILL)
        await asyncio.to_thread(serving.until_ready)


def _answer(serving: Server, question: str) -> object:
    found = httpx2.post(f"http://127.0.0.1:{serving.port}{ASK}", json={"question": question}, timeout=60)
    return found.json().get("answer")


def _write_rows(file: Path, number: int) -> None:
    """Records that no question is about, others each time."""
    with file.open("w", newline="", encoding="utf-8") as written:
        rows = csv.writer(written)
        rows.writerow(["id", "title", "date", "summary"])
        rows.writerows([f"x{row}", f"Ledger {row}", "1901", f"Herring and tar, ledger {number}."] for row in range(20))


STEPS = {
    "throughput": Soak.throughput,
    "repeated": Soak.repeated,
    "crowded": Soak.crowded,
    "rude": Soak.rude,
    "bodies": Soak.bodies,
    "killed-servers": Soak.killed_servers,
    "killed-builds": Soak.killed_builds,
}


def main() -> int:
    """Run the steps that are named, or all."""
    parser = argparse.ArgumentParser(prog="tests.soak", description="Load, rude clients and kills, on this machine.")
    parser.add_argument("steps", nargs="*", metavar="STEP", help=f"any of {', '.join(STEPS)} (default: all)")
    parser.add_argument("--vectors", type=Path, metavar="DIR", help="a built collection (default: builds the example)")
    parser.add_argument("--seconds", type=float, default=10.0, metavar="N", help="of each measurement (default 10)")
    args = parser.parse_args()
    if unknown := set(args.steps) - STEPS.keys():
        parser.error(f"no step is called {', '.join(sorted(unknown))}; there are {', '.join(STEPS)}")
    if args.vectors and not (args.vectors / "CURRENT").is_file():
        parser.error(f"--vectors: {args.vectors} has no built collection; name a folder that `rag build` wrote")
    if args.seconds < 1:
        parser.error(f"--seconds: {args.seconds:g} is too short; give 1 or more")
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))  # servers inherit it
    with tempfile.TemporaryDirectory(prefix="soak-") as scratch:
        vectors = Path(scratch) / "vectors"
        if args.vectors:
            shutil.copytree(args.vectors, vectors)
        elif building(vectors).wait():
            parser.error("the example collection cannot be built; `rag build` says why")
        soak = Soak(vectors, args.seconds)
        for name in args.steps or STEPS:
            soak.say(f"\n## {name}: {(STEPS[name].__doc__ or '').rstrip()}")
            STEPS[name](soak)
    if soak.missed:
        soak.say(f"\n{len(soak.missed)} did not hold: {'; '.join(soak.missed)}")
    return int(bool(soak.missed))


if __name__ == "__main__":
    sys.exit(main())
