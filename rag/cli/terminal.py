"""What is printed -> the same without anything that a terminal would obey: records are written by strangers.

Every line of every command passes here. Only an export that goes into a file or a program is left as it is.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO, cast

from rag.errors import inert

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class Inert:
    """A stream of text that escapes control characters, line breaks and tabs apart, and changes of direction."""

    def __init__(self, stream: TextIO, keep: str = "") -> None:
        """Write to this stream; the characters of `keep` pass as they are."""
        self.stream = stream
        self._keep = keep

    def write(self, text: str) -> int:
        """Write the text, escaped as in JSON, so that JSON stays JSON."""
        self.stream.write(inert(text, self._keep))
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """Write each."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> object:
        return getattr(self.stream, name)


@contextmanager
def inert_output() -> Iterator[None]:
    """Print inert text until the context ends; progress goes back to the beginning of its line."""
    before = sys.stdout, sys.stderr
    for name, keep in (("stdout", ""), ("stderr", "\r")):
        if stream := getattr(sys, name):  # it may be closed
            setattr(sys, name, Inert(stream, keep))
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before


def faithful_output() -> TextIO:
    """The standard output, and nothing escaped unless a terminal shows it."""
    return sys.stdout if sys.stdout.isatty() else cast("TextIO", getattr(sys.stdout, "stream", sys.stdout))
