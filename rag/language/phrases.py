"""A set of phrases -> where they stand in a run of words."""

from collections.abc import Iterable, Iterator, Sequence


class Phrases:
    """Finds known phrases, words joined by one space, in running words."""

    def __init__(self, phrases: Iterable[str]) -> None:
        self._phrases = frozenset(phrases)
        self._longest: dict[str, int] = {}
        for phrase in self._phrases:
            first, *rest = phrase.split(" ")
            self._longest[first] = max(self._longest.get(first, 0), 1 + len(rest))

    def spans(self, running: Sequence[str]) -> Iterator[tuple[int, int]]:
        """[first, end) of each phrase, from left to right, the longest first; none overlap."""
        if self._longest.keys().isdisjoint(running):
            return
        done = 0
        for first in [place for place, word in enumerate(running) if word in self._longest]:
            if first < done:
                continue
            for end in range(min(first + self._longest[running[first]], len(running)), first, -1):
                if " ".join(running[first:end]) in self._phrases:
                    yield first, end
                    done = end
                    break
