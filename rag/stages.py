"""The stages of a question -> their durations, for whoever watches them; unwatched, nothing is measured."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from time import perf_counter
from typing import ParamSpec, TypeAlias, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

Watcher: TypeAlias = Callable[[str, float], None]  # takes a stage that has just ended and its duration in seconds

_watcher: ContextVar[Watcher | None] = ContextVar("watcher", default=None)


@contextmanager
def watched(watcher: Watcher) -> Iterator[None]:
    """Pass it every stage until the context ends, also those in threads that the context starts work in."""
    token = _watcher.set(watcher)
    try:
        yield
    finally:
        _watcher.reset(token)


def ended(name: str, seconds: float) -> None:
    """Say that a stage has ended."""
    if (watcher := _watcher.get()) is not None:
        watcher(name, seconds)


def stage(name: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make each call of a function a stage."""

    def staged(function: Callable[P, R]) -> Callable[P, R]:
        @wraps(function)
        def timed(*args: P.args, **kwargs: P.kwargs) -> R:
            if (watcher := _watcher.get()) is None:
                return function(*args, **kwargs)
            began = perf_counter()
            try:
                return function(*args, **kwargs)
            finally:
                watcher(name, perf_counter() - began)

        return timed

    return staged
