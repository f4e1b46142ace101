"""A text -> what it tells: listings as they stand, faults, pages held. Every kind of source is read into these."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from rag.errors import SourceError
    from rag.record import PageHeld, Record

_UNTELLABLE = re.compile("[\0\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Item:
    """One listing as its source gives it, before equal ones become one record.

    Attributes:
        line: Where it begins in its file, from 1.
        record: All that the listing tells, with itself as the only listing. Its id is the source's own, or empty
            where the source gives none; dates in the title are left to `rag.sources.merge`.
    """

    line: int
    record: Record


@dataclass(frozen=True, slots=True)
class Parsed:
    """All that one file tells.

    Attributes:
        items: In reading order.
        faults: What could not be read, by line; empty only if nothing was lost.
        pages: What the file says it is a part of.
    """

    items: tuple[Item, ...]
    faults: tuple[SourceError, ...]
    pages: tuple[PageHeld, ...]


class Kind(Protocol):
    """A kind of source: a module with these three, named in `rag.sources.KINDS`.

    Attributes:
        SUFFIXES: Endings of the files that are taken from a folder. A file given by its own path may have any.
    """

    SUFFIXES: frozenset[str]

    def sniff(self, text: str) -> bool:
        """Whether a file with this content is of this kind; never raises."""
        ...

    def read(self, text: str, file: str) -> Parsed:
        """Read all of it; never raises. `file` goes into listings and faults.

        Bytes that were no UTF-8 arrive as lone surrogates: a listing in which something is `untellable` is a fault.
        """
        ...


def fold(text: str) -> str:
    """The text on one line: every run of white space, form feeds and the like included, is one space."""
    return " ".join(text.split())


def lines_of(text: str) -> list[str]:
    """The lines that an editor counts; `splitlines` would also break at the form feeds, NEL and U+2028 of OCR."""
    return re.split(r"\r{0,2}\n|\r", text)


def untellable(text: str) -> bool:
    """Whether it holds what no page, no JSON and no database can repeat: a zero byte, or one that was no UTF-8."""
    return _UNTELLABLE.search(text) is not None
