"""A call, or a process -> what it cost."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from resource import RUSAGE_SELF, getrusage
from time import perf_counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path
    from resource import struct_rusage


@dataclass(frozen=True, slots=True)
class Cost:
    """What something cost.

    Attributes:
        cpu: Seconds of all threads, in the program and in the system for it.
        wall: Seconds on the clock.
        rss: Bytes: the most memory that its process has held so far.
    """

    cpu: float
    wall: float
    rss: int


def of_call(call: Callable[[], object]) -> Cost:
    """Call it, in this process."""
    before, begun = getrusage(RUSAGE_SELF), perf_counter()
    call()
    wall = perf_counter() - begun
    after = getrusage(RUSAGE_SELF)
    return Cost(_cpu(after) - _cpu(before), wall, _bytes(after))


def of_process(arguments: Sequence[str], folder: Path, environment: Mapping[str, str]) -> Cost:
    """Run it in this folder until it ends; CalledProcessError where it fails.

    A process' peak begins at that of the one that starts it, so whoever calls this must be small.
    """
    begun = perf_counter()
    with subprocess.Popen(arguments, stdout=subprocess.DEVNULL, cwd=folder, env=environment) as process:  # noqa: S603 - our own
        _, status, usage = os.wait4(process.pid, 0)  # the rusage of this child alone
        wall = perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, arguments)
    return Cost(_cpu(usage), wall, _bytes(usage))


def _cpu(usage: struct_rusage) -> float:
    return usage.ru_utime + usage.ru_stime


def _bytes(usage: struct_rusage) -> int:
    return usage.ru_maxrss * 1024  # Linux counts in KiB
