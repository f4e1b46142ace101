"""Text -> its numbers, in digits or words, each with the words that it counts."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rag.language.tables import any_of, table
from rag.llm.claim_words import LIGHT, stem

_TABLE = table("numerals")
VALUES: dict[str, int] = _TABLE["values"]
SCALES: dict[str, int] = _TABLE["scales"]
_WORD = f"(?:{'|'.join(sorted([*VALUES, *SCALES], key=len, reverse=True))})"
_AND = f"(?:{'|'.join(f'(?<={scale})' for scale in SCALES)}) {_TABLE['words']['joining']} "
_NUMBER = re.compile(
    rf"""
    (?<![^\W_])(?P<digits>\d+(?:[,\u202f\u00a0]\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?)(?:st|nd|rd|th|s)?(?![^\W_])
      (?:[ ](?P<scale>{"|".join(SCALES)})\b)?
    | \b(?P<vague>{any_of(_TABLE["words"]["vague"])})\b
    | \b(?P<spelt>{_WORD}(?:(?:[ ]|-|{_AND.replace(" ", "[ ]")}){_WORD})*)\b
    """,
    re.IGNORECASE | re.VERBOSE,
)
_FOLLOWING = re.compile(r"[^\W_]+")
_STOP = re.compile(r"[.,;:()\d]")
_GROUP = 1000  # scales below multiply within a group of three digits: two hundred thousand
_COUNTED = 3  # words after a number that it may count
_POINTING = re.compile(rf"\b(?:{any_of(_TABLE['words']['pointing'])})\s+$", re.IGNORECASE)
_NO_COUNT, _PAIR, _PASSED_OVER = (
    frozenset(_TABLE["words"][kind].split()) for kind in ("no_count", "pair", "passed_over")
)


@dataclass(frozen=True, slots=True)
class Number:
    """A number of a text."""

    text: str  # as it is written
    value: float | str  # its value; of "thousands" the word
    counts: tuple[str, ...]  # the stems of the words it counts, the nearest first


def numbers(text: str) -> Iterator[Number]:
    """Every number of a text without dates; "one", and "the two" of a pair, are not numbers."""
    for match in _NUMBER.finditer(text):
        word = match[0].lower()
        if word not in _NO_COUNT and not (word in _PAIR and _POINTING.search(text, 0, match.start())):
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
        elif SCALES[word] < _GROUP:
            group = max(group, 1) * SCALES[word]
        else:
            total, group = total + max(group, 1) * SCALES[word], 0
    return float(total + group)


def _counts(text: str, end: int) -> Iterator[str]:
    """The words that a number counts: up to a stop, another number, or _COUNTED words."""
    left = _COUNTED
    for word in _FOLLOWING.finditer(text, end):
        if not left or _STOP.search(text, end, word.end()):
            return
        end = word.end()
        lower = word[0].lower()
        if lower in _PASSED_OVER:
            continue
        if lower in LIGHT:
            return
        left -= 1
        yield stem(lower)
