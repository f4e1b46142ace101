"""A question -> the type of answer that it expects, and which passages of a record have one.

"Who" expects a person, "which ambassador" a name with that rank; "where" a place; "when" a day; "who was X" a role
beside the name of X.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import chain, pairwise, takewhile

import numpy as np
from numpy.typing import NDArray

from rag.answer.highlights import Marker
from rag.dates.phrases import phrases
from rag.language.stopwords import FUNCTION_WORDS
from rag.language.tables import table, word_lists
from rag.language.tokens import Token, tokens, words
from rag.query.intent import Intent
from rag.query.understanding import Understanding
from rag.search.ranking import Evidence

Shares = NDArray[np.float64]  # (n,) one number in [0, 1] for each passage of a record

_NAMES = word_lists("name_words")
_RANKS = frozenset(word.removesuffix("s") for word in _NAMES["ranks"] - word_lists("verdict_words")["unnamed"])
_ROLES = _NAMES["ranks"] | _NAMES["offices"]
_LINKS = _NAMES["links"] - {"and"}
_PLACING, _CHOOSING = (re.compile(table("intents")["words"][each], re.IGNORECASE) for each in ("placing", "choosing"))
_PLACE = 4  # words of a place in a title


class AnswerType:
    """The type of answer that one question expects.

    Attributes:
        ranks: Ranks, in the singular, of which the person asked for has one: which ambassador.
        is_required: Whether a record without such an answer cannot answer the question.
        wants_role: Whether the question asks who somebody was.
    """

    def __init__(self, understood: Understanding, subjects: Marker, spelt: Sequence[Sequence[str]]) -> None:
        """Take the question, the marker of its subjects, and the spellings of each."""
        self._intent = understood.intent
        self._subjects = subjects
        self._own = {word for spellings in spelt for spelling in spellings for word in spelling.split()}
        self.wants_role = False
        self.ranks: frozenset[str] = frozenset()
        if self._intent is Intent.WHO:
            self.ranks = _RANKS & {_singular(word) for word in words(understood.asked)} - _ranks_of(understood)
        self.is_required = bool(
            _PLACING.match(understood.english) or (self.ranks and _CHOOSING.match(understood.english))
        )

    def shown_by(self, evidence: Evidence) -> Shares:
        """Whether each passage of a record has an answer of this type; of roles, how many of three words it has."""
        record, texts = evidence.hit.record, evidence.passages.texts
        if self.wants_role:
            return np.array([self._roles(text) for text in texts])
        if self._intent is Intent.WHEN:
            return np.array([float(any(phrases(text))) for text in texts])
        if self._intent is Intent.WHERE:
            candidates = [name for name in record.places if not self._subjects.terms_in([name])]
            places = [bool(_stands_at(text, candidates)) for text in texts]
            return np.array([float(places[0] or _has_place_of_its_own(texts[0])), *map(float, places[1:])])
        if self._intent is Intent.WHO:
            candidates = [last_word(name) for name in record.people if not self._subjects.terms_in([name])]
            return np.array([float(self._has_person(text, candidates)) for text in texts])
        return np.zeros(len(texts))

    def _has_person(self, text: str, candidates: Sequence[str]) -> bool:
        """Whether a text names one of these people, or where a rank is asked for, has a name after that rank."""
        if not self.ranks:
            return not set(words(text)).isdisjoint(candidates)
        said = tokens(text)
        return any(
            _singular(token.word) in self.ranks
            and any(not self._subjects.terms_in([each.text]) for each in _named_after(said[at + 1 :], token.word))
            for at, token in enumerate(said)
        )

    def _roles(self, text: str) -> float:
        """Words of ranks and offices next to a subject, as a share of three."""
        said = tokens(text)
        best = 0
        for at, token in enumerate(said):
            if token.word in self._own:
                before = takewhile(_in_a_role, reversed(said[:at]))
                after = takewhile(_in_a_role, said[at + 1 :]) if text[token.end :][:1] == "," else ()
                best = max(best, len({each.word for each in chain(before, after)} & _ROLES))
        return min(best / 3, 1.0)


def before_rank(asked: str) -> set[str]:
    """The words between "which" and a rank: foreign, in "which foreign ministers"."""
    said = words(asked)
    if _CHOOSING.match(asked):
        for at, word in enumerate(said[: _PLACE + 1]):
            if _singular(word) in _RANKS:
                return {*said[1:at]}
    return set()


def last_word(name: str) -> str:
    """The last word of a name: the surname."""
    return (words(name) or [""])[-1]


def _singular(word: str) -> str:
    return word.removesuffix("s")


def _ranks_of(understood: Understanding) -> set[str]:
    """The ranks before a name in a question: President Kennedy."""
    said = tokens(understood.asked)
    return {one.word for one, other in pairwise(said) if other.text[0].isupper() and one.text[0].isupper()}


def _in_a_role(token: Token) -> bool:
    """Whether a word may separate a role from the name: head of the office."""
    return token.word in _LINKS or token.word not in FUNCTION_WORDS


def _stands_at(text: str, names: Sequence[str]) -> bool:
    """Whether a text names one of these places as a location: in X, at X, or after a comma."""
    return any(re.search(rf"(?:\b(?:in|at)(?: the)? |, ?){re.escape(name)}\b", text) for name in names)


def _has_place_of_its_own(title: str) -> bool:
    """Whether a title has a place after a comma: a capitalised part that is neither a day nor a role."""
    return any(
        part[:1].isupper()
        and len(part.split()) <= _PLACE
        and (_RANKS | {"of"}).isdisjoint(words(part))
        and not any(phrases(part))
        and not any(map(str.isdigit, part))
        for part in (each.strip() for each in title.split(",")[1:])
    )


def _named_after(said: Sequence[Token], rank: str) -> Iterator[Token]:
    """The words of the name that follows a rank; after ranks in the plural, those of each name."""
    linking = _LINKS | {"and"} if rank.endswith("s") else _LINKS
    for token in said:
        if token.text[0].isupper():
            yield token
        elif token.word not in linking:
            return
