"""Text -> the numbers it gives, in digits or words, each with the words that it counts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.language.english.numerals import SCALES, VALUES
from rag.llm.claim_words import claim_words, stem

if TYPE_CHECKING:
    from collections.abc import Iterator

_WORD = f"(?:{'|'.join(sorted([*VALUES, *SCALES], key=len, reverse=True))})"
_AND = "(?:(?<=hundred)|(?<=thousand)|(?<=million)) and "
_NUMBER = re.compile(
    rf"""
    (?<![^\W_])(?P<digits>\d+(?:[,\u202f\u00a0]\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?)(?:st|nd|rd|th|s)?(?![^\W_])
      (?:[ ](?P<scale>{"|".join(SCALES)})\b)?
    | \b(?P<vague>dozens|hundreds|thousands|millions|billions)\b
    | \b(?P<spelt>{_WORD}(?:(?:[ ]|-|{_AND.replace(" ", "[ ]")}){_WORD})*)\b
    """,
    re.IGNORECASE | re.VERBOSE,
)
_FOLLOWING = re.compile(r"[^\W_]+")
_STOP = re.compile(r"[.,;:()\d]")
_COUNTED = 3  # words after a number that it may count
_POINTING = re.compile(r"\b(?:the|these|those|both|other|all|latter|former|his|her|their|between)\s+$", re.IGNORECASE)
_NO_COUNT = frozenset({"one", "first", "second"})
_PAIR = frozenset({"two", "couple"})


@dataclass(frozen=True, slots=True)
class Number:
    """A number of a text.

    Attributes:
        text: As it is written.
        value: What it comes to; for "thousands" the word.
        counts: The stems that follow it, the nearest first.
    """

    text: str
    value: float | str
    counts: tuple[str, ...]


def numbers(text: str) -> Iterator[Number]:
    """Every number of a text; dates should have been taken out. "One", and "the two" of a pair, are none."""
    for match in _NUMBER.finditer(text):
        small = match[0].lower()
        if small not in _NO_COUNT and not (small in _PAIR and _POINTING.search(text, 0, match.start())):
            yield Number(match[0], _value(match), tuple(_counts(text, match.end())))


def _value(match: re.Match[str]) -> float | str:
    if match["vague"]:
        return match["vague"].lower()
    if match["digits"]:
        return float(re.sub(r"[^\d.]", "", match["digits"])) * SCALES.get((match["scale"] or "").lower(), 1)
    total = group = 0
    for word in re.findall(_WORD, match["spelt"].lower()):
        if word in VALUES:
            group += VALUES[word]
        elif word == "hundred":
            group = max(group, 1) * SCALES[word]
        else:
            total, group = total + max(group, 1) * SCALES[word], 0
    return float(total + group)


def _counts(text: str, end: int) -> Iterator[str]:
    """The words that a number counts: up to a stop, another number, or enough of them."""
    left = _COUNTED
    for word in _FOLLOWING.finditer(text, end):
        if not left or _STOP.search(text, end, word.end()):
            return
        end = word.end()
        plain = word[0].lower()
        if plain in ("of", "the"):
            continue
        if plain in claim_words().light:
            return
        left -= 1
        yield stem(plain)
