"""The patterns by which a question goes on from the turns before it: `conversation.toml` of the language."""

import re
from functools import cache

from rag.language.tables import filled, table


@cache
def patterns(section: str, key: str) -> tuple[re.Pattern[str], ...]:
    """The patterns for one way of going on."""
    whole = table("conversation")
    return tuple(re.compile(filled(each, whole["words"]), re.IGNORECASE) for each in whole[section][key])


def trimmed(question: str) -> tuple[str, bool]:
    """A question without what only opens or closes it, and whether that joins it to the one before."""
    joins = False
    for key in ("polite", "joining", "polite", "closing", "too"):
        before = question
        while (once := _edge(key).sub("", question, count=1)) != question:
            question = once
        joins |= key in {"joining", "too"} and question != before
    return question, joins


def anew(question: str) -> str | None:
    """A question without what says that it is a new one; None where nothing does."""
    rest = _edge("anew").sub("", question, count=1)
    return rest if rest != question else None


@cache
def _edge(key: str) -> re.Pattern[str]:
    pattern: str = table("conversation")["openers"][key]
    return re.compile(pattern if pattern.endswith("$") else f"^{pattern}", re.IGNORECASE)


def number(word: str) -> int:
    """Two -> 2, 12 -> 12."""
    word = word.strip().lower()
    return int(word) if word.isdigit() else int(table("conversation")["shift"]["numbers"].get(word, 1))


def ordinal(word: str) -> int:
    """Second -> 2, 3rd -> 3, last -> -1."""
    digits = re.match(r"\d+", word)
    return int(digits.group()) if digits else int(table("conversation")["pointing"]["ordinals"][word.lower()])


def way(word: str) -> int:
    """Before -> -1, same -> 0, after -> 1."""
    shift = table("conversation")["shift"]
    return 0 if word.lower() == shift["same"] else -1 if word.lower() in shift["back"].split() else 1
