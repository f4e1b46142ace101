"""The stages of a question -> their durations, for whoever watches them; unwatched, nobody hears of them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from time import perf_counter
from typing import TypeAlias

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


@contextmanager
def stage(name: str) -> Iterator[None]:
    """Whatever happens within is a stage; of a function, as a decorator, each call."""
    began = perf_counter()
    try:
        yield
    finally:
        ended(name, perf_counter() - began)
