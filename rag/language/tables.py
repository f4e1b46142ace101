"""A name -> a table of the language, read once: words and expressions as data."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from rag.language.tokens import folded

FOLDER = Path(__file__).with_name("english")
"""The language whose tables are read."""


@cache
def table(name: str) -> dict[str, Any]:
    """A table as its file has it."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def word_lists(name: str) -> dict[str, frozenset[str]]:
    """A table of nothing but lists of words, each word as the index has it."""
    return {key: frozenset(map(folded, words.split())) for key, words in table(name).items()}


def any_of(listed: str) -> str:
    """A regular expression for each entry of a list: of words, or of phrases with commas between."""
    entries = listed.split(",") if "," in listed else listed.split()
    return "|".join(re.escape(" ".join(entry.split())) for entry in entries)
