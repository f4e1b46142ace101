"""What a question asks + the sentences of a record -> how far each tells it.

That a record is near to a question says little of whether it tells what is asked: of Mao and of visits there is much,
of a visit of Mao's nothing. A sentence tells as much as it has of the question's verbs and nouns, by stem, as a word of
the same act (a trip is a visit) or as one that is used alike. The people asked about must stand in its record, those
who are to have met in the sentence or in the title, and where a number is asked for, there must be one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rag.answer.catalogue import listed
from rag.answer.highlights import Marker
from rag.dates.phrases import phrases
from rag.index.analyzer import terms_of
from rag.index.ports import QueryTerm
from rag.language.tables import table, word_lists
from rag.language.tokens import tokens, words
from rag.language.word_list import is_english
from rag.query.intent import Intent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.answer.subjects import Subject
    from rag.query.question import Understanding
    from rag.search.ranking import Evidence

Shares = NDArray[np.float64]
"""(n,) how far each passage of a record tells what is asked, in [0, 1]."""

_ACTS = tuple(word_lists("acts").values())
_MEETING = word_lists("acts")["meeting"]
_GENERAL = word_lists("verdict_words")["general"] | (
    word_lists("name_words")["ranks"] - word_lists("verdict_words")["unnamed"]
)
_SAYING = frozenset(map(terms_of, word_lists("name_words")["verbs"]))
_NUMERALS = {**table("numerals")["values"], **table("numerals")["scales"]}.keys() - word_lists("verdict_words")[
    "uncounted"
]
_FIGURES = re.compile(r"(?<![\w.-])\d[\d.,]*(?![\w-])")
_OWNED = re.compile(r"([A-Z]\w+)(?:['\u2019]s|s['\u2019]) +(\w+)(?: +(\w+))?")

_UNLIKE, _ALIKE = 0.25, 0.60
"""Cosines of two words up to which one says nothing of the other, and from which on it says the same."""

_BY_TITLE, _BY_RECORD = 0.8, 0.5
"""What a word counts that stands in the title, or in another sentence of the record."""

_WITHOUT_ONE = 0.35
"""What a record counts that names all people asked about, but not a place or thing."""

_ACT = 0.5
"""Weight of a word of an act: it must stand there anyway, and its synonyms are many."""

_PAIR = 2  # people of whom something is asked that is between them


class Demand:
    """What one question asks, ready to be looked for in any record.

    Attributes:
        words: The verbs and nouns that a record must tell of, as the question has them.
    """

    def __init__(
        self, understood: Understanding, about: Sequence[Subject], marker: Marker, rarity: Sequence[float]
    ) -> None:
        """Take the question, its subjects, and its words with the inverse document frequency of each."""
        self._marker = marker
        self._names = [each.name for each in about if not each.is_circumstance]
        self._wants_number = understood.intent is Intent.HOW_MANY
        self._wants_person = understood.intent is Intent.WHO
        self._subjects = Marker([QueryTerm(each.spellings, is_name=True) for each in about], [1.0] * len(about))
        self._central = frozenset(at for at, each in enumerate(about) if not each.is_circumstance)
        self._people = frozenset(at for at in self._central if about[at].is_person)
        named = {spelling for each in about for spelling in each.spellings}
        named |= {token.word for token in tokens(understood.asked)[1:] if token.text[0].isupper()}
        terms = [(at, term.spellings[0]) for at, term in enumerate(understood.terms) if not term.is_name]
        acts = {at: act for at, word in terms for act in _ACTS if word in act}
        needed = [
            (at, word)
            for at, word in terms
            if at in acts
            or not (
                word in named | _GENERAL
                or terms_of(word) in _SAYING
                or any(map(str.isdigit, word))
                or _is_slip(word, understood)
            )
        ]
        self.words = tuple(word for _, word in needed)
        self._rows = [at for at, _ in needed]
        self._of_meeting = all(act is _MEETING for act in acts.values())
        self._acts = {row: acts[at] for row, at in enumerate(self._rows) if at in acts}
        self._stems = [terms_of(word) for word in self.words]
        self._weights = np.array([rarity[at] * (_ACT if at in acts else 1.0) for at in self._rows])

    def told(self, evidence: Evidence) -> Shares:
        """How far each passage of a record, the title first, tells what is asked."""
        texts = evidence.passages.texts
        named = [self._subjects.held([text]) for text in texts]
        anywhere = frozenset[int]().union(*named)
        if not self._people <= anywhere:
            return np.zeros(len(texts))
        shares = self._shares(texts)
        if self._acts:
            party = self._people if self._of_meeting else self._central
            shares *= [party <= each | named[0] for each in named]
        elif len(self._people) == _PAIR and not any(self._people <= each for each in named):
            shares *= 0.0
        if not self._central <= anywhere:
            shares *= _WITHOUT_ONE
        return shares * [_has_number(text) for text in texts] if self._wants_number else shares

    def unanswered(self) -> str:
        """That no record tells it, in a sentence."""
        near = "Records are near the question, but"
        if self._wants_number:
            return f"{near} none gives the number that is asked for."
        said = [f"“{word}”" for word in self.words]
        if not said or not self._names:
            asked = said or self._names
            return f"{near} none speaks of {listed(asked)}{' together' if asked[1:] else ''}."
        return f"{near} no sentence brings {listed(said)} together with {listed(self._names)}."

    def _shares(self, texts: Sequence[str]) -> Shares:
        """How much of the words each passage has, apart from whom it is about."""
        if not self.words:
            return np.ones(len(texts))
        covered = self._marker.coverage(texts)[self._rows]  # (words, n)
        for column, text in enumerate(texts):
            said = {token.word for token in tokens(text)}
            covered[[row for row, act in self._acts.items() if act & said], column] = 1.0
            covered[self._owned_by_others(text), column] = 0.0
        if not self._wants_number:  # which counts what its own sentence names
            by_title, by_record = covered[:, :1] >= 1.0, covered.max(axis=1, keepdims=True) >= 1.0
            covered = np.maximum(covered, np.maximum(_BY_TITLE * by_title, _BY_RECORD * by_record))
        covered = np.clip((covered - _UNLIKE) / (_ALIKE - _UNLIKE), 0.0, 1.0)
        shares: Shares = self._weights @ covered / self._weights.sum()
        return shares * covered[list(self._acts)].min(axis=0) if self._acts else shares

    def _owned_by_others(self, text: str) -> list[int]:
        """The rows of words that a text has as what is another's: Castro's visit is none of Khrushchev's."""
        if not self._people or self._wants_person:
            return []
        others = {
            word
            for owner, *words in _OWNED.findall(text)
            if not self._people & self._subjects.held([owner])
            for word in words
        }
        stems = {terms_of(word) for word in others}
        return [
            row
            for row, stem in enumerate(self._stems)
            if stem in stems or any(word.lower() in self._acts.get(row, ()) for word in others)
        ]


def _is_slip(word: str, understood: Understanding) -> bool:
    """Whether no record and no dictionary has a word."""
    return word in understood.absent and not is_english(word)


def _has_number(text: str) -> bool:
    """Whether a text has a number that is no date."""
    for found in reversed(list(phrases(text))):
        text = f"{text[: found.start]} {text[found.end :]}"
    return _FIGURES.search(text) is not None or not _NUMERALS.isdisjoint(words(text))
