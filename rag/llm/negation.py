"""Text -> what it denies; two texts -> whether one denies, or turns round, what the other says.

A denial is read by the words it stands before: "does not meet with recognition" denies the meeting. So a
sentence that says or denies, of a word it shares with the record, what the record everywhere says otherwise is found,
whatever else it changes. A denial turned into an assertion in other words altogether is not: only the nearness in
meaning guards there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.language.tokens import tokens
from rag.llm.claim_words import claim_words, stem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rag.language.tokens import Token

_BREAK = re.compile(r"[.,;:!?()]")
_REACH = 3  # words after a denial that it denies
_ROOT = 3  # letters that a prefix must leave more than: "unite" is no "ite"
_NEAR = 8  # words around a denial by which it is known again


@dataclass(frozen=True, slots=True)
class Polarity:
    """What a text says and what it denies, as stems.

    Attributes:
        said: What stands undenied somewhere.
        denied: The word that each denial denies first.
        softly: The words that anything denies which does so by its meaning.
        around: For each plain denial, the words around it.
        near: For each denial of either sort, the words around it.
        spelt: Each stem as the text first spells it.
    """

    said: frozenset[str]
    denied: frozenset[str]
    softly: frozenset[str]
    around: tuple[frozenset[str], ...]
    near: tuple[frozenset[str], ...]
    spelt: Mapping[str, str]


def polarity(texts: Sequence[str]) -> Polarity:
    """What these texts say and deny."""
    said: set[str] = set()
    denied: set[str] = set()
    softly: set[str] = set()
    around: list[frozenset[str]] = []
    every: list[frozenset[str]] = []
    spelt: dict[str, str] = {}
    for text in texts:
        found = tokens(text)
        content = [_content(token) for token in found]
        under: set[int] = set()
        for token, each in zip(found, content, strict=True):
            spelt.setdefault(each, token.text)
        for at in range(len(found)):
            plain, by_meaning = _denies(found, at)
            if not (plain or by_meaning):
                continue
            near = frozenset(filter(None, content[max(0, at - _NEAR) : at + _NEAR + 1]))
            every.append(near)
            heads = list(_heads(text, found, content, at))
            if plain:
                around.append(near)
                denied.update(content[place] for place in heads[:1])
            else:
                softly.update(content[place] for place in heads)
            under.update(heads)
        said.update(stem for at, stem in enumerate(content) if stem and at not in under)
    return Polarity(frozenset(said), frozenset(denied), frozenset(softly), tuple(around), tuple(every), spelt)


def turned(sentence: Polarity, record: Polarity) -> str | None:
    """What a sentence denies or turns round against a record, in words; None where it does not."""
    known = record.said | record.denied | record.softly
    if word := next(iter(sorted((sentence.said & record.denied) - record.said - sentence.denied)), None):
        return f"it says what the record denies (“{sentence.spelt[word]}”)"
    if word := next(
        iter(sorted((sentence.denied & record.said) - record.denied - record.softly - sentence.said)), None
    ):
        return f"it denies what the record says (“{sentence.spelt[word]}”)"
    for near in sentence.around:
        if not any(near & other for other in record.near):
            return "it denies something, and the record does not"
    for word in sorted(sentence.said - known):
        against = claim_words().opposites.get(word, frozenset()) & record.said
        if against - sentence.said:
            return (
                f"it says the opposite of the record (“{sentence.spelt[word]}” against “{record.spelt[min(against)]}”)"
            )
        if (prefixed := _unprefixed(word, known)) is not None:
            return f"it says the opposite of the record (“{sentence.spelt[word]}” against “{record.spelt[prefixed]}”)"
    return None


def _unprefixed(word: str, known: frozenset[str]) -> str | None:
    for prefix in ("un", "dis", "in", "im", "non"):
        if prefix + word in known:
            return prefix + word
        if word.startswith(prefix) and len(word) > len(prefix) + _ROOT and word[len(prefix) :] in known:
            return word[len(prefix) :]
    return None


def _content(token: Token) -> str:
    return "" if token.word in claim_words().light or token.word in claim_words().deny else stem(token.word)


def _denies(found: Sequence[Token], at: int) -> tuple[bool, bool]:
    """Whether a word denies, and whether it does so by its meaning."""
    word = found[at].word
    if word in claim_words().deny:
        following = found[at + 1] if at + 1 < len(found) else None
        if word == "no" and following is not None and following.text.isdigit():
            return False, False  # No. 61
        if word == "not" and following is not None and following.word == "only":
            return False, False
        return True, False
    return False, stem(word) in claim_words().deny_by_meaning


def _heads(text: str, found: Sequence[Token], content: Sequence[str], at: int) -> Iterator[int]:
    """The first words of meaning after a denial, up to a stop."""
    left = _REACH
    for place in range(at + 1, len(found)):
        if not left or _BREAK.search(text[found[place - 1].end : found[place].start]):
            return
        if content[place]:
            left -= 1
            yield place
