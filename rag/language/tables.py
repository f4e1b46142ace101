"""A name -> a table of the language, read once: words and expressions as data."""

import re
import tomllib
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


@cache
def pattern(name: str, spelt: str) -> re.Pattern[str]:
    """An expression of a table, letters without case; what is in braces is one of its `words`, or of conditions."""
    lists = _named(name)
    while (whole := _NAMED.sub(lambda named: f"(?:{lists[named[1]]})", spelt)) != spelt:
        spelt = whole
    return re.compile(spelt, re.IGNORECASE)


@cache
def _named(name: str) -> dict[str, str]:
    """What the names in braces stand for in a table."""
    lists: dict[str, str] = table("conditions")["words"] | table(name).get("words", {})
    return lists | {"office": "|".join(sorted(word_lists("name_words")["ranks"]))}


@cache
def patterns(name: str, section: str, key: str) -> tuple[re.Pattern[str], ...]:
    """The expression under this key of a section, or each of several."""
    spelt = table(name)[section][key]
    return tuple(pattern(name, each) for each in ([spelt] if isinstance(spelt, str) else spelt))


def any_of(listed: str) -> str:
    """A regular expression for each entry of a list: of words, or of phrases with commas between."""
    entries = listed.split(",") if "," in listed else listed.split()
    return "|".join(re.escape(" ".join(entry.split())) for entry in entries)
