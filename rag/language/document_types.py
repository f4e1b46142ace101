"""A curators' title -> what type of document it is, where the title says so: "Telegram", "Record of conversation".

The type is the first that the title names; a diary gives way to what stands in it. A type that the source gives goes
before this one.
"""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING

from rag.language.tables import any_of, table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_TABLE = table("document_types")
_WORDS: list[tuple[str, str]] = [*_TABLE["types"].values(), _TABLE["other"]["words"]]
_PATTERNS = _TABLE["phrases"] | {kind: any_of(", ".join(filter(None, pair))) for kind, pair in _TABLE["types"].items()}
_TYPES = list(_PATTERNS)
_NAMED = re.compile(rf"\b(?:{'|'.join(f'({each})' for each in _PATTERNS.values())})\b", re.IGNORECASE | re.VERBOSE)


def _first_words(lists: Iterable[str]) -> Iterator[str]:
    return (word.partition(" ")[0] for listed in lists for word in listed.split(", ") if word)


PLURALS = frozenset(_first_words(several for _, several in _WORDS))
"""What several documents of one type are called."""

OPENINGS = sorted(set(_first_words(chain.from_iterable(_WORDS))))
"""First words of what documents are called."""


def document_type(title: str) -> str | None:
    """What type of document the title says it is; None where it says nothing of it."""
    named = [_TYPES[(found.lastindex or 1) - 1] for found in _NAMED.finditer(title)]
    return next((kind for kind in named if kind not in _TABLE["containers"]["types"]), named[0] if named else None)
