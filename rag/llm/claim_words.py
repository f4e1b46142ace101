"""claim_words.toml -> the words by which a sentence is compared with a record."""

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache

from rag.index.analyzer import analyze
from rag.language.stopwords import FUNCTION_WORDS
from rag.language.tables import table

_LISTS = table("claim_words")
_IRREGULAR = dict(pair.split() for pair in _LISTS["irregular"].split(","))
_SHORT = 4  # letters of a stem up to which its last "e" stays


@lru_cache(maxsize=1 << 14)
def stem(word: str) -> str:
    """A word, as the index sees it, without its endings: agree, agreed and agrees have one stem, as meet and met."""
    plain = _IRREGULAR.get(word, word)
    found = next(iter(analyze(plain)), plain)
    return found.removesuffix("e") if len(found) > _SHORT else found


def stems(words: Iterable[str]) -> frozenset[str]:
    """The stems of these words."""
    return frozenset(map(stem, words))


# Words as they are written: those that deny ("not"), those that may stand between a denial and the word that it denies,
# those of which a sentence in the passive voice has one, and those that join a person or a verb to another.
DENY, LIGHT, PASSIVE, JOINING = (frozenset(_LISTS[kind].split()) for kind in ("deny", "light", "passive", "joining"))

DENY_BY_MEANING = stems(_LISTS["deny_by_meaning"].split())  # stems of words that deny by their meaning ("refuse")

# Stems that say nothing about a record's subject.
EMPTY = stems([*_LISTS["reporting"].split(), *LIGHT, *FUNCTION_WORDS])

OPPOSITES: defaultdict[str, set[str]] = defaultdict(set)  # stem -> the stems that mean the opposite

for _line in _LISTS["opposites"]:
    _left, _right = (stems(side.split()) for side in _line.split("|"))
    for _words, _against in ((_left, _right), (_right, _left)):
        for _word in _words:
            OPPOSITES[_word] |= _against

_MACHINE = re.compile("|".join(f"(?:{turn})" for turn in _LISTS["machine"]), re.IGNORECASE)


def speaks_to_a_machine(sentence: str) -> bool:
    """Whether a sentence gives orders to whatever program reads it."""
    return _MACHINE.search(sentence) is not None
