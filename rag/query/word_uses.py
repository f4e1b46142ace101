"""A question -> what each of its words is for: to name the subject, to say what happened, or only to ask.

Logistic regression on the word, its neighbours, and the static vectors of the three, so that it reads words that no
labelled question has. `make phrasing` learns the weights.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np

from rag.language.stopwords import CLOSED_CLASS, FUNCTION_WORDS
from rag.language.tables import FOLDER
from rag.language.tokens import tokens
from rag.query.phrasing import NAME, NUMBER, TYPE, QuestionWord, WordScores, pieces

ASKING, PREDICATE, SUBJECT = "asking", "predicate", "subject"
USES: Final = (ASKING, PREDICATE, SUBJECT)
FILE = FOLDER / "word_uses.npz"

# Chances from which on a word is taken to ask only, and surely so. Of the labelled words left out 85 % of the first do.
_LIKELY, _SURE = 0.45, 0.8

# Chance from which on a word is taken to ask, or to say what records say in other words. At 1 three turns of the
# reference desk are told that no record mentions such a word.
_OTHERWISE = 0.7

_SMALL = FUNCTION_WORDS | CLOSED_CLASS
_UNREAD = frozenset({NAME, NUMBER, TYPE})
_ENDINGS = (2, 3, 4)  # letters
_FAR = 4  # words from the beginning, or to the end, that are told apart at most


@dataclass(frozen=True, slots=True)
class WordUses:
    """The chance of each use of each word of a question; words that were not read name its subject."""

    chances: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    def chance(self, word: str, *uses: str) -> float:
        """The chance that a word has one of these uses."""
        return sum(self.chances.get(word, {SUBJECT: 1.0}).get(use, 0.0) for use in uses)

    def is_put_otherwise(self, word: str) -> bool:
        """Whether records that tell of the matter may do without a word."""
        return self.chance(word, ASKING, PREDICATE) >= _OTHERWISE

    def is_subject(self, word: str) -> bool:
        """Whether a word was read, and surely names the subject."""
        return word in self.chances and self.chance(word, SUBJECT) >= _SURE

    def only_asks(self, word: str) -> bool:
        """Whether a word says nothing of the matter."""
        return word in _SMALL or self.chance(word, ASKING) >= _LIKELY

    def surely_ask(self) -> list[str]:
        """The words that surely say nothing of the matter."""
        return [word for word in self.chances if self.chance(word, ASKING) >= _SURE]

    def telling(self, words: Sequence[str]) -> tuple[str, ...]:
        """The words without those that only ask; where these are all, without those that surely do."""
        return tuple(word for word in words if not self.only_asks(word)) or tuple(
            word for word in words if self.chance(word, ASKING) < _SURE
        )

    def only_ask(self, text: str) -> bool:
        """Whether no word of a text says anything of the matter."""
        return all(self.only_asks(each.word) for each in tokens(text))


NOTHING_READ = WordUses()


def is_read(word: QuestionWord) -> bool:
    """Whether a word can have several uses: no name, number, type, mark or function word."""
    return word.kind not in _UNREAD and word.text[0].isalpha() and word.text not in FUNCTION_WORDS


def surroundings(said: Sequence[QuestionWord]) -> list[list[str]]:
    """For each word the features of its use: it, its neighbours, its ending and its place."""
    kinds = ["^^", "^", *(each.kind for each in said), "$", "$$"]
    return [
        [
            f"0 {own}", f"-1 {before}", f"+1 {after}", f"-2 {two}", f"+2 {further}",
            f"-- {two} {before}", f"++ {after} {further}", f"at {min(at, _FAR)}", f"left {min(len(said) - at, _FAR)}",
            *(f"~{word.text[-n:]}" for n in _ENDINGS if len(word.text) > n),
        ]
        for at, (word, two, before, own, after, further) in enumerate(
            zip(said, kinds, kinds[1:], kinds[2:], kinds[3:], kinds[4:], strict=False)
        )
    ]  # fmt: skip


class WordUseModel:
    """The weights."""

    def __init__(self, file: Path = FILE) -> None:
        """Read what `make phrasing` wrote."""
        with np.load(file) as each:
            self._known = frozenset(each["known"].tolist())
            self._features: dict[str, int] = {name: row for row, name in enumerate(each["features"].tolist())}
            self._weights = each["weights"].astype(np.float32)  # (features, 3), by row
            # 9 each: for the word itself, for the word after it and for the word before it
            self._by_word = WordScores(np.hstack(np.split(each["dense"].astype(np.float32), 3)))
            self._bias = each["bias"].astype(np.float32)  # (3,)

    def words(self, text: str) -> list[QuestionWord]:
        """The words of a question that are read."""
        return [each for each in pieces(text, self._known) if is_read(each)]

    def read(self, text: str) -> WordUses:
        """The use of each word; of a word that stands there twice, that in which it likelier names the subject."""
        said = pieces(text, self._known)
        read = [at for at, each in enumerate(said) if is_read(each)]
        if not read:
            return NOTHING_READ
        scores, of_next, of_last = np.split(self._by_word.of([each.text for each in said]), 3, axis=1)
        scores[1:] += of_next[:-1]
        scores[:-1] += of_last[1:]
        scores = scores[read] + self._bias
        around = surroundings(said)
        for row, at in enumerate(read):
            scores[row] += self._weights[[self._features[each] for each in around[at] if each in self._features]].sum(0)
        chances = np.exp(scores - scores.max(axis=1, keepdims=True))
        chances /= chances.sum(axis=1, keepdims=True)
        found: dict[str, dict[str, float]] = {}
        for at, each in zip(read, chances.tolist(), strict=True):
            use = dict(zip(USES, each, strict=True))
            if (word := said[at].text) not in found or found[word][SUBJECT] < use[SUBJECT]:
                found[word] = use
        return WordUses(found)


@cache
def word_uses() -> WordUseModel:
    """The weights, read once."""
    return WordUseModel()
