"""A name -> a table of the language, read once: words and expressions as data."""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from rag.language.tokens import folded

FOLDER = Path(__file__).with_name("english")  # the language whose tables are read

_NAMED = re.compile(r"(?<!\\)\{([a-z]+)\}")


@cache
def table(name: str) -> dict[str, Any]:
    """A table as its file has it."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def word_lists(name: str) -> dict[str, frozenset[str]]:
    """A table of nothing but lists of words, each word as the index has it."""
    return {key: frozenset(map(folded, words.split())) for key, words in table(name).items()}


def filled(pattern: str, words: Mapping[str, str]) -> str:
    """A pattern with the word lists that it names in braces, which may name others."""
    while (whole := _NAMED.sub(lambda name: words[name[1]], pattern)) != pattern:
        pattern = whole
    return pattern


def any_of(listed: str) -> str:
    """A regular expression for each entry of a list: of words, or of phrases with commas between."""
    entries = listed.split(",") if "," in listed else listed.split()
    return "|".join(re.escape(" ".join(entry.split())) for entry in entries)
