"""How far a long command is: on a terminal a line that renews itself, elsewhere a line now and then."""

from __future__ import annotations

import os
import sys
import time
from contextlib import suppress
from typing import Self, TextIO

_SILENT = 2.0  # seconds in which nothing need be said
_TERMINAL, _ELSEWHERE = 0.2, 15.0  # seconds between two lines


class ProgressLine:
    """Called with the step, how much of it is done, and how much it is in all where that is known. A context."""

    def __init__(self) -> None:
        """Begin to count."""
        self._step = ""
        self._begun = self._told = time.monotonic()
        self._first = 0
        self._open = False

    def __call__(self, step: str, done: int, total: int | None) -> None:
        """Say it, if it was not said just now."""
        now = time.monotonic()
        if step != self._step or done < self._first:  # what is damaged is begun anew
            self._end()
            self._step, self._begun, self._first, self._told = step, now, done, now + _SILENT - self._pause
        if now - self._told < self._pause:
            return
        self._told = now
        rate = (done - self._first) / max(now - self._begun, 1e-9)  # a second; what was done at first came for nothing
        line = f"  {step}: {done:,}" if total is None else f"  {step}: {done:,} of {total:,}"
        if rate:
            line += f", {rate:,.0f} a second"
            line += "" if total is None else f", {_spoken((total - done) / rate)} left"
        self._open = _is_terminal()
        say(f"\r{line:<78}" if self._open else line, end="" if self._open else "\n")

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(self, *_: object) -> None:
        """Leave the terminal's line."""
        self._end()

    @property
    def _pause(self) -> float:
        return _TERMINAL if _is_terminal() else _ELSEWHERE

    def _end(self) -> None:
        if self._open:
            say("")
            self._open = False


def say(text: str, end: str = "\n") -> None:
    """Write by the standard error; that it cannot be written stops no work."""
    if sys.stderr:  # it may be closed
        with suppress(OSError):
            print(text, end=end, file=sys.stderr)
        settle(sys.stderr)


def settle(stream: TextIO) -> None:
    """Write what waits to be written; what cannot be is dropped, for Python would make a failure of it at its end."""
    try:
        stream.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _is_terminal() -> bool:
    return bool(sys.stderr) and sys.stderr.isatty()


def _spoken(seconds: float) -> str:
    """`40 s`, `12 min`, `3 h 5 min`."""
    minutes = round(seconds / 60)
    if seconds < 100:  # noqa: PLR2004 - two digits of seconds are still easy to read
        return f"{seconds:.0f} s"
    return f"{minutes} min" if minutes < 100 else f"{minutes // 60} h {minutes % 60} min"  # noqa: PLR2004 - as above
