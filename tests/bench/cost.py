"""A call or a process -> its cost."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from time import perf_counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from resource import struct_rusage


@dataclass(frozen=True, slots=True)
class Cost:
    """The time of a call or a process.

    Attributes:
        cpu: Seconds of all threads, in the program and in the system for it.
        wall: Seconds on the clock.
    """

    cpu: float
    wall: float


def of_call(call: Callable[[], object]) -> Cost:
    """Call it, in this process."""
    before, begun = getrusage(RUSAGE_SELF), perf_counter()
    call()
    wall = perf_counter() - begun
    return Cost(_cpu(getrusage(RUSAGE_SELF)) - _cpu(before), wall)


def of_process(arguments: Sequence[str], folder: Path, environment: Mapping[str, str]) -> Cost:
    """Run a process in this folder until it ends; CalledProcessError where it fails."""
    begun = perf_counter()
    with subprocess.Popen(arguments, stdout=subprocess.DEVNULL, cwd=folder, env=environment) as process:  # noqa: S603 - our own
        _, status, usage = os.wait4(process.pid, 0)  # the rusage of this child alone
        wall = perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, arguments)
    return Cost(_cpu(usage), wall)


def cpu() -> float:
    """Seconds of CPU of this process so far."""
    return _cpu(getrusage(RUSAGE_SELF))


def peak() -> int:
    """Peak memory of this process so far in bytes, including pages of files."""
    # Not ru_maxrss: in a new process that starts with the memory of its parent.
    with Path("/proc/self/status").open(encoding="ascii") as lines:
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:"))


def size(folder: Path) -> int:
    """Bytes of all files in a folder."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def _cpu(usage: struct_rusage) -> float:
    return usage.ru_utime + usage.ru_stime
