"""The profile of a large collection, made by arithmetic; a profile -> questions of twelve words."""

from __future__ import annotations

from itertools import cycle, islice, product
from typing import TYPE_CHECKING

from rag.language.stopwords import FUNCTION_WORDS
from rag.names.authority import NameKind
from rag.names.profile import Name, Profile

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

WORDS = 50_000

_RECORDS = 20_000
_GIVEN = 97
_PEOPLE = 4_000
_PLACES = 400
_SYLLABLES = ["".join(pair) for pair in product("bdfgklmnprstvz", "aeiou")]
_ENDINGS = ("", "n", "s", "ment", "ing", "rov", "ski")
_STEP = 99_991  # coprime to the number of triples of syllables, so that each triple comes once
_LONG = 7  # letters of a word whose misspelling is always corrected, at least


def large() -> Profile:
    """WORDS words by Zipf's law, function words first; among them _PEOPLE people and _PLACES places."""
    asking = sorted(FUNCTION_WORDS)
    words = list(islice(_words(), WORDS - len(asking)))
    called = iter(words)
    given, surnames, places = (list(islice(called, number)) for number in (_GIVEN, _PEOPLE, _PLACES))
    people = [
        Name(f"{first} {last}".title(), NameKind.PERSON, (f"{first} {last}",), (last,), (first,), records=1 + at % 9)
        for at, (first, last) in enumerate(zip(cycle(given), surnames, strict=False))
    ]
    towns = [Name(place.title(), NameKind.PLACE, (place,), records=1) for place in places]
    counts = {word: max(1, _RECORDS // rank) for rank, word in enumerate([*asking, *words], 1)}
    return Profile(_RECORDS, dict(sorted(counts.items())), (*people, *towns))


def questions(profile: Profile, n: int) -> list[str]:
    """Questions of twelve words: two names and three words, one of each misspelt, and a month and year."""
    words = [word for word in profile.words if word.isalpha() and len(word) >= _LONG]
    surnames = [name.surnames[0] for name in profile.names if name.surnames]
    called = [surname for surname in surnames if surname.isalpha()] or words
    who, what = _spread(called, 2 * n), _spread(words, 3 * n)
    return [
        f"What did {next(who).title()} tell {_slip(next(who)).title()} "
        f"about {next(what)} {next(what)} {_slip(next(what))} in October {1945 + number % 45}"
        for number in range(n)
    ]


def _spread(words: Sequence[str], n: int) -> Iterator[str]:
    """`n` of the words, evenly spread."""
    return (words[at * len(words) // n] for at in range(n))


def _words() -> Iterator[str]:
    """Words of three syllables and an ending, each once, similar ones far apart."""
    n = len(_SYLLABLES)
    for number in range(n**3):
        at = number * _STEP % n**3
        roots = (_SYLLABLES[at // n**2], _SYLLABLES[at % n], _SYLLABLES[at // n % n])
        yield "".join(roots) + _ENDINGS[number % len(_ENDINGS)]


def _slip(word: str) -> str:
    """The word with its middle letter doubled."""
    at = len(word) // 2
    return word[: at + 1] + word[at:]
