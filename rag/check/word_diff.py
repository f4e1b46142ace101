"""The words given and those of a record -> how they differ, and how far that carries them from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapidfuzz.distance import LCSseq

from rag.check.text_compare import alike, is_dated
from rag.check.verdicts import Verdict
from rag.language.stopwords import FUNCTION_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rag.language.tokens import Token

_DISPENSABLE = frozenset({"a", "an", "the", "excerpt", "excerpts"})
"""Words that a title loses or gains without naming another document."""

_SHOWN = 8  # words named in a reason, at most


def changes(given: Sequence[Token], held: Sequence[Token]) -> Iterator[tuple[Sequence[Token], Sequence[Token]]]:
    """Runs of words in which the two differ, in order; a slip of spelling is none."""
    at = other = 0
    for block in LCSseq.opcodes([each.word for each in given], [each.word for each in held]).as_matching_blocks():
        first, second = given[at : block.a], held[other : block.b]
        if (first or second) and not _spelt(first, second):
            yield first, second
        at, other = block.a + block.size, block.b + block.size


def _spelt(first: Sequence[Token], second: Sequence[Token]) -> bool:
    """Whether the two runs are the same words, otherwise spelt."""
    if "".join(each.word for each in first) == "".join(each.word for each in second):
        return True
    return len(first) == len(second) and all(alike(a.word, b.word) for a, b in zip(first, second, strict=True))


def quoted(given: Sequence[Token], held: Sequence[Token]) -> tuple[Verdict, tuple[str, ...]]:
    """A quotation: whatever word is another, more or less, it says something else."""
    reasons = tuple(said(first, second) for first, second in changes(given, held))
    if reasons:
        return Verdict.ALTERED, reasons[:3]
    return Verdict.NEAR, (_lettered(given, held),)


def named(given: Sequence[Token], held: Sequence[Token]) -> tuple[Verdict, tuple[str, ...]]:
    """A title: initials, articles and what a shortened one leaves out at its end still name the same document.

    Dates are judged apart.
    """
    verdict, reasons = Verdict.NEAR, []
    for first, second in changes(given, held):
        first, second = (tuple(each for each in run if not is_dated(each.word)) for run in (first, second))  # noqa: PLW2901 - without dates
        if not first and not second:
            continue
        reasons.append(said(first, second))
        if not _harmless(first, second, at_end=bool(second) and second[-1] is _undated(held)[-1]):
            verdict = Verdict.ALTERED
    return verdict, tuple(reasons[:3]) or (_lettered(given, held),)


def _undated(words: Sequence[Token]) -> list[Token]:
    return [each for each in words if not is_dated(each.word)] or [*words]


def _harmless(first: Sequence[Token], second: Sequence[Token], *, at_end: bool) -> bool:
    """Whether the words given still name what the title's do."""
    if not first:
        return at_end or all(len(each.word) == 1 or each.word in _DISPENSABLE for each in second)
    if not second:
        return all(len(each.word) == 1 or each.word in _DISPENSABLE for each in first)
    # "Anastas Mikoyan" for "A. I. Mikoyan", and back.
    short, long = (first, second) if all(len(each.word) == 1 for each in first) else (second, first)
    return all(len(each.word) == 1 for each in short) and short[0].word == long[0].word[0] and len(long) <= len(short)


def said(first: Sequence[Token], second: Sequence[Token]) -> str:
    """One difference in words."""
    if not first:
        return f"It leaves out {_words(second)}."
    if not second:
        return f"The record does not have {_words(first)}."
    return f"It has {_words(first)} where the record has {_words(second)}."


def _words(run: Sequence[Token]) -> str:
    shown = " ".join(each.text for each in run[:_SHOWN])
    return f"“{shown}{' …' if len(run) > _SHOWN else ''}”"


def _lettered(given: Sequence[Token], held: Sequence[Token]) -> str:
    """Why the words are the same and the letters are not."""
    for first, second in zip(given, held, strict=False):
        if first.word != second.word:
            return f"It spells {_words([first])} what the record spells {_words([second])}."
        if first.text != second.text and not is_dated(first.word):
            how = "capitals" if first.text.lower() == second.text.lower() else "accents or letters"
            return f"Only {how} differ: “{first.text}”, in the record “{second.text}”."
    return "The words are the same; punctuation differs."


def content(words: Sequence[Token]) -> int:
    """How many of the words say something."""
    return sum(each.word not in FUNCTION_WORDS and len(each.word) > 1 for each in words)
