"""A program in a process of its own -> what its functions give, as one line of JSON after another.

Both ends: `Worker` is that of whoever measures, which must load nothing of what it measures; `serve` that of the
program, which may be run by another Python with other packages.
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

_PATIENCE = 2400.0  # seconds after which a call that has not ended is given up


class WorkerError(Exception):
    """A program failed, or fell silent; the message says at what."""


class Worker:
    """A program that is running. A context: it is ended with it."""

    def __init__(self, arguments: Sequence[str]) -> None:
        """Start it; it loads what it needs when it is first called."""
        self._name = " ".join(arguments[1:])
        self._process = subprocess.Popen(  # noqa: S603 - our own
            arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, env=environment(), text=True
        )

    def call(self, function: str, *args: object) -> Any:  # noqa: ANN401 - whatever JSON holds
        """What this function of the program gives; WorkerError where it fails."""
        given, told = self._process.stdin, self._process.stdout
        assert given is not None
        assert told is not None
        patience = Timer(_PATIENCE, self._process.kill)
        patience.start()
        try:
            given.write(json.dumps([function, args]) + "\n")
            given.flush()
            answer = told.readline()
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
        """Begin."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the process."""
        self._process.kill()
        self._process.communicate()


def environment() -> dict[str, str]:
    """This one's without settings, ours or Python's, so that every run measures the same; nothing asks the network."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("RAG_", "PYTHON"))}
    return {**kept, "HF_HUB_OFFLINE": "1", "HF_HUB_DISABLE_PROGRESS_BARS": "1", "ANONYMIZED_TELEMETRY": "False"}


def serve(functions: Mapping[str, Callable[..., object]]) -> None:
    """Call what is asked for until nobody asks any more."""
    # Whatever a library prints must not come between the answers.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    for line in sys.stdin:
        function, args = json.loads(line)
        answer: tuple[object, str | None]
        try:
            answer = (functions[function](*args), None)
        except Exception as error:  # noqa: BLE001 - whoever asked is told
            answer = (None, f"{type(error).__name__}: {error}")
        answers.write(json.dumps(answer, default=_plain) + "\n")
        answers.flush()


def _plain(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    message = f"{type(value).__name__} cannot be told in JSON"
    raise TypeError(message)
