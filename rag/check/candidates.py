"""Words -> the records that contain most of them, and which of the words each record contains.

A function word ("the", "of") weighs a quarter, so that two titles are not alike by their small words.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from rapidfuzz.distance import LCSseq, MatchingBlock

from rag.check.text_compare import is_date_word, title_words
from rag.dates.archival_date import ArchivalDate, Interval
from rag.index.ports import IndexReader, QueryTerm
from rag.language.stopwords import FUNCTION_WORDS
from rag.language.tokens import Token
from rag.record import EVERYTHING, Record

CANDIDATES = 12  # records compared with each sentence
SAME_DATE = 6  # further candidates with a date that the sentence gives: many records of an archive share a title
LEAST = 0.62  # similarity to a record's title from which on words are taken for that title, however changed
_LONGEST = 48  # words searched; of a longer sentence the rarest
_DATES = 3  # dates of a sentence by which records are searched
_EXCHANGED = 2  # words at the edge of a quotation that may replace the record's own; more are another sentence
_RUN = 4  # words of a text that stand together in a record, at least, to be from it
_SMALL = 0.25
_GAP = 0.6  # share of its weight that a word between two matches costs: a long insertion ends a title


@dataclass(frozen=True, slots=True)
class TextWindow:
    """Words [start, end) of a text that correspond to words [first, last) of a record."""

    start: int
    end: int
    score: float  # similarity of the two runs, in [0, 1]
    first: int = 0
    last: int = 0


def weight(word: str) -> float:
    """How much a word counts."""
    return _SMALL if word in FUNCTION_WORDS or len(word) == 1 else 1.0


def find_candidates(reader: IndexReader, words: Iterable[Token], dates: Iterable[ArchivalDate]) -> list[Record]:
    """Records that share words with these, the likeliest first; then those that also have one of the dates."""
    content = (token.word for token in words if token.word not in FUNCTION_WORDS and not is_date_word(token.word))
    terms = [QueryTerm((word,)) for word in dict.fromkeys(content)]
    if len(terms) > _LONGEST:
        by_rarity = sorted(zip(reader.idf(terms), terms, strict=True), key=lambda pair: -pair[0])
        terms = [term for _, term in by_rarity[:_LONGEST]]
    if not terms:
        return []
    ids = [*reader.search_words(terms, CANDIDATES, EVERYTHING)]
    known = dict.fromkeys((date.start, date.end) for date in dates if date.start and date.end)
    for start, end in list(known)[:_DATES]:
        ids += reader.search_words(terms, SAME_DATE, replace(EVERYTHING, when=Interval(start, end)))
    return reader.records(list(dict.fromkeys(ids)))


def best_title_window(words: Sequence[Token], free: Sequence[bool], record: Record) -> TextWindow | None:
    """The run of free words that is most like the record's title."""
    title = [token.word for token in title_words(record.title)]
    given = [token.word if is_free else "" for token, is_free in zip(words, free, strict=True)]
    matched = [False] * len(given)
    for block in _matching_blocks(given, title):
        matched[block.a : block.a + block.size] = [True] * block.size
    start, end = _densest(given, matched, free)
    return _widened(given, title, start, end, words) if start < end else None


def _matching_blocks(first: Sequence[str], second: Sequence[str]) -> list[MatchingBlock]:
    """The runs of a longest common subsequence."""
    return [block for block in LCSseq.opcodes([*first], [*second]).as_matching_blocks() if block.size]


def _densest(words: Sequence[str], matched: Sequence[bool], free: Sequence[bool]) -> tuple[int, int]:
    """The run in which the matches most outweigh the words between them."""
    best, best_run, total, start = 0.0, (0, 0), 0.0, 0
    for at, word in enumerate(words):
        if not free[at]:
            total, start = 0.0, at + 1
            continue
        total += weight(word) if matched[at] else -_GAP * weight(word)
        if total <= 0:
            total, start = 0.0, at + 1
        elif total > best:
            best, best_run = total, (start, at + 1)
    return best_run


def _widened(given: Sequence[str], title: Sequence[str], start: int, end: int, tokens: Sequence[Token]) -> TextWindow:
    """The run with the words before and after it that replace the title's own first and last words."""
    blocks = _matching_blocks(given[start:end], title)
    if not blocks:
        return TextWindow(start, end, 0.0)
    before, after = blocks[0].b, len(title) - blocks[-1].b - blocks[-1].size
    while before and start and given[start - 1] and _adjacent(tokens[start - 1], tokens[start]):
        start, before = start - 1, before - 1
    while after and end < len(given) and given[end] and _adjacent(tokens[end - 1], tokens[end]):
        if is_date_word(given[end]) and given[end] not in title:
            break
        end, after = end + 1, after - 1
    while end - start > 1 and is_date_word(given[end - 1]) and given[end - 1] == given[end - 2]:
        end -= 1  # the record's date, after the same date in its title
    return TextWindow(start, end, similarity(given[start:end], title), 0, len(title))


def _adjacent(first: Token, second: Token) -> bool:
    """Whether two words stand side by side, or as initials do: without a comma, a bracket or a new sentence."""
    between = len(". " if len(first.text) == 1 else " ")
    return second.start - first.end <= between


def similarity(first: Sequence[str], second: Sequence[str]) -> float:
    """Weight of the words that agree in order, as a share of the weight of all words on both sides, in [0, 1]."""
    whole = sum(map(weight, first)) + sum(map(weight, second))
    blocks = _matching_blocks(first, second)
    shared = sum(weight(word) for block in blocks for word in first[block.a : block.a + block.size])
    return 2 * shared / whole if whole else 0.0


def best_passage(given: Sequence[str], record_words: Sequence[str]) -> TextWindow:
    """The run of the record's words that is most like all of the words given."""
    matched = [False] * len(record_words)
    for block in _matching_blocks(given, record_words):
        matched[block.b : block.b + block.size] = [True] * block.size
    first, last = _densest(record_words, matched, [True] * len(record_words))
    blocks = _matching_blocks(given, record_words[first:last])
    if blocks:  # the record's words that the first and last of the words given replace
        before, after = blocks[0].a, len(given) - blocks[-1].a - blocks[-1].size
        if before <= _EXCHANGED:
            first = max(0, first + blocks[0].b - before)
        if after <= _EXCHANGED:
            last = min(len(record_words), last + after)
    return TextWindow(0, len(given), similarity(given, record_words[first:last]), first, last)


def covered(given: Sequence[str], record_words: Sequence[str]) -> list[bool]:
    """For each word given, whether it is part of a run of at least _RUN words that the record has anywhere."""
    runs = {tuple(record_words[at : at + _RUN]) for at in range(len(record_words) - _RUN + 1)}
    found = [False] * len(given)
    for at in range(len(given) - _RUN + 1):
        if tuple(given[at : at + _RUN]) in runs:
            found[at : at + _RUN] = [True] * _RUN
    return found
