"""The beginning of a text -> people, places and titles that may be meant, quickly enough for every key pressed."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, islice
from typing import Literal

from rag.index.ports import IndexReader, Order
from rag.language.tokens import tokens, words
from rag.record import EVERYTHING

_NAMES = {"people": "person", "places": "place"}
_SHORTEST = 2  # letters from which on something is suggested
_LONGEST = 6  # words of the text's end that are looked for
_TITLES = 1000  # titles that are read at once


@dataclass(frozen=True, slots=True)
class Completion:
    """What may be meant."""

    text: str
    kind: Literal["person", "place", "title"]
    key: str  # the name, or the id of the record with this title
    total: int  # how many records have it
    completed: str = ""  # the text that was begun, with this at its end


class Completions:
    """The names and titles of one generation, ready to be looked up. Safe under threads."""

    def __init__(self, reader: IndexReader) -> None:
        """Read them all, the most frequent names first."""
        named = [
            Completion(name, kind, name, total)  # type: ignore[arg-type]
            for field, kind in _NAMES.items()
            for name, total in reader.facets(field, EVERYTHING).items()
        ]
        self._names = _Entries(sorted(named, key=lambda each: (-each.total, each.text)))
        self._titles = _Entries(list(_titled(reader)))

    def of(self, begun: str, k: int) -> list[Completion]:
        """Up to k that the end of the text may be the beginning of, by as many of its last words as lead to any."""
        typed = tokens(begun)
        for first in range(max(len(typed) - _LONGEST, 0), len(typed)):
            sought = " ".join(token.word for token in typed[first:])
            if len(sought) < _SHORTEST:
                break
            found = list(islice(self._names.holding(sought), k))
            if first == 0:  # a title completes no sentence
                found = found[: max(k // 2, 1)]
                found += islice(self._titles.holding(sought), k - len(found))
            if found:
                before = begun[: typed[first].start]
                return [
                    Completion(each.text, each.kind, each.key, each.total, f"{before}{each.text}") for each in found
                ]
        return []


class _Entries:
    """Texts as one string, which is searched faster than each on its own."""

    def __init__(self, entries: Sequence[Completion]) -> None:
        lines = [f" {' '.join(words(each.text))}\n" for each in entries]
        self._entries = entries
        self._text = "".join(lines)
        self._starts = [0, *accumulate(map(len, lines))]

    def holding(self, sought: str) -> Iterator[Completion]:
        """Those in which a word and what follows it begins with this."""
        at = self._text.find(f" {sought}")
        while at >= 0:
            row = bisect_right(self._starts, at) - 1
            yield self._entries[row]
            at = self._text.find(f" {sought}", self._starts[row + 1])


def _titled(reader: IndexReader) -> Iterator[Completion]:
    """Each title once, with the first record that has it."""
    first: dict[str, str] = {}
    count: Counter[str] = Counter()
    for offset in range(0, len(reader), _TITLES):
        for record in reader.page(EVERYTHING, Order.DATE, offset, _TITLES):
            first.setdefault(record.title, record.id)
            count[record.title] += 1
    return (Completion(title, "title", record_id, count[title]) for title, record_id in first.items())
