"""The tables of other languages -> a lexicon for each: what its words are in English, and by what it is recognised."""

from __future__ import annotations

import csv
import re
import tomllib
import unicodedata
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from functools import cache
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.language.stopwords import FUNCTION_WORDS
from rag.language.tokens import folded
from rag.language.word_list import is_english

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

CODES = ("de", "fr", "es", "it", "pt", "ru", "pl", "cs")
"""The languages of the tables, as in BCP 47."""

_FOLDER = Path(__file__).parent
_WORD = re.compile(r"[^\W_]+")
_CYRILLIC = re.compile(r"[\u0400-\u04ff]", re.IGNORECASE)
_NOT_RUSSIAN = re.compile(r"[іїєґўђјљњћџ]", re.IGNORECASE)
_LATIN = re.compile(r"[a-z]", re.IGNORECASE)
_GENITIVE = re.compile(r"\w['\u2019]s\b")  # of English alone: Kissinger's
_COMPOUND = 4  # letters that end a compound of two words, at least: Raketen|abzug
_LINKS = ("s", "es", "n", "en", "")

_ENOUGH = 2.0
"""Evidence of a language from which on a question is in it; a word that asks is enough.

At 1 12 of 32,178 English titles are taken for another language, and none at 2.
"""


@dataclass
class Lexicon:
    """What the words of a language are in English.

    Attributes:
        words: Each word or phrase, joined by one space, in lower case.
        stems: The same for those with any ending.
        reach: The most words of a phrase that begins with this one.
        function: Words that ask or join.
    """

    code: str
    traits: Mapping[str, Any]
    words: dict[str, str] = field(default_factory=dict)
    stems: dict[str, str] = field(default_factory=dict)
    reach: dict[str, int] = field(default_factory=dict)
    function: frozenset[str] = frozenset()

    def add(self, cell: str, english: str) -> None:
        """Take the entries of a cell."""
        for entry in _entries(cell):
            first, *more = entry.split(" ")
            for spelt, opening in {entry: first, _plain(entry): _plain(first)}.items():
                into = self.stems if spelt.endswith("*") else self.words
                into.setdefault(spelt.removesuffix("*"), english)
                self.reach[opening] = max(self.reach.get(opening, 1), 1 + len(more))

    def longest(self, words: Sequence[str], at: int) -> tuple[int, str] | None:
        """Where the longest entry that begins with this word ends, and its English; None where none does."""
        if at + 1 < len(words) and words[at + 1][0].isdigit() and (numbered := self.words.get(f"{words[at]} #")):
            return at + 1, numbered
        most = max(self.reach.get(words[at], 1), self.reach.get(_plain(words[at]), 1))
        for end in range(min(at + most, len(words)), at, -1):
            english = self.english(" ".join(words[at:end]))
            if english is not None:
                return end, english
        return None

    def english(self, phrase: str) -> str | None:
        """A word or phrase in English, "" for one that says nothing, None for an unknown one."""
        for spelt in dict.fromkeys((phrase, _plain(phrase))):
            if spelt in self.words:
                return self.words[spelt]
            for end in range(len(spelt), 2, -1):
                stem = self.stems.get(spelt[:end])
                if stem is not None and " " not in spelt[end:]:
                    return f"{stem} {self._second(spelt[end:])}".strip()
        return None

    def topics(self, words: Sequence[str]) -> Counter[str]:
        """How many of these words are of a topic that English writes otherwise: "names", and plain "words"."""
        at, found = 0, Counter[str]()
        while at < len(words):
            end, english = (words[at] not in self.function and self.longest(words, at)) or (at + 1, "")
            if english and any(map(_strange, words[at:end])) and folded(english) != _plain(" ".join(words[at:end])):
                found["words" if english[0].islower() else "names"] += end - at
            at = end
        return found

    def _second(self, rest: str) -> str:
        """The English of the second word of a compound; "" where the rest is an ending."""
        if not self.traits.get("nouns") or len(rest) < _COMPOUND:
            return ""
        found = (self.english(rest.removeprefix(link)) for link in _LINKS if rest.startswith(link))
        return next(filter(None, found), "")


def language_of(text: str, before: str | None = None) -> str | None:
    """The code of the language that a text is in; None for English, and in doubt.

    Words that ask and join decide; where they are too few, and none is English alone, words of its topic count too.

    Args:
        before: The language of the question before, of which one that leans on it needs to show little.
    """
    if _CYRILLIC.search(text):
        russian = len(_CYRILLIC.findall(text)) > len(_LATIN.findall(text)) and not _NOT_RUSSIAN.search(text)
        return "ru" if russian else None
    running = _words(text)
    known = {word: weights for word in running if (weights := _weights().get(word))}
    english = [known.get(word, {}) for word in running if word in FUNCTION_WORDS]
    if {} in english and all(weight < 1 for weights in known.values() for weight in weights.values()):
        return None
    genitives = len(_GENITIVE.findall(text))
    against = {code: 2.0 * (genitives + sum(code not in weights for weights in english)) for code in CODES}
    shown = {code: -much for code, much in against.items()}
    own = dict.fromkeys(CODES, 0.0)  # of that, by words that English has not
    for code, weight in chain.from_iterable(weights.items() for weights in known.values()):
        shown[code] += weight
        own[code] += weight if weight >= 1 else 0.0
    found = max(CODES, key=lambda code: (shown[code], own[code]))
    if found == before and shown[found] > 0:
        return found
    if not (own[found] and shown[found] >= _ENOUGH) and 0 in against.values() and sum(map(_strange, running)) > 1:
        for code in CODES:
            topics = lexicon(code).topics(running)
            shown[code] += sum(topics.values())
            own[code] += topics["words"]
        found = max(CODES, key=lambda code: (shown[code], own[code]))
    return found if own[found] and shown[found] >= _ENOUGH else None


@cache
def lexicon(code: str) -> Lexicon:
    """All that is known of the language with this code."""
    made = Lexicon(code, _languages()[code])
    for row in _rows("function_words.tsv"):
        made.add(row[code], row["english"])
    made.function = frozenset(made.words)
    for row in _rows("words.tsv"):
        made.add(row[code], row["english"])
    return made


def _words(text: str) -> list[str]:
    return _WORD.findall(unicodedata.normalize("NFC", text).lower())


def _plain(phrase: str) -> str:
    """A phrase without the marks on its letters, as it is often typed."""
    return phrase if phrase.isascii() else " ".join(map(folded, phrase.replace("\u0451", "\u0435").split(" ")))


@cache
def _languages() -> dict[str, Any]:
    return tomllib.loads((_FOLDER / "languages.toml").read_text(encoding="utf-8"))


@cache
def _in_names() -> frozenset[str]:
    return frozenset(_languages()["names"].split())


def _strange(word: str) -> bool:
    """Whether no English text has a word, not even in a name."""
    return len(word) > 1 and word not in _in_names() and not is_english(word)


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (_FOLDER / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)


def _entries(cell: str) -> Iterator[str]:
    return filter(None, map(str.strip, unicodedata.normalize("NFC", cell).lower().split(",")))


@cache
def _weights() -> dict[str, dict[str, float]]:
    """How much each word speaks for each language: one that asks is enough alone, one that English has says little."""
    found: dict[str, dict[str, float]] = defaultdict(dict)
    for row in _rows("function_words.tsv"):
        for code in CODES:
            for word in (entry for entry in _entries(row[code]) if " " not in entry):
                for spelt in {word, _plain(word)}:
                    weight = 0.5 if not _strange(spelt) else _ENOUGH if row["kind"] == "asks" else 1.0
                    found[spelt].setdefault(code, weight)
    return dict(found)
