"""A question -> what kind it is, and which words of it are what it is about, learned from questions labelled by hand.

Multinomial logistic regression on the n-grams of the question, its names, types and numbers replaced by their kinds,
and on the static vectors of its words, so that words count which no labelled question has. Each word is judged likewise
to be of the topic or not; the topic is the run of words that is so most. `make phrasing` learns the weights.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag.embeddings.weights import PACKAGE
from rag.embeddings.word_vectors import WordVectors
from rag.language.tables import FOLDER

NAME, TYPE, NUMBER, OTHER = "N", "T", "0", "w"
OPENING = 4  # words at the beginning whose mean vector counts by itself

VECTORS = WordVectors(PACKAGE)

_KEPT = 4096  # words whose scores are cached, about
_LONGEST = 400  # characters of a question that are read
_TOKEN = re.compile(r"\{(?P<mark>[NPT])\d+\}|['’][a-z]{1,2}\b|[^\W\d_]+|\d+|[:,;]")
_RUNS = frozenset({NAME, NUMBER, OTHER})
_GRAM = 3  # tokens of an n-gram, at most; at the beginning one more


@dataclass(frozen=True, slots=True)
class QuestionWord:
    """A word of a question: as it is written, and where; `kind` is the word itself where labelled questions have it."""

    kind: str
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Phrasing:
    """What a question was taken for: each label and its chance."""

    chances: Mapping[str, float]

    @property
    def kind(self) -> str:
        """The likeliest label."""
        return max(self.chances, key=self.chances.__getitem__)

    @property
    def chance(self) -> float:
        """That of the likeliest label."""
        return max(self.chances.values())


def pieces(text: str, known: Iterable[str]) -> list[QuestionWord]:
    """The words of a question that may be marked (`conditions.mark`), each with its kind."""
    found: list[QuestionWord] = []
    for each in _TOKEN.finditer(text[:_LONGEST]):
        said = each.group()
        word = said.lower().replace("’", "'")
        if each["mark"]:
            kind = TYPE if each["mark"] == "T" else NAME
        elif said.isdigit():
            kind = NUMBER
        elif said[0].isupper() and word != "i" and (found or word not in known):
            kind = NAME
        else:
            kind = word if word in known or not said[0].isalpha() else OTHER
        found.append(QuestionWord(kind, word, *each.span()))
    return found


def grams(said: Sequence[QuestionWord], read: str) -> set[str]:
    """The n-grams of a question, and what the patterns read."""
    kinds = ["^", *(kind for kind, run in groupby(each.kind for each in said) for _ in _once(kind, run)), "$"]
    spans = ((at, at + n) for at in range(len(kinds)) for n in range(1, _GRAM + (2 if at == 0 else 1)))
    return {
        *(" ".join(kinds[at:to]) for at, to in spans if to <= len(kinds)),
        *(f"<{kind}" for kind in kinds[1:4]),
        f"={read}",
    }


def _once(kind: str, run: Iterable[str]) -> Iterable[str]:
    return (kind,) if kind in _RUNS else run


def plain_words(said: Sequence[QuestionWord]) -> list[str]:
    """The words of a question that are no names, types, numbers or marks."""
    return [each.text for each in said if each.kind not in {NAME, TYPE, NUMBER} and each.text[0].isalpha()]


def place_features(said: Sequence[QuestionWord], kind: str) -> list[list[str]]:
    """For each word the features of whether it is of the topic: it, its neighbours, and the kind of the question."""
    kinds = ["^^", "^", *(each.kind for each in said), "$", "$$"]
    return [
        [
            f"0 {own}", f"-1 {before}", f"+1 {after}", f"-2 {two}", f"+2 {further}",
            f"-0 {before} {own}", f"0+ {own} {after}", f"-- {two} {before}", f"++ {after} {further}",
            f"{kind} {own}", f"{kind} -1 {before}", f"at {min(at, OPENING)}", f"left {min(len(said) - at, OPENING)}",
        ]
        for at, (two, before, own, after, further) in enumerate(
            zip(kinds, kinds[1:], kinds[2:], kinds[3:], kinds[4:], strict=False)
        )
    ]  # fmt: skip


def run_of(scores: Sequence[float]) -> tuple[int, int]:
    """The run with the greatest sum: where it begins and ends; empty where none is above zero."""
    best, total, begin, found = 0.0, 0.0, 0, (0, 0)
    for at, score in enumerate(scores):
        if total <= 0.0:
            total, begin = 0.0, at
        total += score
        if total > best:
            best, found = total, (begin, at + 1)
    return found


class WordScores:
    """What words add to the scores of a model, by their static vectors."""

    def __init__(self, weights: NDArray[np.float32]) -> None:
        """Keep the weights, (dim, k)."""
        self._weights = weights
        self._kept: dict[str, NDArray[np.float32]] = {}

    def of(self, words: Sequence[str]) -> NDArray[np.float32]:
        """(n, k) what each of these words, one at least, adds; zeros where the packaged model cannot be read."""
        if len(self._kept) > _KEPT:
            self._kept = {}
        kept = self._kept
        if new := [word for word in dict.fromkeys(words) if word not in kept]:
            vectors = VECTORS.vectors(new)
            readable = vectors.shape[1] == len(self._weights)
            rows = vectors @ self._weights if readable else np.zeros((len(new), self._weights.shape[1]), np.float32)
            kept.update(zip(new, rows, strict=True))
        return np.array([kept[word] for word in words])


class PhrasingModel:
    """The weights of one set of labels."""

    def __init__(self, weights: Path) -> None:
        """Read what `make phrasing` wrote."""
        with np.load(weights) as file:
            self._kinds: list[str] = file["kinds"].tolist()
            self._known = frozenset(file["known"].tolist())
            self._grams: dict[str, int] = {gram: row for row, gram in enumerate(file["grams"].tolist())}
            self._weights = file["weights"].astype(np.float32)  # (grams, k), by row
            self._bias = file["bias"].astype(np.float32)  # (k,)
            self._by_word = WordScores(file["dense"].astype(np.float32))  # 2 k each: in the opening, and anywhere
            self._places: dict[str, float] = dict(
                zip(file["places"].tolist(), file["place_weights"].astype(float).tolist(), strict=True)
            )
            self._place_bias = float(file["place_bias"].item())

    def read(self, text: str, pattern: str = "") -> Phrasing:
        """What a question is, where patterns read it as this."""
        said = pieces(text, self._known)
        found = grams(said, pattern)
        rows = [self._grams[each] for each in found if each in self._grams]
        scores = self._bias + self._weights[rows].sum(axis=0) / len(found) ** 0.5
        if words := plain_words(said):
            added, k = self._by_word.of(words), len(self._kinds)
            scores = scores + added[:OPENING, :k].mean(axis=0) + added[:, k:].mean(axis=0)
        chances = np.exp(scores - scores.max())
        return Phrasing(dict(zip(self._kinds, (chances / chances.sum()).tolist(), strict=True)))

    def knows(self, text: str) -> bool:
        """Whether labelled questions have each word of a question, so that it names nothing of its own."""
        return {NAME, TYPE, NUMBER, OTHER}.isdisjoint(each.kind for each in pieces(text, self._known))

    def topic(self, text: str, kind: str) -> str:
        """The part of a question of this kind that says what it is about, with all names and types in it."""
        said = pieces(text, self._known)
        weights = self._places
        start, end = run_of(
            [self._place_bias + sum(weights.get(each, 0.0) for each in place) for place in place_features(said, kind)]
        )
        marked = [at for at, each in enumerate(said) if each.text[0] == "{"]
        run = [*range(start, end), *marked]
        return text[said[min(run)].start : said[max(run)].end] if run else ""


@cache
def model(name: str) -> PhrasingModel:
    """The weights of one set of labels, read once."""
    return PhrasingModel(file_of(name))


def file_of(name: str) -> Path:
    """Where the language has the weights of a set of labels."""
    return FOLDER / f"phrasing_{name}.npz"
