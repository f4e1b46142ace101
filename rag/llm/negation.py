"""Text -> what it denies; two texts -> whether one contradicts the other.

A denial denies the words after it: "does not meet with recognition" denies the meeting. A sentence contradicts a
record if it asserts a word that the record only denies, denies a word that the record only asserts, or has the
opposite of a word. A contradiction in other words altogether is not found here; only similarity in meaning guards
against that.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rag.language.tokens import Token, tokens
from rag.llm.claim_words import DENY, DENY_BY_MEANING, LIGHT, OPPOSITES, stem

_BREAK = re.compile(r"[.,;:!?()]")
_REACH = 3  # words after a denial that it denies
_ROOT = 3  # letters that a prefix must leave more than: "unite" is no "ite"
_NEAR = 8  # words on each side of a denial that identify it


@dataclass(frozen=True, slots=True)
class Polarity:
    """The words that a text asserts and denies, as stems."""

    asserted: frozenset[str]  # words that stand undenied somewhere
    denied: frozenset[str]  # the first word after each plain denial ("not")
    denied_by_meaning: frozenset[str]  # the words after each denial by meaning ("refuse")
    around_plain: tuple[frozenset[str], ...]  # the words around each plain denial
    around: tuple[frozenset[str], ...]  # the words around each denial of either sort
    spelling: Mapping[str, str]  # stem -> the text's first spelling of it


def polarity(texts: Sequence[str]) -> Polarity:
    """What these texts assert and deny."""
    asserted: set[str] = set()
    denied: set[str] = set()
    denied_by_meaning: set[str] = set()
    around_plain: list[frozenset[str]] = []
    around: list[frozenset[str]] = []
    spelling: dict[str, str] = {}
    for text in texts:
        words = tokens(text)
        content = ["" if token.word in LIGHT or token.word in DENY else stem(token.word) for token in words]
        reached: set[int] = set()
        for token, stemmed in zip(words, content, strict=True):
            spelling.setdefault(stemmed, token.text)
        for at in range(len(words)):
            plain, by_meaning = _denies(words, at)
            if not (plain or by_meaning):
                continue
            near = frozenset(filter(None, content[max(0, at - _NEAR) : at + _NEAR + 1]))
            around.append(near)
            reach = list(_reach(text, words, content, at))
            if plain:
                around_plain.append(near)
                denied.update(content[place] for place in reach[:1])
            else:
                denied_by_meaning.update(content[place] for place in reach)
            reached.update(reach)
        asserted.update(stemmed for at, stemmed in enumerate(content) if stemmed and at not in reached)
    return Polarity(
        frozenset(asserted),
        frozenset(denied),
        frozenset(denied_by_meaning),
        tuple(around_plain),
        tuple(around),
        spelling,
    )


def contradiction(sentence: Polarity, record: Polarity) -> str | None:
    """How a sentence contradicts a record, in words; None where it does not."""
    if wrongly := (sentence.asserted & record.denied) - record.asserted - sentence.denied:
        return f"it says what the record denies (“{sentence.spelling[min(wrongly)]}”)"
    affirmed = record.asserted - record.denied - record.denied_by_meaning
    if wrongly := (sentence.denied & affirmed) - sentence.asserted:
        return f"it denies what the record says (“{sentence.spelling[min(wrongly)]}”)"
    for near in sentence.around_plain:
        if not any(near & other for other in record.around):
            return "it denies something, and the record does not"
    known = record.asserted | record.denied | record.denied_by_meaning
    for word in sorted(sentence.asserted - known):
        opposites = OPPOSITES.get(word, set()) & record.asserted
        opposite = min(opposites) if opposites - sentence.asserted else _prefixed(word, known)
        if opposite is not None:
            said, recorded = sentence.spelling[word], record.spelling[opposite]
            return f"it says the opposite of the record (“{said}” against “{recorded}”)"
    return None


def _prefixed(word: str, known: frozenset[str]) -> str | None:
    """The known word that differs from this one by a prefix of denial."""
    for prefix in ("un", "dis", "in", "im", "non"):
        if prefix + word in known:
            return prefix + word
        if word.startswith(prefix) and len(word) > len(prefix) + _ROOT and word[len(prefix) :] in known:
            return word[len(prefix) :]
    return None


def _denies(words: Sequence[Token], at: int) -> tuple[bool, bool]:
    """Whether a word is a plain denial, and whether it denies by its meaning."""
    word = words[at].word
    if word not in DENY:
        return False, stem(word) in DENY_BY_MEANING
    following = words[at + 1].word if at + 1 < len(words) else ""
    is_number = word == "no" and following.isdigit()  # No. 61
    return not is_number and (word, following) != ("not", "only"), False


def _reach(text: str, words: Sequence[Token], content: Sequence[str], at: int) -> Iterator[int]:
    """The places of the first content words after a denial, up to a stop."""
    left = _REACH
    for place in range(at + 1, len(words)):
        if not left or _BREAK.search(text[words[place - 1].end : words[place].start]):
            return
        if content[place]:
            left -= 1
            yield place
