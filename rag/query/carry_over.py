"""A question and the turns before -> the words of theirs that it needs, by the model's own attention.

One pass of the packaged model reads the first turn, the last three and the question together. How much the question's
tokens attend to a word of the turns before, with a few counts, gives the chance that a person who rewrote the question
to stand alone would add that word. The weights were learned from people's rewritings (`make followups`).
"""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag.embeddings import Attention, Vectors
from rag.index.analyzer import terms_of
from rag.language.stopwords import FUNCTION_WORDS
from rag.language.tables import word_lists

TURNS_BACK = 3  # turns looked back on, besides the first

HEAD = Path(__file__).with_name("carry_over_head.json")

_COUNTS = ("before", "first", "between", "often", "capitalised", "rare", "alike", "last", "opening", "own", "pointing")
_STATES = len(_COUNTS) - 2
_FAINT = 1e-4  # added to an attention before its logarithm
_COMMON, _VOCABULARY = 1000, 30522  # numbers of the pieces from which on rarity counts, and of all
_PIECE, _RAREST = 0.1, 1.4  # rarity that each further piece of a word adds, and the most

_WORD = re.compile(r"[^\W_]+(?:[-’'.][^\W_]+)*")
_POSSESSIVE = re.compile(r"[’']s$")
_STOP = re.compile(r"[.?!,;]")
_LISTS = word_lists("carry_over_words")
POINTERS = _LISTS["pointers"]
_PLAIN = FUNCTION_WORDS | _LISTS["plain"]


@dataclass(frozen=True, slots=True)
class CarriedWords:
    """Words of an earlier turn that a question needs."""

    text: str
    turn: int  # the number of that turn, from 0
    chance: float  # how likely a person would add them, in [0, 1]


@dataclass(frozen=True, slots=True)
class CarryOver:
    """What a question takes over from the turns before."""

    carried: tuple[CarriedWords, ...] = ()
    # (dim,) the question's own states in the company of the turns before, of unit length.
    context: Vectors | None = field(default=None, compare=False)


NO_CARRY_OVER = CarryOver()


@dataclass(slots=True)
class _Occurrence:
    """A word at its place in the joined text."""

    turn: int
    text: str
    start: int
    end: int
    capitalised: bool
    opening: bool
    last: bool = False


@dataclass(frozen=True, slots=True)
class Candidates:
    """The words of earlier turns that the question lacks, and what is known of each."""

    text: str  # the turns and the question as one text
    words: dict[str, list[_Occurrence]]  # by its stem, each word's places
    features: NDArray[np.float32]  # (n, 83) numbers of each
    context: Vectors  # (dim,) mean of the question's states


def carry_over(
    before: Sequence[str],
    question: str,
    min_chance: float,
    attend: Callable[[str], Attention | None],
    cosines: Callable[[Sequence[str], Sequence[str]], Vectors],
) -> CarryOver:
    """The words of the questions before, oldest first, that a person would add with at least this chance."""
    found = candidates(before, question, attend, cosines)
    if found is None:
        return CarryOver(tuple(_all_of_last_turn(before, question)))
    weights, bias = _head()
    chances = 1.0 / (1.0 + np.exp(-(found.features @ weights + bias)))  # (n,)
    chance = dict(zip(found.words, map(float, chances), strict=True))
    context = found.context / np.linalg.norm(found.context)
    return CarryOver(
        tuple(_phrases(found, {stem: each for stem, each in chance.items() if each >= min_chance})), context
    )


def candidates(
    before: Sequence[str],
    question: str,
    attend: Callable[[str], Attention | None],
    cosines: Callable[[Sequence[str], Sequence[str]], Vectors],
) -> Candidates | None:
    """The words that a question may take over; None where the model gives no attention."""
    turns = [turn for turn in range(len(before)) if turn == 0 or turn >= len(before) - TURNS_BACK]
    text, begins = "", []
    for each in (*(before[turn] for turn in turns), question):
        begins.append(len(text))
        folded = " ".join(each.split())
        text += f"{folded} " if folded.endswith((".", "?", "!")) else f"{folded} ? "
    text = text.rstrip()
    asked = [word for word, _ in _words(text[begins[-1] :]) if _carries(word)]
    words: dict[str, list[_Occurrence]] = {}
    own = set(map(_stem, asked))
    for turn, begin, end in zip(turns, begins, begins[1:], strict=False):
        for place in _occurrences(text, turn, begin, end):
            if (stem := _stem(place.text)) not in own:
                words.setdefault(stem, []).append(place)
    if (attention := attend(text)) is None:
        return None
    rows = np.flatnonzero(_real(attention) & (attention.offsets[:, 0] >= begins[-1]))
    if not len(rows):
        return None
    return Candidates(
        text,
        words,
        _features(text, words, asked, attention, rows, cosines, len(before)),
        attention.states[rows].mean(axis=0),
    )


def _features(
    text: str,
    words: dict[str, list[_Occurrence]],
    asked: Sequence[str],
    attention: Attention,
    rows: NDArray[np.intp],
    cosines: Callable[[Sequence[str], Sequence[str]], Vectors],
    turns: int,
) -> NDArray[np.float32]:
    """(n, 83) of each word; `rows` are the question's pieces."""
    offsets, states = attention.offsets, attention.states
    pointing = [row for row in rows if text[slice(*offsets[row])].lower() in POINTERS]
    whole = states[rows].mean(axis=0)
    pointers = states[pointing].mean(axis=0) if pointing else np.zeros_like(whole)
    most = attention.heads[:, rows].max(axis=1)  # (h, t) of the question's pieces, the one that looks hardest
    alike = np.zeros(len(words), np.float32)
    if asked and words:
        spelt = [places[-1].text.lower() for places in words.values()]
        alike = cosines(spelt, [word.lower() for word in asked]).max(axis=1)
    features = np.zeros((len(words), len(_COUNTS) + len(most)), np.float32)
    features[:, len(_COUNTS) :] = np.log(_FAINT)
    for row, places in enumerate(words.values()):
        pieces = [piece for each in places for piece in _pieces(attention, each)]
        seen = {each.turn for each in places}
        features[row, :_STATES] = (
            turns - 1 in seen,
            0 in seen,
            bool(seen - {0, turns - 1}),
            len(places) / 3,
            any(each.capitalised for each in places),
            _rarity([int(attention.ids[piece]) for piece in _pieces(attention, places[-1])]),
            alike[row],
            any(each.last for each in places),
            any(each.opening for each in places),
        )
        if pieces:
            state = states[pieces].mean(axis=0)
            features[row, _STATES : len(_COUNTS)] = [_cosine(state, other) for other in (whole, pointers)]
            features[row, len(_COUNTS) :] = np.log(most[:, pieces].max(axis=1) + _FAINT)
    return features


def _all_of_last_turn(before: Sequence[str], question: str) -> Iterator[CarriedWords]:
    """Without the model: all words of the turn before."""
    own, text, turn = {_stem(word) for word, _ in _words(question)}, before[-1], len(before) - 1
    for each in _occurrences(text, turn, 0, len(text)):
        if _stem(each.text) not in own:
            yield CarriedWords(each.text, turn, 0.5)


def _phrases(found: Candidates, chance: dict[str, float]) -> Iterator[CarriedWords]:
    """The words taken over, as they last stood, joined where only small words lie between."""
    taken = sorted(
        ((places[-1], chance[stem]) for stem, places in found.words.items() if stem in chance),
        key=lambda each: each[0].start,
    )
    joined: list[tuple[int, int, int, float]] = []
    for place, likely in taken:
        if joined and joined[-1][2] == place.turn and _is_small(found.text[joined[-1][1] : place.start]):
            start, _, _, before = joined.pop()
            joined.append((start, place.end, place.turn, max(before, likely)))
        else:
            joined.append((place.start, place.end, place.turn, likely))
    for start, end, turn, likely in joined:
        yield CarriedWords(found.text[start:end], turn, likely)


def _is_small(between: str) -> bool:
    words = [word.lower() for word, _ in _words(between)]
    return not _STOP.search(between) and _LISTS["joining"].issuperset(words)


def _occurrences(text: str, turn: int, begin: int, end: int) -> list[_Occurrence]:
    """The content words of one turn, with their places in the text."""
    found: list[_Occurrence] = []
    words = _words(text[begin:end])
    for at, (word, place) in enumerate(words):
        if _carries(word):
            start = begin + place
            inside = at > 0 and not text[begin:start].rstrip().endswith((".", "?", "!"))
            opening = not any(_carries(other) for other, _ in words[:at])
            found.append(_Occurrence(turn, word, start, start + len(word), word[0].isupper() and inside, opening))
    for each in found:
        each.last = _stem(each.text) == _stem(found[-1].text)
    return found


def _words(text: str) -> list[tuple[str, int]]:
    return [(_POSSESSIVE.sub("", found.group()), found.start()) for found in _WORD.finditer(text)]


def _carries(word: str) -> bool:
    return word.lower() not in _PLAIN and (len(word) > 1 or word.isdigit())


def _stem(word: str) -> str:
    return " ".join(terms_of(word))


def _real(attention: Attention) -> NDArray[np.bool_]:
    """(t,) whether a token has a place in the text: special tokens have none."""
    real: NDArray[np.bool_] = attention.offsets[:, 1] > attention.offsets[:, 0]
    return real


def _pieces(attention: Attention, place: _Occurrence) -> list[int]:
    offsets = attention.offsets
    return np.flatnonzero(_real(attention) & (offsets[:, 0] < place.end) & (offsets[:, 1] > place.start)).tolist()


def _rarity(pieces: Sequence[int]) -> float:
    """How rare a word is in general: the model's vocabulary is in the order of frequency, rare words are in pieces."""
    if len(pieces) == 1:
        return float(np.log(max(pieces[0], _COMMON) / _COMMON) / np.log(_VOCABULARY / _COMMON))
    return min(1.0 + _PIECE * (len(pieces) - 1), _RAREST)


def _cosine(one: Vectors, other: Vectors) -> float:
    return float(one @ other / max(float(np.linalg.norm(one) * np.linalg.norm(other)), 1e-6))


@cache
def _head() -> tuple[NDArray[np.float32], float]:
    """The weights (83,) of the features and the bias."""
    learned = json.loads(HEAD.read_text(encoding="utf-8"))
    return np.array(learned["weights"], np.float32), float(learned["bias"])
