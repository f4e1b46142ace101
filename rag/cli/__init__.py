"""`rag ...`: parse the arguments, call, print, return an exit status. Heavy imports wait until a command needs them.

`commands` has all arguments; beside it a module for each group of commands makes the call and prints.
"""

from __future__ import annotations

import argparse
import codecs
import io
import os
import sys
from dataclasses import replace
from pkgutil import resolve_name
from typing import TYPE_CHECKING

from rag.cli.commands import parser
from rag.cli.progress import say, settle
from rag.cli.terminal import inert_output
from rag.errors import RagError, escaped
from rag.platform import is_unread
from rag.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command: 0 done, 1 an operational error in one line, 2 wrong usage."""
    _escape_unencodable()
    with inert_output():
        args = parser().parse_args(_join_sort(sys.argv[1:] if argv is None else argv))
        try:
            return _run(args)
        finally:
            for stream in filter(None, (sys.stdout, sys.stderr)):
                settle(stream)


def _run(args: argparse.Namespace) -> int:
    try:
        settings = Settings.load(os.environ)
        if getattr(args, "vectors", None):
            settings = replace(settings, vectors=args.vectors)
        status = int(resolve_name(args.run)(args, settings))
        print(end="", flush=True)
    except RagError as error:
        say(f"rag: {escaped(str(error))}")
        return 1
    except OSError as error:
        if isinstance(error, BrokenPipeError) and is_unread(sys.stdout.fileno()):
            return 0
        place = escaped(str(error.filename or "the system"))
        say(f"rag: {place}: {error.strerror}; correct the path, or make room and allow it")
        return 1
    except KeyboardInterrupt:
        say("rag: stopped; what was published before is still in use")
        return 130
    return status


def _escape_unencodable() -> None:
    """Escape characters that the encoding of an output lacks."""
    codecs.register_error("rag.unencodable", _unencodable)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="rag.unencodable")


def _unencodable(error: UnicodeError) -> tuple[str, int]:
    """The characters as JSON escapes them, so that JSON stays JSON."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    units = error.object[error.start : error.end].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2)), error.end


def _join_sort(argv: Sequence[str]) -> list[str]:
    """Join `--sort -date`: argparse takes a lone word with a dash for an option."""
    joined: list[str] = []
    for word in argv:
        if word == "-date" and joined[-1:] == ["--sort"]:
            joined[-1] = "--sort=-date"
        else:
            joined.append(word)
    return joined
