"""Calls of functions in another process, as lines of JSON.

`Worker` is the side of the benchmark, which must load nothing of what it measures; `serve` is the side of the measured
program, which may run in another Python with other packages.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import asdict, is_dataclass
from pathlib import Path
from threading import Timer
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

ROOT = Path(__file__).resolve().parents[2]

_PATIENCE = 2400.0  # seconds that a call may take


class WorkerError(Exception):
    """A program failed or did not answer; the message names the function."""


class Worker:
    """A running program. A context manager that ends it."""

    def __init__(self, arguments: Sequence[str]) -> None:
        """Start the program; its first call loads what it needs."""
        self._name = " ".join(arguments[1:])
        self._process = subprocess.Popen(  # noqa: S603 - our own
            arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, env=environment(), text=True
        )

    def call(self, function: str, *args: object) -> Any:  # noqa: ANN401 - whatever JSON holds
        """The result of a function of the program; WorkerError where it fails."""
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        patience = Timer(_PATIENCE, self._process.kill)
        patience.start()
        try:
            stdin.write(json.dumps([function, args]) + "\n")
            stdin.flush()
            answer = stdout.readline()
        except OSError:
            answer = ""
        finally:
            patience.cancel()
        if not answer:
            message = f"{self._name}: {function}: the process ended"
            raise WorkerError(message)
        result, fault = json.loads(answer)
        if fault is not None:
            message = f"{self._name}: {function}: {fault}"
            raise WorkerError(message)
        return result

    def __enter__(self) -> Self:
        """Enter the context."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the process."""
        self._process.kill()
        self._process.communicate()


def environment() -> dict[str, str]:
    """This process's environment without our settings and Python's, and without network access of libraries."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("RAG_", "PYTHON"))}
    return {**kept, "HF_HUB_OFFLINE": "1", "HF_HUB_DISABLE_PROGRESS_BARS": "1", "ANONYMIZED_TELEMETRY": "False"}


def serve(functions: Mapping[str, Callable[..., object]]) -> None:
    """Call functions until the input ends."""
    # Output of libraries must not mix with the answers.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    for line in sys.stdin:
        function, args = json.loads(line)
        answer: tuple[object, str | None]
        try:
            answer = (functions[function](*args), None)
        except Exception as error:  # noqa: BLE001 - the caller reports it
            answer = (None, f"{type(error).__name__}: {error}")
        answers.write(json.dumps(answer, default=_plain) + "\n")
        answers.flush()


def _plain(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    message = f"{type(value).__name__} cannot be written as JSON"
    raise TypeError(message)
