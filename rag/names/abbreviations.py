"""Text -> the abbreviations it spells out itself: "Communist Party of Czechoslovakia (CPCz)".

After A. Schwartz and M. Hearst, "A simple algorithm for identifying abbreviation definitions in biomedical text",
Pacific Symposium on Biocomputing 8 (2003): the letters of the short form are searched from right to left in the words
before the bracket; the first letter must begin a word.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_SHORT = re.compile(r"\(([^\W\d_]{2,10})\)")
_CLAUSE = re.compile(r"[^()\[\].;:?!]*\Z")
_REACH = 150  # characters before the bracket in which the long form is searched
_SPARE = 5  # a long form has at most so many words more than its short form has letters


@dataclass(frozen=True, slots=True)
class Abbreviation:
    """A short form, and the long form that the collection gives for it."""

    short: str
    long: str


def abbreviations(text: str) -> Iterator[Abbreviation]:
    """Every abbreviation in brackets after its long form, in order."""
    for bracket in _SHORT.finditer(text):
        short = bracket[1]
        clause = _CLAUSE.search(text[max(bracket.start() - _REACH, 0) : bracket.start()])
        if clause and sum(map(str.isupper, short)) > 1 and (long := _long(short, clause[0].split())):
            yield Abbreviation(short, long)


def _long(short: str, before: list[str]) -> str | None:
    """The shortest run of the words before the bracket that contains the short form's letters, or None."""
    candidate = " ".join(before[-min(len(short) + _SPARE, 2 * len(short)) :])
    at = len(candidate)
    for letter in reversed(short[1:].lower()):
        at = candidate.lower().rfind(letter, 0, at)
        if at < 0:
            return None
    # A capital, where there is one, begins the long form: "of the Organization of American States" begins with "O".
    starts = [
        start
        for start in range(at)
        if candidate[start].lower() == short[0].lower() and not candidate[start - 1 : start].isalnum()
    ]
    if not starts:
        return None
    long = candidate[max(starts, key=lambda start: (candidate[start] == short[0], start)) :]
    # One word is no long form, and a long form that contains its short form explains nothing.
    return long if " " in long and short.lower() not in long.lower().split() else None
