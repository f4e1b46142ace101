"""The progress of a long command: one line that a terminal redraws, elsewhere a new line now and then."""

import os
import sys
import time
from contextlib import suppress
from typing import Self, TextIO

_DELAY = 2.0  # seconds before the first line of a step
_TERMINAL, _ELSEWHERE = 0.2, 15.0  # seconds between two lines


class ProgressLine:
    """Prints progress. Call it with the step, how much is done, and the total or None; a context manager."""

    def __init__(self) -> None:
        self._step = ""
        self._begun = self._printed = time.monotonic()
        self._first = 0
        self._open = False

    def __call__(self, step: str, done: int, total: int | None) -> None:
        """Print a line, unless one was printed just now."""
        now = time.monotonic()
        if step != self._step or done < self._first:  # a new step, or the same again after damage
            self._end()
            self._step, self._begun, self._first, self._printed = step, now, done, now + _DELAY - self._pause
        if now - self._printed < self._pause:
            return
        self._printed = now
        rate = (done - self._first) / max(now - self._begun, 1e-9)  # a second, without what was there at the start
        line = f"  {step}: {done:,}" if total is None else f"  {step}: {done:,} of {total:,}"
        if rate:
            line += f", {rate:,.0f} a second"
            line += "" if total is None else f", {_duration((total - done) / rate)} left"
        self._open = _is_terminal()
        say(f"\r{line:<78}" if self._open else line, end="" if self._open else "\n")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """End the line of a terminal."""
        self._end()

    @property
    def _pause(self) -> float:
        return _TERMINAL if _is_terminal() else _ELSEWHERE

    def _end(self) -> None:
        if self._open:
            say("")
            self._open = False


def say(text: str, end: str = "\n") -> None:
    """Print to the standard error; where that fails, the command goes on."""
    if sys.stderr:  # it may be closed
        with suppress(OSError):
            print(text, end=end, file=sys.stderr)
        settle(sys.stderr)


def settle(stream: TextIO) -> None:
    """Flush the stream; drop what cannot be written, because Python would fail on it at exit."""
    try:
        stream.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _is_terminal() -> bool:
    return bool(sys.stderr) and sys.stderr.isatty()


def _duration(seconds: float) -> str:
    """`40 s`, `12 min`, `3 h 5 min`."""
    minutes = round(seconds / 60)
    if seconds < 100:  # noqa: PLR2004 - two digits of seconds are still easy to read
        return f"{seconds:.0f} s"
    return f"{minutes} min" if minutes < 100 else f"{minutes // 60} h {minutes % 60} min"  # noqa: PLR2004 - as above
