"""A word that the collection does not have -> the word of the collection that the reader meant, or None.

Precision comes first: an answer about the wrong person is worse than an honest no. A word that readers may mean as it
stands (an English word, a well-known name, a known place) is never corrected: it is simply not in this collection.
Readers spell names by ear, so names are also found by their sound; other words only with one letter wrong.
"""

import json
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from rag.language.phonetics import sound
from rag.language.tables import table
from rag.language.tokens import folded, tokens
from rag.language.word_list import is_english

# A slip is a letter too many, too few, wrong, or in the wrong place.
_SOUND = 5  # a name of so many letters is recognised by its sound
_SLIP = 6  # a word of so many letters may have one slip, and a name's sound may be one off
_LONG = 9  # a name of so many letters may have two slips
_CLEAR = 7  # even an English word of so many letters may be a name's other spelling: Khrushchev, Khruschev
_COMMONER = 20  # a word is a slip of a name that occurs so many times as often
_VOWELS = frozenset("aeiouy")


class SpellingCorrector:
    """Knows the words of a collection. Safe under threads."""

    def __init__(self, frequencies: Mapping[str, int], names: Iterable[str], settled: Collection[str]) -> None:
        """Arrange the words for search.

        Args:
            frequencies: Word -> how many records have it.
            names: Those that are names of people and places.
            settled: Words that are never corrected.
        """
        self._frequencies = frequencies
        self._settled = settled
        self._names_of_sound: dict[str, list[str]] = defaultdict(list)
        self._names: dict[tuple[str, int], list[str]] = defaultdict(list)
        self._words: dict[tuple[str, int], list[str]] = defaultdict(list)
        called = set(names)
        for name in sorted(called):
            spoken = sound(name)
            if spoken:
                self._names_of_sound[spoken].append(name)
                self._names[spoken[0], len(name)].append(name)
        for word in frequencies:
            if len(word) >= _SLIP - 1 and word.isalpha() and word not in called:
                self._words[word[0], len(word)].append(word)
        self._sounds: dict[tuple[str, int], list[str]] = defaultdict(list)
        for spoken in self._names_of_sound:
            self._sounds[spoken[0], len(spoken)].append(spoken)

    def correct(self, given: str) -> str | None:
        """The word, as the index has it, that `given` means; None where it is right or nothing is near."""
        word = folded(given)
        if word in self._settled or len(word) < _SOUND or not word.isalpha():
            return None
        if not given.removeprefix("Mc")[1:].islower():
            return None  # capitals inside mark an abbreviation: COMINT, mRNA
        spoken = sound(given)
        found = self._by_sound(word, spoken)
        if word in self._frequencies:
            return found if found is not None and self._is_slip(word, found) else None
        if found is not None and (len(word) >= _CLEAR or not is_english(word)):
            return found
        found = self._name(word, spoken) or self._word(word, spoken)
        return None if found is None or is_english(word) else found

    def _by_sound(self, word: str, spoken: str) -> str | None:
        """The name that sounds exactly so."""
        names = self._names_of_sound.get(spoken, ()) if len(spoken) >= _SOUND - 1 else ()
        return self._best({name: OSA.distance(word, name) for name in names})

    def _name(self, word: str, spoken: str) -> str | None:
        """The nearest name by letters or by sound; both begin with the same sound."""
        slips = 2 if len(word) >= _LONG else 1
        near = dict(_near(word, self._names, spoken[:1], slips))
        if len(spoken) >= _SLIP:
            for other, _ in _near(spoken, self._sounds, spoken[:1], 1):
                distances = {name: OSA.distance(word, name) for name in self._names_of_sound[other]}
                near |= {name: slips for name, slips in distances.items() if slips <= len(word) // 3}
        if len(word) <= _SLIP:
            near = {name: slips for name, slips in near.items() if not _swaps_consonant(word, name)}
        return self._best(near)

    def _word(self, word: str, spoken: str) -> str | None:
        """The nearest word that is no name."""
        if len(word) < _SLIP:
            return None
        near = {
            other: distance
            for other, distance in _near(word, self._words, word[0], 2)
            if (distance == 1 or sound(other) == spoken) and not _is_inflected(word, other)
        }
        return self._best(near)

    def _best(self, near: Mapping[str, int]) -> str | None:
        """The nearest; of several equally near, the one that is clearly the commonest, or None."""
        if not near:
            return None
        least = min(near.values())
        first, *rest = sorted(
            (name for name in near if near[name] == least), key=lambda name: (-self._count(name), name)
        )
        return (
            first if not rest or self._count(first) > self._count(rest[0]) or sound(first) == sound(rest[0]) else None
        )

    def _is_slip(self, word: str, name: str) -> bool:
        """Whether a word of the collection is its own rare misspelling of a name."""
        return self._count(name) >= _COMMONER * self._count(word) and not is_english(word)

    def _count(self, word: str) -> int:
        return self._frequencies.get(word, 0)


def corrected(text: str, has: Callable[[str], bool]) -> str:
    """A question in which slips of the words that ask are corrected: documnets, adressed, chronolgy.

    Args:
        has: Whether the collection has a word; such a word stands.
    """
    if not text.isascii():
        return text
    spans = [(token.start, token.end, _asking_word(token.text, has)) for token in tokens(text)]
    for start, end, word in reversed([each for each in spans if each[2]]):
        text = f"{text[:start]}{word}{text[end:]}"
    return text


def _asking_word(given: str, has: Callable[[str], bool]) -> str | None:
    if len(given) < _SLIP or not given.isalpha() or not given[1:].islower():
        return None
    word = given.lower()
    if word in _asking() or has(word) or is_english(word):
        return None
    found = process.extractOne(word, [*_asking()], scorer=OSA.distance, score_cutoff=1)
    return None if found is None else found[0].capitalize() if given[0].isupper() else str(found[0])


@cache
def _asking() -> Mapping[str, None]:
    """The words by which questions ask, sorted: those of the grammars, of dates and of document types."""
    grammar = json.dumps([table(name) for name in ("intents", "conditions", "document_types", "date_words")])
    return dict.fromkeys(sorted(filter(is_english, re.findall(r"(?<![\w\\{(?])[a-z]{5,}", grammar))))


def _swaps_consonant(one: str, other: str) -> bool:
    """Whether one consonant stands for another: Statin is not Stalin, while Gevora may be Gevara."""
    if len(one) != len(other):
        return False
    pairs = [(a, b) for a, b in zip(one, other, strict=True) if a != b]
    return len(pairs) == 1 and not _VOWELS.intersection(pairs[0])


def _is_inflected(one: str, other: str) -> bool:
    """Whether the two are one word with and without an ending: shipments is no slip."""
    short, long = sorted((one, other), key=len)
    return long.startswith(short) and long[len(short) :] in ("s", "d", "es", "ed", "r")


def _near(word: str, buckets: Mapping[tuple[str, int], list[str]], first: str, slips: int) -> Iterable[tuple[str, int]]:
    """(word, slips) of the words in the buckets with this first letter and about this length."""
    for length in range(len(word) - slips, len(word) + slips + 1):
        bucket = buckets.get((first, length))
        if bucket:
            for other, distance, _ in process.extract(
                word, bucket, scorer=OSA.distance, score_cutoff=slips, limit=None
            ):
                yield other, int(distance)
