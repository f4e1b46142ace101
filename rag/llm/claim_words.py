"""claim_words.toml -> the words by which a sentence is compared with a record."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache

from rag.index.analyzer import analyze
from rag.language.stopwords import FUNCTION_WORDS
from rag.language.tables import table

_SHORT = 4  # letters of a stem up to which its last "e" stays


@dataclass(frozen=True, slots=True)
class ClaimWords:
    """The word lists of the table.

    Attributes:
        deny: Words that deny, as they are written ("not").
        deny_by_meaning: Stems of words that deny by their meaning ("refuse").
        light: Words that may stand between a denial and the word that it denies.
        passive: Words of which a sentence in the passive voice has one.
        joining: Words that join one person to another, or one verb to another.
        opposites: Stem -> the stems that mean the opposite.
        empty: Stems that say nothing about a record's subject.
        machine: Matches orders to a program.
    """

    deny: frozenset[str]
    deny_by_meaning: frozenset[str]
    light: frozenset[str]
    passive: frozenset[str]
    joining: frozenset[str]
    opposites: dict[str, frozenset[str]]
    empty: frozenset[str]
    machine: re.Pattern[str]


@lru_cache(maxsize=1 << 14)
def stem(word: str) -> str:
    """A word, as the index sees it, without its endings: agree, agreed and agrees have one stem, as meet and met."""
    plain = _irregular().get(word, word)
    found = next(iter(analyze(plain)), plain)
    return found.removesuffix("e") if len(found) > _SHORT else found


@cache
def _irregular() -> dict[str, str]:
    return dict(pair.split() for pair in table("claim_words")["irregular"].split(","))


def stems(words: Iterable[str]) -> frozenset[str]:
    """The stems of these words."""
    return frozenset(map(stem, words))


@cache
def claim_words() -> ClaimWords:
    """The word lists, read once."""
    lists = table("claim_words")
    opposites: dict[str, frozenset[str]] = {}
    for line in lists["opposites"]:
        left, right = (stems(side.split()) for side in line.split("|"))
        for words, against in ((left, right), (right, left)):
            for word in words:
                opposites[word] = opposites.get(word, frozenset()) | against
    return ClaimWords(
        deny=frozenset(lists["deny"].split()),
        deny_by_meaning=stems(lists["deny_by_meaning"].split()),
        light=frozenset(lists["light"].split()),
        passive=frozenset(lists["passive"].split()),
        joining=frozenset(lists["joining"].split()),
        opposites=opposites,
        empty=stems([*lists["reporting"].split(), *lists["light"].split(), *FUNCTION_WORDS]),
        machine=re.compile("|".join(f"(?:{turn})" for turn in lists["machine"]), re.IGNORECASE),
    )


def speaks_to_a_machine(sentence: str) -> bool:
    """Whether a sentence gives orders to whatever program reads it."""
    return claim_words().machine.search(sentence) is not None
