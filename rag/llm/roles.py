"""Sentences -> who does what in them, by English word order: the person named last before a verb."""

import re
from collections.abc import Iterable, Sequence

from rag.language.tokens import tokens, words
from rag.llm.claim_words import JOINING, LIGHT, PASSIVE, stem

_STOP = re.compile(r"[.;:!?]")
_GAP = 2  # light words between a name and its verb, at most: Castro has also asked


def doers(texts: Iterable[str], people: Sequence[str]) -> dict[str, frozenset[str]]:
    """Stem of each word -> the people named last before it, over all sentences."""
    whose = _whose(people)
    found: dict[str, set[str]] = {}
    for text in texts:
        last: str | None = None
        for token in tokens(text):
            if token.text[0].isupper() and token.word in whose:
                last = whose[token.word]
            elif last is not None and token.text.islower():
                found.setdefault(stem(token.word), set()).add(last)
    return {verb: frozenset(names) for verb, names in found.items()}


def acting(text: str, people: Sequence[str]) -> list[tuple[str, str]]:
    """(person, stem of the verb) wherever a verb follows a name at once; none in a passive sentence."""
    whose = _whose(people)
    found = tokens(text)
    if any(token.word in PASSIVE for token in found):
        return []
    pairs = []
    for at, token in enumerate(found):
        if not (token.text[0].isupper() and token.word in whose):
            continue
        for place in range(at + 1, min(at + 2 + _GAP, len(found))):
            verb = found[place]
            if text[found[place - 1].end : verb.start] != " " or not verb.text.islower():
                break
            if verb.word not in LIGHT:
                if verb.word not in JOINING:
                    pairs.append((whose[token.word], stem(verb.word)))
                break
    return pairs


def _whose(people: Sequence[str]) -> dict[str, str]:
    """Each word of a name -> the one person whose name has it; words that two people share are left out."""
    bearers: dict[str, set[str]] = {}
    for person in people:
        for word in words(person):
            if len(word) > 1:
                bearers.setdefault(word, set()).add(person)
    return {word: min(names) for word, names in bearers.items() if len(names) == 1}
