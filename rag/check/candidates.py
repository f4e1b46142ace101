"""Words -> the records that hold most of them, and which of the words each holds.

A word that carries nothing ("the", "of") counts a quarter, so that two titles are not alike by their small words.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rapidfuzz.distance import LCSseq

from rag.check.text_compare import is_dated, title_words
from rag.dates.archival_date import Interval
from rag.index.ports import QueryTerm
from rag.language.english.stopwords import FUNCTION_WORDS
from rag.record import EVERYTHING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rag.dates.archival_date import ArchivalDate
    from rag.index.ports import IndexReader
    from rag.language.tokens import Token
    from rag.record import Record

CANDIDATES = 12
"""Records compared with each sentence: the words find them, the letters decide."""

LEAST = 0.62
"""Share of the words from which on a title is taken for one of the collection's, however changed."""

OF_THAT_DAY = 6
"""Further ones, of the days that the sentence names: many records of an archive share a title."""

_LONGEST = 48  # words sought; the rarer a word the more it says, and a sentence of more has enough of them
_DATES = 3  # dates of a sentence by which records are sought
_EXCHANGED = 2  # words at the edge of a quotation that may stand for the record's own; more are another sentence
_SMALL = 0.25
_GAP = 0.6  # weight lost for a word between two matches, as a share of its own: an insertion of any length ends a title


@dataclass(frozen=True, slots=True)
class TextWindow:
    """Words of a text that stand for words of a record: [start, end) of the words given, and of those held.

    Attributes:
        score: Weight of the words that agree, by that of all on both sides, in [0, 1].
    """

    start: int
    end: int
    score: float
    first: int = 0
    last: int = 0


def weight(word: str) -> float:
    """How much a word says."""
    return _SMALL if word in FUNCTION_WORDS or len(word) == 1 else 1.0


def candidates(reader: IndexReader, running: Iterable[Token], dates: Iterable[ArchivalDate]) -> list[Record]:
    """Records that share words with these, the likeliest first; those of the dates named come too."""
    carried = [each.word for each in running if each.word not in FUNCTION_WORDS and not is_dated(each.word)]
    words = [QueryTerm((word,)) for word in dict.fromkeys(carried)]
    if len(words) > _LONGEST:
        rare = sorted(zip(reader.rarity(words), words, strict=True), key=lambda each: -each[0])
        words = [word for _, word in rare[:_LONGEST]]
    if not words:
        return []
    found = [*reader.matching(words, CANDIDATES, EVERYTHING)]
    for days in _days(dates):
        found += reader.matching(words, OF_THAT_DAY, replace(EVERYTHING, when=days))
    return reader.records(list(dict.fromkeys(found)))


def _days(dates: Iterable[ArchivalDate]) -> list[Interval]:
    known = dict.fromkeys((date.start, date.end) for date in dates if date.start and date.end)
    return [Interval(start, end) for start, end in list(known)[:_DATES]]


def titled(given: Sequence[Token], free: Sequence[bool], record: Record) -> TextWindow | None:
    """The run of free words that is most like the record's title."""
    held = [each.word for each in title_words(record.title)]
    words = [each.word if open_ else "" for each, open_ in zip(given, free, strict=True)]
    matched = [False] * len(words)
    for block in LCSseq.opcodes(words, held).as_matching_blocks():
        matched[block.a : block.a + block.size] = [True] * block.size
    start, end = _densest(words, matched, free)
    if start == end:
        return None
    return _fitted(words, held, start, end, given)


def _densest(words: Sequence[str], matched: Sequence[bool], free: Sequence[bool]) -> tuple[int, int]:
    """The run in which matches most outweigh what stands between them."""
    best, best_span, total, start = 0.0, (0, 0), 0.0, 0
    for at, word in enumerate(words):
        if not free[at]:
            total, start = 0.0, at + 1
            continue
        total += weight(word) if matched[at] else -_GAP * weight(word)
        if total <= 0:
            total, start = 0.0, at + 1
        elif total > best:
            best, best_span = total, (start, at + 1)
    return best_span


def _fitted(words: Sequence[str], held: Sequence[str], start: int, end: int, given: Sequence[Token]) -> TextWindow:
    """The run with words before and after it that stand in the place of the title's own first and last ones."""
    blocks = [block for block in LCSseq.opcodes(words[start:end], held).as_matching_blocks() if block.size]
    if not blocks:
        return TextWindow(start, end, 0.0)
    before, after = blocks[0].b, len(held) - blocks[-1].b - blocks[-1].size
    while before and start and words[start - 1] and _together(given[start - 1], given[start]):
        start, before = start - 1, before - 1
    while after and end < len(words) and words[end] and _together(given[end - 1], given[end]):
        if is_dated(words[end]) and words[end] not in held:
            break
        end, after = end + 1, after - 1
    while end - start > 1 and is_dated(words[end - 1]) and words[end - 1] == words[end - 2]:
        end -= 1  # the date of the listing, after that of the title
    return TextWindow(start, end, alikeness(words[start:end], held), 0, len(held))


def _together(first: Token, second: Token) -> bool:
    """Whether two words stand side by side, or as initials do: without a comma, a bracket or a new sentence."""
    between = len(". " if len(first.text) == 1 else " ")
    return second.start - first.end <= between


def alikeness(given: Sequence[str], held: Sequence[str]) -> float:
    """Weight of the words that agree in order, by that of all on both sides, in [0, 1]."""
    whole = sum(map(weight, given)) + sum(map(weight, held))
    blocks = LCSseq.opcodes([*given], [*held]).as_matching_blocks()
    shared = sum(weight(given[at]) for block in blocks for at in range(block.a, block.a + block.size))
    return 2 * shared / whole if whole else 0.0


def passage(given: Sequence[str], held: Sequence[str]) -> TextWindow:
    """The run of the record's words that is most like all of those given."""
    matched = [False] * len(held)
    for block in LCSseq.opcodes([*given], [*held]).as_matching_blocks():
        matched[block.b : block.b + block.size] = [True] * block.size
    first, last = _densest(held, matched, [True] * len(held))
    blocks = [block for block in LCSseq.opcodes([*given], [*held[first:last]]).as_matching_blocks() if block.size]
    if blocks:  # the record's words in the place of the first and last of those given
        before, after = blocks[0].a, len(given) - blocks[-1].a - blocks[-1].size
        if before <= _EXCHANGED:
            first = max(0, first + blocks[0].b - before)
        if after <= _EXCHANGED:
            last = min(len(held), last + after)
    return TextWindow(0, len(given), alikeness(given, held[first:last]), first, last)


def covered(given: Sequence[str], held: Sequence[str], run: int = 4) -> list[bool]:
    """Which of the words given stand in the record in runs of at least `run` words, wherever those stand."""
    runs = {tuple(held[at : at + run]) for at in range(len(held) - run + 1)}
    found = [False] * len(given)
    for at in range(len(given) - run + 1):
        if tuple(given[at : at + run]) in runs:
            found[at : at + run] = [True] * run
    return found
