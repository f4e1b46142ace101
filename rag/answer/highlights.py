"""A question's words + a text -> the parts of the text that match them: the same word, or one with a similar vector."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from itertools import chain, compress

import numpy as np
from numpy.typing import NDArray

from rag.embeddings import Vectors
from rag.embeddings.similar_words import NO_THESAURUS, Thesaurus
from rag.index.analyzer import analyze, terms_of
from rag.index.ports import QueryTerm
from rag.language.phrases import Phrases
from rag.language.stopwords import FUNCTION_WORDS
from rag.language.tokens import as_written, folded, places

ALIKE = 0.40  # cosine of two words' vectors from which on they count as similar

# Inverse document frequency from which on a name is distinctive: one that most records have is not. At 0 of the
# relevant records of the development questions on a topic .60 are cited, not .76.
DISTINCTIVE = 1.0

_SHORT = 3  # letters a word needs to be compared by its use


# The first of a run of stems, the one after it, and the place of the question's word that they spell.
Run = tuple[int, int, int]

TermsFound = frozenset[int]  # the places of those of a question's words that a text has
Coverage = NDArray[np.float64]  # (words, texts) how well each text covers each of a question's words, in [0, 1]


_stems = lru_cache(256)(analyze)  # a sentence is looked through for subjects, for words, and for where it all was


class Side(Enum):
    """Which side of the search a word of a text answers to."""

    WORD = "word"
    MEANING = "meaning"


@dataclass(frozen=True, slots=True)
class Mark:
    """A part of a text that answers to a word of the question."""

    start: int  # offset of its first character
    end: int  # offset after its last
    asked: str  # the question's own word
    side: Side  # WORD: the same stem, or another spelling of the name; MEANING: a similar vector


class Marker:
    """The words of one question, ready to be found in any text."""

    def __init__(
        self,
        words: Sequence[QueryTerm],
        rarity: Sequence[float],
        thesaurus: Thesaurus = NO_THESAURUS,
    ) -> None:
        """Take the words that carry the question, and the inverse document frequency of each."""
        self._words = words
        self._rarity = rarity
        self.only_names = bool(words) and all(word.is_name for word in words)
        # Names that distinguish records.
        self.distinctive = frozenset(at for at, word in enumerate(words) if word.is_name and rarity[at] >= DISTINCTIVE)
        self._thesaurus = thesaurus
        self._found: dict[str, tuple[int, list[Run]]] = {}
        self._spelt: dict[str, int] = {}
        for at, word in enumerate(words):
            for spelling in word.spellings:
                if stems := terms_of(spelling):
                    self._spelt.setdefault(" ".join(stems), at)
        self._finder = Phrases(self._spelt)
        self._plain = [at for at, word in enumerate(words) if word.has_synonyms]
        self._covered: dict[str, Coverage] = {}  # (words,) how well each text covers each word
        # The words of texts that were compared with these, and the cosines: (plain, others).
        self._column: dict[str, int] = {}
        self._cosines: Vectors = np.zeros((len(self._plain), 0), np.float32)

    def look_up(self, texts: Iterable[str]) -> None:
        """Compare the words of these texts with the question's, all at once: for `coverage` and `marks` of each."""
        new = [text for text in dict.fromkeys(texts) if text not in self._covered]
        if not new:
            return
        words = [_comparable(text) for text in new]
        lengths = np.array([len(each) for each in words])
        columns = self._columns_of(chain.from_iterable(words))
        covered = np.zeros((len(new), len(self._words)))
        if columns and self._plain:
            some = lengths > 0
            likest = np.maximum.reduceat(self._cosines[:, columns], (np.cumsum(lengths) - lengths)[some], axis=1)
            covered[np.flatnonzero(some)[:, np.newaxis], self._plain] = np.maximum(likest, 0.0).T
        for row, text in enumerate(new):
            for _, _, at in self._same(text)[1]:
                covered[row, at] = 1.0
        self._covered.update(zip(new, covered, strict=True))

    def terms_in(self, texts: Sequence[str]) -> TermsFound:
        """Which of the words any of these texts has, by stem and spelling."""
        return frozenset(at for text in texts for _, _, at in self._same(text)[1])

    def coverage(self, texts: Sequence[str]) -> Coverage:
        """(words, texts) coverage in [0, 1]: 1.0 where a text has the word by stem or spelling, else its best cosine.

        A name is covered fully or not at all.
        """
        self.look_up(texts)
        return np.stack([self._covered[text] for text in texts], axis=1)

    def share(self, terms: TermsFound) -> float:
        """How much of the question these words are, each counted by its rarity; in [0, 1]."""
        # All of none is all.
        return sum(self._rarity[at] for at in terms) / sum(self._rarity) if self._rarity else 1.0

    def marks(self, text: str) -> tuple[Mark, ...]:
        """Every part of a text, in order, that answers to a word of the question."""
        count, same = self._same(text)
        if not (same or self._plain):
            return ()
        spans = places(text)
        if len(spans) != count:  # a script that the two cut differently
            return ()
        marks = [
            Mark(spans[first][0], spans[end - 1][1], self._words[at].spellings[0], Side.WORD) for first, end, at in same
        ]
        if self._plain:
            taken = {spans[row] for first, end, _ in same for row in range(first, end)}
            others = {place: word for place in spans if place not in taken and (word := _compared(text[slice(*place)]))}
            marks += self._used_alike(others)
        return tuple(sorted(marks, key=lambda mark: mark.start))

    def _same(self, text: str) -> tuple[int, list[Run]]:
        """How many stems a text has, and every run of them that is a spelling of a word."""
        if text not in self._found:  # a sentence is looked through with its record, by itself, and as a quotation
            stems = _stems(text)
            spans = self._finder.spans(stems)
            self._found[text] = (
                len(stems),
                [(first, end, self._spelt[" ".join(stems[first:end])]) for first, end in spans],
            )
        return self._found[text]

    def _used_alike(self, others: Mapping[tuple[int, int], str]) -> list[Mark]:
        """Marks of those of these words, by their places, that are used like one of the question's."""
        if not others:
            return []
        columns = self._columns_of(others.values())
        cosines = self._cosines[:, columns]  # (plain, others)
        likest = zip(others, cosines.argmax(axis=0).tolist(), strict=True)
        alike = compress(likest, cosines.max(axis=0) >= ALIKE)
        return [Mark(*place, self._words[self._plain[at]].spellings[0], Side.MEANING) for place, at in alike]

    def _columns_of(self, others: Iterable[str]) -> list[int]:
        """The columns of these words' cosines; each word is looked up once."""
        others = [*others]
        if new := [word for word in dict.fromkeys(others) if word not in self._column]:
            asked = [self._words[at].spellings[0] for at in self._plain]
            self._cosines = np.hstack([self._cosines, self._thesaurus.cosines(asked, new)])
            self._column.update(zip(new, range(len(self._column), self._cosines.shape[1]), strict=True))
        return [self._column[word] for word in others]


def _comparable(text: str) -> list[str]:
    """The words of a text that can be compared by their use."""
    return [*filter(None, map(_compared, dict.fromkeys(as_written(text))))]


@lru_cache(4096)
def _compared(written: str) -> str:
    """A word as its vector is looked up; empty for a name, a function word and a short one."""
    word = folded(written)
    return word if written.islower() and len(word) >= _SHORT and word not in FUNCTION_WORDS else ""
