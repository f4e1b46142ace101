"""The arguments of a command -> the collection that it asks, and what its records must satisfy."""

import argparse
import gc

from rag.assistant.assistant import Assistant, between
from rag.record import Filter
from rag.settings import Settings


def where(args: argparse.Namespace) -> Filter:
    """The days and fields that records must have."""
    given: dict[str, set[str]] = {}
    for field, value in args.where:
        given.setdefault(field, set()).add(value)
    return between(args.date_from, args.date_to).having(given)


def opened(settings: Settings) -> Assistant:
    """Open the published collection."""
    # What is loaded here lives as long as the process, so the garbage collector need not look through it.
    gc.disable()
    try:
        return Assistant.open(settings)
    finally:
        gc.freeze()
        gc.enable()
